"""One person in two browsers: the password changes in one, and the other is out."""

import pytest
from playwright.sync_api import expect

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import User
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts, login_throttle
from mentorbook.settings import settings
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits
from tests.people import a_mentee

OLD, NEW = "the old password", "the new password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"
HASHED = accounts.hash_password(OLD)


def with_password() -> Account:
    """Somebody who can log in with OLD."""
    person = a_mentee("Mina")
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = HASHED
    return person


def log_in(visitor: Visitor, person: Account, password: str) -> None:
    """Through the form."""
    visitor.part("login-email").fill(person.email)
    visitor.part("login-password").fill(password)
    visitor.part("login-submit").click()


def change(visitor: Visitor, current: str, fresh: str) -> None:
    """Fill the password form in and send it."""
    visitor.page.get_by_label("Present password").fill(current)
    visitor.page.get_by_label("New password", exact=True).fill(fresh)
    visitor.part("change-password").click()


def test_a_new_password_in_one_browser_logs_the_other_out(visits: Visits) -> None:
    person = with_password()
    here, there = visits(), visits(person, size=PHONE)
    here.go("/login?next=/settings")
    log_in(here, person, OLD)
    expect(here.page).to_have_url(f"{here.site}/settings")
    expect(here.part("login")).to_have_count(2)
    there.go("/sessions")
    change(here, "not it", NEW)
    expect(here.page.get_by_text("This is not your present password.")).to_be_visible()
    expect(here.page.get_by_label("Present password")).to_be_focused()
    change(here, OLD, NEW)
    expect(here.part("password-changed")).to_contain_text("One other log-in has ended.")
    expect(here.page.get_by_label("Present password")).to_have_value("")
    expect(here.part("login")).to_have_count(1)
    # The other browser's open page noticed by itself.
    expect(there.page).to_have_url(f"{there.site}/login?next=/sessions")
    there.page.goto("/login?next=/settings")
    log_in(there, person, OLD)
    expect(there.page.get_by_text("That e-mail and password do not match.")).to_be_visible()
    log_in(there, person, NEW)
    expect(there.page).to_have_url(f"{there.site}/settings")
    there.ready()
    here.reload()
    expect(here.part("login")).to_have_count(2)
    assert here.errors == []


def test_a_known_browser_comes_back_while_strangers_guess(visits: Visits) -> None:
    person = with_password()
    owner, newcomer = visits(), visits()
    owner.go("/login?next=/sessions")
    log_in(owner, person, OLD)
    expect(owner.page).to_have_url(f"{owner.site}/sessions")
    device = next(each for each in owner.context.cookies() if each["name"] == settings.device_cookie)
    assert (device["httpOnly"], device["sameSite"]) == (True, "Lax")
    for _ in range(login_throttle.ACCOUNT_CEILING):
        login_throttle.failed(login_throttle.Guesser(login_throttle.digest(person.email), "203.0.113.9"))
    newcomer.go("/login")
    log_in(newcomer, person, OLD)
    said = "There have been too many wrong tries. Wait 30 seconds, then try again."
    expect(newcomer.page.get_by_text(said)).to_be_visible()
    owner.context.clear_cookies(name=settings.cookie)
    owner.go("/login?next=/sessions")
    log_in(owner, person, OLD)
    expect(owner.page).to_have_url(f"{owner.site}/sessions")


def test_the_other_browser_is_logged_out_from_the_list(visits: Visits) -> None:
    person = with_password()
    here, there = visits(person), visits(person)
    there.go("/notifications")
    here.go("/settings")
    expect(here.part("login", current="true")).to_contain_text("This browser")
    here.part("login", current="false").get_by_role("button").click()
    expect(here.part("logins-told")).to_contain_text("is logged out.")
    expect(here.part("login")).to_have_count(1)
    expect(here.part("end-others")).to_have_count(0)
    # The page that is no longer logged in goes to the log-in by itself, and any other page of it does.
    expect(there.part("login-email")).to_be_visible()
    there.page.goto("/settings")
    expect(there.part("login-email")).to_be_visible()


def sticking_out(visitor: Visitor) -> list[str]:
    """What is wider than the card that it stands in."""
    found: list[str] = visitor.page.evaluate(
        """() => [...document.querySelectorAll("main .card")].flatMap((card) =>
            [...card.querySelectorAll("*")].filter((each) => !each.closest(".sr-only")
                && each.getBoundingClientRect().right > card.getBoundingClientRect().right)
            .map((each) => each.outerHTML.slice(0, 90)))"""
    )
    return found


@pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, False), ((360, 740), False), (PHONE, True), ((768, 1024), True)],
    ids=["desktop", "small phone", "phone dark", "tablet dark"],
)
def test_everybody_can_use_the_settings(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    """Four widths, since long names and addresses stand in lines; two of them in the dark, see looks.py."""
    person = with_password()
    for address, agent in (("203.0.113.9", FIREFOX), (f"2001:db8{':ffff' * 6}", "x" * 300)):
        accounts.start_login(person.id, address=address, agent=agent)
    visitor = visits(person, size=size, dark=dark)
    visitor.go("/settings")
    expect(visitor.part("login")).to_have_count(3)
    assert barriers(visitor.page) == []
    assert sticking_out(visitor) == []
    change(visitor, "", "short")
    expect(visitor.page.get_by_text("This is needed to change it.")).to_be_visible()
    assert barriers(visitor.page) == []
    change(visitor, OLD, NEW)
    expect(visitor.part("password-changed")).to_contain_text("2 other log-ins have ended.")
    assert barriers(visitor.page) == []
    assert sticking_out(visitor) == []
    assert beyond_the_edge(visitor.page) == 0
    if size[0] < 600:
        assert small_targets(visitor.page, "main", least=38) == []

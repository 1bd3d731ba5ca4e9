"""Mailed links from end to end: the mail is the file that the app keeps where no mail server is set."""

import pytest
from playwright.sync_api import Request, expect

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.e2e.checking import barriers, beyond_the_edge
from tests.e2e.kept_mail import mails_to, text_of
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits
from tests.letters import a_link
from tests.people import a_mentee

OLD, NEW = "the old password", "the new password"
HASHED = accounts.hash_password(OLD)
VOID = "This link does not work any more: it was used, is too old, or was never made. Ask for a new one."


def with_password(name: str = "Mina") -> Account:
    """Somebody who can log in with OLD."""
    person = a_mentee(name)
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = HASHED
    return person


def link_to(visitor: Visitor, email: str, subject: str) -> str:
    """Path and secret of the link in the mail of a subject, once it is there."""
    found: list[str] = []

    def is_there() -> bool:
        for mail in mails_to(email):
            if mail["Subject"] == subject:
                lines = [line for line in text_of(mail).splitlines() if "?token=" in line]
                found.extend(line.strip().removeprefix(settings.public_url) for line in lines)
        return bool(found)

    visitor.until(is_there)
    return found[-1]


def has_mail(visitor: Visitor, email: str, subject: str) -> None:
    """Wait for a mail."""
    visitor.until(lambda: subject in [str(mail["Subject"]) for mail in mails_to(email)])


def log_in(visitor: Visitor, email: str, password: str) -> None:
    """Through the form, at the page that is open."""
    visitor.part("login-email").fill(email)
    visitor.part("login-password").fill(password)
    visitor.part("login-submit").click()


def test_a_forgotten_password_from_the_log_in_to_the_log_in(visits: Visits) -> None:
    person = with_password()
    visitor, at_home = visits(), visits(person)
    at_home.go("/notifications")
    visitor.go("/login")
    visitor.page.get_by_role("link", name="Forgot your password?").click()
    visitor.part("forgot-email").fill("nobody@people.test")
    visitor.part("forgot-submit").click()
    said = "If there is an account with this address, a mail with a link is on its way."
    expect(visitor.part("forgot-sent")).to_have_text(said)
    assert barriers(visitor.page) == []
    visitor.part("forgot-email").fill(person.email)
    visitor.part("forgot-submit").click()
    expect(visitor.part("forgot-sent")).to_have_text(said)
    visitor.page.goto(link_to(visitor, person.email, "Choose a new password"))
    expect(visitor.page.get_by_text(person.email)).to_be_visible()
    fresh = visitor.page.get_by_label("New password")
    fresh.fill("short")
    visitor.part("reset-submit").click()
    expect(visitor.page.get_by_text("The password must have at least 10 characters.")).to_be_visible()
    expect(fresh).to_be_focused()
    assert barriers(visitor.page) == []
    fresh.fill(NEW)
    visitor.page.get_by_role("button", name="Show the password").click()
    expect(fresh).to_have_attribute("type", "text")
    visitor.part("reset-submit").click()
    expect(visitor.page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    # A page that was open in another browser noticed by itself.
    expect(at_home.part("login-email")).to_be_visible()
    visitor.part("to-log-in").click()
    log_in(visitor, person.email, OLD)
    expect(visitor.page.get_by_text("That e-mail and password do not match.")).to_be_visible()
    log_in(visitor, person.email, NEW)
    expect(visitor.page).to_have_url(f"{visitor.site}/")
    has_mail(visitor, person.email, "Your password was changed")
    assert mails_to("nobody@people.test") == []
    assert visitor.errors == []


def test_the_secret_leaves_the_address_and_is_sent_to_nobody_else(visits: Visits) -> None:
    visitor = visits()
    asked: list[Request] = []
    visitor.tab.on("request", lambda request: asked.append(request))
    token = a_link(with_password().id)
    answer = visitor.page.goto(f"/reset?token={token}")
    assert answer is not None
    assert answer.headers["referrer-policy"] == "no-referrer"
    expect(visitor.part("reset-submit")).to_be_visible()
    assert visitor.page.url == f"{visitor.site}/reset"
    # Out of the address before anything is loaded: only the page itself was asked for with it.
    assert [request.resource_type for request in asked if token in request.url] == ["document"]
    assert len(asked) > 10
    referrers = {request.all_headers().get("referer", "") for request in asked}
    assert [each for each in referrers if token in each or "/reset" in each] == []
    visitor.reload()
    expect(visitor.part("reset-submit")).to_be_visible()
    visitor.page.get_by_label("New password").fill(NEW)
    visitor.part("reset-submit").click()
    expect(visitor.part("to-log-in")).to_be_visible()
    assert token not in visitor.page.evaluate("JSON.stringify({...sessionStorage})")
    for path in ("/reset", f"/reset?token={token}", "/reset?token=unknown", f"/confirm?token={token}"):
        visitor.page.goto(path)
        expect(visitor.part("link-void")).to_contain_text(VOID)
        assert barriers(visitor.page) == []


def test_who_resets_in_a_browser_that_is_logged_in_comes_to_the_log_in(visits: Visits) -> None:
    person = with_password()
    visitor = visits(person)
    visitor.go(f"/reset?token={a_link(person.id)}")
    visitor.page.get_by_label("New password").fill(NEW)
    visitor.part("reset-submit").click()
    expect(visitor.page.get_by_text("Your password is changed. Log in with the new one.")).to_be_visible()
    expect(visitor.page).to_have_url(f"{visitor.site}/login?changed=1")
    log_in(visitor, person.email, NEW)
    expect(visitor.page).to_have_url(f"{visitor.site}/")


def test_an_address_is_confirmed_after_registering(visits: Visits) -> None:
    here, elsewhere = visits(), visits(size=PHONE, dark=True)
    here.go("/register")
    email = "newcomer@people.test"
    here.page.get_by_label("Name", exact=True).fill("Newcomer")
    here.page.get_by_label("E-mail").fill(email)
    here.page.get_by_label("Password", exact=True).fill(OLD)
    here.part("register-submit").click()
    expect(here.page).to_have_url(f"{here.site}/")
    here.go("/settings")
    expect(here.part("own-email", confirmed="false")).to_contain_text("Not confirmed")
    elsewhere.page.goto(link_to(here, email, "Confirm your address"))
    button = elsewhere.part("confirm-email")
    expect(button).to_be_visible()
    assert barriers(elsewhere.page) == []
    assert beyond_the_edge(elsewhere.page) == 0
    # Nothing happens by coming there.
    expect(here.part("own-email", confirmed="false")).to_be_visible()
    button.click()
    expect(elsewhere.page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    expect(here.part("own-email", confirmed="true")).to_contain_text("Confirmed")
    # Nobody was logged in by it.
    assert [each["name"] for each in elsewhere.context.cookies() if each["httpOnly"]] == []


def test_an_address_is_changed(visits: Visits) -> None:
    person, new = with_password(), "mina-at-home@people.test"
    here, elsewhere = visits(person), visits()
    here.go("/settings")
    here.part("open-change-email").click()
    expect(here.page.get_by_label("New address")).to_be_focused()
    here.page.get_by_label("New address").fill(new)
    here.page.get_by_label("Your password").fill(OLD)
    here.part("change-email").click()
    expect(here.part("email-pending")).to_contain_text(new)
    expect(here.part("email-now")).to_have_text(person.email)
    assert barriers(here.page) == []
    has_mail(here, person.email, "A new address was asked for")
    elsewhere.page.goto(link_to(here, new, "Confirm your new address"))
    elsewhere.part("confirm-email").click()
    expect(elsewhere.page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    expect(here.part("email-now")).to_have_text(new)
    expect(here.part("email-pending")).to_have_count(0)
    here.part("account-menu").click()
    expect(here.page.get_by_role("menu")).to_contain_text(new)
    has_mail(here, person.email, "Your address was changed")
    elsewhere.go("/login")
    log_in(elsewhere, new, OLD)
    expect(elsewhere.page).to_have_url(f"{elsewhere.site}/")


def test_a_change_is_withdrawn(visits: Visits) -> None:
    visitor = visits(with_password())
    visitor.go("/settings")
    visitor.part("open-change-email").click()
    visitor.page.get_by_label("New address").fill("withdrawn@people.test")
    visitor.page.get_by_label("Your password").fill(OLD)
    visitor.page.keyboard.press("Enter")
    visitor.part("withdraw-email").click()
    expect(visitor.part("email-told")).to_contain_text("The change is withdrawn.")
    expect(visitor.part("open-change-email")).to_be_visible()


def test_an_admin_gives_somebody_a_link(visits: Visits, admin: Account) -> None:
    person, ada = a_mentee("Mina"), visits(admin)
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.go(f"/admin/people?person={person.id}")
    ada.part("change-link_made").click()
    ada.part("confirm-change").click()
    expect(ada.part("made-link")).to_be_visible()
    assert barriers(ada.page) == []
    ada.part("copy-link").click()
    expect(ada.page.get_by_text("The link is copied.")).to_be_visible()
    copied = str(ada.page.evaluate("navigator.clipboard.readText()"))
    assert copied == ada.part("made-link").input_value()
    ada.reload()
    expect(ada.part("change-link_made")).to_be_visible()
    expect(ada.part("made-link")).to_have_count(0)
    visitor = visits()
    visitor.page.goto(copied.removeprefix(settings.public_url))
    visitor.page.get_by_label("New password").fill(NEW)
    visitor.part("reset-submit").click()
    visitor.part("to-log-in").click()
    log_in(visitor, person.email, NEW)
    expect(visitor.page).to_have_url(f"{visitor.site}/")
    visitor.go("/notifications")
    expect(visitor.page.get_by_text("A link for a new password was made")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, True), ((360, 740), False), (PHONE, True), ((768, 1024), False)],
    ids=["desktop dark", "small phone", "phone dark", "tablet"],
)
def test_everybody_can_use_the_pages(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    person = a_mentee("Mina")
    address = f"{'very-long-address-' * 3}{person.id.hex[:4]}@people.test"
    visitor = visits(size=size, dark=dark)
    for path, part in (
        ("/forgot", "forgot-submit"),
        (f"/reset?token={a_link(person.id)}", "reset-submit"),
        (f"/confirm?token={a_link(person.id, LinkPurpose.CONFIRM_EMAIL)}", "confirm-email"),
        (f"/confirm?token={a_link(person.id, LinkPurpose.CHANGE_EMAIL, address)}", "confirm-email"),
        ("/reset?token=unknown", "link-void"),
    ):
        visitor.page.goto(path)
        expect(visitor.part(part)).to_be_visible()
        assert barriers(visitor.page) == []
        assert beyond_the_edge(visitor.page) == 0

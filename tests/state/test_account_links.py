"""The pages of mailed links, and the address in the settings, as handlers."""

import asyncio
import json

import pytest
from pydantic import SecretStr

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.people import accounts, mail_limits, own_email
from mentorbook.settings import settings
from mentorbook.state.admin.person_panel import PersonPanel
from mentorbook.state.people.account_forms import LogIn
from mentorbook.state.people.email_confirmation import EmailConfirmation
from mentorbook.state.people.email_form import EmailForm
from mentorbook.state.people.me import Me
from mentorbook.state.people.password_reset import Forgot, PasswordReset
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.letters import Letters, a_link
from tests.people import a_mentee, who_logs_in
from tests.state.harness import Page, Tabs, publishing, settled, visible

NEW = "a long new password"


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's password is what stands in `password_hash`: none."""
    monkeypatch.setattr(accounts, "hash_password", str)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password == stored)


def submit(page: Page, token: str, fresh: str = NEW) -> str:
    """Send the form for a new password."""
    return page.do(PasswordReset, "submit", form={"token": token, "fresh": fresh, "username": "x"})


def test_the_page_says_the_same_of_every_address(db: Database, hands: Hands) -> None:
    mina, heard = a_mentee("Mina"), []
    for number, email in enumerate((mina.email, "nobody@people.test")):
        page = Page(path="/forgot", tab=f"tab-{number}")
        page.do(Forgot, "arrive")
        page.heard()
        page.do(Forgot, "submit", form={"email": email})
        assert page.state(Forgot).sent
        found = json.dumps(page.heard())
        heard.append(found.replace(page.state(Forgot).turn, "turn"))
    assert heard[0] == heard[1]


def test_what_is_wrong_with_an_address_stands_at_the_field_and_a_limit_above(
    db: Database, hands: Hands
) -> None:
    page = Page(path="/forgot")
    page.do(Forgot, "submit", form={"email": "nonsense"})
    form = page.state(Forgot)
    assert form.email_error == "This is not an e-mail address, such as you@example.com."
    for _ in range(mail_limits.MOST_TO_ADDRESS + 1):
        page.do(Forgot, "submit", form={"email": "a@people.test"})
    assert (form.email_error, form.sent) == ("", False)
    assert form.problem == "Too many mails have been asked for. Try again in 60 minutes."


def test_a_new_password_is_chosen_by_a_visitor(db: Database, hands: Hands) -> None:
    mina, page = a_mentee("Mina"), Page(path="/reset")
    token = a_link(mina.id)
    assert "sessionStorage" in page.do(PasswordReset, "arrive")
    page.do(PasswordReset, "take", token=token)
    form = page.state(PasswordReset)
    assert (form.phase, form.email) == ("form", mina.email)
    submit(page, token, "short")
    assert (form.phase, form.fresh_error) == ("form", "The password must have at least 10 characters.")
    said = submit(page, token)
    assert form.phase == "done"
    assert "removeItem" in said
    assert "/login" not in said
    assert who_logs_in({"email": mina.email, "password": NEW}).id == mina.id
    # No state keeps the secret, and none that goes to the browser holds it.
    assert token not in json.dumps(page.heard())
    assert token not in repr({kind: vars(page.state(kind)) for kind in (PasswordReset, Forgot)})


@pytest.mark.parametrize("token", ["unknown", "", "x" * 5000])
def test_a_link_that_does_not_work_is_told_in_one_way(db: Database, hands: Hands, token: str) -> None:
    used = a_link(a_mentee().id)
    submit(Page(tab="other"), used)
    for each in (token, used):
        page = Page(tab="reset")
        page.do(PasswordReset, "take", token=each)
        assert page.state(PasswordReset).phase == "void"
        for handler in ("take", "confirm"):
            page = Page(tab=handler)
            page.do(EmailConfirmation, handler, token=each)
            assert page.state(EmailConfirmation).phase == "void"
        page = Page(tab="form")
        page.do(PasswordReset, "submit", form={"token": each[:2000], "fresh": NEW})
        assert page.state(PasswordReset).phase == "void"


def test_who_is_logged_in_to_the_account_is_led_to_the_log_in(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    own, others = Page(mina, path="/reset", tab="own"), Page(noor, path="/reset", tab="others")
    assert "/login?changed=1" in submit(own, a_link(mina.id))
    assert "/login" not in submit(others, a_link(mina.id))
    assert others.state(PasswordReset).phase == "done"
    page = Page(path="/login?changed=1", tab="login")
    page.do(LogIn, "arrive")
    assert page.state(LogIn).told == "Your password is changed. Log in with the new one."


def test_an_address_is_confirmed_by_a_press_and_not_by_coming(db: Database, hands: Hands) -> None:
    mina, page = a_mentee("Mina"), Page(path="/confirm")
    token = a_link(mina.id, LinkPurpose.CONFIRM_EMAIL)
    page.do(EmailConfirmation, "arrive")
    for _ in range(2):
        page.do(EmailConfirmation, "take", token=token)
    shown = page.state(EmailConfirmation)
    assert (shown.phase, shown.email, shown.replaces) == ("asking", mina.email, "")
    assert own_email.own_email(mina).confirmed_at is None
    page.do(EmailConfirmation, "confirm", token=token)
    assert (shown.phase, shown.email) == ("done", mina.email)
    assert own_email.own_email(mina).confirmed_at == hands.now


def test_the_settings_follow_what_is_confirmed_elsewhere(db: Database, hands: Hands) -> None:
    mina, letters = a_mentee("Mina", zone="Asia/Kolkata"), Letters()
    page, elsewhere = Page(mina, path="/settings", tab="here"), Page(path="/confirm", tab="there")
    page.do(EmailForm, "load")
    shown = page.state(EmailForm)
    assert (shown.section.email, shown.section.is_confirmed) == (mina.email, False)
    page.do(EmailForm, "send_again")
    assert shown.told == f"A mail with a link is on its way to {mina.email}."
    page.do(EmailForm, "ask", form={"email-password": "none", "new-email": "new@people.test"})
    assert (shown.section.wanted, shown.section.wanted_until) == ("new@people.test", "tomorrow 17:30")
    assert shown.told == "A mail with a link is on its way to new@people.test."
    token = letters.token_to("new@people.test")

    async def run() -> None:
        await page.send(Me, "arrive_member")
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await elsewhere.send(EmailConfirmation, "confirm", token=token)
            await settled()

    asyncio.run(run())
    assert (shown.section.email, shown.section.is_confirmed, shown.section.wanted) == (
        "new@people.test",
        True,
        "",
    )
    assert shown.told == ""
    assert page.state(Me).email == "new@people.test"


def test_each_mistake_stands_at_its_field_and_a_change_is_withdrawn(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    page = Page(mina, path="/settings")
    page.do(EmailForm, "load")
    shown = page.state(EmailForm)

    def ask(password: str, email: str) -> tuple[str, str, str]:
        page.do(EmailForm, "ask", form={"email-password": password, "new-email": email})
        return shown.current_error, shown.email_error, shown.problem

    assert ask("", "new@people.test") == ("This is needed to change it.", "", "")
    assert ask("wrong", "new@people.test") == ("This is not your present password.", "", "")
    assert ask("none", mina.email) == ("", "This is the one you have already.", "")
    assert ask("none", "new@people.test") == ("", "", "")
    page.do(EmailForm, "withdraw")
    assert (shown.section.wanted, shown.told) == (
        "",
        "The change is withdrawn. Your address stays as it is.",
    )


def panel(admin: Account, person: Account) -> Page:
    """An admin's page with somebody's account."""
    page = Page(admin, path=f"/admin/people?person={person.id}", tab="panel")
    page.do(PersonPanel, "load")
    return page


def test_an_admin_is_shown_a_link_once(db: Database, hands: Hands) -> None:
    admin, mina = a_mentee("Ada", is_admin=True), a_mentee("Mina")
    page = panel(admin, mina)
    shown = page.state(PersonPanel)
    assert "link_made" in [offer.kind for offer in shown.details.offers]
    said = page.do(PersonPanel, "carry_out", person_id=str(mina.id), change="link_made")
    assert "The link for Mina is made." in said
    assert shown.details.story[0].title == "Link for a new password made by you"
    made, _, token = shown.made_link.partition("?token=")
    assert made == f"{settings.public_url}/reset"
    # The dialog closes and the page hears of the change: the link stays, until another account is opened.
    page.do(PersonPanel, "load")
    assert shown.made_link.endswith(token)
    page.go(f"/admin/people?person={admin.id}")
    page.do(PersonPanel, "load")
    assert token not in json.dumps({name: str(value) for name, value in visible(shown).items()})
    submit(Page(tab="visitor"), token)
    assert who_logs_in({"email": mina.email, "password": NEW}).id == mina.id
    assert "link_made" not in [offer.kind for offer in shown.details.offers]


def test_where_mail_is_sent_no_link_is_offered_nor_made(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "smtp_url", SecretStr("smtp://127.0.0.1"))
    admin, mina = a_mentee("Ada", is_admin=True), a_mentee("Mina")
    page = panel(admin, mina)
    shown = page.state(PersonPanel)
    assert "link_made" not in [offer.kind for offer in shown.details.offers]
    page.do(PersonPanel, "carry_out", person_id=str(mina.id), change="link_made")
    assert shown.made_link == ""
    assert shown.problem.startswith("A mail server is set.")


def test_a_former_admin_makes_none(db: Database, hands: Hands) -> None:
    admin, mina = a_mentee("Ada", is_admin=True), a_mentee("Mina")
    page = panel(admin, mina)
    with write_transaction() as session:
        session.get_one(User, admin.id).is_admin = False
    page.do(PersonPanel, "carry_out", person_id=str(mina.id), change="link_made")
    assert page.state(PersonPanel).made_link == ""

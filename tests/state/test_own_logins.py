"""The settings page: password and log-ins as their owner sees them."""

import pytest

from mentorbook.db.engine import Database
from mentorbook.services.people import accounts, login_throttle
from mentorbook.state.people.login_list import LoginList, PasswordForm
from tests.conftest import Hands
from tests.people import a_mentee
from tests.state.harness import Page

OLD, NEW = "none", "a new long password"


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's password is what stands in `password_hash`: OLD."""
    monkeypatch.setattr(accounts, "hash_password", str)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password == stored)


def change(page: Page, current: str = OLD, fresh: str = NEW) -> str:
    """Send the form."""
    return page.do(PasswordForm, "change", form={"current": current, "fresh": fresh, "username": "x"})


def test_a_change_is_told_and_the_list_is_written_anew(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    here, there = Page(mina, tab="here"), Page(mina, tab="there")
    here.do(LoginList, "load")
    assert [item.is_current for item in here.state(LoginList).items] == [True, False]
    assert "reset()" in change(here)
    form = here.state(PasswordForm)
    assert form.done == "Your password is changed. One other log-in has ended. You stay logged in here."
    assert (form.problem, form.current_error, form.fresh_error) == ("", "", "")
    assert [item.is_current for item in here.state(LoginList).items] == [True]
    assert "/login?next=" in change(there)


def test_each_mistake_stands_at_its_field(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    form = page.state(PasswordForm)
    change(page, current="")
    assert (form.current_error, form.fresh_error) == ("This is needed to change it.", "")
    change(page, current="wrong")
    assert (form.current_error, form.fresh_error) == ("This is not your present password.", "")
    change(page, fresh="short")
    assert form.current_error == ""
    assert form.fresh_error == "The new password must have at least 10 characters."
    assert form.done == ""


def test_too_many_wrong_ones_are_told_in_words(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    for _ in range(login_throttle.FREE_TRIES):
        change(page, current="wrong")
    change(page)
    assert (
        page.state(PasswordForm).problem
        == "There have been too many wrong tries. Wait 2 seconds, then try again."
    )


def test_one_and_all_others_are_logged_out(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina", zone="Asia/Kolkata")
    here, second, third = (Page(mina, tab=name) for name in ("here", "second", "third"))
    here.do(LoginList, "load")
    listed = here.state(LoginList)
    assert listed.has_others
    assert listed.items[1].since == "today 17:30"
    here.do(LoginList, "end_one", login_id=listed.items[1].id)
    assert listed.told == "Unknown browser is logged out."
    assert len(listed.items) == 2
    here.do(LoginList, "end_others")
    assert listed.told == "One other log-in has ended. You stay logged in here."
    assert (len(listed.items), listed.has_others) == (1, False)
    for gone in (second, third):
        assert "/login?next=" in gone.do(LoginList, "load")
        assert gone.state(LoginList).items == []


def test_a_log_in_that_has_ended_meanwhile_leaves_the_list(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    here, there = Page(mina, tab="here"), Page(mina, tab="there")
    here.do(LoginList, "load")
    gone = here.state(LoginList).items[1].id
    accounts.end_login(there.cookie)
    here.do(LoginList, "end_one", login_id=gone)
    assert here.state(LoginList).told == "That browser was logged out already."
    assert len(here.state(LoginList).items) == 1

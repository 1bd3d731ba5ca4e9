"""The log-in page under attack: it goes by the same limits as the API, and says them in words."""

from typing import Any

import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.services.people import accounts, credentials, known_devices, login_throttle
from mentorbook.settings import settings
from mentorbook.state.people.account_forms import LogIn
from tests.conftest import Hands
from tests.people import a_mentee
from tests.state.harness import Page

HERE = "192.0.2.1"  # where every page of the harness is


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Right is what stands in `password_hash`."""
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password == stored)


def submit(page: Page, email: str, password: str) -> str:
    """What the page is told to do."""
    return page.do(LogIn, "submit", form={"email": email, "password": password})


def test_the_page_says_how_long_to_wait(db: Database, hands: Hands) -> None:
    mina, page = a_mentee("Mina"), Page()
    for _ in range(login_throttle.FREE_TRIES):
        submit(page, mina.email, "wrong")
        assert page.state(LogIn).problem == "That e-mail and password do not match."
    assert "/api/auth/ticket" not in submit(page, mina.email, "none")
    assert (
        page.state(LogIn).problem == "There have been too many wrong tries. Wait 2 seconds, then try again."
    )
    before = page.state(LogIn).turn
    submit(page, mina.email, "none")
    assert page.state(LogIn).turn != before
    hands.on(seconds=2)
    assert "/api/auth/ticket" in submit(page, mina.email, "none")


def test_page_and_api_count_together(db: Database, hands: Hands) -> None:
    mina, page = a_mentee("Mina"), Page()
    guesser = login_throttle.Guesser(login_throttle.digest(mina.email), HERE)
    for _ in range(login_throttle.FREE_TRIES):
        login_throttle.admit(guesser)
    submit(page, mina.email, "none")
    assert page.state(LogIn).problem.startswith("There have been too many wrong tries.")


def test_a_password_changed_while_it_was_checked_lets_nobody_in(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina, page, log_in = a_mentee("Mina"), Page(), credentials.log_in

    async def overtaken(request: Any, browser: credentials.Browser) -> accounts.ProvenPassword:
        proven = await log_in(request, browser)
        with write_transaction() as session:
            session.get_one(User, proven.account.id).password_hash = "another"
        return proven

    monkeypatch.setattr(credentials, "log_in", overtaken)
    assert "/api/auth/ticket" not in submit(page, mina.email, "none")
    assert page.state(LogIn).problem == "That e-mail and password do not match."


def test_a_known_browser_is_let_through_by_the_cookie_of_its_socket(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    device = known_devices.remember(accounts.start_login(mina.id, address=None, agent=None), "")
    stranger, owner = Page(tab="stranger"), Page(tab="owner")
    for _ in range(20):
        submit(stranger, mina.email, "wrong")
    owner._headers["cookie"] = f"a; {settings.device_cookie}={accounts.cookie_hash(device)}; b=c"
    owner.go("/login")
    assert "/api/auth/ticket" in submit(owner, mina.email, "none")

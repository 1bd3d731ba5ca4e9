"""A published password opens nothing where strangers reach the app."""

import pytest

from mentorbook import serving
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import WrongCredentials
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.settings import Settings, settings
from tests.conftest import Hands
from tests.people import a_mentee, who_logs_in

PASSWORD = "demo-password"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens
HASHED = accounts.hash_password(PASSWORD)


@pytest.fixture
def demo(db: Database, hands: Hands) -> Account:
    """A demo account."""
    person = a_mentee("Priya", is_demo=True)
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = HASHED
    return person


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app is on the net."""
    monkeypatch.setattr(settings, "base_url", "https://book.example")


def log_in(person: Account) -> Account:
    """What the log-in of page and API asks for."""
    return who_logs_in({"email": person.email, "password": PASSWORD})


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (None, True),
        ("http://localhost:4000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:3000", True),
        ("http://LOCALHOST", True),
        ("https://book.example", False),
        ("http://192.168.1.5:3000", False),
        ("http://localhost.evil.test", False),
        ("http://127.0.0.1@evil.test", False),
        ("book.example", False),
    ],
)
def test_local_is_this_machine_only(address: str | None, local: bool) -> None:
    assert Settings(base_url=address).is_local is local


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.0.0.53", True),
        ("::1", True),
        ("localhost", True),
        (EVERYWHERE, False),
        ("::", False),
        ("192.168.1.5", False),
        ("book.example", False),
        ("localhost.evil.test", False),
    ],
)
@pytest.mark.parametrize("address", [None, "http://localhost:3000"])
def test_local_is_an_app_that_listens_there_only(host: str, address: str | None, local: bool) -> None:
    assert Settings(host=host, base_url=address).is_local is local


def test_a_demo_account_logs_in_locally(demo: Account) -> None:
    assert log_in(demo) == demo
    assert not accounts.demo_is_locked_out()


@pytest.mark.usefixtures("public")
def test_a_demo_account_never_logs_in_elsewhere(demo: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(password: str, stored: str) -> bool:
        checked.append(stored)
        return password == PASSWORD

    monkeypatch.setattr(accounts, "check_password", check)
    with pytest.raises(WrongCredentials):
        log_in(demo)
    assert checked == [HASHED], "the answer takes as long as any other"
    assert accounts.demo_is_locked_out()


def test_nor_where_the_app_listens_to_the_net_without_a_public_address(
    demo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = accounts.start_login(demo.id, address=None, agent=None)
    monkeypatch.setattr(settings, "host", EVERYWHERE)
    with pytest.raises(WrongCredentials):
        log_in(demo)
    assert accounts.account_by_token(token) is None
    assert accounts.demo_is_locked_out()


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", True), (EVERYWHERE, False)])
def test_the_start_names_demo_accounts_only_where_they_may_enter(
    monkeypatch: pytest.MonkeyPatch, host: str, told: bool
) -> None:
    said: list[str] = []
    monkeypatch.setattr(settings, "demo", True)
    monkeypatch.setattr(settings, "host", host)
    monkeypatch.setattr(serving, "_is_healthy", lambda _url: True)
    monkeypatch.setattr(serving, "_say", lambda line, *_: said.append(line))
    serving._announce(host, 3000, "")
    assert (serving.DEMO_ACCOUNTS in said) is told
    assert said[-1] == "Ctrl-C stops it."


def test_log_ins_from_before_do_not_count(demo: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    token = accounts.start_login(demo.id, address=None, agent=None)
    assert accounts.account_by_token(token) == demo
    monkeypatch.setattr(settings, "base_url", "https://book.example")
    assert accounts.account_by_token(token) is None


@pytest.mark.usefixtures("public")
def test_everybody_else_comes_in(db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    person = a_mentee()
    monkeypatch.setattr(accounts, "check_password", lambda *_: True)
    assert log_in(person) == person
    assert accounts.account_by_token(accounts.start_login(person.id, address=None, agent=None)) == person
    assert not accounts.demo_is_locked_out()

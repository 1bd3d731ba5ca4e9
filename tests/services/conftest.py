"""What several tests of services need."""

from collections.abc import Iterator

import pytest

from mentorbook.db.engine import Database
from mentorbook.services import change_sharing
from mentorbook.services.people import accounts
from tests.letters import Letters
from tests.servers.smtp import MailServer, running_mail_server
from tests.servers.valkey import running_valkey
from tests.services.change_readers import another


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The address of a real Redis-compatible server."""
    with running_valkey() as url:
        yield url


@pytest.fixture
def server() -> Iterator[MailServer]:
    """The mail server."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def letters() -> Letters:
    """The mail of the test."""
    return Letters()


@pytest.fixture
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes no time."""
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password.upper() == stored)


@pytest.fixture
def elsewhere(db: Database) -> Iterator[Database]:
    """The database of another process."""
    with another(db) as database:
        yield database


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    for name in ("LOOKS_EVERY", "_AGAIN_AFTER", "_GATHERS_FOR"):
        monkeypatch.setattr(change_sharing, name, 0.01)

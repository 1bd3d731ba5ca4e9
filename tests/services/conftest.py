"""What several tests of services need."""

from collections.abc import Iterator

import pytest

from mentorbook.services.people import accounts
from tests.letters import Letters
from tests.servers.smtp import MailServer, running_mail_server
from tests.servers.valkey import running_valkey


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

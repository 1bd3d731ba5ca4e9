"""Behind a trusted proxy the caller's own address is what is written down, by socket and API alike."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import LoginSession, User
from mentorbook.db.sessions import SessionAuditLog
from mentorbook.domain.views import Account
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts, login_throttle
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import STATES, Served, Tab, an_event, served

LOG_IN = f"{STATES}people___account_forms____log_in.submit"
PASSWORD = "a rather long password"
CALLER, FORGED = "203.0.113.9", "198.51.100.66"
FORWARDED = {"X-Forwarded-For": f"{FORGED}, {CALLER}"}
HASHED = accounts.hash_password(PASSWORD)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app behind a proxy at 127.0.0.1, which is where the tests call from."""
    with served(tmp_path_factory.mktemp("behind"), "--still", "--behind-a-proxy") as app:
        yield app


@pytest.fixture(autouse=True)
def noon(behind: Served, hands: Hands) -> None:
    """No wait passes while a test is at work."""
    behind.stand_at(hands.now)


def with_password() -> Account:
    """Somebody who can log in."""
    person = a_mentee()
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = HASHED
    return person


def log_in(app: Served, person: Account, *, tab: str, password: str = PASSWORD, tries: int = 1) -> str:
    """What a page hears that sends the form."""
    form = {"email": person.email, "password": password}

    async def run() -> list[Any]:
        async with Tab(app, name=tab, headers=FORWARDED) as client:
            return await client.say(*[an_event(LOG_IN, {"form": form}, "/login")] * tries)

    return repr(asyncio.run(run()))


def addresses(person: Account) -> list[str | None]:
    """Where somebody's log-ins came from."""
    with read_transaction() as session:
        of_person = col(LoginSession.user_id) == person.id
        return list(session.scalars(select(col(LoginSession.ip_address)).where(of_person)))


def test_a_log_in_over_the_socket_has_the_callers_address(behind: Served) -> None:
    person = with_password()
    assert "/api/auth/ticket" in log_in(behind, person, tab="socket")
    assert addresses(person) == [CALLER]


def test_limits_count_socket_and_api_under_the_callers_address(behind: Served) -> None:
    person = with_password()
    assert "do not match" in log_in(
        behind, person, tab="limits", password="x", tries=login_throttle.FREE_TRIES
    )
    body = {"email": person.email, "password": PASSWORD}
    url = f"{behind.address}/api/auth/login"
    elsewhere = {"X-Forwarded-For": FORGED}
    assert httpx.post(url, json=body, headers=elsewhere).status_code == 200
    assert httpx.post(url, json=body, headers=FORWARDED).status_code == 429


def test_the_audit_trail_has_the_callers_address(behind: Served) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    at = earliest_slot(None, mentor.id, 60)
    assert at is not None
    booking = create_booking(mentee, a_request(mentor, at), None)
    token = accounts.start_login(mentee.id, address=None, agent=None)
    answer = httpx.put(
        f"{behind.address}/api/bookings/{booking.id}",
        json={"title": "Another"},
        headers={**FORWARDED, "Cookie": f"{behind.cookie}={token}"},
    )
    assert answer.status_code == 200
    with read_transaction() as session:
        of_booking = col(SessionAuditLog.session_id) == booking.id
        found = session.scalars(select(col(SessionAuditLog.ip_address)).where(of_booking)).all()
    assert CALLER in found


@pytest.mark.parametrize("value", ["", ",,", "unknown", "\xe9", "9" * 3_000, "[::1", "<script>"])
def test_a_hostile_header_breaks_nothing(behind: Served, value: str) -> None:
    answer = httpx.get(
        f"{behind.address}/api/health", headers=[(b"X-Forwarded-For", value.encode("latin-1"))]
    )
    assert answer.status_code == 200


def test_without_a_trusted_proxy_the_header_means_nothing(tmp_path: Path) -> None:
    with served(tmp_path) as alone:
        person = with_password()
        assert "/api/auth/ticket" in log_in(alone, person, tab="alone")
        assert addresses(person) == ["127.0.0.1"]

"""Calls made up from the document, well formed and not, by everybody: no answer that it does not promise."""

import asyncio
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.services.people import accounts
from mentorbook.settings import settings as app_settings
from tests.api.conftest import ORIGIN, Door, Prepare, gated, logged_in
from tests.conftest import Snapshot
from tests.people import a_mentee, a_mentor, a_request, in_hours

ROLES = ("nobody", "mentee", "mentor", "admin")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

schema = schemathesis.openapi.from_asgi("/api/openapi.json", gated())


@dataclass(frozen=True)
class World:
    """A database that is as it was before each call: two people with a session, and a log-in of each role."""

    database: Database
    snapshot: Snapshot
    cookies: dict[str, dict[str, str]]
    known: dict[str, str]

    def put_back(self) -> None:
        """Undo everything that calls have changed."""
        self.snapshot.put_back(self.database)


@pytest.fixture
def world(
    sqlite_db: Database, prepared: Prepare, kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> World:
    """People, made once for all calls of the file, and calls that hash no passwords."""
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    monkeypatch.setattr(accounts, "check_password", lambda *_: False)
    cookies, known = prepared("people", _people)
    return World(sqlite_db, kept["people"][0], cookies, known)


def _people() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """A log-in of each role, and what addresses may name."""
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    people = {"mentee": mentee, "mentor": mentor, "admin": a_mentee(is_admin=True)}
    cookies = {role: {app_settings.cookie: logged_in(person)} for role, person in people.items()}
    known = {"booking_id": str(booking.id), "mentor_id": str(mentor.id), "person_id": str(mentee.id)}
    known |= {"secret": secret_of(mentee.id, SecretPurpose.UNSUBSCRIBE), "topic": "changes"}
    return {"nobody": {}, **cookies}, known


@pytest.mark.parametrize("role", ROLES)
@schema.parametrize()
@settings(max_examples=5, suppress_health_check=list(HealthCheck), database=None, deadline=None)
def test_no_answer_is_undocumented(case: Any, world: World, role: str) -> None:
    world.put_back()
    if case.path_parameters and len(str(case.path_parameters)) % 2:
        # Else nearly every call would be about nothing that there is.
        case.path_parameters.update({k: v for k, v in world.known.items() if k in case.path_parameters})
    case.call_and_validate(checks=CHECKS, cookies=world.cookies[role], base_url=ORIGIN)


def test_each_call_finds_the_world_as_it_was(world: World) -> None:
    """Positive control."""
    path, key = f"/api/bookings/{world.known['booking_id']}", {"reasonCategory": "schedule_conflict"}
    with (
        closing(asyncio.new_event_loop()) as loop,
        closing(Door(gated(), loop)) as door,
    ):
        caller = door()
        caller.client.cookies.update(world.cookies["mentee"])
        for _ in range(2):
            world.put_back()
            assert caller.get(path).json()["status"] == "scheduled"
            assert caller.post(f"{path}/cancel", key).json()["status"] == "cancelled"

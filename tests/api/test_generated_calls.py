"""Calls made up from the document, well formed and not, by everybody: no answer that it does not promise."""

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
from mentorbook.services import accounts
from mentorbook.services.bookings import create_booking
from mentorbook.settings import settings as app_settings
from tests.api.conftest import ORIGIN, gated, logged_in
from tests.conftest import Hands
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


@pytest.mark.parametrize("role", ROLES)
@schema.parametrize()
@settings(max_examples=5, suppress_health_check=list(HealthCheck), database=None, deadline=None)
def test_no_answer_is_undocumented(
    case: Any, sqlite_db: Database, hands: Hands, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    monkeypatch.setattr(accounts, "check_password", lambda *_: False)
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    person = {"mentee": mentee, "mentor": mentor, "admin": a_mentee(is_admin=True)}.get(role)
    if case.path_parameters and len(str(case.path_parameters)) % 2:
        # Else nearly every call would be about nothing that there is.
        known = {"booking_id": booking.id, "mentor_id": mentor.id}
        case.path_parameters.update({k: str(v) for k, v in known.items() if k in case.path_parameters})
    cookies = {app_settings.cookie: logged_in(person)} if person else {}
    case.call_and_validate(checks=CHECKS, cookies=cookies, base_url=ORIGIN)

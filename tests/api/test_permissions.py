"""Who may call what: every endpoint of the document, by role. A new endpoint without a row here fails."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mentorbook.api.app import create_api
from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door, Prepare
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

ROLES = ("nobody", "stranger", "mentee", "mentor", "admin")


@dataclass(frozen=True)
class Row:
    """An endpoint and what each role gets from it; `state` is what the session is in."""

    method: str
    path: str
    nobody: int
    stranger: int
    mentee: int
    mentor: int
    admin: int
    body: Any = None
    state: str = "scheduled"


WHY = {"reasonCategory": "schedule_conflict"}
MOVE = {"scheduledAt": in_hours(40).isoformat()}
ONE = "/api/bookings/{booking_id}"
HOURS = "/api/mentors/me/availability"
PEOPLE = "/api/admin/people"
SYSTEM = "/api/admin/system"
PAYMENTS = "/api/admin/payments"
MONEY = {"amountMinor": 100, "reason": "Because"}
PERSON = f"{PEOPLE}/{{person_id}}"
LINK = {"token": "none"}
BECAUSE = {"reason": "Because"}
PROFILE = "/api/mentors/me/profile"
PICTURE = "/api/mentors/me/picture"
PREFERENCES = "/api/me/preferences"
SAID = {"headline": "Maps", "expertise": ["Testing"], "rate": "60", "currency": "GBP"}
WEEK = {"schedule": {"timezone": "Europe/London"}, "weeklyPatterns": []}
DAY_OFF = {"startDate": "2027-01-20", "endDate": "2027-01-20", "type": "BLOCKED"}

TABLE = [
    Row("POST", "/api/auth/register", 422, 422, 422, 422, 422, {}),
    Row("POST", "/api/auth/login", 422, 422, 422, 422, 422, {}),
    Row("POST", "/api/auth/ticket", 401, 401, 401, 401, 401, {"ticket": "none"}),
    Row("POST", "/api/auth/logout", 204, 204, 204, 204, 204),
    Row("GET", "/api/auth/me", 401, 200, 200, 200, 200),
    Row("POST", "/api/auth/password", 401, 422, 422, 422, 422, {}),
    Row("POST", "/api/auth/forgot", 204, 204, 204, 204, 204, {"email": "mina@people.test"}),
    Row("POST", "/api/auth/reset", 410, 410, 410, 410, 410, LINK | {"newPassword": "three words of mine"}),
    Row("POST", "/api/auth/confirm", 410, 410, 410, 410, 410, LINK),
    Row("GET", "/api/auth/email", 401, 200, 200, 200, 200),
    Row("POST", "/api/auth/email", 401, 422, 422, 422, 422, {}),
    Row("DELETE", "/api/auth/email", 401, 200, 200, 200, 200),
    Row("POST", "/api/auth/email/confirmation", 401, 200, 200, 200, 200),
    Row("GET", "/api/auth/logins", 401, 200, 200, 200, 200),
    Row("DELETE", "/api/auth/logins", 401, 200, 200, 200, 200),
    Row("DELETE", "/api/auth/logins/{login_id}", 401, 404, 404, 404, 404),
    Row("GET", "/api/mentors", 200, 200, 200, 200, 200),
    Row("GET", "/api/mentors/{mentor_id}", 200, 200, 200, 200, 200),
    Row("GET", "/api/mentors/{mentor_id}/availability/slots", 422, 422, 422, 422, 422),
    Row("GET", "/api/mentors/me", 401, 200, 200, 200, 200),
    Row("POST", "/api/mentors/me", 401, 200, 200, 200, 200),
    Row("DELETE", "/api/mentors/me", 401, 204, 204, 409, 204),
    Row("GET", PROFILE, 401, 403, 403, 200, 403),
    Row("PUT", PROFILE, 401, 403, 403, 200, 403, SAID),
    Row("PUT", PICTURE, 401, 403, 403, 422, 403),
    Row("DELETE", PICTURE, 401, 403, 403, 204, 403),
    Row("GET", "/api/mentors/{mentor_id}/picture/{name}", 404, 404, 404, 404, 404),
    Row("GET", HOURS, 401, 403, 403, 200, 403),
    Row("PUT", HOURS, 401, 403, 403, 200, 403, WEEK),
    Row("POST", f"{HOURS}/exceptions", 401, 403, 403, 201, 403, DAY_OFF),
    Row("DELETE", f"{HOURS}/exceptions/{{exception_id}}", 401, 403, 403, 404, 403),
    Row("POST", f"{HOURS}/preview", 401, 403, 403, 422, 403, WEEK),
    Row("POST", "/api/bookings", 401, 201, 201, 409, 201, "booking"),
    Row("GET", "/api/bookings", 401, 200, 200, 200, 200),
    Row("GET", ONE, 401, 404, 200, 200, 200),
    Row("GET", f"{ONE}/calendar.ics", 401, 404, 200, 200, 200),
    Row("GET", f"{ONE}/timeline", 401, 404, 200, 200, 200),
    Row("GET", f"{ONE}/recording", 401, 404, 200, 200, 403),
    Row("PUT", f"{ONE}/recording", 401, 404, 200, 200, 403, {"consent": False}),
    Row("PUT", f"{ONE}/recording", 401, 404, 409, 409, 403, {"consent": True}, state="begun"),
    Row("GET", f"{ONE}/messages", 401, 404, 200, 200, 403),
    Row("POST", f"{ONE}/messages", 401, 404, 409, 409, 403, {"text": "Hello"}),
    Row("POST", f"{ONE}/messages", 401, 404, 201, 201, 403, {"text": "Hello"}, state="begun"),
    Row("POST", f"{ONE}/messages", 401, 404, 422, 422, 403, {"text": ""}, state="begun"),
    Row("PUT", ONE, 401, 404, 200, 403, 403, {"title": "Another"}),
    Row("DELETE", ONE, 401, 404, 200, 403, 403, WHY),
    Row("POST", f"{ONE}/cancel", 401, 404, 200, 403, 403, WHY),
    Row("POST", f"{ONE}/reschedule", 401, 404, 200, 403, 403, MOVE),
    Row("POST", f"{ONE}/no-show", 401, 404, 403, 409, 403),
    Row("POST", f"{ONE}/no-show", 401, 404, 403, 200, 403, state="begun"),
    Row("POST", f"{ONE}/mentor-absent", 401, 404, 409, 403, 403),
    Row("POST", f"{ONE}/mentor-absent", 401, 404, 200, 403, 403, state="begun"),
    Row("POST", f"{ONE}/join", 401, 404, 409, 409, 403),
    Row("POST", f"{ONE}/join", 401, 404, 503, 503, 403, state="begun"),
    Row("POST", f"{ONE}/accept", 401, 404, 403, 409, 403),
    Row("POST", f"{ONE}/accept", 401, 404, 403, 200, 403, state="pending"),
    Row("POST", f"{ONE}/decline", 401, 404, 403, 200, 403, state="pending"),
    Row("POST", f"{ONE}/payment", 401, 404, 409, 403, 403),
    Row("POST", f"{ONE}/hold/extend", 401, 404, 409, 403, 403),
    Row("GET", "/api/payments", 401, 200, 200, 200, 200),
    Row("GET", "/api/payments.csv", 401, 200, 200, 200, 200),
    Row("GET", "/api/payments/{payment_id}", 401, 404, 404, 404, 404),
    Row("GET", "/api/earnings", 401, 200, 200, 200, 200),
    Row("GET", "/api/earnings.csv", 401, 200, 200, 200, 200),
    Row("GET", PAYMENTS, 401, 403, 403, 403, 200),
    Row("GET", f"{PAYMENTS}.csv", 401, 403, 403, 403, 200),
    Row("GET", f"{PAYMENTS}/differences", 401, 403, 403, 403, 200),
    Row("POST", "/api/admin/sessions/{booking_id}/refund", 401, 403, 403, 403, 409, MONEY),
    Row("GET", "/api/notifications", 401, 200, 200, 200, 200),
    Row("POST", "/api/notifications", 401, 200, 200, 200, 200, {}),
    Row("GET", PREFERENCES, 401, 200, 200, 200, 200),
    Row("PUT", PREFERENCES, 401, 200, 200, 200, 200, {"topics": [{"topic": "changes", "byMail": False}]}),
    Row("POST", "/api/unsubscribe/{secret}/{topic}", 404, 404, 404, 404, 404),
    Row("GET", "/api/me/calendar", 401, 200, 200, 200, 200),
    Row("POST", "/api/me/calendar", 401, 200, 200, 200, 200),
    Row("GET", "/api/calendar/{secret}.ics", 404, 404, 404, 404, 404),
    Row("GET", "/api/policies", 200, 200, 200, 200, 200),
    Row("PUT", "/api/admin/policies", 401, 403, 403, 403, 200, {"free_cancellation_hours": 12}),
    Row("GET", "/api/admin/sessions", 401, 403, 403, 403, 200),
    Row("GET", "/api/admin/sessions.csv", 401, 403, 403, 403, 200),
    Row("GET", PEOPLE, 401, 403, 403, 403, 200),
    Row("GET", PERSON, 401, 403, 403, 403, 200),
    Row("POST", f"{PERSON}/approve", 401, 403, 403, 403, 409),
    Row("POST", f"{PERSON}/decline", 401, 403, 403, 403, 409, BECAUSE),
    Row("POST", f"{PERSON}/invite", 401, 403, 403, 403, 200),
    Row("POST", f"{PERSON}/deactivate", 401, 403, 403, 403, 200, BECAUSE),
    Row("POST", f"{PERSON}/reactivate", 401, 403, 403, 403, 200),
    Row("POST", f"{PERSON}/reset-link", 401, 403, 403, 403, 201),
    Row("PUT", f"{PERSON}/admin", 401, 403, 403, 403, 200, {"isAdmin": True}),
    Row("GET", SYSTEM, 401, 403, 403, 403, 200),
    Row("POST", f"{SYSTEM}/messages/retry", 401, 403, 403, 403, 200),
    Row("POST", f"{SYSTEM}/messages/{{message_id}}/retry", 401, 403, 403, 403, 404),
    Row("DELETE", f"{SYSTEM}/messages/{{message_id}}", 401, 403, 403, 403, 404),
    Row("GET", "/api/health", 200, 200, 200, 200, 200),
]


def test_every_endpoint_has_a_row() -> None:
    paths = create_api().openapi()["paths"]
    documented = {(method.upper(), path) for path, item in paths.items() for method in item}
    assert documented == {(row.method, row.path) for row in TABLE}


@dataclass(frozen=True)
class Cast:
    """The people of a session, and the session."""

    people: dict[str, Account | None]
    booking: Booking

    def address(self, row: Row) -> str:
        """The row's path about this session; its id is no log-in of anybody's."""
        booking = self.booking
        return row.path.format(
            booking_id=booking.id,
            mentor_id=booking.mentor.id,
            person_id=booking.mentee.id,
            login_id=booking.id,
            exception_id=booking.id,
            message_id=booking.id,
            payment_id=booking.id,
            name="none",
            secret="none",
            topic="changes",
        )


def a_cast(hands: Hands, state: str) -> Cast:
    """A session in the wanted state, with everybody who could call."""
    mentor = a_mentor(require_confirmation=state == "pending")
    mentee = a_mentee("Mina")
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    if state == "begun":
        hands.now = in_hours(24.25)
    people = {
        "nobody": None,
        "stranger": a_mentee("Stranger"),
        "mentee": mentee,
        "mentor": mentor,
        "admin": a_mentee("Admin", is_admin=True),
    }
    return Cast(people, booking)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path} {row.state}")
def test_each_role_gets_what_the_table_says(
    prepared: Prepare, hands: Hands, calling: Door, row: Row, role: str
) -> None:
    cast: Cast = prepared(row.state, lambda: a_cast(hands, row.state))
    path = cast.address(row)
    body = a_request(cast.booking.mentor.id, in_hours(50)) if row.body == "booking" else row.body
    options = {"json": body} if body is not None else {}
    answer = calling(cast.people[role]).request(row.method, path, **options)
    assert answer.status_code == getattr(row, role), answer.text


def a_session(calling: Door, hands: Hands, **schedule: Any) -> tuple[Callable[..., Any], Booking]:
    """A mentee's way to call, and their session."""
    mentee = a_mentee("Mina")
    booking = create_booking(mentee, a_request(a_mentor(**schedule), in_hours(24)))
    return calling(mentee).request, booking


def test_actions_tell_what_may_be_done_and_why_not(db: Database, hands: Hands, calling: Door) -> None:
    call, booking = a_session(calling, hands)
    actions = call("GET", f"/api/bookings/{booking.id}").json()["actions"]
    more = {"mentor_absent", "accept", "decline"}
    assert set(actions) == {"join", "reschedule", "cancel", "edit", "no_show", *more}
    assert actions["cancel"]["allowed"] is True
    assert actions["cancel"]["changesAt"] == "2027-01-14T10:00:00Z"
    assert (actions["join"]["code"], actions["join"]["changesAt"]) == (
        "invalid_status",
        "2027-01-14T11:50:00Z",
    )
    hands.now = in_hours(23)
    later = call("GET", f"/api/bookings/{booking.id}").json()["actions"]["cancel"]
    assert (later["allowed"], later["code"], later["since"]) == (
        False,
        "cancellation_cutoff_passed",
        "2027-01-14T10:00:00Z",
    )


def test_delete_takes_its_reason_from_body_or_query(db: Database, hands: Hands, calling: Door) -> None:
    call, booking = a_session(calling, hands)
    path = f"/api/bookings/{booking.id}"
    refused = call("DELETE", path)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["reasonCategory"])
    assert call("DELETE", f"{path}?reasonCategory=technical_issues").json()["status"] == "cancelled"
    assert call("DELETE", path, json=WHY).json()["error"] == "invalid_status"


def test_cancel_and_move_replay_under_their_key(db: Database, hands: Hands, calling: Door) -> None:
    call, booking = a_session(calling, hands)
    path, key = f"/api/bookings/{booking.id}", {"Idempotency-Key": "k"}
    moved = call("POST", f"{path}/reschedule", json=MOVE, headers=key)
    assert call("POST", f"{path}/reschedule", json=MOVE, headers=key).json() == moved.json()
    other = call("POST", f"{path}/cancel", json=WHY, headers=key)
    assert (other.status_code, other.json()["error"]) == (422, "idempotency_mismatch")


def test_the_trail_holds_address_and_agent_for_admins(db: Database, hands: Hands, calling: Door) -> None:
    call, booking = a_session(calling, hands)
    call("POST", f"/api/bookings/{booking.id}/cancel", json=WHY, headers={"User-Agent": "Browser 7"})
    admin = calling(a_mentee("Admin", is_admin=True))
    (cancelled, *_) = admin.get(f"/api/bookings/{booking.id}/timeline").json()
    assert (cancelled["ipAddress"], cancelled["userAgent"]) == ("192.0.2.1", "Browser 7")
    assert cancelled["policySnapshot"]["cancellation_cutoff_hours"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"cancellation_cutoff_hours": -1}, "cancellation_cutoff_hours"),
        ({"cancellation_cutoff_hours": 169}, "cancellation_cutoff_hours"),
        ({"cancellation_cutoff_hours": "2"}, "cancellation_cutoff_hours"),
        ({"cancellation_cutoff_hours": True}, "cancellation_cutoff_hours"),
        ({"max_reschedules_per_session": 1.5}, "max_reschedules_per_session"),
        ({"require_cancellation_reason": 1}, "require_cancellation_reason"),
        ({"late_cancellation_refund_percent": 101}, "late_cancellation_refund_percent"),
        ({"late_cancellation_refund_percent": 50.5}, "late_cancellation_refund_percent"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_wrong_policies_name_their_key_and_change_nothing(
    sqlite_db: Database, hands: Hands, calling: Door, body: dict[str, Any], field: str
) -> None:
    admin = calling(a_mentee("Admin", is_admin=True))
    before = admin.get("/api/policies").json()
    refused = admin.request("PUT", "/api/admin/policies", json=body | {})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, [field])
    assert admin.get("/api/policies").json() == before


NOT_JSON: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "application/json"}}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path} {row.state}")
def test_rights_come_before_the_reading_of_a_body(
    prepared: Prepare, hands: Hands, calling: Door, row: Row, role: str
) -> None:
    """Whoever may not do it hears that, not what is wrong with what they sent."""
    cast: Cast = prepared(row.state, lambda: a_cast(hands, row.state))
    path = cast.address(row)
    caller = calling(cast.people[role])
    answer = caller.request(row.method, path, **NOT_JSON)
    expected = getattr(row, role)
    if expected in (401, 403, 404) and row.path != "/api/auth/ticket":
        assert answer.status_code == expected
        wrong = {**NOT_JSON["headers"], "If-Match": "not quoted", "Idempotency-Key": "x" * 300}
        assert caller.request(row.method, path, content=b"{", headers=wrong).status_code == expected
    elif row.body is not None:
        assert (answer.status_code, answer.json()["error"]) == (422, "validation_failed")


def test_rights_come_before_the_reading_of_a_query(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    for path in ("/api/admin/sessions?status=lost&page=0", "/api/admin/sessions.csv?startDate=never"):
        assert calling(a_mentee()).get(path).status_code == 403
        assert calling().get(path).status_code == 401


def test_a_reason_that_is_not_required_needs_no_body(db: Database, hands: Hands, calling: Door) -> None:
    call, booking = a_session(calling, hands)
    path = f"/api/bookings/{booking.id}/cancel"

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    options: dict[str, Any]
    for options in ({}, {"content": b""}, {"content": b" \r\n"}, {"content": nothing()}):
        refused = call("POST", path, **options)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["reasonCategory"])
    assert call("POST", path, content=b"null").json()["fields"] == {"body": "must be a JSON object"}
    change_policies(a_mentee("Admin", is_admin=True), {"require_cancellation_reason": False})
    assert call("POST", path).json()["status"] == "cancelled"

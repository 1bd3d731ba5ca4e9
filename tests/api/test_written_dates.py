"""Dates and instants are written out, wherever the API takes one: no number passes for either."""

from collections.abc import Iterator
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door, told
from tests.api.contract import DOCUMENT, ROUTES, parameters_of
from tests.api.world import HOURS, ONE, WEEK
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

DATE, INSTANT = "date", "date-time"
SLOTS, SESSIONS = "/api/mentors/{mentor_id}/availability/slots", "/api/admin/sessions"
DAYS = {"startDate": "2027-01-14", "endDate": "2027-01-15"}
A_DATE = "must be a date such as 2026-12-24"
AN_INSTANT = "must be a date and time with an offset, such as 2026-03-03T09:00:00Z"
# Midnights all of them, and a start that is offered.
NO_DATES: tuple[Any, ...] = (
    "1799884800", "1799884800000", "2027-01-14T00:00:00", "20270114", "2027-W02-4", "2027-02-30", "soon", "",
)  # fmt: skip
NO_INSTANTS: tuple[Any, ...] = ("1800014400", "1800014400.0", "1800014400000", 1800014400, "noon", "")
# Where each is taken: in the query, or in the body at this place.
TAKEN = {
    ("GET", SLOTS, "query", "startDate", DATE),
    ("GET", SLOTS, "query", "endDate", DATE),
    ("POST", f"{HOURS}/preview", "query", "startDate", DATE),
    ("POST", f"{HOURS}/preview", "query", "endDate", DATE),
    ("POST", f"{HOURS}/preview", "body", "exceptions.0.startDate", DATE),
    ("POST", f"{HOURS}/preview", "body", "exceptions.0.endDate", DATE),
    ("POST", f"{HOURS}/exceptions", "body", "startDate", DATE),
    ("POST", f"{HOURS}/exceptions", "body", "endDate", DATE),
    ("GET", SESSIONS, "query", "startDate", DATE),
    ("GET", SESSIONS, "query", "endDate", DATE),
    ("GET", f"{SESSIONS}.csv", "query", "startDate", DATE),
    ("GET", f"{SESSIONS}.csv", "query", "endDate", DATE),
    ("POST", "/api/bookings", "body", "scheduledAt", INSTANT),
    ("POST", f"{ONE}/reschedule", "body", "scheduledAt", INSTANT),
}


def fields_in(schema: dict[str, Any], named: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Every date and instant of a schema, with its place; of a list the first."""
    named = named | schema.get("$defs", {})
    if "$ref" in schema:
        schema = named[schema["$ref"].rpartition("/")[2]]
    if schema.get("format") in (DATE, INSTANT):
        yield place, schema["format"]
    for name, each in schema.get("properties", {}).items():
        yield from fields_in(each, named, f"{place}.{name}".strip("."))
    for each in schema.get("anyOf", ()):
        yield from fields_in(each, named, place)
    if isinstance(schema.get("items"), dict):
        yield from fields_in(schema["items"], named, f"{place}.0")


def documented() -> Iterator[tuple[str, str, str, str, str]]:
    schemas = DOCUMENT["components"]["schemas"]
    for method, path in ROUTES:
        for each in parameters_of(method, path):
            for _, kind in fields_in(each["schema"], schemas):
                yield method, path, each["in"], each["name"], kind
        body = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
        schema = body.get("application/json", {}).get("schema", {})
        for place, kind in fields_in(schema, schemas):
            yield method, path, "body", place, kind


def test_these_are_all_that_the_document_has() -> None:
    assert set(documented()) == TAKEN


@pytest.mark.parametrize(("method", "path", "where", "place", "kind"), sorted(TAKEN))
def test_what_only_counts_seconds_or_is_another_notation_is_refused(
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    method: str,
    path: str,
    where: str,
    place: str,
    kind: str,
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.on(minutes=2)
    admin = a_mentee("Ada", is_admin=True)
    caller = calling(admin if "/admin/" in path else mentor if path.startswith(HOURS) else mentee)
    address = path.format(mentor_id=mentor.id, booking_id=booking.id)
    before = counts()
    for wrong in NO_DATES if kind == DATE else NO_INSTANTS:
        query, body = dict(DAYS), right_body(path, mentor.id)
        if where == "query":
            query[place] = wrong
        elif place.startswith("exceptions."):
            body["exceptions"][0][place.rpartition(".")[2]] = wrong
        else:
            body[place] = wrong
        sent = {"params": query} | ({"json": body} if method == "POST" else {})
        refused = caller.request(method, address, **sent)
        assert refused.status_code == 422, (wrong, refused.text)
        assert told(refused)["fields"] == {place: A_DATE if kind == DATE else AN_INSTANT}, wrong
    assert counts() == before


def right_body(path: str, mentor_id: Any) -> dict[str, Any]:
    """What would be taken."""
    exception = {**DAYS, "type": "BLOCKED"}
    if path.endswith("/preview"):
        return {**WEEK, "exceptions": [exception]}
    if path.endswith("/exceptions"):
        return exception
    if path.endswith("/reschedule"):
        return {"scheduledAt": in_hours(30).isoformat()}
    return {"mentorId": str(mentor_id), "scheduledAt": "", "duration": 60, "title": "A session"}


def test_dates_and_instants_that_are_written_out_are_taken(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    mentor = a_mentor()
    caller, mine = calling(a_mentee()), calling(mentor)
    assert caller.get(SLOTS.format(mentor_id=mentor.id), params=DAYS).status_code == 200
    for number, written in enumerate(("2027-01-14T12:00:00Z", "2027-01-14t19:30:00+05:30")):
        body = right_body("/api/bookings", mentor.id) | {"scheduledAt": written}
        assert caller.post("/api/bookings", body).status_code == 201, number
    assert mine.post(f"{HOURS}/exceptions", {**DAYS, "type": "BLOCKED"}).status_code == 201
    admin = calling(a_mentee("Ada", is_admin=True))
    assert admin.get(SESSIONS, params={"startDate": "0001-01-01", "endDate": "9999-12-31"}).status_code == 200

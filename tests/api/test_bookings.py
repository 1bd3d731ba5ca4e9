"""`/api/bookings`: create, list, see; and everything that is refused on the way."""

import itertools
from typing import Any
from uuid import uuid4

import pytest
from icalendar import Calendar

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.schemas import as_uuid
from mentorbook.services.booking import bookings
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Caller, Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

NOTHING = {"sessions": 0, "claims": 0, "notifications": 0, "outbox": 0}


def test_a_booking_is_created_and_found_where_it_says(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor("Moira", zone="Asia/Tokyo"), a_mentee("Mina")
    caller = calling(mentee)
    made = caller.post("/api/bookings", a_request(mentor, in_hours(24), description="Bring a diagram"))
    body = made.json()
    assert (made.status_code, made.headers["location"]) == (201, f"/api/bookings/{body['id']}")
    assert caller.get(made.headers["location"]).json() == body
    assert body["mentor"] == {
        "id": str(mentor.id),
        "name": "Moira",
        "timezone": "Asia/Tokyo",
        "picture": None,
    }
    assert (body["status"], body["scheduledAt"]) == ("scheduled", "2027-01-14T12:00:00Z")
    assert (body["priceMinor"], body["rate"], body["currency"]) == (6000, "60.00", "GBP")
    assert (body["rescheduleCount"], body["videoReady"]) == (0, False)
    assert body["meetingUrl"].endswith(f"/room/{body['id']}")


def test_an_instant_may_come_in_any_offset(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    body = a_request(mentor, in_hours(24)) | {"scheduledAt": "2027-01-14T17:30:00+05:30"}
    assert calling(a_mentee()).post("/api/bookings", body).json()["scheduledAt"] == "2027-01-14T12:00:00Z"


def test_refusals_come_in_the_promised_order(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    nonsense = {"title": ""}
    assert calling().post("/api/bookings", nonsense).status_code == 401
    assert calling().request("POST", "/api/bookings", content=b"{").status_code == 401
    caller = calling(mentee)
    for number in range(3):
        assert caller.post("/api/bookings", a_request(mentor, in_hours(24 + number))).status_code == 201
    limited = caller.post("/api/bookings", nonsense)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "60")
    assert told(limited)["error"] == "rate_limited"
    hands.on(minutes=1)
    assert caller.post("/api/bookings", nonsense | {"mentorId": str(uuid4())}).status_code == 422
    assert caller.post("/api/bookings", a_request(mentor, in_hours(24))).status_code == 409


@pytest.mark.parametrize(
    ("schedule", "hours", "status", "code"),
    [
        ({}, 24, 409, "slot_taken"),
        ({}, -1, 409, "slot_unavailable"),
        ({}, 24 * 90, 409, "slot_unavailable"),
        ({}, 24.1, 409, "slot_unavailable"),
        ({"is_available": False}, 30, 409, "mentor_unavailable"),
        ({"is_active": False}, 30, 409, "mentor_unavailable"),
    ],
)
def test_each_conflict_has_its_code(
    db: Database,
    hands: Hands,
    calling: Door,
    schedule: dict[str, Any],
    hours: float,
    status: int,
    code: str,
) -> None:
    mentor = a_mentor(**schedule)
    if not schedule:
        create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    before = counts()
    refused = calling(a_mentee()).post("/api/bookings", a_request(mentor, in_hours(hours)))
    assert (refused.status_code, told(refused)["error"]) == (status, code)
    assert counts() == before


def test_nobody_books_themselves_or_nobody(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    own = calling(mentor).post("/api/bookings", a_request(mentor, in_hours(24)))
    assert (own.status_code, told(own)["error"]) == (409, "self_booking")
    absent = calling(a_mentee()).post("/api/bookings", a_request(uuid4(), in_hours(24)))
    assert (absent.status_code, told(absent)["error"]) == (404, "not_found")
    assert counts() == NOTHING


def test_a_taken_slot_comes_with_the_nearest_free_ones(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    body = told(calling(a_mentee()).post("/api/bookings", a_request(mentor, in_hours(24))))
    assert body["nearestSlots"] == [
        {"startTime": "2027-01-14T11:00:00Z", "endTime": "2027-01-14T12:00:00Z"},
        {"startTime": "2027-01-14T13:00:00Z", "endTime": "2027-01-14T14:00:00Z"},
        {"startTime": "2027-01-14T13:30:00Z", "endTime": "2027-01-14T14:30:00Z"},
    ]


def test_wrong_fields_are_all_named_at_once(db: Database, hands: Hands, calling: Door) -> None:
    body = {"mentorId": 7, "scheduledAt": "soon", "duration": 50, "title": "x" * 10_000, "extra": 1}
    refused = calling(a_mentee()).post("/api/bookings", body)
    assert refused.status_code == 422
    assert told(refused)["fields"] == {
        "mentorId": "must be a UUID",
        "scheduledAt": "must be a date and time with an offset, such as 2026-03-03T09:00:00Z",
        "duration": "must be 15 to 240 minutes, in steps of 15",
        "title": "may have at most 120 characters",
        "extra": "is not a field of this request",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not valid JSON"),
        (b"{", "is not valid JSON"),
        (b"\xff\xfe\x00", "is not valid JSON"),
        (b'{"title": "\xff"}', "is not valid JSON"),
        (b"[" * 50_000, "is not valid JSON"),
        (b'{"a":' * 10_000, "is not valid JSON"),
        (b"1" * 10_000, "is not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b"NaN", "must be a JSON object"),
        (b'{"title": "' + b"x" * 100_000 + b'"}', "may be at most 64 KiB"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_body_that_is_no_json_object_is_refused(
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    content: bytes,
    said: str,
    content_type: str | None,
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    refused = calling(a_mentee()).request("POST", "/api/bookings", content=content, headers=headers)
    assert refused.status_code == 422
    assert told(refused)["fields"] == {"body": said}


def test_a_form_is_no_booking(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    refused = calling(a_mentee()).request("POST", "/api/bookings", data={"title": "A session"})
    assert refused.status_code == 422


def test_deep_but_valid_json_is_refused(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    deep = b'{"title":' + b"[" * 900 + b"]" * 900 + b"}"
    refused = calling(a_mentee()).request("POST", "/api/bookings", content=deep)
    assert (refused.status_code, told(refused)["fields"]["title"]) == (422, "should be a valid string")


def test_the_same_key_gives_the_same_answer_and_one_session(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor, caller = a_mentor(), calling(a_mentee())
    body, key = a_request(mentor, in_hours(24)), {"Idempotency-Key": "a-key"}
    first = caller.post("/api/bookings", body, headers=key)
    hands.on(minutes=3)
    again = caller.post("/api/bookings", dict(reversed(body.items())), headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert counts()["sessions"] == 1


def test_the_same_key_answers_even_a_caller_who_is_too_fast(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor, caller = a_mentor(), calling(a_mentee())
    answers = [
        caller.post("/api/bookings", a_request(mentor, in_hours(24 + n)), headers={"Idempotency-Key": str(n)})
        for n in (0, 1, 2, 0)
    ]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert answers[0].content == answers[3].content


def test_a_key_with_another_body_is_a_mismatch(db: Database, hands: Hands, calling: Door) -> None:
    mentor, caller = a_mentor(), calling(a_mentee())
    key = {"Idempotency-Key": "a-key"}
    caller.post("/api/bookings", a_request(mentor, in_hours(24)), headers=key)
    refused = caller.post("/api/bookings", a_request(mentor, in_hours(26)), headers=key)
    assert (refused.status_code, told(refused)["error"]) == (422, "idempotency_mismatch")
    assert counts()["sessions"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve".encode()])
def test_a_bad_key_is_named(sqlite_db: Database, hands: Hands, calling: Door, key: str | bytes) -> None:
    headers: dict[str, Any] = {"Idempotency-Key": key}
    refused = calling(a_mentee()).post("/api/bookings", a_request(a_mentor(), in_hours(24)), headers=headers)
    assert (refused.status_code, list(told(refused)["fields"])) == (422, ["Idempotency-Key"])


def titles(caller: Caller, **query: Any) -> list[str]:
    """The titles of a list, in its order."""
    answer = caller.get("/api/bookings", params=query)
    assert answer.status_code == 200, answer.text
    return [booking["title"] for booking in answer.json()["bookings"]]


def test_lists_tell_roles_statuses_and_times_apart(db: Database, hands: Hands, calling: Door) -> None:
    me, other = a_mentor("Me"), a_mentor("Other", require_confirmation=True)
    create_booking(a_mentee(), a_request(me, in_hours(1), title="soon, as mentor"))
    create_booking(me, a_request(other, in_hours(50), title="asked, as mentee"))
    gone = create_booking(a_mentee(), a_request(me, in_hours(30), title="cancelled"))
    create_booking(a_mentee(), a_request(me, in_hours(72), title="later, as mentor"))
    create_booking(a_mentee(), a_request(other, in_hours(99), title="not mine"))
    with write_transaction() as session:
        session.get_one(MentoringSession, gone.id).status = "cancelled"
    hands.on(hours=3)
    caller = calling(me)
    assert titles(caller) == ["later, as mentor", "asked, as mentee", "cancelled", "soon, as mentor"]
    assert titles(caller, role="mentee") == ["asked, as mentee"]
    assert titles(caller, role="mentor", status="cancelled") == ["cancelled"]
    assert titles(caller, status="pending") == ["asked, as mentee"]
    assert titles(caller, when="coming") == ["asked, as mentee", "later, as mentor"]
    assert titles(caller, when="past") == ["soon, as mentor"]
    assert titles(caller, when="cancelled") == ["cancelled"]


def test_lists_come_in_pages_of_twenty(
    sqlite_db: Database, hands: Hands, calling: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    mentor, mentee = a_mentor(), a_mentee()
    for number in range(23):
        create_booking(mentee, a_request(mentor, in_hours(24 + 2 * number), title=f"{number:02}"))
    caller = calling(mentee)
    pages = [caller.get("/api/bookings", params={"when": "coming", "page": n}).json() for n in (1, 2, 3)]
    shown = [[booking["title"] for booking in page["bookings"]] for page in pages]
    assert list(itertools.chain(*shown)) == [f"{number:02}" for number in range(23)]
    assert [len(page) for page in shown] == [20, 3, 0]
    assert (pages[0]["total"], pages[0]["pages"]) == (23, 2)


@pytest.mark.parametrize(
    "query", [{"role": "admin"}, {"status": "lost"}, {"when": "never"}, {"page": 0}, {"page": 10**12}]
)
def test_a_wrong_list_query_names_its_field(
    sqlite_db: Database, hands: Hands, calling: Door, query: dict[str, object]
) -> None:
    refused = calling(a_mentee()).get("/api/bookings", params=query)
    assert (refused.status_code, list(told(refused)["fields"])) == (422, list(query))


@pytest.mark.parametrize("what", ["", "/calendar.ics"])
def test_other_peoples_bookings_are_as_absent_as_none(
    db: Database, hands: Hands, calling: Door, what: str
) -> None:
    booking = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)))
    stranger = calling(a_mentor("Stranger"))
    answers = [
        stranger.get(f"/api/bookings/{name}{what}")
        for name in (booking.id, uuid4(), "nonsense", "%00", str(booking.id).replace("-", ""))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert calling().get(f"/api/bookings/{booking.id}{what}").status_code == 401


def test_both_people_and_an_admin_may_see_a_booking(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee, admin = a_mentor(), a_mentee(), a_mentee("Admin", is_admin=True)
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    for person in (mentor, mentee, admin):
        answer = calling(person).get(f"/api/bookings/{booking.id}")
        assert (answer.status_code, answer.json()["id"]) == (200, str(booking.id))
    assert mentee.email not in calling(mentor).get(f"/api/bookings/{booking.id}").text
    with write_transaction() as session:
        session.get_one(User, admin.id).is_admin = False
    assert calling(admin).get(f"/api/bookings/{booking.id}").status_code == 404


def test_the_calendar_file_can_be_read_by_calendars(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor("Moira Hill"), a_mentee("Mina Park")
    title = (
        "Schemas; tables, and – “joins” 👩‍🚀 of some length, so that the line has to be folded by the writer"
    )
    description = "First line\nEND:VEVENT\nsecond, line"
    booking = create_booking(mentee, a_request(mentor, in_hours(24), title=title, description=description))
    answer = calling(mentee).get(f"/api/bookings/{booking.id}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["summary"], event["uid"]) == (f"{title} · Moira Hill", f"{booking.id}@mentorbook")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (booking.scheduled_at, booking.ends_at)
    assert event["description"] == f"{description}\n\n{booking.meeting_url}"
    assert event["status"] == "CONFIRMED"
    theirs = Calendar.from_ical(calling(mentor).get(f"/api/bookings/{booking.id}/calendar.ics").content)
    assert theirs.walk("VEVENT")[0]["summary"] == f"{title} · Mina Park"


def test_a_request_that_waits_is_tentative_in_the_calendar(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    mentee = a_mentee()
    booking = create_booking(mentee, a_request(a_mentor(require_confirmation=True), in_hours(24)))
    body = calling(mentee).get(f"/api/bookings/{booking.id}/calendar.ics").content
    assert b"STATUS:TENTATIVE" in body


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/api/bookings"), ("PUT", "/api/bookings"), ("DELETE", "/api/bookings")],
)
def test_other_methods_are_refused_in_the_one_shape(
    sqlite_db: Database, hands: Hands, calling: Door, method: str, path: str
) -> None:
    refused = calling(a_mentee()).request(method, path)
    assert (refused.status_code, told(refused)["error"]) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "GET, POST"


def test_head_is_refused(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    assert calling(a_mentee()).request("HEAD", "/api/bookings").status_code == 405


def test_html_and_emoji_come_back_as_they_went(db: Database, hands: Hands, calling: Door) -> None:
    title = "<img src=x onerror=alert(1)> 👩‍🚀 日本語"
    answer = calling(a_mentee()).post("/api/bookings", a_request(a_mentor(), in_hours(24), title=title))
    assert answer.json()["title"] == title
    assert answer.headers["content-type"] == "application/json"


def test_ids_in_an_answer_are_uuids(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    body = calling(a_mentee()).post("/api/bookings", a_request(a_mentor(), in_hours(24))).json()
    assert all(as_uuid(value) for value in (body["id"], body["mentor"]["id"], body["mentee"]["id"]))

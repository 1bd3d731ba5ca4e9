"""`/api/mentors/{id}/availability/slots`: the shape, the dates, the zones, and answers that stay true."""

import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.api.people import mentors
from mentorbook.db.claims import touch_calendars
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import Mentor
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.availability import slots
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Caller, Door, told
from tests.conftest import Hands
from tests.people import EVERY_DAY, a_mentee, a_mentor, a_request, in_hours

MORNING = tuple(WeeklyBlock(day, "09:00", "11:00", "AVAILABLE") for day in range(7))


def ask(caller: Caller, mentor: Account, first: str, last: str | None = None, **query: Any) -> Any:
    """The slots between two dates."""
    dates = {"startDate": first, "endDate": last or first}
    answer = caller.get(f"/api/mentors/{mentor.id}/availability/slots", params=dates | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def starts(body: Any) -> list[str]:
    """The starts of an answer."""
    return [slot["startTime"] for slot in body["slots"]]


def test_the_answer_has_the_promised_shape(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(weekly=MORNING)
    body = ask(calling(), mentor, "2027-01-14", timezone="Asia/Kolkata", duration=90)
    assert body == {
        "mentorId": str(mentor.id),
        "timezone": "Asia/Kolkata",
        "duration": 90,
        "slots": [
            {
                "startTime": "2027-01-14T14:30:00+05:30",
                "endTime": "2027-01-14T16:00:00+05:30",
                "available": True,
            },
            {
                "startTime": "2027-01-14T15:00:00+05:30",
                "endTime": "2027-01-14T16:30:00+05:30",
                "available": True,
            },
        ],
    }


def test_without_a_duration_the_mentors_own_counts(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(weekly=MORNING, default_session_duration=120)
    body = ask(calling(), mentor, "2027-01-14")
    assert (body["duration"], starts(body)) == (120, ["2027-01-14T09:00:00Z"])


def test_offsets_follow_the_clock_change_of_the_viewer(db: Database, hands: Hands, calling: Door) -> None:
    hands.now = hands.now.replace(month=3)
    mentor = a_mentor(max_advance_booking_days=None)
    body = ask(calling(), mentor, "2027-03-28", timezone="Europe/London")
    assert starts(body)[:4] == [
        "2027-03-28T00:00:00Z",
        "2027-03-28T00:30:00Z",
        "2027-03-28T02:00:00+01:00",
        "2027-03-28T02:30:00+01:00",
    ]
    assert body["slots"][1]["endTime"] == "2027-03-28T02:30:00+01:00"
    assert len(body["slots"]) == 46
    body = ask(calling(), mentor, "2027-10-31", timezone="Europe/London")
    assert starts(body)[1:6] == [
        "2027-10-31T00:30:00+01:00",
        "2027-10-31T01:00:00+01:00",
        "2027-10-31T01:30:00+01:00",
        "2027-10-31T01:00:00Z",
        "2027-10-31T01:30:00Z",
    ]
    assert len(body["slots"]) == 50


def test_dates_are_the_viewers_and_inclusive(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    body = ask(calling(), mentor, "2027-01-14", "2027-01-15", timezone="Pacific/Kiritimati")
    assert (starts(body)[0], starts(body)[-1]) == (
        "2027-01-14T02:30:00+14:00",
        "2027-01-15T23:30:00+14:00",
    )


def test_days_join_without_gap_or_repetition(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mentor, zone = a_mentor(), "America/St_Johns"
    whole = starts(ask(calling(), mentor, "2027-01-14", "2027-01-20", timezone=zone))
    days = [starts(ask(calling(), mentor, f"2027-01-{day}", timezone=zone)) for day in range(14, 21)]
    assert [start for day in days for start in day] == whole


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"startDate": None}, "startDate"),
        ({"endDate": None}, "endDate"),
        ({"startDate": "2027-02-30"}, "startDate"),
        ({"startDate": "tomorrow"}, "startDate"),
        ({"endDate": "2027-01-12"}, "endDate"),
        ({"endDate": "2027-03-16"}, "endDate"),
        ({"startDate": "0001-01-01"}, "startDate"),
        ({"startDate": "9998-11-30", "endDate": "9998-12-02"}, "endDate"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"timezone": "x" * 65}, "timezone"),
        ({"duration": 0}, "duration"),
        ({"duration": 50}, "duration"),
        ({"duration": 255}, "duration"),
        ({"duration": "long"}, "duration"),
        ({"duration": 10**30}, "duration"),
        ({"excludeBookingId": "mine"}, "excludeBookingId"),
        ({"includeUnavailable": "perhaps"}, "includeUnavailable"),
    ],
)
def test_a_wrong_query_names_its_field(
    sqlite_db: Database, hands: Hands, calling: Door, query: dict[str, Any], field: str
) -> None:
    asked = {"startDate": "2027-01-13", "endDate": "2027-01-14"} | query
    given = {name: value for name, value in asked.items() if value is not None}
    refused = calling().get(f"/api/mentors/{a_mentor().id}/availability/slots", params=given)
    assert refused.status_code == 422
    assert (told(refused)["error"], list(told(refused)["fields"])) == ("validation_failed", [field])


def test_sixty_two_days_may_be_asked_at_once(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(weekly=MORNING, max_advance_booking_days=None)
    assert len(ask(calling(), mentor, "2027-01-14", "2027-03-16")["slots"]) == 62 * 3


def test_a_resting_mentor_has_no_slots(db: Database, hands: Hands, calling: Door) -> None:
    for mentor in (a_mentor(is_available=False), a_mentor(is_active=False)):
        assert ask(calling(), mentor, "2027-01-14", includeUnavailable=True)["slots"] == []


def test_unavailable_slots_are_shown_on_request_and_never_say_whose(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor, mentee = a_mentor(weekly=MORNING), a_mentee("Mina")
    booking = create_booking(mentee, a_request(mentor, in_hours(21), title="Very secret"))
    free = ask(calling(), mentor, "2027-01-14")
    assert starts(free) == ["2027-01-14T10:00:00Z"]
    query = {"startDate": "2027-01-14", "endDate": "2027-01-14", "includeUnavailable": True}
    answer = calling().get(f"/api/mentors/{mentor.id}/availability/slots", params=query)
    shown = [(slot["startTime"][11:16], slot["available"]) for slot in answer.json()["slots"]]
    assert shown == [("09:00", False), ("09:30", False), ("10:00", True), ("10:30", False)]
    assert all(slot.keys() == {"startTime", "endTime", "available"} for slot in answer.json()["slots"])
    for secret in ("Mina", "secret", str(mentee.id), str(booking.id)):
        assert secret not in answer.text


def test_the_viewers_own_sessions_are_left_out(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor("One", weekly=MORNING), a_mentee()
    create_booking(mentee, a_request(a_mentor("Two"), in_hours(21)))
    assert starts(ask(calling(mentee), mentor, "2027-01-14")) == ["2027-01-14T10:00:00Z"]
    assert len(ask(calling(), mentor, "2027-01-14")["slots"]) == 3


def test_the_session_to_be_moved_does_not_block(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor(weekly=MORNING), a_mentee()
    booking = create_booking(mentee, a_request(mentor, in_hours(21)))
    moving = {"excludeBookingId": str(booking.id)}
    # Where it is already is no move, unless it gets another length.
    body = ask(calling(mentee), mentor, "2027-01-14", **moving)
    assert starts(body) == ["2027-01-14T09:30:00Z", "2027-01-14T10:00:00Z"]
    shorter = ask(calling(mentee), mentor, "2027-01-14", duration="30", **moving)
    assert "2027-01-14T09:00:00Z" in starts(shorter)
    grid = ask(calling(mentee), mentor, "2027-01-14", includeUnavailable="true", **moving)["slots"]
    assert [slot["available"] for slot in grid] == [False, True, True, False]
    unknown = ask(calling(mentee), mentor, "2027-01-14", excludeBookingId=str(uuid4()))
    assert len(unknown["slots"]) == 1
    for other in (a_mentee("Other"), mentor, None):
        told = ask(calling(other), mentor, "2027-01-14", excludeBookingId=str(booking.id))
        assert len(told["slots"]) == 1  # when others meet is not theirs to find out


BOOK = """
import sys
from mentorbook.db.engine import connect, database
connect(sys.argv[1])
from datetime import datetime
from uuid import UUID
from mentorbook.services import clock
from mentorbook.services.people import accounts
from mentorbook.services.availability import slots
from mentorbook.services.booking.bookings import create_booking
with clock.stand_at(lambda: datetime.fromisoformat(sys.argv[5])):
    create_booking(accounts.account(UUID(sys.argv[2])), {
        "mentorId": sys.argv[3], "scheduledAt": sys.argv[4], "duration": 60, "title": "From elsewhere"})
database().close()
"""


def test_a_booking_by_another_process_is_seen_at_once(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor(weekly=MORNING), a_mentee()
    assert len(ask(calling(), mentor, "2027-01-14")["slots"]) == 3
    subprocess.run(
        [
            sys.executable,
            "-c",
            BOOK,
            db.url.render_as_string(hide_password=False),
            str(mentee.id),
            str(mentor.id),
            in_hours(21).isoformat(),
            hands.now.isoformat(),
        ],
        check=True,
    )
    assert len(ask(calling(), mentor, "2027-01-14")["slots"]) == 1


def test_the_clock_alone_takes_slots_away(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(min_advance_booking_hours=2.0)
    assert starts(ask(calling(), mentor, "2027-01-13"))[0] == "2027-01-13T14:00:00Z"
    hands.on(microseconds=1)
    assert starts(ask(calling(), mentor, "2027-01-13"))[0] == "2027-01-13T14:30:00Z"


def test_the_clock_alone_adds_a_day_at_the_mentors_midnight(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor = a_mentor(zone="Asia/Tokyo", weekly=EVERY_DAY, max_advance_booking_days=1)
    last = "2027-01-15"
    assert ask(calling(), mentor, last, timezone="Asia/Tokyo")["slots"] == []
    hands.now = hands.now.replace(hour=14, minute=59, second=59)
    assert ask(calling(), mentor, last, timezone="Asia/Tokyo")["slots"] == []
    hands.on(seconds=1)
    assert len(ask(calling(), mentor, last, timezone="Asia/Tokyo")["slots"]) == 48


def test_a_mentor_who_stops_loses_all_slots_at_once(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(weekly=MORNING)
    assert ask(calling(), mentor, "2027-01-14")["slots"]
    with write_transaction() as session:
        session.get_one(Mentor, mentor.id).is_available = False
        touch_calendars(session, [mentor.id], hours=True)
    assert ask(calling(), mentor, "2027-01-14")["slots"] == []


def test_spellings_of_one_query_are_remembered_once(calling: Door, sqlite_db: Database, hands: Hands) -> None:
    path = f"/api/mentors/{a_mentor(default_session_duration=60).id}/availability/slots"
    spellings = (
        "startDate=2027-01-14&endDate=2027-01-15",
        "endDate=2027-01-15&startDate=2027-01-14",
        "startDate=2027-01-14&endDate=2027-01-15&timezone=UTC&duration=60",
        "startDate=2027%2D01-14&endDate=2027-01-15&duration=060",
        "startDate=2027-01-14&endDate=2027-01-15&includeUnavailable=false",
        f"startDate=2027-01-14&endDate=2027-01-15&excludeBookingId={uuid4()}",
    )
    answers = {calling().get(f"{path}?{spelling}").content for spelling in spellings}
    assert len(answers) == 1
    assert (len(slots._cache), len(mentors._rendered)) == (1, 1)

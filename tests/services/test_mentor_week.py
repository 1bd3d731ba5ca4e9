"""The week of a mentor, from one snapshot: whose sessions, which hours, and what it counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import NotPermitted, ValidationFailed
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock
from mentorbook.domain.zones import EPOCH, MINUTE
from mentorbook.services.admin.account_changes import invite_mentor
from mentorbook.services.availability.own_hours import add_exception, own_hours, save_hours
from mentorbook.services.booking.approval import accept_booking
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.mentor_week import mentor_week
from mentorbook.services.people import accounts
from tests.conftest import NOON, Hands
from tests.people import a_mentee, a_mentor, a_request
from tests.statements import statements
from tests.unit.slot_oracle import opening_block, wall_clock

MONDAY = date(2027, 1, 11)
WEEKLY = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in (1, 2, 3, 4, 5))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of January 2027."""
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def test_the_week_has_the_sessions_of_both_roles_and_no_cancelled_ones(db: Database, hands: Hands) -> None:
    moira, omar, mina = a_mentor("Moira"), a_mentor("Omar"), a_mentee("Mina")
    hands.now = NOON - timedelta(days=3)
    over = create_booking(mina, a_request(moira, at(11, 9)))
    missed = create_booking(mina, a_request(moira, at(12, 15)))
    gone = create_booking(mina, a_request(moira, at(15, 9)))
    cancel_booking(mina, gone.id, {"reasonCategory": "schedule_conflict"})
    hands.on(minutes=5)
    # Over the end of the week, in the one before, and somebody else's.
    edge = create_booking(mina, a_request(moira, at(17, 23, 30)))
    create_booking(a_mentee(), a_request(omar, at(13, 15)))
    hands.now = NOON
    mark_no_show(moira, missed.id)
    learns = create_booking(moira, a_request(omar, at(14, 9)))
    found = mentor_week(moira, date(2027, 1, 14), "UTC")
    assert found.first_day == MONDAY
    assert [(each.id, each.status, each.mentors, each.other_name) for each in found.sessions] == [
        (over.id, SessionStatus.SCHEDULED, True, "Mina"),
        (missed.id, SessionStatus.NO_SHOW, True, "Mina"),
        (learns.id, SessionStatus.SCHEDULED, False, "Omar"),
        (edge.id, SessionStatus.SCHEDULED, True, "Mina"),
    ]
    # An hour of each that was booked, of the last half an hour; open around the clock.
    figures = found.figures
    assert (figures.coming, figures.booked, figures.open) == (2, 150, 7 * 1440)
    assert [each.id for each in mentor_week(moira, date(2027, 1, 20), "UTC").sessions] == [edge.id]


def test_requests_wait_until_they_are_answered_or_have_lapsed(db: Database, hands: Hands) -> None:
    greta, mina = a_mentor("Greta", require_confirmation=True), a_mentee("Mina")
    asked = [create_booking(mina, a_request(greta, at(15, hour))) for hour in (9, 11)]
    found = mentor_week(greta, None, "UTC")
    assert [each.waits for each in found.sessions] == [True, True]
    assert (found.figures.requests, found.figures.booked) == (2, 0)
    accept_booking(greta, asked[0].id)
    found = mentor_week(greta, None, "UTC")
    assert [each.waits for each in found.sessions] == [False, True]
    assert (found.figures.requests, found.figures.booked) == (1, 60)
    hands.now = at(15, 12)
    assert mentor_week(greta, None, "UTC").figures.requests == 0


def test_the_figures_are_of_this_week_whichever_is_shown(db: Database, hands: Hands) -> None:
    moira = a_mentor("Moira", weekly=WEEKLY)
    create_booking(a_mentee(), a_request(moira, at(14, 9)))
    create_booking(a_mentee(), a_request(moira, at(21, 9)))
    shown = [mentor_week(moira, day, "UTC") for day in (None, date(2027, 1, 21), date(2027, 6, 1))]
    assert {each.figures for each in shown} == {shown[0].figures}
    assert (shown[0].figures.booked, shown[0].figures.open) == (60, 40 * 60)
    assert [len(each.sessions) for each in shown] == [1, 1, 0]


def test_an_exception_counts_also_when_it_is_over(db: Database, hands: Hands) -> None:
    monday = CalendarException(MONDAY, MONDAY, "BLOCKED")
    moira = a_mentor("Moira", weekly=WEEKLY, exceptions=(monday,))
    hands.now = NOON + timedelta(days=3, hours=20)
    add_exception(
        moira,
        {
            "startDate": "2027-01-17",
            "endDate": "2027-01-17",
            "type": "AVAILABLE",
            "startTime": "10:00",
            "endTime": "12:00",
            "reason": "Open house",
        },
    )
    found = mentor_week(moira, None, "UTC")
    assert found.figures.open == (4 * 8 + 2) * 60
    assert [each.reason for each in found.exceptions] == ["", "Open house"]
    assert sum(end - start for start, end in found.exceptions[1].spans) == 120
    # In the week after, nothing is different.
    later = mentor_week(moira, date(2027, 1, 25), "UTC")
    assert later.exceptions == ()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_open_hours_are_those_by_which_slots_are_offered(db: Database, hands: Hands, zone: str) -> None:
    exceptions = (
        CalendarException(date(2027, 3, 28), date(2027, 3, 28), "AVAILABLE", "00:30", "03:30"),
        CalendarException(date(2027, 3, 24), date(2027, 3, 25), "BLOCKED"),
        CalendarException(date(2027, 3, 25), date(2027, 3, 25), "AVAILABLE", "22:00", "02:00"),
    )
    moira = a_mentor("Moira", "Europe/London", weekly=WEEKLY, exceptions=exceptions)
    found = mentor_week(moira, date(2027, 3, 22), zone)
    calendar = MentorCalendar("Europe/London", WEEKLY, exceptions)
    place = ZoneInfo("Europe/London")
    opens = {minute for first, end in found.open for minute in range(first, end)}
    start = int((datetime(2027, 3, 20, tzinfo=UTC) - EPOCH).total_seconds()) // 60
    for minute in range(start, start + 11 * 1440, 5):
        is_open = opening_block(calendar, wall_clock(EPOCH + minute * MINUTE, place)) is not None
        assert (minute in opens) == is_open, EPOCH + minute * MINUTE


def test_who_has_no_hours_yet_or_is_paused_has_a_week_all_the_same(db: Database, hands: Hands) -> None:
    noor, admin = a_mentee("Noor"), a_mentee("Ada", is_admin=True)
    with pytest.raises(NotPermitted):
        mentor_week(noor, None, "UTC")
    invite_mentor(admin, noor.id)
    found = mentor_week(accounts.account(noor.id), None, "Asia/Kolkata")
    assert (found.open, found.is_paused, found.figures.open) == ((), True, 0)
    moira = a_mentor("Moira", weekly=WEEKLY)
    assert not mentor_week(moira, None, "UTC").is_paused
    hours = own_hours(moira).model_dump(mode="json", by_alias=True)
    hours.pop("exceptions")
    hours["schedule"]["isActive"] = False
    save_hours(moira, hours)
    assert mentor_week(moira, None, "UTC").is_paused


def test_what_cannot_be_a_week_is_refused(sqlite_db: Database, hands: Hands) -> None:
    moira = a_mentor("Moira")
    for day, zone in ((date(1, 1, 1), "UTC"), (date.max, "UTC"), (None, "Mars/Olympus")):
        with pytest.raises(ValidationFailed):
            mentor_week(moira, day, zone)


def test_the_cost_does_not_grow_with_what_is_in_the_week(db: Database, hands: Hands) -> None:
    moira = a_mentor("Moira")

    def asked() -> int:
        with statements() as said:
            mentor_week(moira, date(2027, 1, 18), "UTC")
        return len(said)

    asked()
    before = asked()
    for hour in range(12):
        create_booking(a_mentee(), a_request(moira, at(18, 2 * hour)))
    asked()
    assert asked() == before

"""The zone database changes under a deployment: stored wall times keep their meaning, instants stay."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain import zones
from mentorbook.domain.slots import CalendarException, WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.domain.wall_clock import local
from mentorbook.presenters.calendars import calendar_file
from mentorbook.services.availability.preview import sessions_outside
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands, forget
from tests.people import a_mentee, a_mentor, a_request

LONDON, THURSDAY = "Europe/London", date(2027, 1, 14)
NINE_TO_FIVE = tuple(WeeklyBlock(day, "09:00", "17:00", "AVAILABLE") for day in range(7))
HOUR = timedelta(hours=1)

Change = Callable[[], None]


def _restart() -> None:
    """A process that begins anew has read nothing of the zone database yet, and remembers nothing."""
    ZoneInfo.clear_cache()
    zones._changes.cache_clear()
    forget()


@pytest.fixture
def london_moves(tmp_path: Path) -> Iterator[Change]:
    """Call it, and on the disk there is a database by which London has the time of Berlin."""
    before = zoneinfo.TZPATH
    (tmp_path / "Europe").mkdir()

    def change() -> None:
        new = (files("tzdata") / "zoneinfo" / "Europe" / "Berlin").read_bytes()
        (tmp_path / LONDON).write_bytes(new)
        zoneinfo.reset_tzpath(to=[str(tmp_path), *before])

    yield change
    zoneinfo.reset_tzpath(to=before)
    _restart()


def offered(mentor: Account, day: date = THURSDAY) -> list[datetime]:
    """The starts of a date."""
    return list(list_slots(None, SlotQuery(mentor.id, day, day, LONDON, 60)).starts)


def at(hour: int) -> datetime:
    """An instant of the Thursday."""
    return datetime(2027, 1, 14, hour, tzinfo=UTC)


def test_hours_and_exceptions_keep_their_wall_times(db: Database, hands: Hands, london_moves: Change) -> None:
    evening = CalendarException(THURSDAY, THURSDAY, "AVAILABLE", "20:00", "21:00")
    mentor = a_mentor(zone=LONDON, weekly=NINE_TO_FIVE, exceptions=(evening,))
    before = offered(mentor)
    assert (before[0], before[-1]) == (at(9), at(20))
    london_moves()
    _restart()
    after = offered(mentor)
    assert (after[0], after[-1]) == (at(8), at(19))
    assert [f"{local(start, LONDON):%H:%M}" for start in (after[0], after[-1])] == ["09:00", "20:00"]


def test_what_is_booked_keeps_its_instant_and_is_in_the_way(
    db: Database, hands: Hands, london_moves: Change
) -> None:
    mentor, mentee = a_mentor(zone=LONDON, weekly=NINE_TO_FIVE), a_mentee()
    first, last = (create_booking(mentee, a_request(mentor, at(hour))) for hour in (10, 16))
    file = calendar_file(get_booking(mentee, first.id), mentee.id)
    london_moves()
    _restart()
    assert get_booking(mentee, first.id).scheduled_at == at(10)
    assert calendar_file(get_booking(mentee, first.id), mentee.id) == file
    assert f"{local(first.scheduled_at, LONDON):%H:%M}" == "11:00"
    assert not {at(10), at(16)} & set(offered(mentor))
    # It now ends an hour after the mentor does: it stays, and is listed before the hours are saved again.
    schedule = {"timezone": LONDON}
    days = [
        {"dayOfWeek": day, "isEnabled": True, "timeBlocks": [_block(block)]}
        for day, block in enumerate(NINE_TO_FIVE)
    ]
    outside = sessions_outside(mentor, {"schedule": schedule, "weeklyPatterns": days})
    assert [each.id for each in outside] == [last.id]


def _block(block: WeeklyBlock) -> dict[str, str]:
    return {"startTime": block.start, "endTime": block.end, "type": block.type}


def test_what_is_offered_afterwards_is_accepted(db: Database, hands: Hands, london_moves: Change) -> None:
    mentor = a_mentor(zone=LONDON, weekly=NINE_TO_FIVE)
    offered(mentor)
    london_moves()
    _restart()
    start = offered(mentor)[0]
    assert create_booking(a_mentee(), a_request(mentor, start)).scheduled_at == start == at(8)


def test_a_process_goes_on_by_what_it_has_read_until_it_is_restarted(
    sqlite_db: Database, hands: Hands, london_moves: Change
) -> None:
    mentor = a_mentor(zone=LONDON, weekly=NINE_TO_FIVE)
    before = offered(mentor)
    london_moves()
    # What the process remembers of mentors and lists does not matter: the year has been read.
    forget()
    assert offered(mentor) == before
    assert create_booking(a_mentee(), a_request(mentor, before[0])).scheduled_at == before[0]

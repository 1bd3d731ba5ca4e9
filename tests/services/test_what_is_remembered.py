"""What the process remembers between requests: committed values, never rows, never what was undone."""

import dataclasses
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, col

from mentorbook.db.claims import touch_calendars
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import AvailabilitySchedule, Mentor, User
from mentorbook.domain.views import Account
from mentorbook.services.availability import published_hours, publishing, slots
from mentorbook.services.availability.published_hours import published_calendar
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import mentor_directory
from tests.conftest import NOON, Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

DAY = NOON.date() + timedelta(days=1)
READS: dict[str, Callable[[Account], Any]] = {
    "directory": lambda mentor: mentor_directory.directory(None, mentor_directory.DirectoryQuery()),
    "profile": lambda mentor: mentor_directory.profile(None, mentor.id),
    "slots": lambda mentor: slots.list_slots(None, slots.SlotQuery(mentor.id, DAY, DAY)).slots,
    "durations": lambda mentor: slots.fitting_durations(None, mentor.id, in_hours(24)),
    "earliest": lambda mentor: slots.earliest_slot(None, mentor.id, 60),
}


class Undone(Exception):
    """Ends a transaction without a commit."""


@contextmanager
def undone() -> Iterator[Session]:
    """A transaction that writes and then comes to nothing."""
    with suppress(Undone), write_transaction() as session:
        yield session
        raise Undone


def change_everything(session: Session, mentor: Account) -> None:
    """Give the mentor another name, profile and schedule in an open transaction, through their rows."""
    session.get_one(User, mentor.id).name = "Somebody else"
    session.get_one(Mentor, mentor.id).headline = "Never said"
    session.get_one(AvailabilitySchedule, mentor.id).buffer_minutes = 45
    session.flush()
    touch_calendars(session, [mentor.id], hours=True)


def answers(mentor: Account) -> dict[str, Any]:
    """What every read says."""
    return {name: read(mentor) for name, read in READS.items()}


def rows_in(value: object) -> list[object]:
    """Every table row that can be reached from a value."""
    if isinstance(value, SQLModel):
        return [value]
    if dataclasses.is_dataclass(value):
        return [row for each in dataclasses.fields(value) for row in rows_in(getattr(value, each.name))]
    if isinstance(value, (tuple, list, set, frozenset)):
        return [row for each in value for row in rows_in(each)]
    return []


@pytest.mark.parametrize("name", READS)
def test_a_write_that_is_undone_leaves_no_trace(db: Database, hands: Hands, name: str) -> None:
    mentor = a_mentor()
    READS[name](mentor)
    before = answers(mentor)
    with undone() as session:
        published = published_calendar(session, mentor.id)
        assert published.name == mentor.name
        change_everything(session, mentor)
        seen = published_calendar(session, mentor.id)
        # Positive control: inside, the change is seen.
        assert (seen.name, seen.schedule.buffer_minutes) == ("Somebody else", 45)
    # Another write gets to the very version that was undone, with other content.
    with write_transaction() as session:
        touch_calendars(session, [mentor.id], hours=True)
    assert answers(mentor) == before


def test_a_write_that_is_undone_leaves_no_trace_where_nothing_was_remembered(
    db: Database, hands: Hands
) -> None:
    mentor = a_mentor()
    published_hours._published.clear()
    with undone() as session:
        change_everything(session, mentor)
        assert published_calendar(session, mentor.id).name == "Somebody else"
    assert len(published_hours._published) == 0
    with write_transaction() as session:
        touch_calendars(session, [mentor.id], hours=True)
    assert mentor_directory.profile(None, mentor.id).name == mentor.name


def test_a_write_remembers_nothing_even_when_it_succeeds(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    published_hours._published.clear()
    with write_transaction() as session:
        published_calendar(session, mentor.id)
    assert len(published_hours._published) == 0
    with read_transaction() as session:
        published_calendar(session, mentor.id)
    assert len(published_hours._published) == 1


def test_what_is_remembered_holds_no_rows(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    with read_transaction() as session:
        assert rows_in(session.get_one(User, mentor.id))  # positive control
        assert rows_in(published_calendar(session, mentor.id)) == []
    answers(mentor)
    for cache in (published_hours._published, slots._cache):
        kept = list(cache._kept.values())
        assert kept
        assert rows_in(kept) == []


def test_a_booking_that_fails_while_it_is_written_takes_nothing_down(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    published_hours._published.clear()
    with write_transaction() as session:
        forbid_keys(session, db.is_sqlite)
    with pytest.raises(DBAPIError, match="no more keys"):
        create_booking(mentee, a_request(mentor, in_hours(24)), "a key")
    with write_transaction() as session:
        session.execute(text(f"DROP TRIGGER no_more_keys{'' if db.is_sqlite else ' ON idempotency_keys'}"))
    said = answers(mentor)
    assert [card.name for card in said["directory"].mentors] == [mentor.name]
    assert said["slots"]
    booked = create_booking(mentee, a_request(mentor, in_hours(24)), "a key")
    assert create_booking(mentee, a_request(mentor, in_hours(24)), "a key").id == booked.id


def forbid_keys(session: Session, is_sqlite: bool) -> None:
    """Have the database refuse every idempotency key, which is written last of a booking."""
    if is_sqlite:
        session.execute(
            text(
                """CREATE TRIGGER no_more_keys BEFORE INSERT ON idempotency_keys
                   BEGIN SELECT RAISE(ABORT, 'no more keys'); END"""
            )
        )
        return
    session.execute(
        text(
            """CREATE FUNCTION no_more_keys() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION 'no more keys'; END $$"""
        )
    )
    session.execute(
        text(
            """CREATE TRIGGER no_more_keys BEFORE INSERT ON idempotency_keys
               FOR EACH ROW EXECUTE FUNCTION no_more_keys()"""
        )
    )


def test_a_change_between_version_and_calendar_is_not_remembered_under_the_old_version(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = a_mentor()
    # Its version is asked for only where another one is remembered.
    with read_transaction() as session:
        published_calendar(session, mentor.id)
    with write_transaction() as session:
        touch_calendars(session, [mentor.id], hours=True)
    load = published_hours._load

    def overtaken(session: Session, mentors: Any) -> dict[UUID, published_hours.PublishedCalendar]:
        monkeypatch.setattr(published_hours, "_load", load)
        publishing.publish_hours(mentor.id, publishing.Hours(schedule={"buffer_minutes": 45}))
        return load(session, mentors)

    monkeypatch.setattr(published_hours, "_load", overtaken)
    with read_transaction() as session:
        seen = published_calendar(session, mentor.id)
    assert (seen.schedule.buffer_minutes, bool(seen.calendar.weekly)) == (0, True)
    with read_transaction() as session:
        later = published_calendar(session, mentor.id)
    assert (later.version, later.schedule.buffer_minutes) == (seen.version + 1, 45)
    assert later.calendar.weekly == ()


def test_a_booking_between_versions_and_slots_is_not_missed_later(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    compute, query = slots.compute_slots, slots.SlotQuery(mentor.id, DAY, DAY)

    def overtaken(*args: Any) -> slots.SlotList:
        monkeypatch.setattr(slots, "compute_slots", compute)
        create_booking(mentee, a_request(mentor, in_hours(24)))
        return compute(*args)

    monkeypatch.setattr(slots, "compute_slots", overtaken)
    seen = slots.list_slots(None, query)
    assert in_hours(24) in {slot.start_time for slot in seen.slots}
    later = slots.list_slots(None, query)
    assert in_hours(24) not in {slot.start_time for slot in later.slots}


def test_a_read_sees_one_state_of_the_database(db: Database, hands: Hands) -> None:
    mentee = a_mentee("Before")

    def name_in(session: Session) -> str | None:
        # Without the ORM, which would remember the row by itself.
        return session.connection().execute(text("SELECT name FROM users")).scalar()

    with read_transaction() as session:
        assert name_in(session) == "Before"
        with write_transaction() as other:
            other.execute(update(User).where(col(User.id) == mentee.id).values(name="After"))
        assert name_in(session) == "Before"
    with read_transaction() as session:
        assert name_in(session) == "After"


def test_a_write_on_postgresql_sees_what_others_commit_meanwhile(postgres_db: Database, hands: Hands) -> None:
    """Positive control of the test before, and what taking turns by lock relies on."""
    a_mentee("Before")
    with write_transaction() as session:
        names = [session.connection().execute(text("SELECT name FROM users")).scalar()]
        with write_transaction() as other:
            other.execute(update(User).values(name="After"))
        names.append(session.connection().execute(text("SELECT name FROM users")).scalar())
    assert names == ["Before", "After"]


def test_a_read_on_postgresql_cannot_write(postgres_db: Database, hands: Hands) -> None:
    a_mentee()
    with pytest.raises(DBAPIError, match="read-only transaction"), read_transaction() as session:
        session.execute(update(User).values(name="Changed"))
    # Connections go back to the pool as they were.
    for _ in range(12):
        with read_transaction() as session:
            session.execute(text("SELECT 1"))
        with write_transaction() as session:
            session.execute(update(User).values(name="Changed"))


def test_slot_lists_weigh_what_they_take(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(max_advance_booking_days=None)
    ask_for_months(mentor, 1)
    slots._cache.clear()
    tracemalloc.start()
    ask_for_months(mentor, 20)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 * slots._cache.weight < taken < 1.1 * slots._cache.weight


def test_a_stranger_cannot_fill_memory_with_queries(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(max_advance_booking_days=None)
    ask_for_months(mentor, 180)
    assert 20 < len(slots._cache) < 180
    assert slots._cache.weight <= slots._cache.most


def ask_for_months(mentor: Account, count: int) -> None:
    """Ask for two months of an open calendar, each time another two."""
    for number in range(count):
        day = DAY + timedelta(days=number)
        query = slots.SlotQuery(mentor.id, day, day + timedelta(days=61), "UTC", 30)
        assert len(slots.list_slots(None, query).slots) == 62 * 48


def test_two_ways_to_ask_for_the_same_are_remembered_once(db: Database, hands: Hands) -> None:
    mentor = a_mentor(default_session_duration=45)
    usual = slots.list_slots(None, slots.SlotQuery(mentor.id, DAY, DAY))
    assert slots.list_slots(None, slots.SlotQuery(mentor.id, DAY, DAY, "UTC", 45)) is usual
    assert len(slots._cache) == 1

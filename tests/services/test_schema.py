"""The schema: the same on both databases as in the code, and the guards that no code can go round."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import Session, col

from mentorbook.db.claims import Interval, claim
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.metadata import metadata
from mentorbook.db.migrate import _MIGRATION_LOCK, config, upgrade
from mentorbook.db.people import Mentor
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.db.types import Rate, UtcDateTime
from mentorbook.domain.errors import SlotTaken
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.servers.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return fresh_database(request.getfixturevalue("postgres"))


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """That database."""
    database = Database(empty_url)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    """Names of the tables."""
    return set(inspect(database.engine).get_table_names())


def test_the_migrations_build_what_the_code_expects(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_comparison_would_see_a_difference(db: Database) -> None:
    """Positive control: a missing index and a missing column are found."""
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX sessions_of_mentee"))
        connection.execute(text("ALTER TABLE users DROP COLUMN calendar_version"))
        context = MigrationContext.configure(connection)
        assert sorted(change[0] for change in compare_metadata(context, metadata)) == [
            "add_column",
            "add_index",
        ]


def test_upgrading_twice_is_harmless(db: Database, hands: Hands) -> None:
    create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)))
    before = counts()
    upgrade(db)
    assert counts() == before


def test_down_to_nothing_and_up_again(empty: Database) -> None:
    upgrade(empty)
    full = tables(empty)
    settings_ = config()
    with empty.engine.execution_options(writes=True).begin() as connection:
        settings_.attributes["connection"] = connection
        command.downgrade(settings_, "base")
    assert tables(empty) == {"alembic_version"}
    upgrade(empty)
    assert tables(empty) == full == {*metadata.tables, "alembic_version"}


def test_two_upgrades_at_once_wait_for_each_other(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    barrier = threading.Barrier(len(databases))
    failures: list[BaseException] = []

    def work(database: Database) -> None:
        barrier.wait()
        try:
            upgrade(database)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert tables(databases[0]) == {*metadata.tables, "alembic_version"}
    for database in databases:
        database.close()


def test_an_upgrade_that_takes_longer_than_a_request_may_goes_on(postgres: str) -> None:
    url = fresh_database(postgres)
    holder, waiting = Database(url), Database(url)

    @event.listens_for(waiting.engine, "connect")
    def be_impatient(connection: Any, _record: Any) -> None:
        connection.execute("SET statement_timeout = 50")
        connection.commit()

    failures: list[BaseException] = []

    def work() -> None:
        try:
            upgrade(waiting)
        except BaseException as error:
            failures.append(error)

    # Positive control: a statement of this length does not come to its end.
    with pytest.raises(DBAPIError, match="statement timeout"), waiting.engine.begin() as connection:
        connection.execute(text("SELECT pg_sleep(1)"))
    thread = threading.Thread(target=work)
    with holder.engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        thread.start()
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while thread.is_alive() and not connection.scalar(text(waits)):
            pass
        connection.execute(text("SELECT pg_sleep(0.5)"))
    thread.join()
    assert failures == []
    assert tables(waiting) == {*metadata.tables, "alembic_version"}
    with waiting.engine.begin() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "50ms"
    holder.close()
    waiting.close()


def a_session_id() -> tuple[UUID, UUID]:
    """A booked session's id and its mentor's."""
    booking = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24)))
    return booking.id, booking.mentor.id


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1), timedelta(days=1, seconds=2)])
def test_claims_are_of_a_sound_length(db: Database, hands: Hands, length: timedelta) -> None:
    session_id, mentor = a_session_id()
    start = in_hours(200)
    with pytest.raises(DBAPIError, match="session_claims_length"), write_transaction() as session:
        session.execute(
            update(SessionClaim)
            .where(col(SessionClaim.user_id) == mentor)
            .values(starts_at=start, ends_at=start + length)
        )
    assert session_id


def test_a_claim_may_last_a_day(db: Database, hands: Hands) -> None:
    _, mentor = a_session_id()
    start = in_hours(200)
    with write_transaction() as session:
        session.execute(
            update(SessionClaim)
            .where(col(SessionClaim.user_id) == mentor)
            .values(starts_at=start, ends_at=start + timedelta(days=1))
        )


def a_bare_session(session: Session, mentee: UUID) -> UUID:
    """A session without claims."""
    row = MentoringSession(
        mentor_id=session.scalars(select(col(Mentor.id)).limit(1)).one(),
        mentee_id=mentee,
        title="bare",
        status="scheduled",
        scheduled_at=in_hours(48),
        ends_at=in_hours(49),
        duration=60,
        meeting_url="",
        rate=Decimal(1),
        currency="GBP",
        price_minor=1,
        created_at=in_hours(0),
        updated_at=in_hours(0),
    )
    session.add(row)
    session.flush()
    return row.id


def test_claims_overlap_exactly_when_their_times_do(db: Database, hands: Hands) -> None:
    a_mentor()
    start = in_hours(48)
    end = start + timedelta(hours=1)

    @given(st.integers(-120, 120), st.integers(1, 120), st.sampled_from([-1, 0, 1]))
    @settings(max_examples=25, database=None)
    def check(shift: int, length: int, microseconds: int) -> None:
        begin = start + timedelta(minutes=shift, microseconds=microseconds)
        until = begin + timedelta(minutes=length)
        assert _is_refused((start, end), (begin, until)) == (begin < end and until > start)

    check()


@pytest.mark.parametrize("microseconds", [-1, 0, 1])
def test_claims_may_touch(db: Database, hands: Hands, microseconds: int) -> None:
    a_mentor()
    start, hour = in_hours(48), timedelta(hours=1)
    begin = start + hour + timedelta(microseconds=microseconds)
    assert _is_refused((start, start + hour), (begin, begin + hour)) == (microseconds < 0)


def _is_refused(first: Interval, second: Interval) -> bool:
    """Whether somebody who holds the first interval may not hold the second."""
    person = a_mentee().id
    with write_transaction() as session:
        claim(session, a_bare_session(session, person), {person: first})
    try:
        with write_transaction() as session:
            claim(session, a_bare_session(session, person), {person: second})
    except SlotTaken:
        return True
    return False


def test_moving_a_claim_onto_another_is_refused(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    for hours in (24, 30):
        create_booking(a_mentee(), a_request(mentor, in_hours(hours)))
    with pytest.raises(DBAPIError, match="session_claims_no_overlap"), write_transaction() as session:
        session.execute(
            update(SessionClaim)
            .where(col(SessionClaim.user_id) == mentor.id, col(SessionClaim.starts_at) == in_hours(24))
            .values(ends_at=in_hours(30.1))
        )


@pytest.mark.parametrize(
    "values", [{"status": "lost"}, {"duration": 10}, {"duration": 300}, {"mentee_id": "the mentor"}]
)
def test_impossible_sessions_are_refused_by_the_database(
    db: Database, hands: Hands, values: dict[str, Any]
) -> None:
    session_id, mentor = a_session_id()
    wanted = {name: mentor if value == "the mentor" else value for name, value in values.items()}
    with pytest.raises(DBAPIError), write_transaction() as session:
        session.execute(
            update(MentoringSession).where(col(MentoringSession.id) == session_id).values(**wanted)
        )


def test_a_session_of_nobody_is_refused(db: Database, hands: Hands) -> None:
    with pytest.raises(DBAPIError), write_transaction() as session:
        session.execute(
            insert(SessionClaim).values(
                session_id=uuid4(), user_id=uuid4(), starts_at=in_hours(1), ends_at=in_hours(2)
            )
        )


SCRATCH = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("rate", Rate),
)


@pytest.fixture
def scratch(empty: Database) -> Database:
    """A table of the types of our own."""
    SCRATCH.create(empty.engine)
    return empty


def round_trip(database: Database, **values: Any) -> Any:
    """What comes back for what was written."""
    with database.engine.begin() as connection:
        connection.execute(delete(SCRATCH))
        connection.execute(insert(SCRATCH).values(**values))
        return connection.execute(select(*(SCRATCH.c[name] for name in values))).scalar_one()


def test_an_instant_comes_back_as_the_same_instant_in_utc(scratch: Database) -> None:
    # Hypothesis puts the zones on.
    first, last = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1971, 9990))
    instants = st.datetimes(first, last, timezones=st.timezones())

    @given(instants)
    @settings(max_examples=60, database=None)
    def check(instant: datetime) -> None:
        wanted = instant.astimezone(UTC)
        found = round_trip(scratch, at=instant)
        assert found == wanted
        assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)

    check()
    odd = datetime(2027, 3, 28, 1, 59, 59, 999_999, timezone(timedelta(hours=5, minutes=45)))
    assert round_trip(scratch, at=odd) == odd
    assert round_trip(scratch, at=None) is None


def test_a_naive_instant_is_refused(scratch: Database) -> None:
    with pytest.raises(StatementError, match="an instant needs a zone"):
        round_trip(scratch, at=datetime(2027, 1, 1))  # noqa: DTZ001


def test_a_rate_comes_back_exactly(scratch: Database) -> None:
    @given(st.decimals(0, 1_000_000, places=3))
    @settings(max_examples=60, database=None)
    def check(rate: Decimal) -> None:
        assert round_trip(scratch, rate=rate) == rate

    check()
    assert str(round_trip(scratch, rate=Decimal("60"))) == "60.00"
    assert str(round_trip(scratch, rate=Decimal("1.125"))) == "1.125"
    assert round_trip(scratch, rate=None) is None


def test_many_who_open_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    """SQLite does not wait by itself when several connections turn write-ahead logging on."""
    for number in range(10):
        databases = [Database(f"sqlite:///{tmp_path / str(number)}.db") for _ in range(8)]
        barrier, failures = threading.Barrier(len(databases)), list[BaseException]()

        def work(database: Database, barrier: Any = barrier, failures: Any = failures) -> None:
            barrier.wait()
            try:
                database.engine.connect().close()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for database in databases:
            database.close()
        assert failures == []

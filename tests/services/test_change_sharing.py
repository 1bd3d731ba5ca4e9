"""What one process announces reaches the pages of the others, by the database, whatever befalls it."""

import itertools
import threading
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import Session
from typer.testing import CliRunner

from mentorbook import logs
from mentorbook.cli import app
from mentorbook.db.delivery import Announcement
from mentorbook.db.engine import Database, connect
from mentorbook.services import change_feed, change_sharing
from mentorbook.services.change_feed import ACCOUNTS, EVERYBODY, announce, listening
from mentorbook.services.change_sharing import MOST_SUBJECTS, ChangeReceiver, ChangeSender, sharing
from mentorbook.services.clock import now
from mentorbook.settings import settings
from tests.conftest import Hands
from tests.services.change_readers import Heard, a_reader, another, one, rows, until
from tests.statements import statements


def test_each_reads_once_what_others_wrote_and_nothing_of_its_own(db: Database, elsewhere: Database) -> None:
    app, worker = uuid4(), uuid4()
    reader, sibling = a_reader(db, app), a_reader(elsewhere)
    news, own = one(uuid4()), one(uuid4())
    reader.look()
    ChangeSender(elsewhere, worker).write(news)
    ChangeSender(db, app).write(own)
    assert (reader.look(), reader.look()) == (news, frozenset())
    assert (sibling.look(), sibling.look()) == (news | own, frozenset())


@pytest.mark.usefixtures("quick")
def test_what_is_announced_is_delivered_here_at_once_and_there_soon(
    db: Database, elsewhere: Database
) -> None:
    """Each process by its own publisher; `announce` is this one's."""
    there, here = Heard(), Heard()
    reader = a_reader(elsewhere)
    reader._deliver = there.append
    mine, theirs = one(uuid4()), one(uuid4())
    with (
        change_sharing._in_a_thread(reader, "another process"),
        listening(here.append),
        sharing(db, sends=True, receives=True),
    ):
        announce(mine)
        assert here == [mine]
        until(lambda: there)
        ChangeSender(elsewhere, uuid4()).write(theirs)
        until(lambda: here[1:])
    assert (there[0], here) == (mine, [mine, theirs])


@pytest.mark.usefixtures("quick")
def test_a_process_that_need_tell_nobody_writes_nothing(db: Database) -> None:
    heard = Heard()
    with listening(heard.append), sharing(db, sends=False, receives=True), statements() as said:
        announce(one(uuid4()))
        until(lambda: said)
    assert len(heard) == 1
    assert all(each.startswith("SELECT") for each in said)
    assert rows(db) == 0


def test_a_look_is_one_statement(db: Database) -> None:
    reader = a_reader(db)
    with statements() as said:
        reader.look()
    assert len(said) == 1


def written_by(databases: Iterable[Database], each: int) -> set[UUID]:
    """What several processes write at the same time."""
    subjects = set[UUID]()
    barrier = threading.Barrier(len(list(databases)))

    def write(database: Database) -> None:
        sender = ChangeSender(database, uuid4())
        barrier.wait()
        for _ in range(each):
            subject = uuid4()
            sender.write(one(subject))
            subjects.add(subject)

    threads = [threading.Thread(target=write, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return subjects


@pytest.mark.usefixtures("quick")
def test_nothing_is_missed_of_processes_that_write_at_the_same_time(
    db: Database, elsewhere: Database
) -> None:
    heard = Heard()
    reader = a_reader(db)
    reader._deliver = heard.append
    with another(db) as third, change_sharing._in_a_thread(reader, "reader"):
        subjects = written_by([db, elsewhere, third], 40)
        until(lambda: subjects <= frozenset().union(*heard))
    assert EVERYBODY not in frozenset().union(*heard)
    assert sum(map(len, heard)) == len(subjects) == 120


def put(session: Session, subjects: Any) -> None:
    """A row of a transaction that has not ended yet, or of another version."""
    values = {"process_id": uuid4(), "announced_at": now(), "subjects": subjects}
    session.execute(insert(Announcement).values(values))


def overtaken(db: Database, reader: ChangeReceiver) -> tuple[bool, bool]:
    """Whether a transaction is read that has ended, and afterwards one that began before it."""
    early, late = uuid4(), one(uuid4())
    with db.write() as session:
        put(session, [str(early)])
        ChangeSender(db, uuid4()).write(late)
        first = reader.look() == late
    second = reader.look() == one(early)
    assert reader.look() == frozenset()
    return first, second


def test_what_is_overtaken_by_a_later_row_is_read_when_it_is_there(postgres_db: Database) -> None:
    """SQLite has one writer: there nobody overtakes."""
    reader = a_reader(postgres_db)
    for _ in range(3):
        assert overtaken(postgres_db, reader) == (True, True)
    assert reader._read == {}


def test_who_went_by_the_highest_number_would_miss_it(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control."""
    monkeypatch.setattr(change_sharing, "_WAITED_FOR", 0.0)
    assert overtaken(postgres_db, a_reader(postgres_db)) == (True, False)


def test_a_number_that_was_never_written_is_not_waited_for_for_ever(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = a_reader(postgres_db)
    with postgres_db.write() as session:
        put(session, [])
        session.rollback()
    news = one(uuid4())
    ChangeSender(postgres_db, uuid4()).write(news)
    assert (reader.look(), reader.look()) == (news, frozenset())
    assert reader._read
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + change_sharing._WAITED_FOR)
    assert (reader.look(), reader._read) == (frozenset(), {})


def test_what_took_too_long_to_be_written_is_written_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a process that was halted in the middle: others may have given its number up."""
    sender, hours = ChangeSender(db, uuid4()), itertools.count(0, 3_600)
    reader, news = a_reader(db), one(uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: float(next(hours)))
        sender.write(news)
    assert sender._pending == news == reader.look()


def test_rows_are_swept_after_some_minutes_but_for_the_newest(db: Database, hands: Hands) -> None:
    reader = a_reader(db)
    for _ in range(3):
        ChangeSender(db, uuid4()).write(one(uuid4()))
    reader.look()
    hands.on(minutes=11)
    ChangeSender(db, uuid4())._sweep()
    assert rows(db) == 1
    news = one(uuid4())
    ChangeSender(db, uuid4()).write(news)
    assert (rows(db), reader.look()) == (2, news)


def test_who_sends_sweeps_once_a_minute(db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, clock, swept = ChangeSender(db, uuid4()), time.monotonic, list[int]()
    for minutes in (0, 0, 0, 1):
        hands.on(minutes=20)
        monkeypatch.setattr(time, "monotonic", lambda ahead=minutes: clock() + 60 * ahead)
        sender.write(one(uuid4()))
        swept.append(rows(db))
    assert swept == [1, 2, 3, 2]


def test_who_was_away_for_longer_than_rows_are_kept_holds_everything_for_changed(
    db: Database, hands: Hands
) -> None:
    away, sender = a_reader(db), ChangeSender(db, uuid4())
    for _ in range(2):
        hands.on(minutes=11)
        sender.write(one(uuid4()))
    sender._sweep()
    news = one(uuid4())
    assert (away.look(), away.look()) == (one(EVERYBODY), frozenset())
    sender.write(news)
    assert away.look() == news


def test_who_was_away_for_less_reads_what_was_written_meanwhile(db: Database, hands: Hands) -> None:
    away, sender = a_reader(db), ChangeSender(db, uuid4())
    missed = [one(uuid4()) for _ in range(5)]
    for each in missed:
        hands.on(minutes=1.5)
        sender.write(each)
    sender._sweep()
    assert away.look() == frozenset().union(*missed)


def test_a_table_that_was_emptied_or_put_back_is_noticed(db: Database) -> None:
    reader = a_reader(db)
    with db.write() as session:
        session.execute(delete(Announcement))
    assert (reader.look(), reader.look()) == (one(EVERYBODY), frozenset())
    ChangeSender(db, uuid4()).write(one(uuid4()))
    with db.write() as session:
        session.execute(update(Announcement).values(id=5_000_000_000))
    assert (reader.look(), reader.look()) == (one(EVERYBODY), frozenset())


def test_the_first_row_of_all_says_what_it_says(sqlite_db: Database) -> None:
    reader, news = ChangeReceiver(sqlite_db, uuid4()), one(uuid4())
    reader.begin()
    ChangeSender(sqlite_db, uuid4()).write(news)
    assert (reader.look(), reader.look()) == (news, frozenset())


@pytest.mark.parametrize("stored", [None, 7, "x", [7], ["no id"], {"of": "a later version"}])
def test_what_another_version_wrote_stands_for_everything(db: Database, stored: Any) -> None:
    reader = a_reader(db)
    with db.write() as session:
        put(session, stored)
    assert reader.look() == one(EVERYBODY)


def test_more_than_a_row_should_hold_stands_for_everything(sqlite_db: Database) -> None:
    sender = ChangeSender(sqlite_db, uuid4())
    sender._keep(frozenset(uuid4() for _ in range(MOST_SUBJECTS)))
    assert len(sender._pending) == MOST_SUBJECTS
    sender._keep(one(uuid4()))
    assert sender._next() == one(EVERYBODY)


@pytest.mark.parametrize("calls", [1, 50])
def test_the_end_waits_for_what_was_announced(db: Database, calls: int) -> None:
    reader, subjects = a_reader(db), [one(uuid4()) for _ in range(calls)]
    with sharing(db, sends=True, receives=True):
        for each in subjects:
            announce(each)
    assert reader.look() == frozenset().union(*subjects)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("changes-")]
    assert change_feed._publisher is change_feed.deliver


def test_what_is_announced_soon_after_a_row_waits_for_the_next(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_sharing, "_GATHERS_FOR", 60.0)
    with sharing(db, sends=True, receives=False):
        announce(one(uuid4()))
        until(lambda: rows(db) == 1)
        for _ in range(5):
            announce(one(uuid4()))
            time.sleep(0.02)
        assert rows(db) == 1
    assert rows(db) == 2


def test_a_command_beside_the_app_tells_its_pages(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    url = db.url.render_as_string(hide_password=False)
    monkeypatch.setattr(settings, "database_url", url)
    monkeypatch.setattr(logs, "set_up", lambda level: None)
    with another(db) as own:
        reader = a_reader(own)
        words = ("create-user", "ida@people.test", "--name", "Ida", "--password", "long enough")
        assert CliRunner().invoke(app, words).exit_code == 0
        assert ACCOUNTS in reader.look()
        assert CliRunner().invoke(app, ("grant", "ida@people.test", "admin")).exit_code == 0
        assert len(reader.look()) == 3
    connect(url).close()

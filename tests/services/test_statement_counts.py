"""How often services ask the database, on both databases, with little in it and with much."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.services.availability.slots import earliest_slot, fitting_durations
from mentorbook.services.booking.booking_queries import count_coming
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory
from tests.conftest import Hands, forget
from tests.people import in_hours
from tests.statements import statements
from tests.worlds import World, a_world

READS: dict[str, tuple[Callable[[World], Any], int, int]] = {
    "directory": (lambda world: directory(world.mina, DirectoryQuery()), 5, 3),
    "directory of a stranger": (lambda _: directory(None, DirectoryQuery()), 5, 3),
    "directory of seven days": (lambda world: directory(world.mina, DirectoryQuery(within_days=7)), 4, 2),
    "lengths that fit": (lambda world: fitting_durations(world.mina, world.moira.id, in_hours(30)), 3, 2),
    "lengths of a session that is moved": (
        lambda world: fitting_durations(world.mina, world.moira.id, in_hours(48), world.coming),
        4,
        3,
    ),
    "earliest": (lambda world: earliest_slot(world.mina, world.moira.id, 60), 3, 2),
    "coming": (lambda world: count_coming(world.mina), 1, 1),
}


@pytest.mark.parametrize("size", [2, 12])
def test_a_read_takes_as_many_statements_whatever_there_is(db: Database, hands: Hands, size: int) -> None:
    world = a_world(hands, size=size)
    for name, (read, at_first, later) in READS.items():
        forget()
        for expected in (at_first, later):
            with statements() as said:
                assert read(world), name
            assert len(said) == expected, (name, said)


def test_every_mentor_of_a_directory_in_pieces_is_there(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(hands, size=12)
    whole = [directory(None, DirectoryQuery(page=page, within_days=7)) for page in (1, 2)]
    assert [len(page.mentors) for page in whole] == [12, 0]
    monkeypatch.setattr("mentorbook.services.people.mentor_directory._AT_ONCE", 5)
    assert [directory(None, DirectoryQuery(page=page, within_days=7)) for page in (1, 2)] == whole


def test_each_statement_is_counted_and_no_beginning_or_end(db: Database) -> None:
    """Positive control of the counter."""
    with statements() as said:
        with write_transaction() as session:
            session.execute(text("SELECT 1"))
            session.execute(text("SELECT 2"))
        with read_transaction() as session:
            session.execute(text("SELECT 3"))
    assert said == ["SELECT 1", "SELECT 2", "SELECT 3"]

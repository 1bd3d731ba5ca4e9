"""Connections of the database end with it, also those that are in use when it is closed."""

import gc
import threading
import warnings

from sqlalchemy import text

from mentorbook.db.engine import Database


def test_what_a_thread_still_uses_is_closed_when_it_is_given_back(db: Database) -> None:
    """So it is when an app ends while a service call runs: the call ends as it would, and leaks nothing."""
    is_read, is_closed = threading.Event(), threading.Event()
    answers = []

    def read() -> None:
        with db.read() as session:
            session.execute(text("SELECT 1"))
            is_read.set()
            is_closed.wait(60)
            answers.append(session.scalar(text("SELECT 2")))

    reading = threading.Thread(target=read)
    reading.start()
    assert is_read.wait(60)
    with warnings.catch_warnings(record=True) as leaks:
        warnings.simplefilter("always")
        db.close()
        is_closed.set()
        reading.join(60)
        gc.collect()
    assert answers == [2]
    assert [str(each.message) for each in leaks] == []


def test_a_database_that_was_closed_can_be_asked_again(db: Database) -> None:
    for _ in range(2):
        db.close()
        for _ in range(3):
            with db.read() as session:
                assert session.scalar(text("SELECT 1")) == 1

"""Notifications that were stored in words keep them when their table learns kinds and facts, and back."""

import json
from uuid import uuid4

from alembic import command
from sqlalchemy import text

from mentorbook.db.engine import Database
from mentorbook.db.migrate import config
from mentorbook.presenters.notices import notice_words
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.notifications import list_notifications
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


def _to(database: Database, revision: str) -> None:
    settings = config()
    with database.engine.execution_options(writes=True).begin() as connection:
        settings.attributes["connection"] = connection
        (command.downgrade if revision == "0005" else command.upgrade)(settings, revision)


def test_words_of_before_are_kept(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(24)))
    _to(db, "0005")
    with db.engine.execution_options(writes=True).begin() as connection:
        stored = connection.execute(text("SELECT title, body FROM notifications")).all()
        # What only this version knows goes back as the session's title.
        assert {tuple(row) for row in stored} == {("News of a session", "A session")}
        connection.execute(text("UPDATE notifications SET title = 'Told “so”', body = 'It''s {so}'"))
    _to(db, "head")
    for person in (mentor, mentee):
        assert [notice_words(each) for each in list_notifications(person).notices] == [
            ("Told “so”", "It's {so}")
        ]


def test_facts_that_cannot_be_read_do_not_take_the_list_down(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(24)))
    for broken in ([1, 2], "text", {"session_title": 7, "later": str(uuid4())}, None):
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(
                text("UPDATE notifications SET facts = :facts, kind = 'of_tomorrow'"),
                {"facts": json.dumps(broken)},
            )
        title, said = notice_words(list_notifications(mentee).notices[0])
        assert (title, said) == ("News of a session", "Something about a session has changed")

"""Who was a mentor before there was anything to approve still is; going back makes nobody one."""

from alembic import command
from sqlalchemy import text

from mentorbook.db.engine import Database
from mentorbook.db.migrate import config
from mentorbook.domain.kinds import MentorStatus
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.availability.own_hours import add_exception, save_hours
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory
from mentorbook.services.people.mentor_requests import mentor_standing, request_to_mentor
from mentorbook.services.people.own_profile import own_profile
from tests.conftest import Hands, forget
from tests.people import a_mentee, a_mentor


def migrated(database: Database, revision: str) -> None:
    """Bring the database to a revision, in either direction."""
    settings = config()
    is_back = revision != "head"
    with database.engine.execution_options(writes=True).begin() as connection:
        settings.attributes["connection"] = connection
        (command.downgrade if is_back else command.upgrade)(settings, revision)
    forget()


def test_who_was_a_mentor_is_approved(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee()
    migrated(db, "0006")
    migrated(db, "head")
    assert accounts.account(mentor.id).mentor_status == MentorStatus.APPROVED
    assert accounts.account(mentee.id).mentor_status == MentorStatus.NONE
    assert directory(None, DirectoryQuery()).total == 1
    kept = own_profile(accounts.account(mentor.id))
    assert (kept.headline, kept.city, kept.languages, kept.links) == ("Mentor of tests", None, [], [])


def test_a_request_of_before_waits_since_it_was_made(db: Database, hands: Hands) -> None:
    person, asked = a_mentee("Noor"), hands.now
    request_to_mentor(person)
    migrated(db, "0009")
    hands.on(days=1)
    migrated(db, "head")
    assert mentor_standing(person).requested_at == asked


def test_going_back_makes_nobody_a_mentor_and_lets_nobody_in(db: Database, hands: Hands) -> None:
    asks, gone, stays = a_mentee("Noor"), a_mentee("Greta"), a_mentor("Moira")
    request_to_mentor(asks)
    week = {"schedule": {"timezone": "UTC"}, "weeklyPatterns": []}
    save_hours(accounts.account(asks.id), week)
    off = {"startDate": "2027-01-20", "endDate": "2027-01-20", "type": "BLOCKED"}
    add_exception(accounts.account(asks.id), off)
    deactivate(a_mentee("Ada", is_admin=True), gone.id, {"reason": "Because"})
    migrated(db, "0006")
    with db.engine.connect() as connection:
        names = "SELECT name FROM users JOIN mentors ON mentors.id = users.id"
        assert connection.scalars(text(names)).all() == ["Moira"]
        unable = text("SELECT email FROM users WHERE password_hash = '!'")
        assert connection.scalars(unable).all() == [gone.email]
    migrated(db, "head")
    assert accounts.account(stays.id).is_mentor
    assert accounts.account(asks.id).mentor_status == MentorStatus.NONE

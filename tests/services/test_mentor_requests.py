"""Who asks to be a mentor fills profile and hours at once, and is seen by nobody before an admin approves."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import Mentor
from mentorbook.domain.errors import InvalidStatus, MentorUnavailable, NotFound, NotPermitted, RateLimited
from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.views import Account, MentorStanding
from mentorbook.presenters.notices import notice_page
from mentorbook.services import change_feed
from mentorbook.services.availability.own_hours import add_exception, own_hours, save_hours
from mentorbook.services.availability.preview import preview_slots
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.change_feed import ACCOUNTS
from mentorbook.services.notifications import list_notifications
from mentorbook.services.people import accounts
from mentorbook.services.people.accounts import update_profile
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from mentorbook.services.people.mentor_requests import (
    MOST_REQUESTS,
    mentor_standing,
    request_to_mentor,
    withdraw_request,
)
from mentorbook.services.people.own_profile import own_profile, save_profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

THURSDAY = date(2027, 1, 14)
SAID = {"headline": "Maps", "expertise": ["Cartography"], "rate": "60", "currency": "GBP"}
WEEK: dict[str, Any] = {
    "schedule": {"timezone": "UTC", "minAdvanceBookingHours": 0},
    "weeklyPatterns": [
        {"dayOfWeek": day, "timeBlocks": [{"startTime": "00:00", "endTime": "24:00"}]} for day in range(7)
    ],
}


def again(person: Account) -> Account:
    """The account as the next request finds it."""
    return accounts.account(person.id)


def an_applicant(name: str = "Noor") -> Account:
    """Somebody who has asked, and has filled everything in."""
    person = a_mentee(name)
    request_to_mentor(person)
    person = again(person)
    save_profile(person, SAID)
    save_hours(person, WEEK)
    return person


def decide(person: Account, status: MentorStatus, reason: str | None = None) -> None:
    """What an admin's decision leaves in the table."""
    with write_transaction() as session:
        mentor = session.get_one(Mentor, person.id)
        mentor.status, mentor.decline_reason = status, reason


def test_who_asks_fills_profile_and_hours_at_once(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    assert (person.mentor_status, person.has_mentor_side) == (MentorStatus.NONE, False)
    with pytest.raises(NotPermitted):
        own_profile(person)
    assert request_to_mentor(person).status == MentorStatus.REQUESTED
    token = accounts.start_login(person.id, address=None, agent=None)
    for found in (again(person), accounts.account_by_token(token)):
        assert found is not None
        assert (found.mentor_status, found.is_mentor) == (MentorStatus.REQUESTED, False)
    person = again(person)
    assert save_profile(person, SAID) == own_profile(person)
    assert save_hours(person, WEEK) == own_hours(person)
    shown = preview_slots(person, WEEK, start_date=THURSDAY, end_date=THURSDAY)
    assert shown.starts


LOOKS: list[Callable[[Account, Account], object]] = [
    lambda viewer, mentor: profile(viewer, mentor.id),
    lambda viewer, mentor: list_slots(viewer, SlotQuery(mentor.id, THURSDAY, THURSDAY, duration=60)),
    lambda viewer, mentor: list_slots(
        viewer, SlotQuery(mentor.id, THURSDAY, THURSDAY, include_unavailable=True)
    ),
    lambda viewer, mentor: create_booking(viewer, a_request(mentor, in_hours(24))),
]


@pytest.mark.parametrize("status", [MentorStatus.REQUESTED, MentorStatus.DECLINED])
@pytest.mark.parametrize("look", LOOKS, ids=["profile", "slots", "all slots", "booking"])
def test_who_is_not_approved_is_not_there_for_anybody(
    db: Database, hands: Hands, status: MentorStatus, look: Callable[[Account, Account], object]
) -> None:
    person = an_applicant()
    decide(person, status)
    for viewer in (a_mentee(), a_mentee(is_admin=True), a_mentor()):
        with pytest.raises(NotFound):
            look(viewer, person)
    found = directory(None, DirectoryQuery())
    assert ([card.name for card in found.mentors], found.total) == (["Moira"], 1)
    # Nor do their topics tell of them.
    assert found.expertise == ["Testing"]
    assert directory(None, DirectoryQuery(expertise="Cartography")).total == 0
    # Positive control: it is the status that hides them.
    decide(person, MentorStatus.APPROVED)
    look(a_mentee(), person)
    assert directory(None, DirectoryQuery(expertise="Cartography")).total == 1


def test_asking_again_changes_nothing(db: Database, hands: Hands) -> None:
    admin = a_mentee("Admin", is_admin=True)
    person, mentor = an_applicant(), a_mentor()
    before = own_profile(person)
    assert request_to_mentor(person).status == MentorStatus.REQUESTED
    assert own_profile(person) == before
    assert request_to_mentor(mentor).status == MentorStatus.APPROVED
    assert list_notifications(admin).total == 1


def test_admins_hear_who_asks(db: Database, hands: Hands) -> None:
    admin, other = a_mentee("Admin", is_admin=True), a_mentee("Other", is_admin=True)
    person = a_mentee("Noor")
    heard: list[frozenset[Any]] = []
    with change_feed.listening(heard.append):
        request_to_mentor(person)
    assert heard == [frozenset({person.id, admin.id, other.id, ACCOUNTS})]
    for each in (admin, other):
        (notice,) = notice_page(list_notifications(each)).notifications
        assert (notice.title, notice.body) == ("New request to mentor", "Noor asks to be a mentor")
        assert notice.session_id is None
    assert list_notifications(person).total == 0


def test_a_request_is_withdrawn_with_all_that_came_with_it(db: Database, hands: Hands) -> None:
    person = an_applicant()
    add_exception(person, {"startDate": "2027-01-20", "endDate": "2027-01-20", "type": "BLOCKED"})
    withdraw_request(person)
    withdraw_request(person)
    assert mentor_standing(person).status == again(person).mentor_status == MentorStatus.NONE
    # In a tab that has been open all along.
    with pytest.raises(NotPermitted):
        save_profile(person, SAID)
    with read_transaction() as session:
        for table in ("mentors", "mentor_availability_schedules", "mentor_availability_exceptions"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    request_to_mentor(person)
    assert own_profile(again(person)).headline == ""


def test_a_mentor_cannot_withdraw(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    with pytest.raises(InvalidStatus):
        withdraw_request(mentor)
    assert profile(None, mentor.id).name == mentor.name


def test_who_was_declined_sees_why_and_may_ask_again(db: Database, hands: Hands) -> None:
    person = an_applicant()
    decide(person, MentorStatus.DECLINED, "Say more about yourself.")
    assert mentor_standing(person).decline_reason == "Say more about yourself."
    assert again(person).mentor_status == MentorStatus.DECLINED
    save_profile(again(person), SAID | {"about": "More."})
    assert request_to_mentor(person).decline_reason is None
    assert own_profile(person).about == "More."


def test_a_request_says_since_when_it_waits_and_what_is_filled_in(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    assert mentor_standing(person) == MentorStanding(status=MentorStatus.NONE)
    asked = hands.now
    assert request_to_mentor(person).requested_at == asked
    hands.on(hours=1)
    assert request_to_mentor(person).requested_at == asked  # asked already
    person = again(person)

    def filled() -> tuple[bool, bool]:
        standing = mentor_standing(person)
        return standing.has_profile, standing.has_hours

    assert filled() == (False, False)
    # An exception makes a schedule on which every day is off.
    add_exception(person, {"startDate": "2027-01-20", "endDate": "2027-01-20", "type": "BLOCKED"})
    assert filled() == (False, False)
    save_profile(person, SAID)
    assert filled() == (True, False)
    save_hours(person, WEEK)
    assert filled() == (True, True)
    decide(person, MentorStatus.DECLINED, "Not yet.")
    assert mentor_standing(person).requested_at is None
    assert request_to_mentor(person).requested_at == hands.now
    decide(person, MentorStatus.APPROVED)
    assert mentor_standing(person).requested_at is None


def test_nobody_floods_the_admins(db: Database, hands: Hands) -> None:
    admin, person = a_mentee("Admin", is_admin=True), a_mentee("Noor")
    for _ in range(MOST_REQUESTS):
        request_to_mentor(person)
        request_to_mentor(person)  # changes nothing, and is not counted
        withdraw_request(person)
    with pytest.raises(RateLimited):
        request_to_mentor(person)
    assert list_notifications(admin).total == MOST_REQUESTS
    hands.on(hours=25)
    request_to_mentor(person)


def test_a_new_name_of_an_applicant_leaves_them_hidden(db: Database, hands: Hands) -> None:
    changed = update_profile(an_applicant(), {"name": "Nora", "timezone": "UTC"})
    assert (changed.mentor_status, changed.is_mentor) == (MentorStatus.REQUESTED, False)
    assert directory(None, DirectoryQuery()).total == 0


def test_an_approved_mentor_who_pauses_is_unavailable_and_not_missing(db: Database, hands: Hands) -> None:
    mentor = a_mentor(is_available=False)
    with pytest.raises(MentorUnavailable):
        create_booking(a_mentee(), a_request(mentor, in_hours(24)))


def test_a_forgotten_status_shows_nobody(db: Database, hands: Hands) -> None:
    person = a_mentee()
    with write_transaction() as session:
        session.add(Mentor(id=person.id, created_at=hands.now))
    with read_transaction() as session:
        assert session.exec(select(Mentor.status)).one() == MentorStatus.REQUESTED

"""What admins do to accounts: who may, what follows at once, and that each change is on record."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import AccountAuditLog, LoginSession, User
from mentorbook.domain.errors import (
    DomainError,
    InvalidStatus,
    MentorUnavailable,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    ValidationFailed,
    WrongCredentials,
)
from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.notices import notice_page
from mentorbook.services import change_feed
from mentorbook.services.admin import account_changes, people
from mentorbook.services.admin.account_changes import (
    approve_mentor,
    deactivate,
    decline_mentor,
    invite_mentor,
    reactivate,
    set_admin,
)
from mentorbook.services.admin.people import PeopleQuery, list_people, person
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.change_feed import ACCOUNTS, MENTORS
from mentorbook.services.notifications import list_notifications
from mentorbook.services.people import accounts
from mentorbook.services.people.accounts import account, start_login
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from mentorbook.services.people.mentor_requests import mentor_standing, request_to_mentor
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours, who_logs_in
from tests.reliability.test_change_races import at_once

THURSDAY = date(2027, 1, 14)
WHY = {"reason": "Because"}
FROM = Origin("192.0.2.7", "Browser 7")


def an_admin(name: str = "Ada") -> Account:
    """Somebody who looks after accounts."""
    return a_mentee(name, is_admin=True)


def actions(admin: Account, of: Account) -> list[str]:
    """What is on record of an account, newest first."""
    return [event.action for event in person(admin, of.id).events]


DEEDS: list[Callable[[Account, Any], object]] = [
    lambda actor, subject: person(actor, subject),
    lambda actor, subject: approve_mentor(actor, subject),
    lambda actor, subject: decline_mentor(actor, subject, WHY),
    lambda actor, subject: invite_mentor(actor, subject),
    lambda actor, subject: deactivate(actor, subject, WHY),
    lambda actor, subject: reactivate(actor, subject),
    lambda actor, subject: set_admin(actor, subject, {"isAdmin": True}),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_only_admins_look_after_accounts(
    db: Database, hands: Hands, deed: Callable[[Account, Any], object]
) -> None:
    admin, subject = an_admin(), a_mentee()
    before = person(admin, subject.id)
    for actor in (a_mentee(), a_mentor(), subject):
        for whom in (subject.id, admin.id, uuid4(), "nonsense"):
            # The same for an account that there is and one that there is not.
            with pytest.raises(NotPermitted):
                deed(actor, whom)
    for nobody in (uuid4(), "nonsense", None):
        with pytest.raises(NotFound):
            deed(admin, nobody)
    assert person(admin, subject.id) == before


def test_who_is_no_admin_any_more_does_nothing(db: Database, hands: Hands) -> None:
    first, second, subject = an_admin("First"), an_admin("Second"), a_mentee()
    set_admin(first, second.id, {"isAdmin": False})
    third = an_admin("Third")
    deactivate(first, third.id, WHY)
    for former in (second, third):
        with pytest.raises(NotPermitted):
            set_admin(former, first.id, {"isAdmin": False})
        with pytest.raises(NotPermitted):
            invite_mentor(former, subject.id)
    assert account(first.id).is_admin


def test_a_request_is_approved_declined_and_made_again(db: Database, hands: Hands) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    request_to_mentor(noor)
    declined = decline_mentor(admin, noor.id, {"reason": "  Say more.  "}, FROM)
    assert (declined.mentor_status, declined.decline_reason) == (MentorStatus.DECLINED, "Say more.")
    assert mentor_standing(noor).decline_reason == "Say more."
    with pytest.raises(InvalidStatus):
        decline_mentor(admin, noor.id, WHY)
    hands.on(minutes=1)
    request_to_mentor(noor)
    approved = approve_mentor(admin, noor.id)
    assert (approved.is_mentor, approved.decline_reason) == (True, None)
    assert account(noor.id).is_mentor
    # What is so already is no change.
    assert approve_mentor(admin, noor.id) == invite_mentor(admin, noor.id) == approved
    with pytest.raises(InvalidStatus):
        decline_mentor(admin, noor.id, WHY)
    told = [(each.title, each.body) for each in notice_page(list_notifications(noor)).notifications]
    assert told == [
        ("You are a mentor now", "Your request to be a mentor was approved"),
        ("Your request to be a mentor was declined", "Say more."),
    ]
    assert actions(admin, noor) == ["mentor_approved", "mentor_declined"]
    event = person(admin, noor.id).events[1]
    assert (event.actor_id, event.actor_name, event.details) == (admin.id, "Ada", {"reason": "Say more."})
    assert (event.ip_address, event.user_agent) == ("192.0.2.7", "Browser 7")


def test_who_has_not_asked_is_invited(db: Database, hands: Hands) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    for answer in (approve_mentor, lambda actor, subject: decline_mentor(actor, subject, WHY)):
        with pytest.raises(InvalidStatus):
            answer(admin, noor.id)
    heard: list[frozenset[Any]] = []
    with change_feed.listening(heard.append):
        assert invite_mentor(admin, noor.id).is_mentor
    assert heard == [frozenset({noor.id, ACCOUNTS, MENTORS})]
    assert actions(admin, noor) == ["mentor_invited"]
    assert list_notifications(noor).notices[0].kind == "mentor_invited"
    # Without hours there is nothing to list yet.
    assert directory(None, DirectoryQuery()).total == 0


@pytest.fixture
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hashing takes no time; notes what passwords were compared with."""
    compared: list[str] = []

    def check(password: str, stored: str) -> bool:
        compared.append(stored)
        return password == stored

    monkeypatch.setattr(accounts, "check_password", check)
    return compared


def test_the_log_ins_of_a_deactivated_account_end_at_once(
    db: Database, hands: Hands, plain_passwords: list[str]
) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    token = start_login(noor.id, address=None, agent=None)
    ticket = accounts.issue_ticket(noor.id, address=None, agent=None)
    kept = start_login(admin.id, address=None, agent=None)
    heard: list[frozenset[Any]] = []
    with change_feed.listening(heard.append):
        gone = deactivate(admin, noor.id, WHY, FROM)
    assert heard == [frozenset({noor.id, ACCOUNTS, MENTORS})]
    assert (gone.deactivated_at, gone.events[0].action) == (hands.now, "deactivated")
    assert gone.events[0].details == {"reason": "Because", "loginsEnded": 1}
    with read_transaction() as session:
        assert session.scalars(select(col(LoginSession.user_id))).all() == [admin.id]
    assert accounts.account_by_token(token) is None
    assert accounts.account_by_token(kept) == admin
    with pytest.raises(NotAuthenticated):
        accounts.redeem_ticket(ticket)
    with pytest.raises(WrongCredentials):
        start_login(noor.id, address=None, agent=None)


def test_a_deactivated_account_cannot_be_told_from_a_wrong_password(
    db: Database, hands: Hands, plain_passwords: list[str]
) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    right, wrong = (
        {"email": noor.email, "password": "none"},
        {"email": noor.email, "password": "x"},
    )
    assert who_logs_in(right) == noor
    deactivate(admin, noor.id, WHY)
    plain_passwords.clear()
    answers = []
    for credentials in (right, wrong):
        with pytest.raises(WrongCredentials) as refused:
            who_logs_in(credentials)
        answers.append((refused.value.detail, refused.value.extra))
    assert answers[0] == answers[1]
    # Each try costs one comparison, as any does.
    assert plain_passwords == ["none", "none"]
    reactivate(admin, noor.id)
    assert who_logs_in(right) == noor
    assert sorted(actions(admin, noor)) == ["deactivated", "reactivated"]


def test_a_password_that_was_proven_before_opens_nothing_after(
    db: Database, hands: Hands, plain_passwords: list[str]
) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    attempt = accounts.begin_log_in({"email": noor.email, "password": "none"}, address="192.0.2.1")
    proven = accounts.finish_log_in(attempt)
    deactivate(admin, noor.id, WHY)
    with pytest.raises(WrongCredentials):
        start_login(noor.id, address=None, agent=None, proven=proven)


def test_a_log_in_that_was_left_over_opens_nothing(db: Database, hands: Hands) -> None:
    """Should a row outlive its end in whatever way, it is none."""
    noor = a_mentee("Noor")
    token = start_login(noor.id, address=None, agent=None)
    with write_transaction() as session:
        session.get_one(User, noor.id).deactivated_at = hands.now
    assert accounts.account_by_token(token) is None
    assert accounts.accounts_by_logins([accounts.cookie_hash(token)]) == {accounts.cookie_hash(token): None}


def test_a_deactivated_mentor_is_not_there_and_their_sessions_stay(db: Database, hands: Hands) -> None:
    admin, mentor, mentee = an_admin(), a_mentor(), a_mentee()
    first, second = (create_booking(mentee, a_request(mentor, in_hours(hours))) for hours in (24, 30))
    query = SlotQuery(mentor.id, THURSDAY, THURSDAY, "UTC", 60)
    assert list_slots(mentee, query).starts  # all of it is remembered now
    assert profile(mentee, mentor.id).is_available
    assert deactivate(admin, mentor.id, WHY).coming_sessions == 2
    assert list_slots(mentee, query).starts == ()
    with pytest.raises(NotFound):
        profile(mentee, mentor.id)
    found = directory(None, DirectoryQuery())
    assert (found.total, found.expertise) == (0, [])
    with pytest.raises(MentorUnavailable):
        create_booking(mentee, a_request(mentor, in_hours(40)))
    with pytest.raises(MentorUnavailable):
        reschedule_booking(mentee, first.id, {"scheduledAt": in_hours(40).isoformat()})
    assert get_booking(mentee, first.id).status == "scheduled"
    cancel_booking(mentee, second.id, {"reasonCategory": "schedule_conflict"})
    assert person(admin, mentor.id).coming_sessions == 1
    reactivate(admin, mentor.id)
    assert profile(mentee, mentor.id).is_available
    assert list_slots(mentee, query).starts


def test_what_is_deactivated_gets_no_new_role(db: Database, hands: Hands) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    request_to_mentor(noor)
    deactivate(admin, noor.id, WHY)
    assert deactivate(admin, noor.id, WHY).events[0].action == "deactivated"
    for deed in (
        approve_mentor,
        invite_mentor,
        lambda actor, whom: set_admin(actor, whom, {"isAdmin": True}),
    ):
        with pytest.raises(InvalidStatus):
            deed(admin, noor.id)
    assert actions(admin, noor) == ["deactivated"]


def test_nobody_demotes_or_deactivates_themselves(db: Database, hands: Hands) -> None:
    admin = an_admin()
    an_admin("Other")
    with pytest.raises(NotPermitted):
        set_admin(admin, admin.id, {"isAdmin": False})
    with pytest.raises(NotPermitted):
        deactivate(admin, admin.id, WHY)
    assert account(admin.id) == admin
    assert actions(admin, admin) == []


@pytest.mark.parametrize("body", [{}, {"isAdmin": "yes"}, {"isAdmin": 1}, {"isAdmin": True, "isDemo": True}])
def test_a_role_is_said_outright(sqlite_db: Database, hands: Hands, body: dict[str, Any]) -> None:
    noor = a_mentee("Noor")
    with pytest.raises(ValidationFailed):
        set_admin(an_admin(), noor.id, body)
    assert not account(noor.id).is_admin


@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "x" * 501}, {"reason": "x", "actor": "y"}])
def test_a_reason_is_given(sqlite_db: Database, hands: Hands, body: dict[str, Any]) -> None:
    admin, noor = an_admin(), a_mentee("Noor")
    request_to_mentor(noor)
    for deed in (decline_mentor, deactivate):
        with pytest.raises(ValidationFailed):
            deed(admin, noor.id, body)
    assert actions(admin, noor) == []


def test_a_booking_and_a_deactivation_at_once_are_one_after_the_other(db: Database, hands: Hands) -> None:
    """The session is there and counted, or it is refused: none appears after the answer."""
    admin = an_admin()
    for _ in range(10):
        mentor, mentee = a_mentor(), a_mentee()
        counted: list[int] = []

        def book(mentor: Account = mentor, mentee: Account = mentee) -> None:
            create_booking(mentee, a_request(mentor, in_hours(24)))

        def end(mentor: Account = mentor, counted: list[int] = counted) -> None:
            counted.append(deactivate(admin, mentor.id, WHY).coming_sessions)

        booked, ended = at_once(book, end)
        assert (booked, ended) in [("done", "done"), ("mentor_unavailable", "done")]
        assert counted == [1 if booked == "done" else 0] == [person(admin, mentor.id).coming_sessions]


def test_a_failed_change_leaves_nothing_on_record(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, noor = an_admin(), a_mentee("Noor")

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(account_changes, "load_person", fail)
    with pytest.raises(DomainError):
        deactivate(admin, noor.id, WHY)
    with read_transaction() as session:
        assert session.scalars(select(AccountAuditLog)).all() == []
        assert session.get_one(User, noor.id).deactivated_at is None


def test_people_are_searched_filtered_and_paged(db: Database, hands: Hands) -> None:
    admin, mentor, mentee = an_admin("Ada"), a_mentor("Moira"), a_mentee("Zoë")
    asks, gone = a_mentee("Noor"), a_mentee("Greta")
    request_to_mentor(asks)
    deactivate(admin, gone.id, WHY)

    def names(**query: Any) -> list[str]:
        return [each.name for each in list_people(admin, PeopleQuery(**query)).people]

    assert names() == ["Ada", "Greta", "Moira", "Noor", "Zoë"]
    assert names(search="ZOË") == names(search=mentee.email.upper()) == ["Zoë"]
    assert names(search="%") == []
    assert names(search="no\x00or") == ["Noor"]
    assert names(role="mentor") == ["Moira"]
    assert names(role="admin") == ["Ada"]
    assert names(role="mentee") == ["Greta", "Noor", "Zoë"]
    assert names(status="requested") == ["Noor"]
    assert names(status="deactivated") == ["Greta"]
    assert names(role="mentor", status="deactivated") == []
    seen = {each.name: each for each in list_people(admin, PeopleQuery()).people}
    assert seen["Moira"].mentor_status == MentorStatus.APPROVED
    assert seen["Greta"].deactivated_at == hands.now
    assert not any("password" in name for name in type(seen["Ada"]).model_fields)
    with pytest.raises(NotPermitted):
        list_people(mentor, PeopleQuery())


def test_pages_hold_twenty_five(sqlite_db: Database, hands: Hands) -> None:
    admin = an_admin("Zz")
    for number in range(people.PAGE_SIZE):
        a_mentee(f"Person{number:02}")
    first, second = (list_people(admin, PeopleQuery(page=page)) for page in (1, 2))
    assert (len(first.people), first.pages, first.total) == (25, 2, 26)
    assert [each.name for each in second.people] == ["Zz"]

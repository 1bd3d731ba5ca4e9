"""What many viewers ask together is answered as if each had asked alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import NotFound, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.services.admin.account_changes import deactivate, reactivate
from mentorbook.services.availability.slots import SlotQuery, earliest_slot, list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.many_viewers import (
    Known,
    directories_for,
    earliest_slots_for,
    list_slots_for,
    profiles_for,
)
from mentorbook.services.people import accounts
from mentorbook.services.people.accounts import account_by_login, accounts_by_logins
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.statements import statements


def viewers_of(mentor: Account) -> list[Account | None]:
    """Nobody, the mentor, somebody idle, and three with a session: soon, in weeks, and with this mentor."""
    elsewhere, idle = a_mentor("Elsewhere"), a_mentee("Idle")
    soon, later, here = a_mentee("Soon"), a_mentee("Later"), a_mentee("Here")
    create_booking(soon, a_request(elsewhere, in_hours(1), duration=120))
    create_booking(later, a_request(elsewhere, in_hours(24 * 20)))
    create_booking(here, a_request(mentor, in_hours(5)))
    return [None, mentor, idle, soon, later, here]


def test_slots_are_those_that_each_would_have_got(db: Database, hands: Hands) -> None:
    mentor = a_mentor(buffer_minutes=15)
    viewers = viewers_of(mentor)
    today = hands.now.date()
    queries = [
        SlotQuery(mentor.id, today + timedelta(days=first), today + timedelta(days=last), zone, duration)
        for first, last in ((0, 0), (1, 30), (19, 21))
        for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles")
        for duration in (30, 60)
    ]
    asked = [(viewer, query) for query in queries for viewer in viewers]
    found = list_slots_for(asked)
    assert [each.slots for each in found if not isinstance(each, Exception)] == [
        list_slots(viewer, query).slots for viewer, query in asked
    ]
    # The list is not the same for everybody, or this would prove nothing.
    assert len({each.slots for each in found[: len(viewers)] if not isinstance(each, Exception)}) > 1


def test_the_session_that_is_moved_does_not_block_whoever_moves_it(db: Database, hands: Hands) -> None:
    mentor, mentee, other = a_mentor(), a_mentee("Mover"), a_mentee("Other")
    moved = create_booking(mentee, a_request(mentor, in_hours(3)))
    today = hands.now.date()
    query = SlotQuery(mentor.id, today, today, duration=90, exclude_booking_id=moved.id)
    for viewer, found in zip((mentee, other), list_slots_for([(mentee, query), (other, query)]), strict=True):
        assert not isinstance(found, Exception)
        assert found.slots == list_slots(viewer, query).slots
    asked = [(viewer, mentor.id, 60, moved.id) for viewer in (mentee, other)]
    assert earliest_slots_for(asked) == [earliest_slot(*question) for question in asked]


@pytest.mark.parametrize("is_available", [True, False])
def test_profiles_and_earliest_slots_are_those_that_each_would_have_got(
    db: Database, hands: Hands, is_available: bool
) -> None:
    mentor = a_mentor(is_available=True)
    viewers = viewers_of(mentor)
    closed = a_mentor("Closed", is_available=False)
    shown = mentor if is_available else closed
    asked = [(viewer, str(shown.id)) for viewer in viewers]
    assert profiles_for(asked) == [profile(*question) for question in asked]
    for duration in (30, 240):
        questions = [(viewer, shown.id, duration, None) for viewer in viewers]
        assert earliest_slots_for(questions) == [earliest_slot(*question) for question in questions]


def test_an_error_stands_where_the_answer_would(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    wrong, right = profiles_for([(mentee, str(uuid4())), (mentee, str(mentor.id))])
    assert isinstance(wrong, NotFound)
    assert right == profile(mentee, str(mentor.id))
    today = now().date()
    refused, listed = list_slots_for(
        [(mentee, SlotQuery(mentor.id, today, today, zone, 60)) for zone in ("Mars/Olympus", "UTC")]
    )
    assert isinstance(refused, ValidationFailed)
    assert not isinstance(listed, Exception)


@pytest.mark.parametrize("are_busy", [False, True])
def test_more_viewers_cost_no_more_statements(db: Database, hands: Hands, are_busy: bool) -> None:
    mentor = a_mentor()
    today = hands.now.date()
    query = SlotQuery(mentor.id, today, today + timedelta(days=30), "UTC", 60)
    few, many = ([a_mentee(f"{count} {n}") for n in range(count)] for count in (2, 20))
    for number, person in enumerate([*few, *many] if are_busy else []):
        create_booking(person, a_request(a_mentor(f"Other {number}"), in_hours(48)))
    counts = []
    for people in (few, few, many):
        with statements() as said:
            list_slots_for([(person, query) for person in people])
            profiles_for([(person, str(mentor.id)) for person in people])
            earliest_slots_for([(person, mentor.id, 60, None) for person in people])
        counts.append(len(said))
    assert counts[1] == counts[2]


def test_what_is_known_is_not_asked_again_and_hides_nobodys_own_sessions(db: Database, hands: Hands) -> None:
    mentor, busy = a_mentor(), a_mentee("Busy")
    create_booking(busy, a_request(a_mentor("Other"), in_hours(1)))
    query = SlotQuery(mentor.id, hands.now.date(), hands.now.date(), "UTC", 60)
    known: Known = {}
    first = [list_slots_for([(None, query)], known), profiles_for([(None, str(mentor.id))], known)]
    with statements() as said:
        again = [list_slots_for([(None, query)], known), profiles_for([(None, str(mentor.id))], known)]
    assert again == first
    assert len(said) == 0
    (own,), (profile_of_own,) = (
        list_slots_for([(busy, query)], known),
        profiles_for([(busy, str(mentor.id))], known),
    )
    assert not isinstance(own, Exception)
    assert own.slots == list_slots(busy, query).slots
    assert profile_of_own == profile(busy, str(mentor.id))
    # What was asked for somebody in particular is nobody else's.
    assert [list_slots_for([(None, query)], known), profiles_for([(None, str(mentor.id))], known)] == first
    assert own.slots != list_slots(None, query).slots


def test_what_was_refused_is_asked_again(db: Database, hands: Hands) -> None:
    mentor, known, closed = a_mentor(), Known(), a_mentor("Closed")
    admin = a_mentee("Admin", is_admin=True)
    deactivate(admin, closed.id, {"reason": "Left the company"})
    (refused,) = profiles_for([(None, str(closed.id))], known)
    assert isinstance(refused, NotFound)
    reactivate(admin, closed.id)
    assert profiles_for([(None, str(each.id)) for each in (closed, mentor)], known) == [
        profile(None, str(each.id)) for each in (closed, mentor)
    ]


def test_who_holds_many_log_ins_is_what_each_alone_would_say(db: Database, hands: Hands) -> None:
    mentor, mentee, gone = a_mentor(), a_mentee("Here"), a_mentee("Gone")
    cookies = [
        accounts.start_login(person.id, address=None, agent=None) for person in (mentor, mentee, gone, mentee)
    ]
    accounts.end_login(cookies[2])
    logins = [*map(accounts.cookie_hash, cookies), "nobody's", ""]
    held = accounts_by_logins(logins)
    assert held == {login: account_by_login(login) for login in logins}
    assert [held[login] for login in logins] == [mentor, mentee, None, mentee, None, None]
    hands.now += accounts.LOGIN_LASTS
    assert set(accounts_by_logins(logins).values()) == {None}
    assert accounts_by_logins([]) == {}


def test_a_directory_is_that_of_each_and_asked_once_for_all_visitors(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    viewers = viewers_of(mentor)
    queries = [DirectoryQuery(), DirectoryQuery(search="elsewhere"), DirectoryQuery(within_days=1)]
    asked = [(viewer, query) for query in queries for viewer in viewers]
    alone = [directory(viewer, query) for viewer, query in asked]
    assert directories_for(asked) == alone
    assert len({page.mentors[-1].next_slot for page in alone[: len(viewers)]}) > 1
    with statements() as one:
        directories_for([(None, queries[0])])
    with statements() as many:
        directories_for([(None, queries[0])] * 20)
    assert len(many) == len(one)

"""Lists of slots that are remembered are looked after together, and given out only while they hold."""

from datetime import timedelta

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.availability import slots
from mentorbook.services.availability.slots import SlotQuery, is_remembered, list_slots, remembered_slots
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import NOON, Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.statements import statements

DAY = NOON.date() + timedelta(days=1)


def a_query(mentor: Account) -> SlotQuery:
    """A day of a mentor."""
    return SlotQuery(mentor.id, DAY, DAY, "UTC", 60)


def test_all_that_hold_are_found_by_one_statement(db: Database, hands: Hands) -> None:
    mentors, viewer = [a_mentor(f"M{number}") for number in range(3)], a_mentee()
    asked = [(actor, a_query(mentor)) for mentor in mentors for actor in (None, viewer, mentor)]
    expected = [list_slots(*each) for each in asked]
    with statements() as said:
        assert all(is_remembered(*each) for each in asked)
        found = remembered_slots(asked)
    assert [one is other for one, other in zip(found, expected, strict=True)] == [True] * 9
    assert len(said) == 1


def test_a_booking_of_either_person_ends_what_is_remembered(db: Database, hands: Hands) -> None:
    mentor, other, viewer = a_mentor("One"), a_mentor("Other"), a_mentee("Viewer")
    asked = [(None, a_query(mentor)), (viewer, a_query(mentor)), (viewer, a_query(other))]
    for each in asked:
        list_slots(*each)
    # The viewer is elsewhere by then: with the other mentor, which is nothing to this one.
    create_booking(viewer, a_request(other, in_hours(24)))
    unchanged, *changed = remembered_slots(asked)
    assert (unchanged is not None, changed) == (True, [None, None])
    assert not is_remembered(viewer, a_query(mentor))
    for each in asked:
        list_slots(*each)
    create_booking(a_mentee("Third"), a_request(mentor, in_hours(30)))
    first, second, third = remembered_slots(asked)
    assert (first, second, third is not None) == (None, None, True)


def test_what_the_clock_has_ended_is_not_given_out(db: Database, hands: Hands) -> None:
    asked = (None, SlotQuery(a_mentor(min_advance_booking_hours=2.0).id, NOON.date(), DAY, "UTC", 60))
    first = list_slots(*asked)
    assert remembered_slots([asked]) == [first]
    hands.on(microseconds=1)
    assert remembered_slots([asked]) == [None]
    # It is asked anew by one look, without another for its versions.
    with statements() as said:
        assert list_slots(*asked).starts[0] > first.starts[0]
    hands.on(hours=1)
    slots._cache.clear()
    with statements() as unknown:
        list_slots(*asked)
    assert len(said) == len(unknown)


def test_what_is_not_remembered_is_not_said_to_be(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    session = create_booking(mentee, a_request(mentor, in_hours(24)))
    query = a_query(mentor)
    moving = SlotQuery(mentor.id, DAY, DAY, "UTC", 60, exclude_booking_id=session.id)
    assert not is_remembered(mentee, query)
    list_slots(mentee, moving)
    assert not is_remembered(mentee, moving)
    assert not is_remembered(mentee, query)
    list_slots(mentee, query)
    assert is_remembered(mentee, query)
    assert not is_remembered(None, query)

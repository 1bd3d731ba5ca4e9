"""The directory and the policies, as pages ask for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import Mentor, User
from mentorbook.db.sessions import SessionPolicy
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.money.prices import exponent
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services.admin.policies import current_policies
from mentorbook.services.availability.slots import (
    SlotQuery,
    day_window,
    earliest_slot,
    fitting_durations,
    list_slots,
)
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import (
    DirectoryQuery,
    Profile,
    checked_rate,
    directory,
    expertise_in_use,
    profile,
    publish_profile,
)
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


def names(query: DirectoryQuery) -> list[str]:
    """Whom a query finds."""
    return [card.name for card in directory(None, query).mentors]


def test_filters_by_rate_and_by_when_somebody_is_free(db: Database, hands: Hands) -> None:
    a_mentor("Cheap", rate="10")
    a_mentor("Dear", rate="200")
    a_mentor("Late", rate="50", min_advance_booking_hours=72.0)
    a_mentor("Resting", rate="50", is_available=False)
    assert names(DirectoryQuery(most_rate=Decimal(50))) == ["Cheap", "Late", "Resting"]
    assert names(DirectoryQuery(within_days=1)) == ["Cheap", "Dear"]
    assert names(DirectoryQuery(within_days=3, most_rate=Decimal(50))) == ["Cheap", "Late"]
    assert directory(None, DirectoryQuery(within_days=1)).total == 2


@pytest.mark.parametrize("days", [366, 368, 400, 730])
def test_whoever_can_be_booked_on_a_day_is_found_however_far_away_it_is(
    db: Database, hands: Hands, days: int
) -> None:
    day = (hands.now + timedelta(days=days)).date()
    a_mentor("Any", max_advance_booking_days=None)
    a_mentor("Near", max_advance_booking_days=60)
    a_mentor("Far", max_advance_booking_days=900)
    page = directory(None, DirectoryQuery(free_between=day_window(day, "UTC")))
    assert [card.name for card in page.mentors] == ["Any", "Far"]
    for card in page.mentors:
        assert list_slots(None, SlotQuery(card.id, day, day, "UTC", 60)).starts[0] == card.next_slot


def test_only_mentors_who_are_free_on_a_day_are_found_with_their_first_slot_of_it(
    db: Database, hands: Hands
) -> None:
    thursday = date(2027, 1, 14)
    weekly = (WeeklyBlock(4, "09:00", "10:00", "AVAILABLE"), WeeklyBlock(5, "09:00", "10:00", "AVAILABLE"))
    a_mentor("Early", weekly=weekly)
    a_mentor("Late", weekly=weekly[1:])
    a_mentor("Tokyo", "Asia/Tokyo", weekly=weekly)
    on_thursday = day_window(thursday, "UTC")
    found = directory(None, DirectoryQuery(free_between=on_thursday)).mentors
    firsts = {card.name: card.next_slot for card in found}
    assert firsts == {
        "Early": datetime(2027, 1, 14, 9, tzinfo=UTC),
        "Tokyo": datetime(2027, 1, 14, 0, tzinfo=UTC),
    }
    # By the clock of New York it is Wednesday evening in Tokyo's morning.
    new_york = day_window(thursday, "America/New_York")
    assert names(DirectoryQuery(free_between=new_york)) == ["Early", "Tokyo"]
    assert names(DirectoryQuery(free_between=day_window(date(2027, 1, 12), "UTC"))) == []
    for card in found:
        query = SlotQuery(card.id, thursday, thursday, "UTC", 60)
        assert list_slots(None, query).starts[0] == card.next_slot


def test_the_next_slot_leaves_out_where_the_viewer_is(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("One"), a_mentee()
    create_booking(mentee, a_request(a_mentor("Two"), in_hours(0.5)))
    assert profile(mentee, mentor.id).next_slot == in_hours(1.5)
    assert profile(None, mentor.id).next_slot == in_hours(0.5)
    assert earliest_slot(mentee, mentor.id, 60) == in_hours(1.5)


def test_a_far_first_slot_is_found(db: Database, hands: Hands) -> None:
    mentor = a_mentor(min_advance_booking_hours=24.0 * 200, max_advance_booking_days=None)
    assert profile(None, mentor.id).next_slot == in_hours(24 * 200)
    near = a_mentor(min_advance_booking_hours=24.0 * 61, max_advance_booking_days=60)
    assert profile(None, near.id).next_slot is None


def test_only_durations_that_fit_are_offered(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(buffer_minutes=15), a_mentee()
    create_booking(a_mentee(), a_request(mentor, in_hours(26)))
    assert fitting_durations(mentee, mentor.id, in_hours(24)) == [15, 30, 45, 60, 75, 90, 105]
    assert fitting_durations(mentee, mentor.id, in_hours(26)) == []
    assert fitting_durations(mentee, mentor.id, in_hours(24) + timedelta(minutes=7)) == []
    assert fitting_durations(mentee, a_mentor(is_available=False).id, in_hours(24)) == []


@pytest.mark.parametrize(
    ("rate", "currency"),
    [
        ("-1", "GBP"),
        ("NaN", "GBP"),
        ("inf", "GBP"),
        ("500001", "GBP"),
        ("0.0001", "GBP"),
        ("x", "GBP"),
        ("1", "gbp"),
        ("1", "£"),
        ("1", "ZZZ"),
        ("1", "XAU"),
    ],
)
def test_a_rate_is_a_price_in_a_currency(rate: str, currency: str) -> None:
    with pytest.raises(ValidationFailed):
        checked_rate(rate, currency)


@pytest.mark.parametrize(("rate", "currency", "field"), [("1", "ZZZ", "currency"), ("-1", "GBP", "rate")])
def test_nobody_becomes_a_mentor_without_a_price(
    db: Database, hands: Hands, rate: str, currency: str, field: str
) -> None:
    mentee = a_mentee()
    with pytest.raises(ValidationFailed) as refused:
        publish_profile(mentee.id, Profile("", "", (), Decimal(rate), currency))
    assert list(refused.value.fields) == [field]
    assert not accounts.account(mentee.id).is_mentor


@pytest.mark.parametrize("currency", ["KWD", "CHF", "XOF"])
def test_the_highest_price_can_be_stored(db: Database, hands: Hands, currency: str) -> None:
    mentor = a_mentor(rate="500000", currency=currency)
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(24), duration=240))
    assert booked.price_minor == 2_000_000 * 10 ** exponent(currency)


def test_policies_have_defaults_until_somebody_sets_them(db: Database, hands: Hands) -> None:
    assert current_policies().model_dump() == {
        "cancellation_cutoff_hours": 2,
        "reschedule_cutoff_hours": 4,
        "max_reschedules_per_session": 2,
        "require_cancellation_reason": True,
        "free_cancellation_hours": 24,
        "late_cancellation_refund_percent": 50,
    }
    with write_transaction() as session:
        session.add(SessionPolicy(key="reschedule_cutoff_hours", value=1.5))
        session.add(SessionPolicy(key="require_cancellation_reason", value=False))
    assert current_policies().reschedule_cutoff_hours == 1.5
    assert not current_policies().require_cancellation_reason
    assert current_policies().free_cancellation_hours == 24


def test_topics_to_choose_from_are_those_of_mentors_who_are_shown(db: Database, hands: Hands) -> None:
    for topics in (["Testing", "Maps"], ["Maps"], ["Ink", "Maps"]):
        publish_profile(a_mentor().id, Profile("Mentor", "", tuple(topics), Decimal(60)))
    hidden, gone = a_mentor(), a_mentor()
    for person in (hidden, gone):
        publish_profile(person.id, Profile("Mentor", "", ("Secrets",), Decimal(60)))
    with write_transaction() as session:
        session.get_one(Mentor, hidden.id).status = MentorStatus.DECLINED
        session.get_one(User, gone.id).deactivated_at = hands.now
    assert expertise_in_use(10) == ["Maps", "Ink", "Testing"]
    assert expertise_in_use(2) == ["Maps", "Ink"]

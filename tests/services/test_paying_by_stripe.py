"""A session that is paid at Stripe: who tells of it first, twice or not at all, and answers that are lost."""

import asyncio
from collections.abc import Iterator

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import PaymentUnavailable
from mentorbook.domain.kinds import PaymentStatus, SessionStatus
from mentorbook.domain.ports import PaymentProvider
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.money import events
from mentorbook.services.money.holds import release_hold
from mentorbook.services.money.paying import pay
from mentorbook.services.money.reconciliation import reconcile
from tests.conftest import Hands
from tests.paying import deliver, entries_of, pay_now, refunds_of, session_row, stripe_payments, the_payment
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.servers.stripe_books import NotPayable
from tests.servers.stripe_double import Fault, StripeDouble, running_stripe

REASON = {"reasonCategory": "schedule_conflict"}
WEEK, DAYS = 24 * 8, 48  # charged at booking, and held on the card


@pytest.fixture
def double(db: Database, hands: Hands) -> Iterator[StripeDouble]:
    with running_stripe(hands) as double:
        yield double


@pytest.fixture
def provider(double: StripeDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaymentProvider]:
    with stripe_payments(double, monkeypatch) as provider:
        yield provider


def a_hold(hours: float = WEEK) -> tuple[Account, Booking]:
    mentee = a_mentee()
    return mentee, create_booking(mentee, a_request(a_mentor(), in_hours(hours)))


def begun(mentee: Account, held: Booking) -> str:
    """Go to the page where it is paid; returns what Stripe calls it."""
    assert asyncio.run(pay(mentee, held.id)).url
    return the_payment(held).reference or ""


def told(double: StripeDouble, provider: PaymentProvider) -> list[bool]:
    """Tell every event so far, the latest first, each twice; which of them were news."""
    twice = [event for event in reversed(double.books.events) for _ in range(2)]
    return [events.take_in(provider.read_event(*double.signed(event))) for event in twice]


def is_booked_once(held: Booking, double: StripeDouble) -> bool:
    assert session_row(held).status == SessionStatus.SCHEDULED
    assert counts()["notifications"] == 2
    assert [kind for kind, _ in entries_of(held)].count("opened") == 1
    return len(double.books.charges_of(the_payment(held).id)) == 1


@pytest.mark.parametrize("first", ["return", "webhook"])
@pytest.mark.parametrize("hours", [WEEK, DAYS])
def test_return_and_webhook_book_it_once_whichever_is_first(
    provider: PaymentProvider, double: StripeDouble, first: str, hours: int
) -> None:
    mentee, held = a_hold(hours)
    double.books.pay(begun(mentee, held))
    assert session_row(held).status == SessionStatus.PENDING
    if first == "webhook":
        assert any(told(double, provider))
        deliver(provider)
        assert is_booked_once(held, double)
    assert pay_now(mentee, held, None).status == SessionStatus.SCHEDULED
    told(double, provider)
    deliver(provider)
    assert is_booked_once(held, double)
    is_taken = hours == WEEK
    assert the_payment(held).status == (PaymentStatus.CAPTURED if is_taken else PaymentStatus.AUTHORISED)


def test_what_nobody_tells_is_found_by_comparing(provider: PaymentProvider, double: StripeDouble) -> None:
    mentee, held = a_hold()
    double.books.pay(begun(mentee, held))
    assert asyncio.run(reconcile(provider)) == []
    assert is_booked_once(held, double)


def test_an_opening_whose_answer_was_lost_is_charged_once(
    provider: PaymentProvider, double: StripeDouble
) -> None:
    mentee, held = a_hold()
    double.fail(Fault.LOST)
    with pytest.raises(PaymentUnavailable):
        asyncio.run(pay(mentee, held.id))
    double.fail(None)
    double.books.pay(begun(mentee, held))
    deliver(provider)
    assert pay_now(mentee, held, None).status == SessionStatus.SCHEDULED
    assert is_booked_once(held, double)


def test_a_hold_that_lapses_closes_the_page_where_it_is_paid(
    provider: PaymentProvider, double: StripeDouble, hands: Hands
) -> None:
    mentee, held = a_hold()
    reference = begun(mentee, held)
    hands.on(minutes=11)
    deliver(provider)
    with pytest.raises(NotPayable):
        double.books.pay(reference)
    assert the_payment(held).status == PaymentStatus.CLOSED


def test_what_is_paid_after_its_time_was_given_away_is_paid_back(
    provider: PaymentProvider, double: StripeDouble
) -> None:
    mentee, held = a_hold()
    reference = begun(mentee, held)
    release_hold(mentee, held.id)
    other = a_mentee("Other")
    again = create_booking(other, a_request(held.mentor.id, in_hours(WEEK)))
    double.books.pay(reference)
    deliver(provider, 6)
    told(double, provider)
    deliver(provider)
    payment = the_payment(held)
    assert (payment.status, payment.captured_minor, payment.returned_minor) == ("refunded", 6000, 6000)
    assert session_row(held).status == SessionStatus.CANCELLED
    assert session_row(again).status == SessionStatus.PENDING


@pytest.mark.parametrize("hours", [WEEK, DAYS])
def test_what_is_given_back_is_given_back_once_although_answers_are_lost(
    provider: PaymentProvider, double: StripeDouble, hands: Hands, hours: int
) -> None:
    mentee, held = a_hold(hours)
    double.books.pay(begun(mentee, held))
    pay_now(mentee, held, None)
    cancel_booking(mentee, held.id, REASON)
    double.fail(Fault.LOST)
    deliver(provider)
    double.fail(None)
    for _ in range(3):
        hands.on(minutes=2)
        deliver(provider)
    payment = the_payment(held)
    gone = payment.returned_minor + payment.released_minor
    assert gone == sum(each.amount_minor for each in refunds_of(held)) == 6000
    assert len([each for each in double.books.objects.values() if each["object"] == "refund"]) == (
        1 if hours == WEEK else 0
    )
    assert asyncio.run(reconcile(provider)) == []


def test_what_stripe_never_opened_is_closed_without_it(
    provider: PaymentProvider, double: StripeDouble, hands: Hands
) -> None:
    """Stripe is away until it would open the payment no more."""
    mentee, held = a_hold()
    double.fail(Fault.RESET)
    with pytest.raises(PaymentUnavailable):
        asyncio.run(pay(mentee, held.id))
    hands.on(minutes=45)
    deliver(provider)
    double.fail(None)
    hands.on(minutes=2)
    deliver(provider, 6)
    assert the_payment(held).status == PaymentStatus.CLOSED
    assert entries_of(held) == [("opened", 6000), ("closed", 6000)]
    assert asyncio.run(reconcile(provider)) == []

"""What people read about paying: settled, held, authorised, charged, given back; the same in every place."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mentorbook.domain.booking.refunds import RefundTerms
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.views import Booking, Person
from mentorbook.presenters.booking.cancel_dialog import CancelWords, cancel_words
from mentorbook.presenters.booking.payment_words import payment_words
from mentorbook.presenters.booking.session_card import session_card
from mentorbook.presenters.booking.session_details import session_details
from tests.unit.test_session_words import ADA, NOW, PRIYA, START, booking, reader

ADMIN = Person(id=uuid4(), name="Root", timezone="UTC")


@pytest.mark.parametrize(
    ("facts", "who", "said"),
    [
        ({}, PRIYA, "You settle £60.00 with Ada yourselves."),
        ({}, ADA, "You settle £60.00 with Priya yourselves."),
        ({}, ADMIN, "Ada and Priya settle it themselves."),
        ({"status": "cancelled"}, PRIYA, "Nothing was charged here."),
        ({"price_minor": 0}, PRIYA, ""),
        ({"payment_status": "authorised"}, PRIYA, "Authorised on your card, taken after the session."),
        ({"payment_status": "authorised"}, ADA, "Authorised on Priya’s card, taken after the session."),
        ({"payment_status": "captured"}, PRIYA, "Paid."),
        (
            {"payment_status": "captured", "refunded_minor": 3000},
            PRIYA,
            "Paid. £30.00 of £60.00 is given back.",
        ),
        (
            {"payment_status": "refunded", "refunded_minor": 6000, "status": "cancelled"},
            PRIYA,
            "Paid. All of £60.00 is given back.",
        ),
        ({"payment_status": "captured", "status": "cancelled"}, PRIYA, "Paid. Nothing is given back."),
        (
            {"payment_status": "voided", "refunded_minor": 6000, "status": "cancelled"},
            PRIYA,
            "Nothing was taken from your card.",
        ),
    ],
)
def test_how_a_session_is_paid(facts: dict[str, Any], who: Person, said: str) -> None:
    assert payment_words(booking(**facts), reader(who)) == said
    assert session_details(booking(**facts), reader(who)).charged == said


def cancelling(before: timedelta, **facts: Any) -> CancelWords:
    """What the dialog says so long before the start."""
    return cancel_words(booking(**facts), reader(now=START - before))


def test_what_was_charged_is_said_to_come_back_before_it_is_asked() -> None:
    early = cancelling(timedelta(hours=25), payment_status="captured")
    assert early.back == "You get £60.00 back."
    assert early.charged == (
        "Cancelling is free until Mon 23 Nov, 14:30; half is given back after that, until Tue 12:30."
    )
    assert (early.confirm, early.refund_minor) == ("Cancel and refund £60.00", 6000)
    late = cancelling(timedelta(hours=3), payment_status="captured", price_minor=6001)
    assert late.back == "You get £30.01 of £60.01 back."
    assert late.charged == "Half is given back until Tue 12:30."
    assert (late.confirm, late.refund_minor) == ("Cancel and refund £30.01", 3001)
    assert late.done == "The session is cancelled. You get £30.01 of £60.01 back. Ada has been told."


def test_that_no_money_moves_is_said_wherever_the_demo_is_paid() -> None:
    demo = replace(reader(), way=PaymentWay.DEMO)
    paid = booking(payment_status="captured")
    assert payment_words(paid, demo) == "Paid. Demo: no money moves."
    assert cancel_words(paid, demo).charged.endswith(" Demo: no money moves.")
    assert "Demo" not in payment_words(booking(price_minor=0), demo)


def test_where_the_terms_give_nothing_back_it_says_so() -> None:
    terms = RefundTerms(24, 4, 50).stored()
    words = cancelling(timedelta(hours=3), payment_status="captured", refund_terms=terms)
    assert (words.back, words.confirm) == ("Nothing is given back.", "Cancel without a refund")
    assert words.charged == "Nothing is given back until Tue 12:30."
    card = session_card(booking(refund_terms=terms), reader(now=START - timedelta(hours=3)))
    assert card.why == "Nothing refunded if you cancel until today 12:30."


def test_what_is_only_authorised_is_not_charged() -> None:
    early = cancelling(timedelta(hours=25), payment_status="authorised")
    assert early.back == "You are not charged."
    assert early.charged.startswith("The £60.00 on your card is released. Cancelling is free until ")
    assert (early.confirm, early.refund_minor) == ("Cancel without a charge", 6000)
    late = cancelling(timedelta(hours=3), payment_status="authorised")
    assert late.back == "You are charged £30.00 of £60.00."
    assert (late.confirm, late.refund_minor) == ("Cancel and pay £30.00", 3000)
    terms = RefundTerms(24, 4, 50).stored()
    none = cancelling(timedelta(hours=3), payment_status="authorised", refund_terms=terms)
    assert (none.back, none.confirm) == ("You are charged £60.00.", "Cancel and pay £60.00")


def test_of_what_was_given_back_before_only_the_rest_is() -> None:
    words = cancelling(timedelta(hours=25), payment_status="captured", refunded_minor=1000)
    assert (words.back, words.confirm) == ("You get £50.00 of £60.00 back.", "Cancel and refund £50.00")


@pytest.mark.parametrize(
    ("currency", "price", "back", "button"),
    [
        ("JPY", 4501, "You get ¥2,251 of ¥4,501 back.", "Cancel and refund ¥2,251"),
        # Cards know no thousandths: those are left to the payer.
        ("KWD", 12345, "You get KWD 6.180 of KWD 12.340 back.", "Cancel and refund KWD 6.180"),
    ],
)
def test_the_figures_have_their_currencys_digits(currency: str, price: int, back: str, button: str) -> None:
    words = cancelling(timedelta(hours=3), payment_status="captured", price_minor=price, currency=currency)
    assert (words.back.replace("\xa0", " "), words.confirm.replace("\xa0", " ")) == (back, button)


def test_a_paid_request_comes_back_whole_when_it_is_withdrawn() -> None:
    asked = {"status": "pending", "expires_at": START - timedelta(hours=1)}
    paid = cancelling(timedelta(hours=3), payment_status="captured", **asked)
    assert (paid.back, paid.charged) == ("You get £60.00 back.", "Nothing is due before it is accepted.")
    assert paid.confirm == "Withdraw and refund £60.00"
    held = cancelling(timedelta(hours=3), payment_status="authorised", **asked)
    assert (held.back, held.confirm) == ("You are not charged.", "Withdraw without a charge")


def a_hold(**facts: Any) -> Booking:
    """A time that is held for ten minutes."""
    until = NOW + timedelta(minutes=10)
    return booking(status="pending", held_until=until, expires_at=until, **facts)


def test_a_held_time_is_said_to_be_held_and_can_be_paid_or_given_back() -> None:
    card = session_card(a_hold(), reader())
    assert (card.badge, card.tone, card.pay) == ("Held for you", "wait", "Pay £60.00")
    assert card.why == "The time is held for you until today 10:10 while you pay. Nobody is told before."
    assert (card.cancel, card.reschedule, card.join, card.mentee_only) == ("on", "", "", False)
    details = session_details(a_hold(), reader())
    assert details.charged == "Not paid yet."
    assert [part.label for part in details.policy] == ["Free to cancel", "Half refunded", "No changes"]
    assert [line.title for line in details.happened] == ["Waiting for your payment"]
    assert details.room == "The room is prepared once the session is paid."
    words = cancel_words(a_hold(), reader())
    assert (words.title, words.confirm) == ("Give this time back?", "Give the time back")
    assert (words.back, words.ask, words.policy) == ("Nothing was charged.", "", [])


def test_a_time_that_was_not_paid_is_no_request_that_nobody_answered() -> None:
    late = reader(now=NOW + timedelta(minutes=10))
    card = session_card(a_hold(), late)
    assert (card.badge, card.pay, card.cancel) == ("Not paid", "", "")
    assert card.why == "It was not paid in time, so the time is free again. Nothing was charged."
    details = session_details(a_hold(), late)
    assert (details.charged, details.policy) == ("Not paid, so nothing was charged.", [])
    assert [line.title for line in details.happened] == ["Not paid in time"]
    gone = a_hold().model_copy(update={"status": booking(status="cancelled").status})
    assert payment_words(gone, late) == "Not paid, so nothing was charged."
    assert session_card(gone, late).badge == "Not paid"
    given_back = gone.model_copy(update={"cancelled_by": PRIYA.id})
    assert session_card(given_back, late).badge == "Given back"
    assert [line.title for line in session_details(given_back, late).happened] == ["Given back"]

"""Payments, receipts and sums in words: what came back and why, by the reader's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from mentorbook.domain.kinds import PaymentStatus, PaymentWay, RefundReason, RefundStatus
from mentorbook.domain.money.statements import EarningTotal, MoneyTotal, PaymentLine, Receipt, ReturnLine
from mentorbook.presenters.money.receipt import receipt_number, receipt_words
from mentorbook.presenters.money.statements import (
    NOTHING_IS_PAID_HERE,
    WHY_WORDS,
    earning_sums,
    payment_row,
    payment_sums,
)
from mentorbook.presenters.prices import format_amount

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
SOME_ID = UUID("1a2b3c4d-5e6f-4000-8000-000000000000")
KOLKATA = "Asia/Kolkata"


def a_return(amount: int, **values: Any) -> ReturnLine:
    """Money that came back."""
    given = {
        "reason": RefundReason.CANCELLED,
        "status": RefundStatus.DONE,
        "is_release": False,
        "note": None,
        "done_at": NOW,
    }
    return ReturnLine(amount_minor=amount, ordered_at=NOW, **{**given, **values})


def a_line(*returns: ReturnLine, kind: type[PaymentLine] = PaymentLine, **values: Any) -> Any:
    """A payment of £60.00 for a session of the next day."""
    counted = sum(each.amount_minor for each in returns if each.status != RefundStatus.FAILED)
    given: dict[str, Any] = {"status": PaymentStatus.CAPTURED, "way": PaymentWay.STRIPE, "currency": "GBP"}
    given |= {"taken_minor": 6000}
    return kind(
        id=SOME_ID,
        session_id=SOME_ID,
        title="Owls",
        other_name="Moira Hill",
        starts_at=NOW + timedelta(days=1),
        duration=60,
        paid_at=NOW - timedelta(hours=14),
        amount_minor=6000,
        returned_minor=counted,
        returns=list(returns),
        **{**given, **values},
    )


def row(line: PaymentLine) -> Any:
    """How it reads in Kolkata."""
    return payment_row(line, zone=KOLKATA, now=NOW)


def test_a_payment_is_told_by_the_readers_clock() -> None:
    found = row(a_line())
    assert (found.session, found.paid) == ("Thu 14 Jan, 17:30 · 60 min", "Wed 13 Jan, 03:30")
    assert (found.amount, found.status, found.returns) == ("£60.00", "Paid", [])


def test_what_is_held_is_said_to_be_held_on_the_card() -> None:
    held = a_line(status=PaymentStatus.AUTHORISED, taken_minor=0)
    assert row(held).status == "Held on your card, taken after the session"
    some = a_line(a_return(2000, status=RefundStatus.ORDERED), status=PaymentStatus.AUTHORISED)
    assert row(some).status == "£20.00 given back"
    assert row(some).returns == [
        "£20.00 is on its way back: the session was cancelled.",
        "£40.00 is held on the card until it is taken.",
    ]


def test_some_or_all_of_it_came_back() -> None:
    assert row(a_line(a_return(3000))).status == "£30.00 given back"
    assert row(a_line(a_return(3000), a_return(3000))).status == "Given back"
    released = a_line(a_return(6000, is_release=True), status=PaymentStatus.VOIDED, taken_minor=0)
    assert row(released).returns == [
        "£60.00 let go on Wed 13 Jan, and never taken from the card: the session was cancelled."
    ]


def test_what_failed_is_not_counted_and_said() -> None:
    found = row(a_line(a_return(3000, status=RefundStatus.FAILED, done_at=None)))
    assert found.status == "Paid"
    assert found.returns == [
        "£30.00 could not be given back: the session was cancelled. An admin sees to it."
    ]


def test_what_an_admin_wrote_is_quoted() -> None:
    found = row(a_line(a_return(500, reason=RefundReason.BY_HAND, note="The line broke.")))
    assert found.returns == ["£5.00 given back on Wed 13 Jan: an admin gave it back, “The line broke”."]


def test_every_reason_has_words_of_its_own() -> None:
    assert set(WHY_WORDS) == set(RefundReason)
    assert len(set(WHY_WORDS.values())) == len(RefundReason)


def test_where_nothing_is_paid_the_page_says_so() -> None:
    assert set(NOTHING_IS_PAID_HERE) == {way for way in PaymentWay if not way.charges}


def test_sums_stand_by_currency_and_nothing_is_an_amount() -> None:
    totals = [
        MoneyTotal(currency="GBP", paid_minor=12000, returned_minor=3000, kept_minor=9000),
        MoneyTotal(currency="JPY", paid_minor=9000, returned_minor=0, kept_minor=9000),
    ]
    assert [each.figures for each in payment_sums(totals)] == [
        [("Paid", "£120.00"), ("Given back", "£30.00"), ("What remains", "£90.00")],
        [("Paid", "¥9,000")],
    ]
    (earned,) = earning_sums([EarningTotal(currency="KWD", earned_minor=0, expected_minor=12500)])
    assert earned.figures == [("Earned", "KWD 0.000"), ("Expected", "KWD 12.500")]
    assert format_amount(0, "GBP") == "£0.00"


def a_receipt(*returns: ReturnLine, **values: Any) -> Receipt:
    """The receipt of the payment."""
    people = {"payer_name": "Mina", "payer_email": "mina@people.test", "mentor_name": "Moira Hill"}
    receipt: Receipt = a_line(*returns, kind=Receipt, written_at=NOW, **people, **values)
    return receipt


def test_a_receipt_names_everything_by_the_readers_clock() -> None:
    found = receipt_words(a_receipt(a_return(2500)), zone=KOLKATA)
    assert found.number == receipt_number(SOME_ID) == "MB-1A2B-3C4D-5E6F"
    assert found.when == "Thu 14 January 2027, 17:30 – 18:30 Kolkata (60 min)"
    assert found.paid == "Wed 13 January 2027, 03:30 Kolkata"
    assert [(line.words, line.amount) for line in found.lines] == [
        ("Paid", "£60.00"),
        ("Given back", "−£25.00"),
    ]
    assert found.lines[1].text == "Wed 13 January 2027, 17:30 Kolkata: the session was cancelled"
    assert (found.remains.words, found.remains.amount, found.is_demo) == ("Paid in all", "£35.00", False)


@pytest.mark.parametrize(
    ("status", "returns", "words", "remains"),
    [
        (PaymentStatus.AUTHORISED, (), ["Held on the card"], ("Taken after the session", "£60.00")),
        (
            PaymentStatus.VOIDED,
            (a_return(6000, is_release=True),),
            ["Held on the card", "Let go, and never taken"],
            ("Paid in all", "£0.00"),
        ),
        (
            PaymentStatus.CAPTURED,
            (a_return(6000, status=RefundStatus.ORDERED, done_at=None),),
            ["Paid", "On its way back"],
            ("Paid in all", "£0.00"),
        ),
        (
            PaymentStatus.CAPTURED,
            (a_return(1000, status=RefundStatus.FAILED, done_at=None),),
            ["Paid", "Could not be given back"],
            ("Paid in all", "£60.00"),
        ),
    ],
)
def test_a_receipt_adds_up_however_the_payment_stands(
    status: PaymentStatus, returns: tuple[ReturnLine, ...], words: list[str], remains: tuple[str, str]
) -> None:
    found = receipt_words(a_receipt(*returns, status=status, way=PaymentWay.DEMO), zone="UTC")
    assert [line.words for line in found.lines] == words
    assert (found.remains.words, found.remains.amount) == remains
    assert found.is_demo

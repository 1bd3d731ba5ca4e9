"""What people have paid and earned, as statements, receipts and CSV; what an admin gives back by hand."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import InvalidStatus, NotFound, NotPermitted, ValidationFailed
from mentorbook.domain.kinds import NoticeKind, PaymentStatus, RefundReason, RefundStatus
from mentorbook.domain.money.statements import EarningTotal, MoneyTotal
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.money.all_payments import list_all_payments, payment_differences
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.services.money.statement_files import (
    all_payments_csv,
    own_earnings_csv,
    own_payments_csv,
)
from mentorbook.services.money.statements import own_earnings, own_payments, receipt
from mentorbook.services.notifications import list_notifications
from tests.conftest import Hands
from tests.paying import charge_of, deliver, demo_payments, pay_now, refunds_of, the_payment
from tests.people import a_mentee, a_mentor, a_request, in_hours

REASON = {"reasonCategory": "schedule_conflict"}


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def paid(mentee: Account, mentor: Account, hours: float) -> Booking:
    """A session that somebody has paid for."""
    return pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(hours))))


def rows(text: str) -> list[dict[str, str]]:
    """A CSV file by its header."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_statement_adds_up_in_each_currency(provider: DemoPayments, hands: Hands) -> None:
    mentee, pounds, yen = a_mentee(), a_mentor("Moira"), a_mentor("Kenji", rate="9000", currency="JPY")
    kept, moved = paid(mentee, pounds, 200), paid(mentee, yen, 203)
    hands.on(minutes=2)
    cancelled = paid(mentee, pounds, 210)
    create_booking(mentee, a_request(pounds, in_hours(220)))  # held, and not paid
    hands.now = in_hours(200)
    cancel_booking(mentee, cancelled.id, REASON)
    deliver(provider)
    page = own_payments(mentee)
    assert [line.session_id for line in page.payments] == [cancelled.id, moved.id, kept.id] or [
        line.session_id for line in page.payments
    ] == [cancelled.id, kept.id, moved.id]
    assert page.totals == [
        MoneyTotal(currency="GBP", paid_minor=12000, returned_minor=3000, kept_minor=9000),
        MoneyTotal(currency="JPY", paid_minor=9000, returned_minor=0, kept_minor=9000),
    ]
    (back,) = page.payments[0].returns
    assert (back.amount_minor, back.reason, back.status) == (3000, RefundReason.CANCELLED, RefundStatus.DONE)
    assert own_payments(pounds).total == 0
    assert own_payments(mentee, 2).payments == []


def test_a_mentor_earns_what_is_left(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    taken, held, gone = paid(mentee, mentor, 200), paid(mentee, mentor, 48), paid(mentee, mentor, 60)
    cancel_booking(mentee, gone.id, REASON)
    page = own_earnings(mentor)
    assert [(each.session_id, each.is_earned) for each in page.earnings] == [
        (taken.id, False),
        (held.id, False),
    ]
    assert page.totals == [EarningTotal(currency="GBP", earned_minor=0, expected_minor=12000)]
    for session in (held, taken):
        hands.now = session.ends_at
        deliver(provider)
    assert [each.is_earned for each in own_earnings(mentor).earnings] == [True, True]
    assert own_earnings(mentee).total == 0
    assert [row["amountMinor"] for row in rows(own_earnings_csv(mentor))] == ["6000", "6000"]


def test_a_receipt_is_its_payers_and_the_admins(provider: DemoPayments) -> None:
    mentee, mentor, admin = a_mentee(), a_mentor(), a_mentee("Admin", is_admin=True)
    booked = paid(mentee, mentor, 48)
    identifier = the_payment(booked).id
    assert receipt(mentee, identifier).amount_minor == receipt(admin, str(identifier)).amount_minor == 6000
    for stranger in (mentor, a_mentee("Other")):
        with pytest.raises(NotFound):
            receipt(stranger, identifier)
    for nonsense in ("x", None, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            receipt(mentee, nonsense)


def test_files_hold_the_same_and_harm_nobody(provider: DemoPayments) -> None:
    mentee, admin = a_mentee("=1+1"), a_mentee("Admin", is_admin=True)
    booked = paid(mentee, a_mentor(), 48)
    cancel_booking(mentee, booked.id, REASON)
    (own,) = rows(own_payments_csv(mentee))
    assert (own["amountMinor"], own["returnedMinor"], own["currency"]) == ("6000", "6000", "GBP")
    (everybodys,) = rows(all_payments_csv(admin))
    assert everybodys["payerName"] == "'=1+1"
    assert "returns" not in everybodys


def test_only_admins_see_everybodys_payments(provider: DemoPayments) -> None:
    mentee, admin = a_mentee(), a_mentee("Admin", is_admin=True)
    paid(mentee, a_mentor(), 48)
    (line,) = list_all_payments(admin).payments
    assert (line.payer_name, line.reference is not None) == (mentee.name, True)
    assert payment_differences(admin) == []
    for call in (list_all_payments, payment_differences, all_payments_csv):
        with pytest.raises(NotPermitted):
            call(mentee)


def test_an_admin_gives_money_back_with_a_reason_and_never_more_than_was_paid(
    provider: DemoPayments,
) -> None:
    mentee, mentor, admin = a_mentee(), a_mentor(), a_mentee("Admin", is_admin=True)
    booked = paid(mentee, mentor, 200)
    for actor in (mentee, mentor):
        with pytest.raises(NotPermitted):
            refund_by_hand(actor, booked.id, {"amountMinor": 100, "reason": "Please"})
    for wrong in (
        {"amountMinor": 0, "reason": "x"},
        {"amountMinor": 6001, "reason": "x"},
        {"amountMinor": 5},
    ):
        with pytest.raises(ValidationFailed):
            refund_by_hand(admin, booked.id, wrong)
    wanted = {"amountMinor": 2500, "reason": "The sound was bad"}
    assert refund_by_hand(admin, booked.id, wanted, key="once").refunded_minor == 2500
    assert refund_by_hand(admin, booked.id, wanted, key="once").refunded_minor == 2500
    with pytest.raises(ValidationFailed) as refused:
        refund_by_hand(admin, booked.id, {"amountMinor": 3501, "reason": "More"})
    assert "3500" in refused.value.fields["amountMinor"]
    assert cancel_booking(mentee, booked.id, REASON).refunded_minor == 6000
    deliver(provider)
    assert charge_of(provider, booked).returned_minor == 6000
    assert the_payment(booked).status == PaymentStatus.REFUNDED
    assert {each.note for each in refunds_of(booked)} == {"The sound was bad", None}
    with pytest.raises(InvalidStatus):
        refund_by_hand(admin, booked.id, wanted)
    assert "The sound was bad" in {each.reason_details for each in session_timeline(admin, booked.id)}
    told = {notice.kind: notice.facts for notice in list_notifications(mentee).notices}
    assert told[NoticeKind.MONEY_RETURNED].refund_minor == 2500
    assert told[NoticeKind.CANCELLATION_CONFIRMED].refund_minor == 3500

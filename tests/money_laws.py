"""What holds of money at any time when nothing is under way: the tables and the provider say the same."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment, PaymentEntry, Refund
from mentorbook.db.sessions import MentoringSession, SessionAuditLog, SessionClaim
from mentorbook.domain.kinds import (
    LIVE_STATUSES,
    AuditAction,
    PaymentEntryKind,
    PaymentStatus,
    RefundReason,
    RefundStatus,
    SessionStatus,
)
from mentorbook.domain.money.payments import Charge, ChargeStatus
from mentorbook.domain.ports import PaymentProvider
from tests.people import in_hours, overlapping_claims

MADE = (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED, PaymentStatus.REFUNDED, PaymentStatus.VOIDED)
KEPT = (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)


def broken_laws(provider: PaymentProvider, *, is_quiet: bool = True) -> list[str]:
    """Every law of money that does not hold; `is_quiet` when nothing is due any more.

    Only then are the tables and the provider of one mind, and only then is the provider asked.
    """
    there = asyncio.run(provider.charges_since(in_hours(-10_000))) if is_quiet else []
    charges = {each.reference: each for each in there}
    with read_transaction() as session:
        payments = list(session.scalars(select(Payment)))
        refunds = list(session.scalars(select(Refund)))
        rows = {row.id: row for row in session.scalars(select(MentoringSession))}
        claimed = [claim.session_id for claim in session.scalars(select(SessionClaim))]
        entries = list(session.scalars(select(PaymentEntry)))
        trail = list(session.scalars(select(SessionAuditLog)))
        session.expunge_all()
    broken = ["somebody is in two places"] if overlapping_claims() else []
    for payment in payments:
        of_it = [each for each in refunds if each.payment_id == payment.id and each.status != "failed"]
        row = rows[payment.session_id]
        broken += _of_payment(payment, of_it, row)
        broken += _of_books(payment, [each for each in entries if each.payment_id == payment.id])
        if payment.status in MADE:
            broken += _of_terms(payment, of_it, row, [each for each in trail if each.session_id == row.id])
        if is_quiet:
            broken += _of_charge(payment, charges.pop(payment.reference or "", None))
            # While a session is to take place, its card is left alone.
            waits = payment.status == PaymentStatus.AUTHORISED and row.status in LIVE_STATUSES
            if payment.status == PaymentStatus.AUTHORISED and not waits:
                broken.append("a card is still held for a session that is over")
            ordered = [each for each in of_it if each.status == RefundStatus.ORDERED and not waits]
            broken += ["a refund is still ordered" for _ in ordered]
    if is_quiet:
        broken += [f"{each.reference} is in no table" for each in charges.values() if _has_money(each)]
    for row in rows.values():
        broken += _of_session(row, [each for each in payments if each.session_id == row.id], claimed)
    return broken


def _has_money(charge: Charge) -> bool:
    return charge.status not in (ChargeStatus.OPEN, ChargeStatus.CLOSED)


def _of_payment(payment: Payment, refunds: list[Refund], row: MentoringSession) -> list[str]:
    back = sum(each.amount_minor for each in refunds)
    broken = []
    if back > payment.amount_minor:
        broken.append(f"{back} of {payment.amount_minor} is given back")
    if payment.status in KEPT and row.held_until is not None and back != payment.amount_minor:
        broken.append("paid, and neither booked nor given back")
    if payment.status in (PaymentStatus.REFUNDED, PaymentStatus.VOIDED) and back != payment.amount_minor:
        broken.append(f"all of {payment.amount_minor} went back, and {back} is on record")
    if payment.status in MADE and row.refunded_minor != back:
        broken.append(f"the session says {row.refunded_minor} goes back, its payment {back}")
    return broken


def _of_books(payment: Payment, entries: list[PaymentEntry]) -> list[str]:
    """What never changes adds up to what the payment says now."""
    total = Counter[str]()
    for entry in entries:
        total[entry.kind] += entry.amount_minor
    failed = {each.refund_id for each in entries if each.kind == PaymentEntryKind.REFUND_FAILED}
    returned = sum(
        each.amount_minor
        for each in entries
        if each.kind == PaymentEntryKind.REFUNDED and each.refund_id not in failed
    )
    kept = (total[PaymentEntryKind.CAPTURED], total[PaymentEntryKind.RELEASED], returned)
    said = (payment.captured_minor, payment.released_minor, payment.returned_minor)
    broken = [] if kept == said else [f"the entries say {kept}, the payment {said}"]
    is_settled = payment.status in MADE and payment.status != PaymentStatus.AUTHORISED
    if is_settled and payment.captured_minor + payment.released_minor != payment.amount_minor:
        broken.append("some of the money is neither taken nor let go")
    return broken


def _of_terms(
    payment: Payment, refunds: list[Refund], row: MentoringSession, trail: list[SessionAuditLog]
) -> list[str]:
    """What the policies say of a session that ended before its time is what goes back, by the trail alone.

    Not of one that was moved or of which an admin gave something back: what is left is then another question.
    """
    did = {each.action: each for each in trail}
    by_hand = {AuditAction.RESCHEDULED, AuditAction.REFUNDED} & set(did)
    if by_hand or any(each.reason == RefundReason.OUTSIDE for each in refunds):
        return []
    percent = None
    if AuditAction.DECLINED in did or AuditAction.EXPIRED in did:
        percent = 100
    elif cancelled := did.get(AuditAction.CANCELLED):
        policies = cancelled.policy_snapshot
        is_request = row.status_once_paid == SessionStatus.PENDING and AuditAction.ACCEPTED not in did
        is_early = row.scheduled_at - cancelled.created_at >= timedelta(
            hours=policies["free_cancellation_hours"]
        )
        percent = 100 if is_request or is_early else policies["late_cancellation_refund_percent"]
    back = sum(each.amount_minor for each in refunds)
    if percent is None or 100 * back == percent * payment.amount_minor:
        return []
    return [f"{back} of {payment.amount_minor} goes back, and {percent}% was promised"]


def _of_charge(payment: Payment, charge: Charge | None) -> list[str]:
    if charge is None:
        return [] if payment.reference is None else ["the provider does not know a payment"]
    here = (payment.captured_minor, payment.returned_minor, payment.status == PaymentStatus.AUTHORISED)
    there = (charge.captured_minor, charge.returned_minor, charge.status == ChargeStatus.AUTHORISED)
    broken = [] if here == there else [f"here {here}, there {there}"]
    is_unpaid = payment.status in (PaymentStatus.OPEN, PaymentStatus.CLOSED)
    return broken + (["paid, of which the tables know nothing"] if is_unpaid and _has_money(charge) else [])


def _of_session(row: MentoringSession, payments: list[Payment], claimed: Sequence[object]) -> list[str]:
    broken = []
    is_live = row.status in LIVE_STATUSES
    if is_live and claimed.count(row.id) != 2:
        broken.append(f"a {row.status} session claims {claimed.count(row.id)} people's time")
    if row.status == SessionStatus.CANCELLED and row.id in claimed:
        broken.append("a cancelled session claims time")
    made = [each for each in payments if each.status in MADE]
    if len(made) > 1:
        broken.append("a session was paid twice")
    if row.price_minor and row.held_until is None and not made:
        broken.append("a session is booked and not paid")
    if is_live and row.held_until is None and made and made[0].status not in KEPT:
        broken.append("a live session has been paid back")
    return broken

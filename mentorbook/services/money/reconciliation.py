"""Compare the tables with what the payment provider says, mend what can be, and keep what cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, text
from sqlmodel import Session, col

from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.money import Payment, PaymentDifference, Refund
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import DifferenceKind, PaymentStatus, RefundStatus
from mentorbook.domain.money.payments import Charge, ChargeStatus
from mentorbook.domain.ports import PaymentProvider, PaymentRefused
from mentorbook.services import change_feed, outbox
from mentorbook.services.clock import now
from mentorbook.services.money import books
from mentorbook.services.money.payment_orders import follow_ordered, promised_back
from mentorbook.services.money.payment_steps import booked
from mentorbook.services.offload import call

# Longer than a payment can still change by itself, and short enough to ask for it every hour.
LOOKS_BACK = timedelta(days=35)
_DIFFERENCES_LOCK = 7_201_313
_UNSETTLED = (PaymentStatus.OPEN, PaymentStatus.AUTHORISED)
_WITHOUT_MONEY = (ChargeStatus.OPEN, ChargeStatus.CLOSED)
# What each status of ours may be called by the provider.
_ALIKE = {
    PaymentStatus.OPEN: ChargeStatus.OPEN,
    PaymentStatus.AUTHORISED: ChargeStatus.AUTHORISED,
    PaymentStatus.CAPTURED: ChargeStatus.CAPTURED,
    PaymentStatus.REFUNDED: ChargeStatus.CAPTURED,
    PaymentStatus.VOIDED: ChargeStatus.VOIDED,
    PaymentStatus.CLOSED: ChargeStatus.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the provider and the tables say differently."""

    reference: str
    kind: DifferenceKind
    payment_id: UUID | None = None
    ours: str = ""
    theirs: str = ""
    currency: str = ""


async def reconcile(provider: PaymentProvider) -> list[Difference]:
    """Compare every payment of the last weeks, and every one that is not settled, with the provider.

    What the provider has told and we have missed is booked, and what is due is ordered; returns, and keeps
    for admins to see, what differs all the same. Raises `ProviderDown`.
    """
    since = now() - LOOKS_BACK
    told = await provider.charges_since(since)
    by_payment = {each.payment_id: each for each in told if each.payment_id}
    found: list[Difference] = []
    known: set[str] = set()
    for payment_id, reference, status in await call(_to_compare, provider.way, since):
        charge = by_payment.get(payment_id)
        if charge is None and reference is not None:
            try:
                charge = await provider.charge(reference)
            except PaymentRefused:
                found.append(Difference(reference, DifferenceKind.UNKNOWN_THERE, payment_id))
                continue
        if charge is None:
            # Its answer was lost on the way.
            if status == PaymentStatus.OPEN:
                await call(_order_follow, payment_id)
            continue
        known.add(charge.reference)
        # Nearly all are as they should be: those cost no transaction that bookings wait for.
        if await call(_differences, payment_id, charge) or await call(books.due, payment_id) is not None:
            # Asked anew: it may have changed since all of them were listed.
            charge = await provider.charge(charge.reference)
            if await booked(payment_id, charge) is not None:
                await call(_order_follow, payment_id)
            found += await call(_differences, payment_id, charge)
    unknown = [each for each in told if each.reference not in known and _has_money(each)]
    ours = await call(_ours_of, [each.payment_id for each in unknown if each.payment_id])
    found += [_unknown(each) for each in unknown if each.payment_id not in ours]
    found += await call(_not_given_back, provider.way)
    if await call(_keep, found):
        change_feed.announce([change_feed.SYSTEM])
    return found


def _to_compare(way: str, since: datetime) -> list[tuple[UUID, str | None, str]]:
    """List the payments of the last weeks, and whatever is not settled of those before."""
    is_due_back = exists().where(
        col(Refund.payment_id) == col(Payment.id), col(Refund.status) == RefundStatus.ORDERED
    )
    with read_transaction() as session:
        rows = session.execute(
            select(col(Payment.id), col(Payment.reference), col(Payment.status)).where(
                col(Payment.way) == way,
                or_(
                    col(Payment.created_at) >= since,
                    col(Payment.status).in_(_UNSETTLED),
                    col(Payment.problem).is_not(None),
                    is_due_back,
                ),
            )
        )
        return [tuple(row) for row in rows]


def _ours_of(payment_ids: list[UUID]) -> set[UUID]:
    """Return which of these payments are in the tables, however old they are."""
    with read_transaction() as session:
        return set(session.scalars(select(col(Payment.id)).where(col(Payment.id).in_(payment_ids))))


def _order_follow(payment_id: UUID) -> None:
    with write_transaction() as session:
        outbox.add_messages(session, [follow_ordered(session.get_one(Payment, payment_id))])


def _differences(payment_id: UUID, charge: Charge) -> list[Difference]:
    with read_transaction() as session:
        payment = session.get_one(Payment, payment_id)
        ours = [
            (DifferenceKind.AMOUNT, _amount(payment.amount_minor, payment.currency), _charged(charge)),
            (DifferenceKind.STATUS, payment.status, _expected(payment, charge)),
            (DifferenceKind.CAPTURED, str(payment.captured_minor), str(charge.captured_minor)),
            (DifferenceKind.RETURNED, str(payment.returned_minor), str(charge.returned_minor)),
            (DifferenceKind.REFUSED, "", payment.problem or ""),
            (DifferenceKind.NEITHER_BOOKED_NOR_BACK, _unused(session, payment), ""),
        ]
        return [
            Difference(charge.reference, kind, payment_id, here, there, payment.currency)
            for kind, here, there in ours
            if here != there
        ]


def _amount(minor: int, currency: str) -> str:
    return f"{minor} {currency}"


def _charged(charge: Charge) -> str:
    return _amount(charge.amount_minor, charge.currency.upper())


def _expected(payment: Payment, charge: Charge) -> str:
    """Return what our status would be by the charge: the one we have, where both mean the same."""
    is_alike = _ALIKE[PaymentStatus(payment.status)] == charge.status
    return payment.status if is_alike else charge.status.value


def _unused(session: Session, payment: Payment) -> str:
    """Return how much was paid for a session that was never booked, and is not to be given back."""
    row = session.get_one(MentoringSession, payment.session_id)
    is_paid = payment.status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)
    left = payment.amount_minor - promised_back(session, payment.id)
    return str(left) if is_paid and row.held_until is not None and left else ""


def _unknown(charge: Charge) -> Difference:
    return Difference(
        charge.reference,
        DifferenceKind.UNKNOWN_HERE,
        theirs=str(charge.amount_minor),
        currency=charge.currency.upper()[:3],
    )


def _not_given_back(way: str) -> list[Difference]:
    """Return what was to be given back, could not be, and has not been ordered anew since."""
    row = Refund
    failed = select(col(row.payment_id)).where(col(row.status) == RefundStatus.FAILED)
    owed: dict[UUID, Difference] = {}
    with read_transaction() as session:
        refunds = session.execute(
            select(row, col(Payment.reference), col(Payment.currency))
            .join(Payment, col(Payment.id) == col(row.payment_id))
            .where(col(Payment.way) == way, col(Payment.id).in_(failed))
            .order_by(col(row.created_at), col(row.id))
        )
        for refund, reference, currency in refunds:
            before = owed.get(refund.payment_id)
            amount = int(before.ours) if before else 0
            is_failed = refund.status == RefundStatus.FAILED
            amount = amount + refund.amount_minor if is_failed else max(0, amount - refund.amount_minor)
            why = refund.problem or "" if is_failed else before.theirs if before else ""
            kind, name = DifferenceKind.NOT_GIVEN_BACK, reference or str(refund.payment_id)
            owed[refund.payment_id] = Difference(name, kind, refund.payment_id, str(amount), why, currency)
    return [each for each in owed.values() if each.ours != "0"]


def _has_money(charge: Charge) -> bool:
    return charge.status not in _WITHOUT_MONEY


def _keep(found: Iterable[Difference]) -> bool:
    """Keep what differs instead of what did; says whether that changed anything."""
    wanted = {(each.reference, each.kind.value): each for each in found}
    with write_transaction() as session:
        # Another worker may be comparing at this moment.
        if not database().is_sqlite:
            session.execute(text(f"SELECT pg_advisory_xact_lock({_DIFFERENCES_LOCK})"))
        rows = list(session.scalars(select(PaymentDifference)))
        known = {(row.reference, row.kind): row for row in rows}
        gone = [row.id for key, row in known.items() if key not in wanted]
        if gone:
            session.execute(delete(PaymentDifference).where(col(PaymentDifference.id).in_(gone)))
        for key, each in wanted.items():
            if key not in known:
                session.add(
                    PaymentDifference(
                        reference=each.reference,
                        payment_id=each.payment_id,
                        kind=each.kind,
                        ours=each.ours[:300],
                        theirs=each.theirs[:300],
                        currency=each.currency,
                        found_at=now(),
                    )
                )
            elif (known[key].ours, known[key].theirs) != (each.ours[:300], each.theirs[:300]):
                known[key].ours, known[key].theirs = each.ours[:300], each.theirs[:300]
        return bool(gone) or any(key not in known for key in wanted)

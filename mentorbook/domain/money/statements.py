"""Statements of money as plain objects, camelCase on the wire; amounts are integer minor units."""

from datetime import datetime
from uuid import UUID

from mentorbook.domain.kinds import DifferenceKind, PaymentStatus, PaymentWay, RefundReason, RefundStatus
from mentorbook.domain.views import View


class ReturnLine(View):
    """Money that was given back, or is to be; `is_release` when it was held on the card and never taken."""

    amount_minor: int
    reason: RefundReason
    status: RefundStatus
    is_release: bool
    note: str | None
    ordered_at: datetime
    done_at: datetime | None


class PaymentLine(View):
    """One payment of somebody's for a session with another.

    Of the `amount_minor` that was paid, `taken_minor` has left the card and `returned_minor` has come back or
    is promised; what is neither is held on the card, or was let go.
    """

    id: UUID
    session_id: UUID
    title: str
    other_name: str
    starts_at: datetime
    duration: int
    paid_at: datetime
    currency: str
    amount_minor: int
    taken_minor: int
    returned_minor: int
    status: PaymentStatus
    way: PaymentWay
    returns: list[ReturnLine] = []


class MoneyTotal(View):
    """Sums in one currency: what was paid, what of that was or is to be given back, and the rest."""

    currency: str
    paid_minor: int
    returned_minor: int
    kept_minor: int


class PaymentPage(View):
    """One page of payments, latest first, with the sums of all of them by currency."""

    payments: list[PaymentLine]
    totals: list[MoneyTotal]
    page: int
    pages: int
    total: int


class Earning(View):
    """What a mentor has from one session: earned once it is taken, else expected. No card is in it."""

    session_id: UUID
    title: str
    mentee_name: str
    starts_at: datetime
    currency: str
    amount_minor: int
    way: PaymentWay
    is_earned: bool


class EarningTotal(View):
    """Sums in one currency: what is earned, and what is expected of sessions to come."""

    currency: str
    earned_minor: int
    expected_minor: int


class EarningPage(View):
    """One page of a mentor's earnings, latest session first, with the sums of all by currency."""

    earnings: list[Earning]
    totals: list[EarningTotal]
    page: int
    pages: int
    total: int


class MoneySums(View):
    """What somebody has paid and earned altogether, by currency."""

    paid: list[MoneyTotal]
    earned: list[EarningTotal]


class Receipt(PaymentLine):
    """A payment as a receipt: with who paid and whom, and when it was written."""

    payer_name: str
    payer_email: str
    mentor_name: str
    written_at: datetime


class AdminPayment(PaymentLine):
    """A payment as admins see it; `reference` is what the provider calls it."""

    payer_name: str
    payer_email: str
    reference: str | None
    problem: str | None


class AdminPaymentPage(View):
    """One page of everybody's payments, latest first, with the sums of all of them by currency."""

    payments: list[AdminPayment]
    totals: list[MoneyTotal]
    page: int
    pages: int
    total: int


class PaymentDifferenceState(View):
    """In what the provider and the tables differ about a charge, since when; `ours` and `theirs` are what
    each says, amounts in minor units."""

    reference: str
    session_id: UUID | None
    kind: DifferenceKind
    ours: str
    theirs: str
    currency: str
    found_at: datetime


class PaymentComparison(View):
    """What differs, as last compared, the oldest 100; `can_ask` where there is a provider to compare with.

    `is_awaited` while a comparison that was asked for waits for a worker; the last one was begun at
    `begun_at`.
    """

    differences: list[PaymentDifferenceState]
    can_ask: bool
    is_awaited: bool
    begun_at: datetime | None

"""`/api/admin/payments`: everybody's payments, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from mentorbook.api.booking.booking_actions import Wanted
from mentorbook.api.caller import Admin, IdempotencyKey, json_body
from mentorbook.api.contract import a_file, raises, with_body
from mentorbook.api.files import as_csv
from mentorbook.domain.errors import ChangedMeanwhile, IdempotencyMismatch, InvalidStatus, NotFound
from mentorbook.domain.money.statements import AdminPaymentPage, PaymentDifferenceState
from mentorbook.domain.schemas import RefundPayment
from mentorbook.domain.views import Account, Booking
from mentorbook.services.money import all_payments, refunds, statement_files
from mentorbook.services.offload import call

router = APIRouter(prefix="/api/admin", tags=["admin"])


@router.get("/payments")
async def list_all_payments(
    actor: Admin, page: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> AdminPaymentPage:
    """List everybody's payments, 25 a page, latest first."""
    return await call(all_payments.list_all_payments, actor, page)


@router.get("/payments.csv", response_class=Response, responses=a_file("text/csv"))
async def download_all_payments(actor: Admin) -> Response:
    """Return everybody's payments as CSV, the latest 100,000."""
    return as_csv("payments", await call(statement_files.all_payments_csv, actor))


@router.get("/payments/differences")
async def list_differences(actor: Admin) -> list[PaymentDifferenceState]:
    """List in what the payment provider and the tables differ, as last compared; the oldest 100."""
    return await call(all_payments.payment_differences, actor)


async def _refunder(actor: Admin, booking_id: str) -> Account:
    """Return the account if there is such a session, before the body is read."""
    await call(refunds.require_refunder, actor, booking_id)
    return actor


Refunder = Annotated[Account, Depends(_refunder)]


@router.post("/sessions/{booking_id}/refund", openapi_extra=with_body(RefundPayment))
@raises(NotFound, ChangedMeanwhile, InvalidStatus, IdempotencyMismatch)
async def refund_session(actor: Refunder, change: Wanted, key: IdempotencyKey = None) -> Booking:
    """Give money back of a session's payment, with a reason that stays on record; never more than is left."""
    return await change.by(refunds.refund_by_hand, actor, await json_body(change.request), key=key)

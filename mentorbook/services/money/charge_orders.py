"""What is asked of the payment provider to open a payment."""

from uuid import UUID

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment
from mentorbook.domain.money.payments import ChargeOrder
from mentorbook.settings import settings


def charge_order(payment_id: UUID) -> ChargeOrder:
    """Return the order of a payment: the same each time, since the provider compares it under its key."""
    with read_transaction() as session:
        payment = session.get_one(Payment, payment_id)
        return ChargeOrder(
            payment_id=payment.id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            is_authorisation=payment.is_authorisation,
            title=payment.title,
            payer_email=payment.payer_email,
            return_url=f"{settings.public_url}/sessions/{payment.session_id}",
        )

"""What is asked of the payment provider to open a payment."""

from datetime import timedelta
from uuid import UUID

from mentorbook.db.engine import read_transaction
from mentorbook.db.money import Payment
from mentorbook.domain.money.payments import ChargeOrder
from mentorbook.settings import settings

# Longer than a session is held, and long enough for the provider: Stripe wants half an hour from when it is
# asked, so that a payment whose first answer was lost may be opened again for another half.
PAYABLE_FOR = timedelta(hours=1)


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
            pay_until=payment.created_at + PAYABLE_FOR,
        )

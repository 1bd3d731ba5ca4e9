"""Take in what the payment provider calls about."""

from mentorbook.db.engine import write_transaction
from mentorbook.db.money import Payment, PaymentEvent
from mentorbook.domain.money.payments import ChargeEvent
from mentorbook.services import outbox
from mentorbook.services.clock import now
from mentorbook.services.money.payment_orders import follow_ordered


def take_in(event: ChargeEvent) -> bool:
    """Order that the payment which an event is about is looked at; say whether it was new.

    What the event itself says is not believed: it may be late, or overtaken by another.
    """
    with write_transaction() as session:
        if session.get(PaymentEvent, event.id) is not None:
            return False
        session.add(PaymentEvent(id=event.id, received_at=now()))
        payment = session.get(Payment, event.payment_id) if event.payment_id else None
        if payment is not None:
            outbox.add_messages(session, [follow_ordered(payment)])
        return payment is not None

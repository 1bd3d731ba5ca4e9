"""What admins see of the comparison with the payment provider, and that they may ask for one now."""

from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.domain.kinds import MessageKind
from mentorbook.domain.money.statements import PaymentComparison
from mentorbook.domain.views import Account
from mentorbook.services import change_feed, outbox
from mentorbook.services.money.all_payments import differences_of, require_admin
from mentorbook.services.outbox import NewMessage
from mentorbook.settings import settings


def payment_comparison(actor: Account) -> PaymentComparison:
    """Return what differs, and how the comparison stands that was asked for last. Raises `NotPermitted`."""
    require_admin(actor)
    row = OutboxMessage
    with read_transaction() as session:
        differences = differences_of(session)
        asked = session.scalars(
            select(row)
            .where(col(row.kind) == MessageKind.PAYMENT_COMPARE, col(row.state).in_(("waiting", "done")))
            .order_by(col(row.available_at).desc())
            .limit(1)
        ).first()
    return PaymentComparison(
        differences=differences,
        can_ask=settings.payment_way.charges,
        is_awaited=asked is not None and asked.state == "waiting",
        begun_at=asked.done_at if asked else None,
    )


def order_comparison(actor: Account) -> None:
    """Order a comparison of the tables with the provider, by a worker; one that waits already is enough.

    A worker without a provider takes the message, and has nobody to ask. Raises `NotPermitted`.
    """
    require_admin(actor)
    row, kind = OutboxMessage, MessageKind.PAYMENT_COMPARE
    with write_transaction() as session:
        waits = select(col(row.id)).where(col(row.kind) == kind, col(row.state) == "waiting").limit(1)
        if session.scalar(waits) is None:
            outbox.add_messages(session, [NewMessage(kind, {}, f"{kind}:{uuid4()}")])
    change_feed.announce([change_feed.SYSTEM])

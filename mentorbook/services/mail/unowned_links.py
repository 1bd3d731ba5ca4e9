"""Take links back that were asked for addresses without an account, however many strangers ask for."""

from uuid import UUID

from sqlalchemy import Select, delete, exists, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose, MessageKind
from mentorbook.services.clock import now

_BATCH = 500  # rows of one transaction


def drop_unowned_links() -> None:
    """Delete the waiting messages that are to mail a new password's link where no account is.

    The worker would find that out of each by itself, some hundred a second; here it is one statement for
    many, so no mail waits behind a flood of them.
    """
    while _is_any():
        with write_transaction() as session:
            unowned = _unowned().limit(_BATCH)
            if not database().is_sqlite:
                unowned = unowned.with_for_update(skip_locked=True)
            found = list(session.scalars(unowned))
            session.execute(delete(OutboxMessage).where(col(OutboxMessage.id).in_(found)))
        if not found:
            # Another worker has them.
            return


def _is_any() -> bool:
    with read_transaction() as session:
        return session.scalar(_unowned().limit(1)) is not None


def _unowned() -> Select[UUID]:
    row = OutboxMessage
    email, purpose = col(row.payload)["email"].as_string(), col(row.payload)["purpose"].as_string()
    return select(col(row.id)).where(
        col(row.state) == "waiting",
        col(row.available_at) <= now(),
        col(row.leased_until).is_(None),
        col(row.kind) == MessageKind.MAIL_LINK,
        purpose == LinkPurpose.RESET_PASSWORD,
        ~exists().where(col(User.email) == email),
    )

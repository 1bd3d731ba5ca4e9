"""Take links back that were asked for addresses without an account, however many strangers ask for."""

from sqlalchemy import bindparam, delete, exists, select
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose, MessageKind
from mentorbook.services.clock import now

_BATCH = 500  # rows of one transaction

# Asked by each worker every second: it costs more to build than to ask.
_UNOWNED = select(col(OutboxMessage.id)).where(
    col(OutboxMessage.state) == "waiting",
    col(OutboxMessage.available_at) <= bindparam("moment"),
    col(OutboxMessage.leased_until).is_(None),
    col(OutboxMessage.kind) == MessageKind.MAIL_LINK,
    col(OutboxMessage.payload)["purpose"].as_string() == LinkPurpose.RESET_PASSWORD,
    ~exists().where(col(User.email) == col(OutboxMessage.payload)["email"].as_string()),
)
_FIRST_UNOWNED, _SOME_UNOWNED = _UNOWNED.limit(1), _UNOWNED.limit(_BATCH)


def drop_unowned_links() -> None:
    """Delete the waiting messages that are to mail a new password's link where no account is.

    The worker would find that out of each by itself, some hundred a second; here it is one statement for
    many, so no mail waits behind a flood of them.
    """
    while _is_any():
        with write_transaction() as session:
            unowned = _SOME_UNOWNED
            if not database().is_sqlite:
                unowned = unowned.with_for_update(skip_locked=True)
            found = list(session.scalars(unowned, {"moment": now()}))
            session.execute(delete(OutboxMessage).where(col(OutboxMessage.id).in_(found)))
        if not found:
            # Another worker has them.
            return


def _is_any() -> bool:
    with read_transaction() as session:
        return session.scalar(_FIRST_UNOWNED, {"moment": now()}) is not None

"""Reminders of sessions: messages of the outbox that are due later, and become notifications then."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from mentorbook.db import claims
from mentorbook.db.engine import write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.reminders import makes_sense, reminders_to_come
from mentorbook.domain.kinds import MessageKind, NoticeKind, SessionStatus
from mentorbook.services import outbox
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.session_transaction import SessionTransaction
from mentorbook.services.clock import now
from mentorbook.services.outbox import Message, NewMessage


def reminders_of(row: MentoringSession, moment: datetime) -> list[NewMessage]:
    """Return the reminders of a confirmed session that are still to come, for the outbox."""
    return [
        NewMessage(
            MessageKind.REMINDER,
            {"sessionId": str(row.id), "kind": kind.value, "startsAt": row.scheduled_at.isoformat()},
            f"reminder:{row.id}:{kind.value}:{row.reschedule_count}",
            session_id=row.id,
            at=at,
        )
        for kind, at in reminders_to_come(row.scheduled_at, moment).items()
    ]


def drop_reminders(session: Session, session_id: UUID) -> None:
    """Drop the reminders of a session that will not take place, or not then."""
    outbox.drop_messages(session, session_id, MessageKind.REMINDER)


def remind(message: Message) -> list[UUID]:
    """Notify both of a session that starts soon, and mark the message, in one transaction: never twice.

    Nobody is notified of a session that was moved or cancelled meanwhile, or once the reminder comes too late
    to make sense. Returns the people whose pages show something new.
    """
    session_id, kind = UUID(message.payload["sessionId"]), NoticeKind(message.payload["kind"])
    start = datetime.fromisoformat(message.payload["startsAt"])
    with write_transaction() as session:
        row = session.get(MentoringSession, session_id)
        if row is None:
            outbox.settle(session, message)
            return []
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        session.refresh(row)
        is_first = outbox.settle(session, message)
        is_due = row.status == SessionStatus.SCHEDULED and row.scheduled_at == start
        if not (is_first and is_due and makes_sense(kind, start, now())):
            return []
        change = SessionTransaction(session, row, load_policies(session))
        change.notify(mentor=kind, mentee=kind)
        return [row.mentor_id, row.mentee_id]

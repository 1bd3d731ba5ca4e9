"""The transaction of every change of one session: lock both participants, authorise, mutate, notify."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.actions import Action, allowed_actions
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.transitions import check_transition
from mentorbook.domain.errors import ChangedMeanwhile, InvalidStatus, NotPermitted
from mentorbook.domain.kinds import NoticeKind, SessionStatus
from mentorbook.domain.mail_views import InvitationFacts
from mentorbook.domain.views import Account, Booking, NoticeFacts
from mentorbook.services import change_feed, notifications, outbox
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking import idempotency
from mentorbook.services.booking.audit_trail import AuditEntry, add_audit_entry
from mentorbook.services.booking.booking_queries import load_booking, replayed_booking, with_actions
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.clock import now

Answer = TypeVar("Answer")

_condition: ContextVar[IfMatch | None] = ContextVar("condition", default=None)


@dataclass(slots=True)
class SessionTransaction:
    """An open transaction on one session; both participants are locked until it ends."""

    session: Session
    row: MentoringSession
    policies: SessionPolicies
    replayed: Booking | None = None
    is_unchanged: bool = False

    def set_status(self, status: SessionStatus) -> None:
        """Set the status. Raises `InvalidStatus` unless the table of transitions has it."""
        self.row.status = check_transition(self.row.status, status)

    def refuse_if_moved(self, seen: datetime | None) -> None:
        """Raise `InvalidStatus` when the session no longer starts when the person saw it start."""
        if seen is not None and seen != self.row.scheduled_at:
            raise InvalidStatus("This session was moved meanwhile. Look at its new time first.")

    def audit(self, entry: AuditEntry) -> None:
        """Write an entry of the audit trail with the policies that apply, in this transaction."""
        add_audit_entry(self.session, self.row, entry, self.policies)

    def notify(
        self,
        *,
        mentee: NoticeKind,
        mentor: NoticeKind | None = None,
        is_answer: bool = False,
        invitation: InvitationFacts | None = None,
        moved_from: datetime | None = None,
        given_back: int | None = None,
    ) -> None:
        """Notify the mentee, and the mentor of what they are to be told, each about the other.

        In the app and by mail, in this transaction; the mail carries the `invitation`, if there is one. Who
        has paid is told what is `given_back` of that, in minor units, unless that is not the question.
        """
        row = self.row
        people = select(col(User.id), col(User.name)).where(col(User.id).in_((row.mentor_id, row.mentee_id)))
        names = {each.id: each.name for each in self.session.execute(people)}
        pairs = ((row.mentor_id, row.mentee_id, mentor), (row.mentee_id, row.mentor_id, mentee))
        notices = [
            notifications.NewNotice(
                reader,
                kind,
                NoticeFacts(
                    session_title=row.title,
                    other_name=names[other],
                    is_answer=is_answer,
                    moved_from=moved_from,
                    **(self._money(given_back) if reader == row.mentee_id else {}),
                ),
                row.id,
                other,
                row.scheduled_at,
                invitation,
            )
            for reader, other, kind in pairs
            if kind is not None
        ]
        outbox.add_messages(self.session, notifications.add_notices(self.session, notices))

    def _money(self, given_back: int | None) -> dict[str, Any]:
        row = self.row
        if given_back is None or row.paid_minor is None:
            return {}
        return {
            "refund_minor": given_back,
            "returned_minor": row.refunded_minor - given_back,
            "paid_minor": row.paid_minor,
            "currency": row.currency,
        }

    def for_viewer(self, booking: Booking, actor: Account) -> Booking:
        """Return the booking with what the actor may do next."""
        return with_actions(booking, actor, self.policies)

    def replay(self, actor: Account) -> Booking:
        """Return the first answer to a repeated request, with what the actor may do by now."""
        assert self.replayed is not None  # noqa: S101 - the caller has looked
        return replayed_booking(self.session, self.replayed, actor, self.policies)

    def leave_unchanged(self) -> Booking:
        """Return the session as it was: nothing changes, so it keeps its tag and nobody is notified."""
        self.is_unchanged = True
        return load_booking(self.session, self.row.id)

    def updated_booking(self) -> Booking:
        """Return the session as it stands now inside the transaction."""
        self.row.updated_at = now()
        self.session.flush()
        return load_booking(self.session, self.row.id)


def invitation_of(row: MentoringSession) -> InvitationFacts:
    """Return what a mail's calendar invitation says of a confirmed session as it stands now."""
    return InvitationFacts(starts_at=row.scheduled_at, minutes=row.duration, sequence=row.reschedule_count)


def cancellation_of(row: MentoringSession) -> InvitationFacts:
    """Return what takes a session that was confirmed out of calendars again."""
    return invitation_of(row).model_copy(update={"is_cancelled": True, "sequence": row.reschedule_count + 1})


def if_unchanged(condition: IfMatch | None, service: Callable[[], Answer]) -> Answer:
    """Call a service that changes one session, on condition that the session is what was last seen.

    Raises `ChangedMeanwhile` with the session as it is, and whatever the service raises.
    """
    token = _condition.set(condition)
    try:
        return service()
    finally:
        _condition.reset(token)


def require_right(actor: Account, booking_id: Any, action: Action) -> None:
    """Raise `NotFound` or `NotPermitted` when the actor can never take this action on this session.

    For callers that have not parsed the request yet; whether it is possible now, `session_transaction`
    decides.
    """
    with read_transaction() as session:
        row = access_booking(session, actor, booking_id)
        error = allowed_actions(row, actor.id, load_policies(session), now())[action].error
    if isinstance(error, NotPermitted):
        raise error


@contextmanager
def session_transaction(
    actor: Account, booking_id: Any, action: Action, key: str | None = None, mark: str = ""
) -> Iterator[SessionTransaction]:
    """Open a transaction for one action on one session: load, lock both participants, authorise.

    The block mutates and notifies; the change is announced after the commit, unless nothing changed. With
    an idempotency `key` that was used before, `replayed` holds the first answer and nothing is checked.
    Raises `NotFound`, `ChangedMeanwhile` (see `if_unchanged`) and whatever the decision says.
    """
    idempotency.check_key(key)
    with write_transaction() as session:
        row = access_booking(session, actor, booking_id)
        claims.lock_people(session, [row.mentor_id, row.mentee_id])
        # Another transaction may have committed between reading and locking.
        session.refresh(row)
        change = SessionTransaction(session, row, load_policies(session))
        anew = partial(load_booking, session)
        change.replayed = idempotency.replay(session, actor.id, key, mark, Booking, anew, row.id)
        if change.replayed is None:
            decision = allowed_actions(row, actor.id, change.policies, now())[action]
            if not isinstance(decision.error, NotPermitted):
                refuse_if_changed(session, row, actor)
            if decision.error is not None:
                raise decision.error
        yield change
    if change.replayed is None and not change.is_unchanged:
        change_feed.announce([row.mentor_id, row.mentee_id, change_feed.SESSIONS])


def refuse_if_changed(session: Session, row: MentoringSession, actor: Account) -> None:
    """Raise `ChangedMeanwhile` with the session as it is unless the condition of `if_unchanged` holds.

    In the transaction of the change, once the row is locked and read again.
    """
    condition = _condition.get()
    if condition is None:
        return
    booking = load_booking(session, row.id)
    if not condition.holds(tag_of(booking)):
        seen = with_actions(booking, actor, load_policies(session))
        raise ChangedMeanwhile(seen.model_dump(mode="json", by_alias=True), tag_of(booking))

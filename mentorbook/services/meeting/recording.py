"""Recording of sessions: who of the two agrees, and what the video server is to do about it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import Session, col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.meeting import SessionAttendance
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.actions import Decision, allowed_actions
from mentorbook.domain.errors import InvalidStatus, NotPermitted, RateLimited
from mentorbook.domain.kinds import MEDIA_OF, MessageKind, SessionStatus
from mentorbook.domain.meeting.recording import (
    Recording,
    RecordingConfig,
    RecordingConsent,
    RecordingStatus,
)
from mentorbook.domain.schemas import parse
from mentorbook.domain.views import Account
from mentorbook.services import change_feed, outbox
from mentorbook.services.admin.policies import load_policies
from mentorbook.services.booking.booking_queries import meeting_kind
from mentorbook.services.booking.session_access import access_booking
from mentorbook.services.booking.session_transaction import refuse_if_changed
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_name
from mentorbook.services.outbox import NewMessage
from mentorbook.services.rate_counters import ceilings
from mentorbook.settings import settings

# Each may have the video server start or stop something.
MOST_CHANGES, COUNTED_FOR = 20, 60  # seconds
_NOT_HERE = "This session cannot be recorded here."
_RUNS = (RecordingStatus.STARTING, RecordingStatus.ON, RecordingStatus.STOPPING)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the video server is to do: record the room into a file of `folder`, or stop."""

    room: str
    is_wanted: bool
    folder: str


def recording_of(actor: Account, booking_id: Any) -> Recording:
    """Return how the recording of a session stands. Raises `NotFound`, `NotPermitted`."""
    with read_transaction() as session:
        row = _of_two(session, actor, booking_id)
        return _view(session, row, actor, _join(session, row, actor))


def set_consent(actor: Account, booking_id: Any, request: RecordingConsent | dict[str, Any]) -> Recording:
    """Agree to a session being recorded, or withdraw: it ends with either.

    Once both agree it begins, as soon as one of them is in the room. Whoever does not agree after one has
    failed goes on without, and nothing more is said of it.

    One agrees while the room is open, and withdraws at any time. It is no part of the booking, so the
    booking keeps its tag; it may depend on it all the same (see `if_unchanged`). Raises `NotFound`,
    `NotPermitted`, `ValidationFailed`, `ChangedMeanwhile`, `InvalidStatus`, `RateLimited`.
    """
    wanted = parse(RecordingConsent, request)
    with write_transaction() as session:
        row = _of_two(session, actor, booking_id)
        session.refresh(row, with_for_update={"key_share": True})
        refuse_if_changed(session, row, actor)
        before, join = config_of(row), _join(session, row, actor)
        if wanted.consent:
            if not _can_be_recorded(row):
                raise InvalidStatus(_NOT_HERE)
            if join.error is not None:
                raise join.error
        mine = "mentor" if actor.id == row.mentor_id else "mentee"
        has_failed = before.status == RecordingStatus.FAILED
        if getattr(before, mine) == wanted.consent and not has_failed:
            return _view(session, row, actor, join)
        _count(actor)
        status = RecordingStatus.OFF if has_failed else before.status
        change(session, row, before.model_copy(update={mine: wanted.consent, "status": status}))
        shown, subject = _view(session, row, actor, join), row.id
    change_feed.announce([subject])
    return shown


def end_recording(session: Session, row: MentoringSession) -> None:
    """End the recording of a session that is over, in the caller's transaction."""
    before = config_of(row)
    if before.mentor or before.mentee or before.status in _RUNS:
        change(session, row, before.model_copy(update={"mentor": False, "mentee": False}))


def begin_recording(session: Session, row: MentoringSession) -> None:
    """Begin a recording that waits for somebody to come in, in the transaction of what brought them.

    The caller holds the row, so that whoever agrees at this moment sees who has come, or is seen.
    """
    before = config_of(row)
    if before.status == RecordingStatus.OFF and _is_wanted(session, row):
        change(session, row, before)


def ended(session_id: UUID | None, egress: str, *, has_failed: bool) -> None:
    """Record that a recording has ended by itself: both are told, and may agree again.

    One that `has_failed` while somebody was in the room did not work; any other is done.
    """
    if session_id is None:
        return
    with write_transaction() as session:
        row = session.get(MentoringSession, session_id, with_for_update={"key_share": True})
        if row is None or config_of(row).egress != egress or config_of(row).status != RecordingStatus.ON:
            return
        finish(session, row, has_failed=has_failed)
    change_feed.announce([session_id])


def plan(session_id: UUID) -> Plan | None:
    """Return what the video server is to do about a session now; `None` for one that does not exist."""
    with read_transaction() as session:
        row = session.get(MentoringSession, session_id)
        if row is None:
            return None
        return Plan(room_name(row.id), _is_wanted(session, row), settings.livekit_recordings or "")


def followed(session_id: UUID, egress: str | None, why_not: str) -> list[UUID]:
    """Record what the video server does now; returns what has changed.

    `egress` is the recording's id, `why_not` why there is none although it was wanted: then it is stopped, in
    case there is one after all. Where somebody has changed their mind meanwhile, the server is told again.
    """
    with write_transaction() as session:
        row = session.get(MentoringSession, session_id, with_for_update={"key_share": True})
        if row is None:
            return []
        config = config_of(row)
        if why_not:
            give_up(session, row)
            return [row.id]
        failed = config.status == RecordingStatus.FAILED  # before it was stopped
        status = RecordingStatus.ON if egress else RecordingStatus.FAILED if failed else RecordingStatus.OFF
        after = config.model_copy(update={"status": status, "egress": egress})
        if (egress is not None) != _is_wanted(session, row):
            change(session, row, after)
        else:
            row.recording_config = after.model_dump(mode="json")
        return [row.id]


def change(session: Session, row: MentoringSession, after: RecordingConfig) -> None:
    """Keep who agrees, and have the video server told where that makes a difference."""
    row.recording_config = after.model_dump(mode="json")
    is_wanted, runs = _is_wanted(session, row), after.status in _RUNS
    if is_wanted or runs:
        status = RecordingStatus.STARTING if is_wanted else RecordingStatus.STOPPING
        since = after.since if after.status == RecordingStatus.STARTING else now()
        told = after.model_copy(update={"status": status, "since": since})
        row.recording_config = told.model_dump(mode="json")
        _tell(session, row)


def _tell(session: Session, row: MentoringSession) -> None:
    payload, stream = {"sessionId": str(row.id)}, f"recording:{row.id}"
    told = NewMessage(MessageKind.RECORDING, payload, f"recording:{uuid4()}", stream=stream)
    outbox.add_messages(session, [told])


def finish(session: Session, row: MentoringSession, *, has_failed: bool) -> None:
    """Keep that nothing is recorded any more, and that nobody agrees.

    It has only failed while somebody was in: with the last one to leave it ends as it should.
    """
    status = RecordingStatus.FAILED if has_failed and _is_anybody_in(session, row) else RecordingStatus.OFF
    before = config_of(row)
    egress = before.egress if before.status == RecordingStatus.ON else None
    row.recording_config = RecordingConfig(status=status, egress=egress).model_dump(mode="json")


def give_up(session: Session, row: MentoringSession) -> None:
    """Keep that a recording could not start, and have it stopped in case it does so after all."""
    finish(session, row, has_failed=True)
    _tell(session, row)


def _count(actor: Account) -> None:
    counted = f"recording {actor.id}"
    if ceilings().add(counted, COUNTED_FOR) > MOST_CHANGES:
        raise RateLimited(ceilings().left(counted), "You have changed your mind very often. Wait a minute.")


def _is_wanted(session: Session, row: MentoringSession) -> bool:
    """Say whether there is something to record, and both agree to it: an empty room has no recording."""
    is_open = row.status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)
    return is_open and config_of(row).is_agreed and _is_anybody_in(session, row)


def _is_anybody_in(session: Session, row: MentoringSession) -> bool:
    stay = SessionAttendance
    query = select(col(stay.id)).where(col(stay.session_id) == row.id, col(stay.left_at).is_(None))
    return session.scalar(query.limit(1)) is not None


def config_of(row: MentoringSession) -> RecordingConfig:
    """Return what is kept of a session's recording."""
    return RecordingConfig.model_validate(row.recording_config or {})


def _of_two(session: Session, actor: Account, booking_id: Any) -> MentoringSession:
    row = access_booking(session, actor, booking_id)
    if actor.id not in (row.mentor_id, row.mentee_id):
        raise NotPermitted("Only the two people of a session decide whether it is recorded.")
    return row


def _can_be_recorded(row: MentoringSession) -> bool:
    return settings.can_record and bool(MEDIA_OF[meeting_kind(row)])


def _join(session: Session, row: MentoringSession, actor: Account) -> Decision:
    return allowed_actions(row, actor.id, load_policies(session), now())["join"]


def _view(session: Session, row: MentoringSession, actor: Account, join: Decision) -> Recording:
    config = config_of(row)
    mine, theirs, other = config.mentor, config.mentee, row.mentee_id
    if actor.id != row.mentor_id:
        mine, theirs, other = theirs, mine, row.mentor_id
    return Recording(
        is_available=_can_be_recorded(row),
        is_open=join.allowed,
        mine=mine,
        theirs=theirs,
        status=config.status,
        had_begun=config.egress is not None,
        other_name=session.scalar(select(col(User.name)).where(col(User.id) == other)) or "",
    )

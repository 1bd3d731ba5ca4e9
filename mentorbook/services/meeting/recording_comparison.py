"""What people are told of recordings, compared with what the video server records."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.meeting.recording import RecordingConfig, RecordingStatus
from mentorbook.services.clock import now
from mentorbook.services.meeting.recording import change, config_of, finish, give_up
from mentorbook.services.meeting.rooms import room_name
from mentorbook.settings import settings

# By then the server has been asked several times; the two wait for it, and may go on without.
STARTS_WITHIN = timedelta(seconds=60)


def kept(session_ids: Collection[UUID]) -> dict[UUID, RecordingConfig]:
    """Return what is kept of the recordings of sessions; of none where nothing is recorded."""
    if not (settings.can_record and session_ids):
        return {}
    row = MentoringSession
    query = select(col(row.id), col(row.recording_config)).where(col(row.id).in_(session_ids))
    with read_transaction() as session:
        return {each: RecordingConfig.model_validate(config or {}) for each, config in session.execute(query)}


def give_up_late(session_ids: Collection[UUID]) -> list[UUID]:
    """Give up recordings that were to start and have not for a minute; returns the sessions that changed.

    Whatever the reason: a server that is down, or one that has nothing to record with.
    """
    changed = []
    for session_id, config in kept(session_ids).items():
        if not _is_late(config):
            continue
        with write_transaction() as session:
            row = session.get(MentoringSession, session_id, with_for_update={"key_share": True})
            if row is not None and _is_late(config_of(row)):
                give_up(session, row)
                changed.append(session_id)
    return changed


def _is_late(config: RecordingConfig) -> bool:
    has_waited = config.since is None or now() - config.since > STARTS_WITHIN
    return config.status == RecordingStatus.STARTING and has_waited


def compare(before: Mapping[UUID, RecordingConfig], running: Mapping[str, Sequence[str]]) -> list[UUID]:
    """Correct what was not told of recordings; return the sessions that changed.

    `running` are the ids of the recordings that run, by rooms, as asked for after `before` was read. What has
    changed since, and what is being started or stopped, is left to the message about it.
    """
    changed = []
    for session_id, config in before.items():
        ids = running.get(room_name(session_id), ())
        is_told = config.status == RecordingStatus.ON
        if config.status in (RecordingStatus.STARTING, RecordingStatus.STOPPING) or (
            config.egress in ids if is_told else not ids
        ):
            continue
        with write_transaction() as session:
            row = session.get(MentoringSession, session_id, with_for_update={"key_share": True})
            if row is None or config_of(row) != config:
                continue
            if not is_told:
                change(session, row, config.model_copy(update={"status": RecordingStatus.STOPPING}))
            elif ids:
                row.recording_config = config.model_copy(update={"egress": ids[0]}).model_dump(mode="json")
            else:
                finish(session, row, has_failed=True)
            changed.append(session_id)
    return changed

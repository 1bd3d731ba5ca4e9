"""When the two people of a session are reminded of it."""

from datetime import datetime, timedelta

from mentorbook.domain.kinds import NoticeKind

_HOUR_BEFORE = timedelta(hours=1)
REMINDERS = {NoticeKind.REMINDER_DAY: timedelta(hours=24), NoticeKind.REMINDER_HOUR: _HOUR_BEFORE}


def reminders_to_come(start: datetime, now: datetime) -> dict[NoticeKind, datetime]:
    """Return when each reminder of a session is due; one whose time has passed is left out."""
    due = {kind: start - before for kind, before in REMINDERS.items()}
    return {kind: at for kind, at in due.items() if at > now}


def makes_sense(kind: NoticeKind, start: datetime, now: datetime) -> bool:
    """Say whether a reminder that comes late still tells anything: before the start, and that of the day
    before only until the one of the last hour is due."""
    last = start - _HOUR_BEFORE if kind == NoticeKind.REMINDER_DAY else start
    return now < last

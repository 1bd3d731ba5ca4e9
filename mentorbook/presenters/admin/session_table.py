"""The table of all sessions, for an admin by their own clock."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.admin_views import AdminSession
from mentorbook.presenters.booking.kinds import STATUS_WORDS
from mentorbook.presenters.dates import clock, length, place, short_date
from mentorbook.presenters.prices import format_minor


@dataclass(frozen=True)
class SessionRow:
    """One session in the table; `tone` is the colour of its status."""

    id: str
    title: str
    status: str
    tone: str
    day: str
    time: str
    mentor: str
    mentee: str
    price: str
    moves: str


def session_row(session: AdminSession, *, zone: str, now: datetime) -> SessionRow:
    """Return the row of a session with its start on the clock of `zone`."""
    status = STATUS_WORDS[session.status]
    return SessionRow(
        id=str(session.id),
        title=session.title,
        status=status.label,
        tone=status.tone,
        day=short_date(session.scheduled_at, zone, now),
        time=f"{clock(session.scheduled_at, zone)} · {length(session.duration)}",
        mentor=session.mentor_name,
        mentee=session.mentee_name,
        price=format_minor(session.price_minor, session.currency),
        moves=str(session.reschedule_count),
    )


def zone_note(zone: str) -> str:
    """Say whose clock the table is by."""
    return f"Dates and times are those of {place(zone)}."

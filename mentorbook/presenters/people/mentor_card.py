"""A mentor as a card of the directory."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.views import MentorCard
from mentorbook.presenters.dates import when
from mentorbook.presenters.names import initials
from mentorbook.presenters.prices import format_rate


@dataclass(frozen=True)
class MentorRow:
    """One card; `is_free` when the mentor has a free time at all."""

    id: str
    href: str
    name: str
    initials: str
    headline: str
    expertise: list[str]
    next_free: str
    is_free: bool
    rate: str
    picture: str = ""


def mentor_row(mentor: MentorCard, *, zone: str, now: datetime) -> MentorRow:
    """Return the card with the next free time by `zone`."""
    rate = format_rate(mentor.rate, mentor.currency, short=True)
    return MentorRow(
        id=str(mentor.id),
        href=f"/mentors/{mentor.id}",
        name=mentor.name,
        initials=initials(mentor.name),
        headline=mentor.headline,
        expertise=mentor.expertise,
        next_free=next_free_words(mentor, zone, now),
        is_free=mentor.next_slot is not None,
        rate=f"{rate} / h" if mentor.rate else rate,
        picture=mentor.picture or "",
    )


def next_free_words(mentor: MentorCard, zone: str, now: datetime) -> str:
    """Return the line under a mentor: when they are free next, and whether they are asked first."""
    if not mentor.is_available:
        return "Takes no bookings at the moment"
    if mentor.next_slot is None:
        return "No free time at the moment"
    asks = " · asks first" if mentor.requires_confirmation else ""
    return f"Next: {when(mentor.next_slot, zone, now)}{asks}"

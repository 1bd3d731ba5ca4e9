"""Coming sessions by the days of their reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from mentorbook.domain.views import Booking
from mentorbook.domain.wall_clock import local
from mentorbook.presenters.booking.session_card import SessionCard, session_card
from mentorbook.presenters.dates import long_day
from mentorbook.presenters.reader import Reader

_NEAR = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}


@dataclass(frozen=True)
class SessionDay:
    """One of the reader's dates with the sessions that start on it."""

    iso: str = ""
    label: str = ""
    cards: list[SessionCard] = field(default_factory=list)


def session_days(bookings: Iterable[Booking], reader: Reader) -> list[SessionDay]:
    """Group sessions, which are sorted by their start, by the date on which they start for the reader."""

    def date_of(booking: Booking) -> date:
        return local(booking.scheduled_at, reader.zone).date()

    return [
        SessionDay(
            found.isoformat(), day_label(found, reader), [session_card(each, reader) for each in of_day]
        )
        for found, of_day in groupby(bookings, date_of)
    ]


def day_label(found: date, reader: Reader) -> str:
    """Return `Today, Thursday 14 January`, with the year when it is not the present one."""
    today = local(reader.now, reader.zone).date()
    text = long_day(found)
    named = text if found.year == today.year else f"{text} {found.year}"
    near = _NEAR.get((found - today).days)
    return f"{near}, {named}" if near else named

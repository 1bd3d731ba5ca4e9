"""A mentor's page: who they are, when they are there, and whether they can be booked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.byte_cache import remembered
from mentorbook.domain.errors import NotFound
from mentorbook.domain.money import format_rate
from mentorbook.domain.views import Account, MentorProfile, WeeklyRange
from mentorbook.domain.weekly_hours import hours_by_day
from mentorbook.domain.wording import (
    clock,
    clock_range,
    first_name,
    initials,
    length,
    local,
    place,
    same_clock,
    when,
)
from mentorbook.domain.zones import local_date
from mentorbook.domain.zones import zone as zone_of
from mentorbook.services.clock import now
from mentorbook.services.mentors import profile
from mentorbook.services.offload import call
from mentorbook.state.action import action, browser_zone
from mentorbook.state.directory import next_free
from mentorbook.state.live import live
from mentorbook.state.showing import show
from mentorbook.state.tab_login import current


@dataclass(frozen=True)
class OpenRange:
    """Open hours on the viewer's clock, and on the mentor's where it reads differently."""

    here: str
    there: str


@dataclass(frozen=True)
class OpenDay:
    """One of the viewer's dates."""

    label: str
    ranges: list[OpenRange]


class MentorView(rx.State):
    """The mentor of the page's address. `status` is loading, ready, missing or failed."""

    status: str = "loading"
    mentor_id_shown: str = ""
    name: str = ""
    first: str = ""
    initials: str = ""
    headline: str = ""
    bio: str = ""
    expertise: rx.Field[list[str]] = rx.field(default_factory=list)
    rate: str = ""
    usual_length: str = ""
    city: str = ""
    time_there: str = ""
    differs: bool = False
    asks_first: bool = False
    next_line: str = ""
    next_there: str = ""
    is_free: bool = False
    blocked: str = ""
    days: rx.Field[list[OpenDay]] = rx.field(default_factory=list)
    has_hours: bool = False

    _mentor: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """A mentor's page has been opened."""
        self._mentor = self.router.url.path.rstrip("/").rpartition("/")[2]
        if self._mentor != self.mentor_id_shown:
            self.status = "loading"
            yield
        if await self._load(actor):
            live.follow(self, [UUID(self.mentor_id_shown)])

    @action("anyone")
    async def depart(self) -> Any:
        """The page has been left: the next one must not begin with this mentor."""
        self.status, self.mentor_id_shown = "loading", ""

    async def _load(self, actor: Account | None) -> bool:
        """Show the mentor as they are now; says whether there is one."""
        try:
            found = await call(profile, actor, self._mentor)
        except NotFound:
            self.status = "missing"
            return False
        except Exception:
            self.status = "failed"
            raise
        self._show(found, actor)
        return True

    async def _follow(self) -> None:
        if self.mentor_id_shown:
            await self._load(await current(self))

    def _show(self, found: MentorProfile, actor: Account | None) -> None:
        zone, moment = actor.timezone if actor else browser_zone(self), now()
        city, next_there = place(found.timezone), ""
        if found.next_slot and not same_clock(zone, found.timezone, found.next_slot):
            next_there = f"{_there(found.next_slot, zone, found.timezone)} {city}"
        ranges = tuple((each.day, each.start, each.end) for each in found.weekly_hours)
        days = list(_days(ranges, found.timezone, zone, local_date(zone, moment)))
        show(
            self,
            name=found.name,
            first=first_name(found.name),
            initials=initials(found.name),
            headline=found.headline,
            bio=found.bio,
            expertise=found.expertise,
            rate=format_rate(found.rate, found.currency),
            usual_length=length(found.default_session_duration),
            city=city,
            time_there=clock(moment, found.timezone),
            differs=not same_clock(zone, found.timezone, moment),
            asks_first=found.requires_confirmation,
            next_line=next_free(found, zone).partition(" · ")[0],
            is_free=found.next_slot is not None,
            next_there=next_there,
            blocked=_why_not(found, actor.id if actor else None),
            days=days,
            has_hours=any(day.ranges for day in days),
            mentor_id_shown=str(found.id),
            status="ready",
        )


def _why_not(found: MentorProfile, viewer: UUID | None) -> str:
    """Why this person cannot book this mentor, or nothing."""
    if found.id == viewer:
        return "This is your own page. Others book you here."
    if not found.is_available:
        return f"{first_name(found.name)} takes no bookings at the moment. Choose another mentor for now."
    return ""


def _there(instant: datetime, here: str, there: str) -> str:
    """The mentor's clock at a moment, with the day where it is another one."""
    same_date = local(instant, here).date() == local(instant, there).date()
    return clock(instant, there) if same_date else when(instant, there, now())


def _weigh(key: tuple[tuple[tuple[int, str, str], ...], str, str, date], days: "tuple[OpenDay, ...]") -> int:
    return 4_000 + 300 * len(key[0]) + 1_000 * sum(len(day.ranges) for day in days)


# The week of a mentor is drawn anew on every page that shows it whenever one of their slots is taken.
@remembered(8 * 2**20, _weigh)
def _days(
    ranges: tuple[tuple[int, str, str], ...], mentor_zone: str, zone: str, today: date
) -> tuple[OpenDay, ...]:
    weekly = [WeeklyRange(day=day, start=start, end=end) for day, start, end in ranges]
    noon = datetime.combine(today, time(12), zone_of(zone)).astimezone(UTC)
    week = hours_by_day(weekly, mentor_zone=mentor_zone, viewer_zone=zone, now=noon)
    days = []
    for later, (there, spans) in enumerate(week):
        label = "Today" if later == 0 else f"{there:%a} {there.day} {there:%b}"
        lines = [
            OpenRange(
                clock_range(start, end, zone),
                "" if same_clock(zone, mentor_zone, start) else clock_range(start, end, mentor_zone),
            )
            for start, end in spans
        ]
        days.append(OpenDay(label, lines))
    return tuple(days)

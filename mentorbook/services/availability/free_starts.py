"""Which starts of a mentor are free for whom: the one function behind the slot list and the booking check."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from mentorbook.db.claims import BusyInterval, Interval, busy_of
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import MentorUnavailable
from mentorbook.domain.slots import open_slots
from mentorbook.services.availability.published_hours import PublishedCalendar
from mentorbook.services.clock import now

_PRESENT = select(col(MentoringSession.scheduled_at), col(MentoringSession.duration)).where(
    col(MentoringSession.id) == bindparam("session")
)


@dataclass(frozen=True, slots=True)
class Occupied:
    """What stands in a booking's way: live sessions by person, without the one that is moved. `present` is
    where that one starts, with its duration."""

    viewer: UUID | None
    sessions: dict[UUID, list[BusyInterval]]
    present: tuple[datetime, int] | None = None


def require_bookable(published: PublishedCalendar) -> None:
    """Raise `MentorUnavailable` unless the mentor takes bookings at all."""
    if not published.takes_bookings:
        raise MentorUnavailable(f"{published.name} takes no bookings at the moment.")


def offered(
    session: Session,
    published: PublishedCalendar,
    viewer: UUID | None,
    *,
    starts: Interval,
    duration: int,
    moment: datetime,
    exclude: UUID | None = None,
) -> list[datetime]:
    """List the starts in the half-open window that the viewer can book at this moment: S1–S10 for the mentor,
    and no overlapping claim of the viewer.

    `exclude` is a session that does not block, because it is the one moved; its present start is left out,
    unless it gets another `duration`.
    """
    occupied = occupied_around(session, [published], viewer, starts, duration, exclude)
    return free_starts(published, occupied, starts=starts, duration=duration, moment=moment)


def occupied_around(
    session: Session,
    mentors: Sequence[PublishedCalendar],
    viewer: UUID | None,
    starts: Interval,
    duration: int,
    exclude: UUID | None = None,
) -> Occupied:
    """Load all that can block sessions of at most `duration` minutes with these mentors."""
    buffer = timedelta(minutes=max(published.schedule.buffer_minutes for published in mentors))
    people = {published.mentor.id for published in mentors} | ({viewer} if viewer else set())
    end = starts[1] + timedelta(minutes=duration) + buffer
    busy = busy_of(session, people, starts[0] - buffer, end, exclude)
    if exclude is None:
        return Occupied(viewer, busy)
    present = session.connection().execute(_PRESENT, {"session": exclude}).one_or_none()
    return Occupied(viewer, busy, (present[0], present[1]) if present else None)


def free_starts(
    published: PublishedCalendar,
    occupied: Occupied,
    *,
    starts: Interval,
    duration: int,
    moment: datetime,
) -> list[datetime]:
    """Compute `offered` from what `occupied_around` has loaded."""
    mentor, viewer = published.mentor.id, occupied.viewer
    busy = tuple((each.starts_at, each.ends_at) for each in occupied.sessions[mentor])
    calendar = replace(published.calendar, busy=busy) if busy else published.calendar
    free = open_slots(calendar, starts=starts, duration=duration, now=moment)
    if occupied.present is not None:
        free = [start for start in free if (start, duration) != occupied.present]
    if viewer is None or viewer == mentor:
        return free
    claims = [(each.claimed_from, each.claimed_until) for each in occupied.sessions[viewer]]
    return clear_of(claims, free, duration)


def clear_of(claims: Iterable[Interval], starts: list[datetime], duration: int) -> list[datetime]:
    """Return the starts, sorted, at which a session of `duration` minutes overlaps none of the claims."""
    length, clear = timedelta(minutes=duration), list(starts)
    for begin, end in claims:
        del clear[bisect_right(clear, begin - length) : bisect_left(clear, end)]
    return clear


def nearest(
    session: Session,
    published: PublishedCalendar,
    viewer: UUID | None,
    at: datetime,
    duration: int,
    *,
    most: int = 3,
    exclude: UUID | None = None,
) -> list[datetime]:
    """List the free starts nearest to an instant, in order of time: alternatives to a slot that is taken."""
    free = offered(
        session,
        published,
        viewer,
        starts=(at - timedelta(days=7), at + timedelta(days=7)),
        duration=duration,
        moment=now(),
        exclude=exclude,
    )
    return sorted(sorted(free, key=lambda start: (abs(start - at), start < at))[:most])


def next_slots(
    session: Session,
    mentors: Sequence[PublishedCalendar],
    viewer: UUID | None,
    moment: datetime,
    *,
    duration: int | None = None,
    exclude: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[UUID, datetime]:
    """Find each mentor's earliest start that the viewer can book, for those who have one, in two statements.

    Without `duration`, of each mentor's default; `since` and `until` are the first and last start that count.
    `exclude` is a session that does not block, because it is the one moved.
    """
    found: dict[UUID, datetime] = {}
    waiting = [published for published in mentors if published.takes_bookings]
    begin = max(moment, since or moment)
    # Most mentors have something this week: look near before far.
    ends = [moment + timedelta(days=7), moment + timedelta(days=400)]
    for end in ends if until is None else [until + timedelta(microseconds=1)]:
        waiting = [published for published in waiting if _horizon(published, moment, until) > begin]
        if not waiting:
            break
        longest = duration or max(each.schedule.default_session_duration for each in waiting)
        last = min(end, max(_horizon(each, moment, until) for each in waiting))
        occupied = occupied_around(session, waiting, viewer, (begin, last), longest, exclude)
        for published in waiting:
            window = (begin, min(end, _horizon(published, moment, until)))
            minutes = duration or published.schedule.default_session_duration
            if free := free_starts(published, occupied, starts=window, duration=minutes, moment=moment):
                found[published.mentor.id] = free[0]
        waiting = [published for published in waiting if published.mentor.id not in found]
        begin = end
    return found


def _horizon(published: PublishedCalendar, moment: datetime, until: datetime | None) -> datetime:
    """Return an instant after any start that the mentor offers now.

    Where they set no limit, it is after `until`, the last start that was asked for, or else a year ahead.
    """
    limit = published.schedule.max_advance_booking_days
    if limit is None and until is not None:
        return until + timedelta(microseconds=1)
    return moment + timedelta(days=(limit if limit is not None else 365) + 2)

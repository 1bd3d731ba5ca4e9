"""What follows from who was in the room of a session and when. Instants are aware."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# Whoever comes back within so long was away for a broken line or a reload, not for good.
LEFT_FOR_GOOD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """That a person was in the room; without `left_at` they still are."""

    person: UUID
    joined_at: datetime
    left_at: datetime | None = None


def met_at(stays: Sequence[Stay], people: Sequence[UUID]) -> datetime | None:
    """Return when the last of these people came in for the first time, or `None` when one never did."""
    first: dict[UUID, datetime] = {}
    for stay in stays:
        first[stay.person] = min(first.get(stay.person, stay.joined_at), stay.joined_at)
    return max(first[person] for person in people) if set(people) <= set(first) else None


def attended_at(stays: Iterable[Stay], person: UUID, start: datetime, now: datetime) -> datetime | None:
    """Return the first moment from `start` on at which the person was in the room, if it has come.

    Who looked in before the start and left again has not attended.
    """
    moments = [
        max(stay.joined_at, start)
        for stay in stays
        if stay.person == person and (stay.left_at or now) >= start and max(stay.joined_at, start) <= now
    ]
    return min(moments, default=None)


def emptied_at(stays: Iterable[Stay]) -> datetime | None:
    """Return when the last one left; `None` while somebody is in the room, and when nobody ever was."""
    left = [stay.left_at for stay in stays]
    known = [moment for moment in left if moment is not None]
    return max(known) if known and len(known) == len(left) else None


def is_in(stays: Iterable[Stay], person: UUID) -> bool:
    """Say whether the person is in the room now."""
    return any(stay.person == person and stay.left_at is None for stay in stays)


def without_breaks(stays: Iterable[Stay]) -> list[Stay]:
    """Return the stays of each person, oldest first, with those joined that a short absence parts."""
    joined: list[Stay] = []
    last: dict[UUID, int] = {}
    for stay in sorted(stays, key=lambda each: each.joined_at):
        place = last.get(stay.person)
        before = joined[place] if place is not None else None
        if before is not None and (
            before.left_at is None or stay.joined_at - before.left_at <= LEFT_FOR_GOOD
        ):
            assert place is not None  # noqa: S101 - for the type checker
            ends = None if None in (before.left_at, stay.left_at) else _later(before.left_at, stay.left_at)
            joined[place] = Stay(stay.person, before.joined_at, ends)
        else:
            last[stay.person] = len(joined)
            joined.append(stay)
    return joined


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)

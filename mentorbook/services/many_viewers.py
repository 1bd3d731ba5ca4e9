"""What many open pages ask at the same moment, answered together.

Most viewers see a mentor's time alike: only their own sessions hide a slot from them. So each question is
answered once as for nobody in particular, and anew for those alone who have a session near. The answers are
those of `list_slots`, `earliest_slot` and `profile`, one for each question, in order; an error stands in the
place of the answer that it refuses.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from mentorbook.db.claims import Interval
from mentorbook.db.engine import read_transaction
from mentorbook.db.sessions import SessionClaim
from mentorbook.domain.views import Account, MentorProfile
from mentorbook.services.availability.slots import SlotList, SlotQuery, earliest_slot, list_slots
from mentorbook.services.people.mentor_directory import profile

T = TypeVar("T")

# A session and its buffer are a day long at most, and so is what two zones differ.
_NEAR = timedelta(days=2)

_CLAIMS = select(col(SessionClaim.user_id), col(SessionClaim.starts_at)).where(
    col(SessionClaim.user_id).in_(bindparam("people", expanding=True)),
    col(SessionClaim.starts_at) >= bindparam("start"),
    col(SessionClaim.starts_at) <= bindparam("end"),
)


def list_slots_for(questions: Sequence[tuple[Account | None, SlotQuery]]) -> list[SlotList | Exception]:
    """`list_slots` for each viewer and query."""

    def near(index: int, _found: SlotList) -> Interval:
        query = questions[index][1]
        end = query.end_date + timedelta(days=1)
        return datetime.combine(query.start_date, time(), UTC), datetime.combine(end, time(), UTC)

    own = {index for index, (_, query) in enumerate(questions) if query.exclude_booking_id is not None}
    return _answer(list_slots, [(actor, (query,)) for actor, query in questions], near, own)


def earliest_slots_for(
    questions: Sequence[tuple[Account | None, UUID, int, UUID | None]],
) -> list[datetime | Exception | None]:
    """`earliest_slot` for each viewer, mentor, duration and session that does not block."""
    own = {index for index, (*_, exclude) in enumerate(questions) if exclude is not None}
    asked = [(actor, tuple(rest)) for actor, *rest in questions]
    return _answer(earliest_slot, asked, lambda _, found: _around(found), own)


def profiles_for(questions: Sequence[tuple[Account | None, str]]) -> list[MentorProfile | Exception]:
    """`profile` for each viewer and mentor."""
    asked = [(actor, (mentor,)) for actor, mentor in questions]
    return _answer(profile, asked, lambda _, found: _around(found.next_slot), set())


def _answer(
    service: Callable[..., T],
    questions: Sequence[tuple[Account | None, tuple[Hashable, ...]]],
    near: Callable[[int, T], Interval | None],
    own: set[int],
) -> list[T | Exception]:
    """Ask as nobody, each thing once; then again as whoever may have a session near what was found.

    `near(index, answer)` is the time in which a viewer's own session could change the answer, or nothing when
    none could. Questions in `own` are about a session of the viewer's, and only asked as themselves.
    """
    known: dict[tuple[Hashable, ...], T | Exception] = {}

    def ask(actor: Account | None, given: tuple[Hashable, ...]) -> T | Exception:
        key = (actor.id if actor else None, *given)
        if key not in known:
            try:
                known[key] = service(actor, *given)
            except Exception as error:
                known[key] = error
        return known[key]

    answers = [ask(actor if index in own else None, given) for index, (actor, given) in enumerate(questions)]
    spans: dict[int, tuple[UUID, Interval]] = {}
    for index, (actor, _) in enumerate(questions):
        answer = answers[index]
        if actor is None or index in own or isinstance(answer, Exception):
            continue
        if (span := near(index, answer)) is not None:
            spans[index] = actor.id, span
    for index in _occupied(spans):
        answers[index] = ask(*questions[index])
    return answers


def _around(found: datetime | None) -> Interval | None:
    """A slot's surroundings. Where nobody finds one that is free, a viewer with sessions does not either."""
    return (found, found) if found else None


def _occupied(spans: dict[int, tuple[UUID, Interval]]) -> list[int]:
    """Of people and spans of time those, by their keys, who may have a session in it. In one statement."""
    if not spans:
        return []
    values = {
        "people": list({person for person, _ in spans.values()}),
        "start": min(start for _, (start, _) in spans.values()) - _NEAR,
        "end": max(end for _, (_, end) in spans.values()) + _NEAR,
    }
    claims: dict[UUID, list[datetime]] = {}
    with read_transaction() as session:
        for person, starts_at in session.connection().execute(_CLAIMS, values):
            claims.setdefault(person, []).append(starts_at)
    return [
        index
        for index, (person, (start, end)) in spans.items()
        if any(start - _NEAR <= each <= end + _NEAR for each in claims.get(person, ()))
    ]

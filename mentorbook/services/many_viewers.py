"""Answer what many open pages ask at the same moment, together.

Most viewers see a mentor's time alike: only their own sessions hide a slot from them. So each question is
answered once as for nobody in particular, and what the viewers' own sessions hide is left out of it. The
answers are those of `list_slots`, `earliest_slot`, `profile` and `directory`, one for each question, in
order; an error stands in the place of the answer that it refuses.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from mentorbook.db.claims import Interval, busy_of
from mentorbook.db.engine import read_transaction
from mentorbook.domain.hashed_once import HashedOnce
from mentorbook.domain.views import Account, MentorPage, MentorProfile
from mentorbook.services.availability.free_starts import clear_of
from mentorbook.services.availability.slots import SlotList, SlotQuery, earliest_slot, list_slots
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile

T = TypeVar("T")
Question = tuple[Account | None, tuple[Hashable, ...]]
# Answers by service, viewer (nobody, for most) and what it was given: what is in it is not asked again.
Known = dict[tuple[Hashable, ...], Any]


def list_slots_for(
    questions: Sequence[tuple[Account | None, SlotQuery]], known: Known | None = None
) -> list[SlotList | Exception]:
    """Answer `list_slots` for each viewer and query."""
    alone = {
        index
        for index, (_, query) in enumerate(questions)
        if query.exclude_booking_id is not None or query.include_unavailable
    }
    answers = _ask_once(list_slots, [(actor, (query,)) for actor, query in questions], alone, known)
    spans: dict[int, Interval] = {}
    for index, answer in enumerate(answers):
        if index not in alone and isinstance(answer, SlotList) and answer.starts:
            spans[index] = answer.starts[0], answer.starts[-1] + timedelta(minutes=answer.duration)
    for index, claims in _claims([viewer for viewer, _ in questions], spans).items():
        answer, (viewer, query) = answers[index], questions[index]
        # A mentor who looks at their own slots is in nobody's way.
        if isinstance(answer, SlotList) and viewer is not None and viewer.id != query.mentor_id:
            starts = clear_of(claims, list(answer.starts), answer.duration)
            answers[index] = replace(answer, starts=HashedOnce(starts))
    return answers


def earliest_slots_for(
    questions: Sequence[tuple[Account | None, UUID, int, UUID | None]], known: Known | None = None
) -> list[datetime | Exception | None]:
    """Answer `earliest_slot` for each viewer, mentor, duration and session that does not block."""
    alone = {index for index, (*_, exclude) in enumerate(questions) if exclude is not None}
    asked: list[Question] = [(actor, tuple(rest)) for actor, *rest in questions]
    answers = _ask_once(earliest_slot, asked, alone, known)
    spans = {
        index: (found, found + timedelta(minutes=questions[index][2]))
        for index, found in enumerate(answers)
        if index not in alone and isinstance(found, datetime)
    }
    return _ask_again(earliest_slot, asked, answers, spans)


def profiles_for(
    questions: Sequence[tuple[Account | None, str]], known: Known | None = None
) -> list[MentorProfile | Exception]:
    """Answer `profile` for each viewer and mentor."""
    asked: list[Question] = [(actor, (mentor,)) for actor, mentor in questions]
    answers = _ask_once(profile, asked, set(), known)
    spans = {
        index: (found.next_slot, found.next_slot + timedelta(minutes=found.default_session_duration))
        for index, found in enumerate(answers)
        if isinstance(found, MentorProfile) and found.next_slot is not None
    }
    return _ask_again(profile, asked, answers, spans)


def directories_for(
    questions: Sequence[tuple[Account | None, DirectoryQuery]], known: Known | None = None
) -> list[MentorPage | Exception]:
    """Answer `directory` for each viewer and query: once for all visitors who ask the same."""
    asked: list[Question] = [(actor, (query,)) for actor, query in questions]
    return _ask_once(directory, asked, set(range(len(asked))), known)


def _ask_once(
    service: Callable[..., T], questions: Sequence[Question], alone: set[int], known: Known | None = None
) -> list[T | Exception]:
    """Ask as nobody, each thing once; questions in `alone` as the viewer themselves."""
    answered: Known = {} if known is None else known
    # Asked again by whoever comes next.
    refused: dict[tuple[Hashable, ...], Exception] = {}
    answers: list[T | Exception] = []
    for index, (actor, given) in enumerate(questions):
        viewer = actor if index in alone else None
        key = (service, viewer.id if viewer else None, *given)
        if key not in answered and key not in refused:
            try:
                answered[key] = service(viewer, *given)
            except Exception as error:
                refused[key] = error
        answers.append(refused[key] if key in refused else answered[key])
    return answers


def _ask_again(
    service: Callable[..., T],
    questions: Sequence[Question],
    answers: list[T | Exception],
    spans: dict[int, Interval],
) -> list[T | Exception]:
    """Ask anew, as themselves, for the viewers who are somewhere else in the span of the slot that was found.

    Where nobody finds a slot that is free, a viewer with sessions does not either.
    """
    taken = _claims([viewer for viewer, _ in questions], spans)
    again = _ask_once(service, [questions[index] for index in taken], set(range(len(taken))))
    for index, answer in zip(taken, again, strict=True):
        answers[index] = answer
    return answers


def _claims(viewers: Sequence[Account | None], spans: dict[int, Interval]) -> dict[int, list[Interval]]:
    """Return, in one statement, the claims of each viewer that overlap their span, if any do."""
    asking = {index: viewer.id for index in spans if (viewer := viewers[index]) is not None}
    if not asking:
        return {}
    start, end = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
    with read_transaction() as session:
        busy = busy_of(session, set(asking.values()), start, end)
    found: dict[int, list[Interval]] = {}
    for index, viewer_id in asking.items():
        begin, until = spans[index]
        for each in busy[viewer_id]:
            if each.claimed_from < until and each.claimed_until > begin:
                found.setdefault(index, []).append((each.claimed_from, each.claimed_until))
    return found

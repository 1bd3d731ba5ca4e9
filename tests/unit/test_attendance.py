"""What follows from who was in a room and when."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.meeting.attendance import (
    LEFT_FOR_GOOD,
    Stay,
    attended_at,
    emptied_at,
    is_in,
    met_at,
    without_breaks,
)

ADA, PRIYA = uuid4(), uuid4()
START = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def stay(person: object, came: float, left: float | None = None) -> Stay:
    """A stay in minutes after the start."""
    return Stay(person, at(came), None if left is None else at(left))  # type: ignore[arg-type]


def test_they_have_met_when_the_second_came_in_even_after_the_first_had_left() -> None:
    assert met_at([], (ADA, PRIYA)) is None
    assert met_at([stay(ADA, 0), stay(ADA, 3)], (ADA, PRIYA)) is None
    assert met_at([stay(ADA, 0, 2), stay(PRIYA, 3), stay(ADA, 4), stay(PRIYA, 5)], (ADA, PRIYA)) == at(3)


def test_who_looked_in_before_the_start_has_not_attended() -> None:
    early = [stay(PRIYA, -9, -5)]
    assert attended_at(early, PRIYA, START, at(10)) is None
    assert attended_at([*early, stay(PRIYA, 7)], PRIYA, START, at(10)) == at(7)
    assert attended_at([*early, stay(PRIYA, 7)], ADA, START, at(10)) is None


def test_who_came_early_and_stayed_attends_from_the_start_once_that_has_come() -> None:
    waiting = [stay(PRIYA, -9)]
    assert attended_at(waiting, PRIYA, START, at(-1)) is None
    assert attended_at(waiting, PRIYA, START, START) == START
    assert attended_at([stay(PRIYA, -9, 1)], PRIYA, START, at(5)) == START


def test_a_room_is_empty_since_the_last_has_left() -> None:
    assert emptied_at([]) is None
    assert emptied_at([stay(ADA, 0, 9), stay(PRIYA, 0)]) is None
    assert emptied_at([stay(ADA, 0, 9), stay(PRIYA, 0, 7)]) == at(9)


def test_short_absences_are_no_absences() -> None:
    short, long = LEFT_FOR_GOOD.total_seconds() / 60, 1.1 * LEFT_FOR_GOOD.total_seconds() / 60
    assert without_breaks([stay(ADA, 0, 9), stay(ADA, 9 + short, 20)]) == [stay(ADA, 0, 20)]
    assert without_breaks([stay(ADA, 0, 9), stay(ADA, 9 + long, 20)]) == [
        stay(ADA, 0, 9),
        stay(ADA, 9 + long, 20),
    ]
    assert without_breaks([stay(ADA, 0, 9), stay(PRIYA, 9, 20)]) == [stay(ADA, 0, 9), stay(PRIYA, 9, 20)]
    assert without_breaks([stay(ADA, 0, 9), stay(ADA, 9)]) == [stay(ADA, 0)]
    # Opened twice: the second stay lies inside the first.
    assert without_breaks([stay(ADA, 0, 20), stay(ADA, 5, 6)]) == [stay(ADA, 0, 20)]


STAYS = st.lists(
    st.tuples(st.sampled_from([ADA, PRIYA]), st.integers(-10, 90), st.none() | st.integers(0, 60)).map(
        lambda drawn: stay(drawn[0], drawn[1], None if drawn[2] is None else drawn[1] + drawn[2])
    ),
    max_size=8,
)


@given(STAYS)
def test_joining_stays_changes_nothing_that_follows_from_them(stays: list[Stay]) -> None:
    joined = without_breaks(stays)
    assert met_at(joined, (ADA, PRIYA)) == met_at(stays, (ADA, PRIYA))
    assert emptied_at(joined) == emptied_at(stays)
    for person in (ADA, PRIYA):
        assert is_in(joined, person) == is_in(stays, person)
        own = [each for each in joined if each.person == person]
        for before, after in itertools.pairwise(own):
            assert before.left_at is not None
            assert after.joined_at - before.left_at > LEFT_FOR_GOOD


@given(STAYS, st.integers(-10, 120))
def test_who_has_attended_was_in_the_room_then_and_at_no_earlier_moment_since_the_start(
    stays: list[Stay], minutes: int
) -> None:
    now = at(minutes)
    found = attended_at(stays, ADA, START, now)
    there = [
        moment
        for moment in (START + timedelta(minutes=n) for n in range(max(0, minutes) + 1))
        if moment <= now
        and any(
            each.person == ADA and each.joined_at <= moment and moment <= (each.left_at or now)
            for each in stays
        )
    ]
    assert found == min(there, default=None)

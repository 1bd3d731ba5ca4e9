"""When reminders are due, and until when they make sense."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.booking.reminders import REMINDERS, makes_sense, reminders_to_come

START = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
BEFORE = st.integers(-48 * 60, 72 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(BEFORE)
def test_at_any_moment_at_most_one_reminder_makes_sense_of_those_that_are_due(before: timedelta) -> None:
    now = START - before
    due = [kind for kind, lead in REMINDERS.items() if START - lead <= now]
    assert sum(makes_sense(kind, START, now) for kind in due) <= 1
    # From a day before until the start there is always one.
    assert not timedelta(0) < before <= timedelta(hours=24) or any(
        makes_sense(kind, START, now) for kind in due
    )


@given(BEFORE)
def test_what_is_to_come_is_in_the_future_and_makes_sense_then(before: timedelta) -> None:
    now = START - before
    for kind, at in reminders_to_come(START, now).items():
        assert now < at < START
        assert makes_sense(kind, START, at)

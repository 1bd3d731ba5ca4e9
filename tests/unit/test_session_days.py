"""Coming sessions by the days of their reader."""

from datetime import UTC, datetime, timedelta

from mentorbook.presenters.booking.session_days import day_label, session_days
from tests.unit.test_session_words import ADA, PRIYA, booking, reader

EVENING = datetime(2026, 12, 30, 20, 0, tzinfo=UTC)


def test_days_are_those_of_the_reader() -> None:
    """In Kolkata it is half past one of the next day by then."""
    found = [booking(scheduled_at=EVENING), booking(scheduled_at=EVENING + timedelta(hours=2))]
    now = EVENING - timedelta(hours=9)
    mine, theirs = session_days(found, reader(now=now)), session_days(found, reader(ADA, now=now))
    assert [(day.iso, day.label, len(day.cards)) for day in mine] == [
        ("2026-12-31", "Tomorrow, Thursday 31 December", 2)
    ]
    assert [(day.iso, day.label, len(day.cards)) for day in theirs] == [
        ("2026-12-30", "Today, Wednesday 30 December", 2)
    ]


def test_each_day_has_its_sessions_in_their_order() -> None:
    starts = [EVENING, EVENING + timedelta(days=1), EVENING + timedelta(days=1, hours=1)]
    days = session_days([booking(scheduled_at=start) for start in starts], reader(ADA, now=EVENING))
    assert [day.label for day in days] == ["Today, Wednesday 30 December", "Tomorrow, Thursday 31 December"]
    assert [[card.time for card in day.cards] for day in days] == [
        ["Wed 20:00 – 21:00"],
        ["Thu 20:00 – 21:00", "Thu 21:00 – 22:00"],
    ]


def test_other_days_are_named_with_the_year_when_it_is_not_the_present_one() -> None:
    who = reader(PRIYA, now=EVENING)
    today = datetime(2026, 12, 31).date()  # noqa: DTZ001 - a date on the wall, in Kolkata
    assert day_label(today - timedelta(days=1), who) == "Yesterday, Wednesday 30 December"
    assert day_label(today - timedelta(days=2), who) == "Tuesday 29 December"
    assert day_label(today + timedelta(days=1), who) == "Tomorrow, Friday 1 January 2027"
    assert day_label(today + timedelta(days=2), who) == "Saturday 2 January 2027"

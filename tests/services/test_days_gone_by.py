"""The open hours of a day are the same once it has gone by: what closed it is still on record."""

from datetime import date, timedelta

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.availability.own_hours import add_exception, own_hours, remove_exception
from mentorbook.services.availability.preview import preview_slots
from mentorbook.services.availability.slots import SlotList, SlotQuery, list_slots
from tests.conftest import Hands, forget
from tests.people import a_mentor
from tests.statements import statements

MORNING = tuple(WeeklyBlock(day, "09:00", "11:00", "AVAILABLE") for day in range(7))
# From tomorrow on: a day off, part of one, one with more hours, and a night that runs into the next.
FIRST, LAST = date(2027, 1, 14), date(2027, 1, 19)
EXCEPTIONS = [
    {"startDate": first, "endDate": last, "type": kind, "startTime": begin, "endTime": end}
    for first, last, kind, begin, end in (
        ("2027-01-14", "2027-01-15", "BLOCKED", None, None),
        ("2027-01-16", "2027-01-16", "BREAK", "09:30", "10:30"),
        ("2027-01-17", "2027-01-17", "AVAILABLE", "22:00", "02:00"),
    )
]
LATER = (1, 2, 3, 4, 5, 6, 10, 40, 400)  # days


@pytest.fixture
def mentor(db: Database, hands: Hands) -> Account:
    """Somebody far from UTC, who has made exceptions."""
    person = a_mentor("Moira", "Pacific/Auckland", weekly=MORNING)
    for each in EXCEPTIONS:
        add_exception(person, each)
    return person


def grid(mentor: Account, first: date = FIRST, last: date = LAST) -> SlotList:
    query = SlotQuery(mentor.id, first, last, "Pacific/Auckland", 60, include_unavailable=True)
    return list_slots(None, query)


@pytest.mark.parametrize("is_remembered", [True, False])
def test_a_day_that_was_off_is_off_when_it_is_over(
    mentor: Account, hands: Hands, is_remembered: bool
) -> None:
    before = grid(mentor).starts
    assert {f"{start + timedelta(hours=13):%d}" for start in before} == {"16", "17", "18", "19"}
    begun = hands.now
    for days in LATER:
        hands.now = begun + timedelta(days=days)
        if not is_remembered:
            forget()
        assert grid(mentor).starts == before, days
        for day in range((LAST - FIRST).days + 1):
            this = FIRST + timedelta(days=day)
            there = [start for start in before if (start + timedelta(hours=13)).date() == this]
            assert list(grid(mentor, this, this).starts) == there, (days, this)
    assert grid(mentor).unavailable == frozenset(before)


def test_the_preview_of_what_is_published_answers_like_the_slot_list_also_of_days_gone_by(
    mentor: Account, hands: Hands
) -> None:
    begun = hands.now
    for days in (0, *LATER):
        hands.now = begun + timedelta(days=days)
        shown = preview_slots(
            mentor,
            own_hours(mentor).model_dump(by_alias=True, mode="json"),
            start_date=FIRST,
            end_date=LAST,
            timezone="Pacific/Auckland",
            duration=60,
            include_unavailable=True,
        )
        there = grid(mentor)
        assert (shown.starts, shown.unavailable) == (there.starts, there.unavailable), days


def test_what_is_taken_off_the_record_is_not_remembered(mentor: Account, hands: Hands) -> None:
    off = own_hours(mentor).exceptions[0]
    hands.on(days=10)
    before = grid(mentor).starts
    remove_exception(mentor, off.id)
    assert len(grid(mentor).starts) == len(before) + 2 * 4


def test_days_gone_by_cost_one_question_more(mentor: Account, hands: Hands) -> None:
    def asked(first: date) -> int:
        forget()
        with statements() as said:
            grid(mentor, first, first + timedelta(days=30))
        return len(said)

    coming = asked(date(2027, 2, 1))
    hands.on(days=100)
    assert asked(FIRST) == coming + 1
    assert asked(date(2027, 6, 1)) == coming

"""A month as it was sent and the days that changed since are, together, the month as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mentorbook.presenters.booking.slot_calendar import (
    MOST_CHANGED_DAYS,
    LoadedMonth,
    Month,
    by_month,
    changed_days,
    is_mended,
    month_view,
)

NOW = datetime(2026, 10, 2, 12, tzinfo=UTC)
# Around the change of clocks in London, where a day has an hour twice.
SLOTS = tuple(datetime(2026, 10, 10, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(70))

some_slots = st.sets(st.integers(0, len(SLOTS) - 1), max_size=4)
zones = st.sampled_from(["Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])


def a_month(zone: str, missing: set[int], gone: set[int]) -> LoadedMonth:
    """October by the clock of a zone, without some slots, some of which are said to be gone."""
    free = tuple(slot for n, slot in enumerate(SLOTS) if n not in missing)
    october = by_month(free, zone)["2026-10"]
    shown = by_month(tuple(SLOTS[n] for n in sorted(missing & gone)), zone)
    return LoadedMonth("2026-10", 60, zone, october, shown.get("2026-10", ()))


def drawn(month: LoadedMonth) -> Month:
    """The month as a page of another zone's mentor shows it."""
    return month_view(month, there="Asia/Tokyo", mentor="Moira Hill", now=NOW)


def mended(sent: LoadedMonth, loaded: LoadedMonth) -> Month:
    """What a page makes of what it has been sent."""
    month = drawn(sent)
    changed = changed_days([(sent, loaded)], there="Asia/Tokyo", now=NOW)
    cells = [
        replace(cell, state=changed[cell.date].state, label=changed[cell.date].label)
        if cell.date in changed
        else cell
        for cell in month.cells
    ]
    return replace(month, cells=cells, days=month.days | {date: each.day for date, each in changed.items()})


@given(zones, some_slots, some_slots, some_slots, some_slots)
def test_a_month_and_its_changed_days_are_the_month_as_it_is(
    zone: str, missing: set[int], gone: set[int], missing_now: set[int], gone_now: set[int]
) -> None:
    sent, loaded = a_month(zone, missing, gone), a_month(zone, missing_now, gone_now)
    if is_mended(sent, loaded):
        assert mended(sent, loaded) == drawn(loaded)


def test_a_taken_slot_is_one_changed_day() -> None:
    sent, loaded = a_month("Europe/London", set(), set()), a_month("Europe/London", {20}, {20})
    assert is_mended(sent, loaded)
    (day,) = changed_days([(sent, loaded)], there="Asia/Tokyo", now=NOW).values()
    slots = [slot for group in day.day.groups for slot in group.slots]
    assert [slot.rpartition("|")[2] for slot in slots].count("gone") == 1
    assert changed_days([(sent, sent), (None, None)], there="Asia/Tokyo", now=NOW) == {}


def test_a_month_that_begins_on_another_day_or_changed_a_great_deal_is_sent_anew() -> None:
    whole = a_month("Europe/London", set(), set())
    assert not is_mended(None, whole)
    assert not is_mended(whole, a_month("Europe/London", {0, 1, 2, 3}, set()))
    days = {n for n in range(8, 62) if n % 4 == 0}
    assert len(days) > MOST_CHANGED_DAYS
    assert not is_mended(whole, a_month("Europe/London", days, set()))
    assert not is_mended(whole, a_month("Asia/Kolkata", set(), set()))
    assert not is_mended(whole, whole._replace(minutes=30))

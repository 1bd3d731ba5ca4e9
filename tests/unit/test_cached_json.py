"""What many pages are sent is the JSON that it would be anyway, and made once."""

import calendar
import json
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from reflex_base.utils.format import json_dumps

from mentorbook.presenters.booking.slot_calendar import LoadedMonth, Month, month_grids, month_view
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.state.booking import loaded_months

NOW = datetime(2027, 1, 13, 12, tzinfo=UTC)
FREE = tuple(NOW + timedelta(minutes=30 * n) for n in range(90))


@dataclass(frozen=True)
class Pair(CachedJson):
    """As simple as can be."""

    left: str
    right: list[int]


def test_it_is_made_once_and_is_the_fields() -> None:
    pair = Pair("a", [1, 2])
    assert pair.as_json == {"left": "a", "right": [1, 2]}
    assert loaded_months.cached_json(pair) is pair.as_json
    assert json.loads(json_dumps({"pair": pair})) == {"pair": pair.as_json}


def test_a_state_in_redis_does_not_hold_it() -> None:
    pair = Pair("a", [1, 2])
    before = pickle.dumps(pair)
    assert pair.as_json
    assert pickle.dumps(pair) == before
    assert pickle.loads(before) == pair  # noqa: S301 - our own


def drawn(
    zone: str = "UTC", now: datetime = NOW, *, there: str = "UTC", gone: int = 0, minutes: int = 60
) -> Month:
    """A month whose first slots have been taken."""
    loaded = LoadedMonth("2027-01", minutes, zone, FREE[gone:], FREE[:gone])
    return month_view(loaded, there=there, mentor="Moira Hill", now=now)


def test_pages_that_show_the_same_share_it() -> None:
    first, second = drawn(), drawn(now=NOW + timedelta(minutes=1))
    assert first is second
    sent = json.loads(json_dumps(first))
    assert sent["cells"][4] == {
        "date": "2027-01-01",
        "number": "1",
        "label": "Friday 1 January, nothing free",
        "state": "none",
        "today": False,
    }
    assert sent["days"]["2027-01-13"]["title"] == "Wednesday 13 January"
    assert sent["days"]["2027-01-13"]["groups"][0]["slots"][0] == "2027-01-13T12:00:00Z|12:00||free"


def test_another_moment_zone_or_slot_is_drawn_anew() -> None:
    for other in (
        drawn(zone="Asia/Tokyo"),
        drawn(there="Asia/Tokyo"),
        drawn(now=NOW + timedelta(days=1)),
        drawn(gone=1),
        drawn(minutes=30),
    ):
        assert other != drawn()


def test_a_slot_tells_both_clocks_where_they_differ_and_what_became_of_it() -> None:
    month = drawn("Asia/Kolkata", there="Europe/London", gone=1)
    slots = [slot for group in month.days["2027-01-13"].groups for slot in group.slots]
    assert slots[:2] == ["2027-01-13T12:00:00Z|17:30|12:00|gone", "2027-01-13T12:30:00Z|18:00|12:30|free"]
    assert (month.name, month.place, month.first) == ("Moira", "London", "2027-01-13")


@pytest.mark.parametrize("first", ["2026-11", "2027-02", "2028-02"])
def test_the_grids_of_months_are_those_of_the_calendar(first: str) -> None:
    grids = month_grids(first, 24)
    assert len(grids) == 25
    months = list(grids)
    for before, month in pairwise(months):
        assert (grids[before].following, grids[month].previous) == (month, before)
    for month, grid in grids.items():
        year, number = map(int, month.split("-"))
        weekday, days = calendar.monthrange(year, number)
        assert (len(grid.blanks), grid.numbers) == (weekday, list(range(1, days + 1)))
    assert (grids[months[0]].previous, grids[months[-1]].following) == ("", "")

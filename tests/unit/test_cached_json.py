"""What many pages are sent is the JSON that it would be anyway, and made once."""

import json
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reflex_base.utils.format import json_dumps

from mentorbook.presenters.booking.slot_calendar import Month, day_view, month_view
from mentorbook.presenters.cached_json import CachedJson
from mentorbook.state.booking import slot_selector

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
    assert slot_selector.cached_json(pair) is pair.as_json
    assert json.loads(json_dumps({"pair": pair})) == {"pair": pair.as_json}


def test_a_state_in_redis_does_not_hold_it() -> None:
    pair = Pair("a", [1, 2])
    before = pickle.dumps(pair)
    assert pair.as_json
    assert pickle.dumps(pair) == before
    assert pickle.loads(before) == pair  # noqa: S301 - our own


def test_pages_that_show_the_same_share_it() -> None:
    first, second = (month_view(tuple(FREE), "2027-01", "2027-01-13", zone="UTC", now=NOW) for _ in range(2))
    assert first is second
    assert json.loads(json_dumps(first))["days"][4] == {
        "date": "2027-01-01",
        "number": "1",
        "label": "Friday 1 January, nothing free",
        "state": "none",
        "today": False,
        "tab_stop": False,
    }
    days = [
        day_view(FREE, (), None, "2027-01-13", "2027-01", zone="UTC", there="UTC", mentor=name)
        for name in ("Moira", "Moira", "Ada")
    ]
    assert days[0] is days[1] is not days[2]


def test_another_moment_day_or_zone_is_drawn_anew() -> None:
    def drawn(day: str = "2027-01-13", zone: str = "UTC", now: datetime = NOW) -> Month:
        return month_view(FREE, "2027-01", day, zone=zone, now=now)

    assert drawn() == drawn(now=NOW + timedelta(minutes=1))
    for other in (drawn(day="2027-01-14"), drawn(zone="Asia/Tokyo"), drawn(now=NOW + timedelta(days=1))):
        assert other != drawn()

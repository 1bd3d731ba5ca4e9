"""The worked cases: inputs and results that two independent calculations agreed on."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mentorbook.domain.slots import CalendarException, MentorCalendar, WeeklyBlock, grid_starts, open_slots
from tests.unit.slot_oracle import oracle_slots

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "slots.json").read_text(encoding="utf-8")
)
LIVE = {"pending", "scheduled", "in_progress"}


def calendar_of(case: dict[str, Any]) -> MentorCalendar:
    """Builds a case's calendar; which sessions are live is decided by whoever builds one."""
    return MentorCalendar(
        case["mentorTimezone"],
        [WeeklyBlock(b["dayOfWeek"], b["startTime"], b["endTime"], b["type"]) for b in case["weekly"]],
        [
            CalendarException(
                date.fromisoformat(e["date"]),
                date.fromisoformat(e["date"]),
                e["type"],
                *(() if e["isFullDay"] else (e["startTime"], e["endTime"])),
            )
            for e in case["exceptions"]
        ],
        [
            (datetime.fromisoformat(s["start"]), datetime.fromisoformat(s["end"]))
            for s in case["sessions"]
            if s["status"] in LIVE and s["id"] != case["excludeBookingId"]
        ],
        case["bufferTimeBetweenSessions"],
        case["minAdvanceBookingHours"],
        case["maxAdvanceBookingDays"],
    )


def question_of(case: dict[str, Any]) -> dict[str, Any]:
    """Builds what is asked of a case's calendar."""
    return {
        "starts": (datetime.fromisoformat(case["from"]), datetime.fromisoformat(case["to"])),
        "duration": case["duration"],
        "now": datetime.fromisoformat(case["now"]),
    }


def by_viewer_day(slots: list[datetime], zone: str) -> dict[str, list[str]]:
    """Groups slots by the viewer's local date, as a slot list shows them."""
    days: dict[str, list[str]] = {}
    for slot in slots:
        local = slot.astimezone(ZoneInfo(zone))
        days.setdefault(local.date().isoformat(), []).append(local.strftime("%H:%M%z"))
    return days


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_case(case: dict[str, Any]) -> None:
    slots = open_slots(calendar_of(case), **question_of(case))
    assert slots == [datetime.fromisoformat(expected) for expected in case["expected"]], case["why"]
    assert by_viewer_day(slots, case["viewerTimezone"]) == case["expectedByViewerDay"], case["why"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_oracle_and_the_grid_agree_with_a_worked_case(case: dict[str, Any]) -> None:
    expected = [datetime.fromisoformat(slot) for slot in case["expected"]]
    calendar, question = calendar_of(case), question_of(case)
    assert oracle_slots(calendar, **question) == expected
    assert [start for start, offered in grid_starts(calendar, **question) if offered] == expected

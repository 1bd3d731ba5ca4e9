"""Only browser journeys are ever run twice, and of those none that proves the first or second promise."""

import os
import re
import subprocess
import sys
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.second_try import STRICT_PROMISES, proven_by

ROOT = Path(__file__).resolve().parents[2]

# What a test asserts where a press must have made one booking.
COUNTED = re.compile(r"assert sessions_of\(\w+\) == 1")
# Journeys that prove the first promise (nobody is in two places) or the second (what is shown is accepted).
PROVE = {
    "test_at_once": {
        "test_what_was_taken_before_the_press_is_not_shown": 2,
        "test_what_must_be_asked_says_so_and_is_asked_once": 1,
        "test_what_the_server_refuses_is_taken_back_with_its_reason": 2,
    },
    "test_availability": {"test_a_week_from_nothing_and_the_only_slot_of_a_holiday": 2},
    "test_awaited": {"test_moving_and_declining_are_asked_once": 1},
    "test_booked_once": {
        "test_a_burst_of_clicks_books_once": 1,
        "test_an_answer_lost_on_the_way_is_found_after_reconnecting": 1,
    },
    "test_live": {
        "test_one_booking_reaches_everybody_who_sees_it": 2,
        "test_nothing_arrives_while_nothing_is_published": 2,
        "test_pages_that_slept_through_a_restart_catch_up_and_keep_what_was_chosen": 2,
    },
    "test_lost_slots": {
        "test_a_slot_taken_elsewhere_leaves_the_open_page": 2,
        "test_losing_the_race_at_confirm_leads_to_the_next_best_slot": 2,
    },
    "test_paying": {
        "test_a_hold_lapses_while_somebody_waits_for_the_time": 2,
        "test_a_hold_that_lapsed_is_held_again": 2,
        "test_the_countdown_goes_on_after_a_reload_and_is_extended_once": 1,
        "test_leaving_gives_the_time_back": 2,
    },
    "test_paying_by_stripe": {"test_who_has_paid_there_is_booked_on_the_way_back": 2},
    "test_reschedule": {
        "test_a_session_is_moved_twice_and_not_a_third_time": 1,
        "test_the_session_itself_does_not_block": 2,
        "test_the_length_can_change_with_the_time": 2,
        "test_a_slot_taken_meanwhile_leads_to_the_nearest": 2,
    },
}

HOOK = """
from pathlib import Path
from tests.second_try import give_second_try

def pytest_collection_modifyitems(items):
    give_second_try(items, Path(__file__).parent)
"""
JOURNEYS = """
import pytest

def test_of_anything():
    assert False

@pytest.mark.promise(3)
def test_of_the_clock():
    assert False

@pytest.mark.promise(1)
def test_of_double_bookings():
    assert False

@pytest.mark.promise(2, 3)
def test_of_what_is_shown():
    assert False
"""


def test_a_broken_promise_has_failed_at_once(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(HOOK)
    (tmp_path / "test_journeys.py").write_text(JOURNEYS)
    rules = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", str(tmp_path), *rules, "-n", "0"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "4 failed, 2 rerun" in run.stdout, run.stdout + run.stderr
    again = {line.rpartition("::")[2] for line in run.stdout.splitlines() if line.startswith("RERUN")}
    assert {name.partition(" ")[0] for name in again} == {"test_of_anything", "test_of_the_clock"}


def test_no_test_of_this_run_is_run_twice_that_must_not_be(request: pytest.FixtureRequest) -> None:
    twice = [item for item in request.session.items if item.get_closest_marker("flaky")]
    assert [item.nodeid for item in twice if proven_by(item) & STRICT_PROMISES] == []
    assert [item.nodeid for item in twice if not item.nodeid.startswith("tests/e2e/")] == []


def test_journeys_of_the_first_two_promises_are_marked() -> None:
    for module, journeys in PROVE.items():
        for journey, promise in journeys.items():
            assert _promises(import_module(f"tests.e2e.{module}"), journey) == {promise}, journey


def test_a_journey_that_counts_a_persons_bookings_proves_the_first_promise_or_the_second() -> None:
    for file in sorted((ROOT / "tests/e2e").glob("test_*.py")):
        module = import_module(f"tests.e2e.{file.stem}")
        for name, journey in vars(module).items():
            if name.startswith("test_") and COUNTED.search(getsource(journey)):
                assert _promises(module, name) & STRICT_PROMISES, f"{file.stem}.{name}"


def _promises(module: ModuleType, journey: str) -> set[int]:
    marks = [*_marks(module), *_marks(getattr(module, journey))]
    return {number for mark in marks if mark.name == "promise" for number in mark.args}


def _marks(marked: object) -> list[Any]:
    marks = getattr(marked, "pytestmark", [])
    return marks if isinstance(marks, list) else [getattr(marks, "mark", marks)]

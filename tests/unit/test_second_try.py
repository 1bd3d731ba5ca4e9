"""Only browser journeys are ever run twice, and of those none that proves the first or second promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import test_booked_once, test_lost_slots, test_reschedule
from tests.second_try import STRICT_PROMISES, proven_by

ROOT = Path(__file__).resolve().parents[2]

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
    assert test_booked_once.pytestmark.args == (1,)
    assert test_lost_slots.pytestmark.args == (2,)
    for journey in (
        test_reschedule.test_the_session_itself_does_not_block,
        test_reschedule.test_a_slot_taken_meanwhile_leads_to_the_nearest,
    ):
        assert {mark.args for mark in journey.pytestmark if mark.name == "promise"} == {(2,)}  # type: ignore[attr-defined]

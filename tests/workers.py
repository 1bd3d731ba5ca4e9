"""How a run is shared out: whole folders to two workers, slowest files first; a part runs in this process."""

import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
BROWSER = "tests/e2e/"

# The slowest first, so that no worker is left alone with one of them at the end. All others are short.
LONGEST = (
    "tests/e2e/test_widths.py",
    "tests/e2e/test_accessibility.py",
    "tests/e2e/test_unfinished.py",
    "tests/e2e/test_cancel.py",
    "tests/e2e/test_own_logins.py",
    "tests/e2e/test_mentor_setup.py",
    "tests/e2e/test_pictures.py",
    "tests/e2e/test_reschedule.py",
    "tests/e2e/test_admin.py",
    "tests/e2e/test_protection.py",
    "tests/e2e/test_zones.py",
    "tests/e2e/test_approval.py",
    "tests/e2e/test_whose_page.py",
    "tests/e2e/test_navigation.py",
    "tests/e2e/test_phone.py",
    "tests/e2e/test_keyboard_changes.py",
    "tests/services/test_life_of_sessions.py",
    "tests/reliability/test_races.py",
    "tests/security/test_rights.py",
    "tests/services/test_rights.py",
    "tests/api/test_generated_calls.py",
    "tests/reliability/test_mixed_race.py",
    "tests/security/test_tab_login.py",
    "tests/security/test_behind_a_proxy.py",
    "tests/services/test_offered_is_accepted.py",
    "tests/reliability/test_wheel.py",
    "tests/reliability/test_serving.py",
    "tests/state/test_statement_budgets.py",
    "tests/api/test_statement_budgets.py",
    "tests/reliability/test_change_races.py",
    "tests/reliability/test_crash.py",
    "tests/api/test_permissions.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What `-n auto` means: workers cost their start, which a handful of tests would not win back."""
    return 0 if is_a_part(config) else WORKERS


def is_a_part(config: pytest.Config) -> bool:
    """Whether only some tests of the folders were asked for, or somebody wants to see them run."""
    option = config.option
    chosen = option.keyword or option.markexpr or option.deselect or option.lf or option.stepwise
    watched = option.usepdb or option.trace or option.capture == "no" or option.collectonly
    return bool(chosen or watched) or any(not Path(each).is_dir() for each in config.args)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker, order the files as they are given out: each file runs in one worker, start to end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn(item.path.relative_to(ROOT).as_posix()))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the garbage collector leave alone what is there until the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


def turn(file: str) -> tuple[bool, int]:
    """When a file's turn comes.

    First those that need the browser, so that each worker starts it and the app once and ends them for good.
    """
    return not file.startswith(BROWSER), LONGEST.index(file) if file in LONGEST else len(LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """What a worker reports is sent as UTF-8, and some tests log what is no such text."""
    return sendable((yield))


def sendable(value: Any) -> Any:
    """The same with half characters written out, as in `\\ud83d`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {sendable(key): sendable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(sendable, value))
    return value

"""How a run is shared out: whole folders to two workers, slowest files first; a part runs in this process."""

import gc
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
BROWSER = "tests/e2e/"

# The slowest first, so that no worker is left alone with one of them at the end. All others are short.
LONGEST = (
    "tests/e2e/test_room_failures.py",
    "tests/e2e/test_widths.py",
    "tests/e2e/test_room_devices.py",
    "tests/e2e/test_room.py",
    "tests/e2e/test_paying.py",
    "tests/e2e/test_statements.py",
    "tests/e2e/test_accessibility.py",
    "tests/e2e/test_account_links.py",
    "tests/e2e/test_list_ends.py",
    "tests/e2e/test_availability.py",
    "tests/e2e/test_awaited.py",
    "tests/services/test_mail_outages.py",
    "tests/api/test_generated_calls.py",
    "tests/reliability/test_crash.py",
    "tests/reliability/test_money_machine.py",
    "tests/reliability/test_races.py",
    "tests/reliability/test_mixed_race.py",
    "tests/security/test_rights.py",
    "tests/services/test_rights.py",
    "tests/reliability/test_paying_crash.py",
    "tests/reliability/test_payment_races.py",
    "tests/reliability/test_two_apps.py",
    "tests/reliability/test_video_server.py",
    "tests/services/test_life_of_sessions.py",
    "tests/services/test_mail_delivery.py",
    "tests/services/test_outbox.py",
    "tests/api/test_fuzz.py",
    "tests/reliability/test_wheel.py",
    "tests/api/test_permissions.py",
    "tests/security/test_tab_login.py",
    "tests/state/test_following.py",
    "tests/reliability/test_serving.py",
)


class BrowserInOneWorker(LoadFileScheduling):
    """Give out files so that as long as there are both kinds, one worker has the browser and the other none.

    A browser, the app before it and the test wait for one another, and leave a core half idle, which two of
    them side by side do not fill without keeping each other waiting.
    """

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        """Learn which tests a worker has found. Raises `pytest.UsageError` if two of them have one name: only
        one would run, and nobody would miss the other."""
        refuse_same_names(collection)
        super().add_node_collection(node, collection)

    def _assign_work_unit(self, node: Any) -> None:
        has_browser = node.gateway.id == "gw0"
        suited = (file for file in self.workqueue if file.startswith(BROWSER) == has_browser)
        if (file := next(suited, None)) is not None:
            self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What `-n auto` means: workers cost their start, which a handful of tests would not win back."""
    return 0 if is_a_part(config) else WORKERS


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give out whole files, as `--dist loadfile` does."""
    return BrowserInOneWorker(config, log) if config.option.dist == "loadfile" else None


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
    else:
        refuse_same_names([item.nodeid for item in items])


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the garbage collector leave alone what is there until the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


def refuse_same_names(names: Sequence[str]) -> None:
    """Raise `pytest.UsageError` if two tests have the same name."""
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise pytest.UsageError(f"more than one test is called {twice[0]}")


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

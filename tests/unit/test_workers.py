"""Who runs which tests: whole folders are shared out, a part stays here, and slow files do not come last."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from tests.servers import ports
from tests.workers import (
    BROWSER,
    LONGEST,
    ROOT,
    BrowserInOneWorker,
    is_a_part,
    refuse_same_names,
    sendable,
    turn,
)

NOTHING_CHOSEN: dict[str, Any] = {
    **dict.fromkeys(("keyword", "markexpr"), ""),
    **dict.fromkeys(("lf", "stepwise", "usepdb", "trace", "collectonly"), False),
    "deselect": None,
    "capture": "fd",
}


def asked(*args: str, **chosen: Any) -> Any:
    """The settings of a run."""
    folders = [str(ROOT / each) for each in args or ("tests",)]
    return SimpleNamespace(option=SimpleNamespace(**NOTHING_CHOSEN | chosen), args=folders)


PAGES = [f"tests/e2e/test_{name}.py" for name in "abcd"]
RULES = [f"tests/unit/test_{name}.py" for name in "abcd"]


class Worker:
    """One that notes which tests it is sent."""

    def __init__(self, name: str) -> None:
        self.gateway, self.shutting_down, self.sent = SimpleNamespace(id=name), False, list[int]()

    def send_runtest_some(self, tests: list[int]) -> None:
        """Take tests by their number in the collection."""
        self.sent += tests

    def shutdown(self) -> None:
        """Be told that there is nothing left."""
        self.shutting_down = True


def given(files: list[str]) -> tuple[list[str], list[str]]:
    """The files that two workers get, who take their turns; each file has three tests."""
    config: Any = SimpleNamespace(
        getvalue=lambda _: ["2*popen"], option=SimpleNamespace(loadscopereorder=False)
    )
    workers = Worker("gw0"), Worker("gw1")
    tests = [f"{file}::test_{number}" for file in files for number in range(3)]
    scheduling: Any = BrowserInOneWorker(config)
    for worker in workers:
        scheduling.add_node(worker)
        scheduling.add_node_collection(worker, tests)
    scheduling.schedule()
    done = [0, 0]
    while any(at < len(worker.sent) for worker, at in zip(workers, done, strict=True)):
        for which, worker in enumerate(workers):
            if done[which] < len(worker.sent):
                scheduling.mark_test_complete(worker, worker.sent[done[which]])
                done[which] += 1
    one, other = (list(dict.fromkeys(files[test // 3] for test in worker.sent)) for worker in workers)
    assert sorted([*one, *other]) == sorted(files)
    return one, other


def test_whole_folders_are_shared_out() -> None:
    assert not is_a_part(asked())
    assert not is_a_part(asked("tests/e2e", "tests/api"))


@pytest.mark.parametrize(
    "chosen",
    [
        {"keyword": "slots"},
        {"markexpr": "promise"},
        {"lf": True},
        {"stepwise": True},
        {"usepdb": True},
        {"capture": "no"},
        {"collectonly": True},
    ],
    ids=str,
)
def test_a_choice_of_tests_runs_here(chosen: dict[str, Any]) -> None:
    assert is_a_part(asked(**chosen))


def test_a_file_or_a_test_of_it_runs_here() -> None:
    assert is_a_part(asked("tests/unit/test_workers.py"))
    assert is_a_part(asked("tests/unit", "tests/unit/test_workers.py::test_whole_folders_are_shared_out"))


def test_the_files_that_go_first_are_there() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []


def test_the_browser_comes_first_and_slow_files_before_others() -> None:
    files = [*LONGEST[::-1], f"{BROWSER}test_any.py", "tests/api/test_any.py"]
    journeys = [file for file in LONGEST if file.startswith(BROWSER)]
    others = [file for file in LONGEST if not file.startswith(BROWSER)]
    last = "tests/api/test_any.py"
    assert sorted(files, key=turn) == [*journeys, f"{BROWSER}test_any.py", *others, last]


def test_one_worker_has_the_browser_and_the_other_has_none() -> None:
    assert given([*PAGES, *RULES]) == (PAGES, RULES)


@pytest.mark.parametrize(("pages", "rules"), [(4, 1), (1, 4), (4, 0), (0, 4)])
def test_whoever_is_done_first_takes_what_is_left(pages: int, rules: int) -> None:
    assert min(map(len, given([*PAGES[:pages], *RULES[:rules]]))) >= 2


def test_a_free_port_is_not_one_that_an_outgoing_connection_takes() -> None:
    assert {ports.free_port() // 1_000 for _ in range(50)} <= set(range(20, 32))


def test_a_report_with_half_a_character_can_be_sent() -> None:
    report = {"sections": [("Captured log call", "an owl \ud83d, é")], "outcome": "passed", "duration": 0.5}
    sent = sendable(report)
    assert sent == report | {"sections": [("Captured log call", "an owl \\ud83d, é")]}
    sent["sections"][0][1].encode()


def test_this_test_says_what_is_no_text() -> None:
    """In a worker the report of this one could not be sent as it is."""
    logging.getLogger("tests").warning("\ud83d")


def test_tests_of_one_name_are_refused_since_only_one_would_run() -> None:
    refuse_same_names(["test_a.py::test_one", "test_b.py::test_one"])
    with pytest.raises(pytest.UsageError, match="more than one test"):
        refuse_same_names(["test_a.py::test_one", "test_b.py::test_one", "test_a.py::test_one"])
    with pytest.raises(pytest.UsageError, match="more than one test"):
        given(["tests/unit/test_a.py", "tests/unit/test_a.py"])

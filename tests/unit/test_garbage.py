"""When garbage is collected in full, and that it is."""

import asyncio
import gc
import weakref

import pytest

from mentorbook import garbage
from mentorbook.garbage import Collector, collecting_when_idle


def moments(seconds: int, used: float) -> list[int]:
    """The seconds at which one collects who uses so much of a core all the time, and looks every second."""
    collector = Collector(0, 0)
    return [at for at in range(1, seconds + 1) if collector.is_due(at, at * used)]


def test_an_idle_process_collects_every_fifteen_seconds() -> None:
    assert moments(60, used=0.05) == [15, 30, 45, 60]


def test_a_busy_process_collects_every_two_minutes() -> None:
    assert moments(300, used=0.5) == [120, 240]


def test_the_first_idle_second_is_taken() -> None:
    collector = Collector(0, 0)
    looks = [(40, 30), (40.25, 30.2), (40.5, 30.21), (41, 30.22), (41.25, 30.23), (41.5, 30.24)]
    assert [at for at, used in looks if collector.is_due(at, used)] == [41.25]


def test_a_pause_of_less_than_a_second_is_not_taken() -> None:
    """Whoever is quick does the next thing before the collection would have ended."""
    collector = Collector(0, 0)
    looks = [(at, at // 1) for at in (40, 40.25, 40.5, 40.75, 41, 41.25, 41.5, 41.75, 42)]
    assert not any(collector.is_due(*each) for each in looks)


class Circle:
    """Something that only a collection frees."""

    def __init__(self) -> None:
        self.itself = self


def an_old_circle() -> "weakref.ref[Circle]":
    """One that nothing leads to any more, and that is of the oldest generation."""
    circle = Circle()
    gc.collect()
    return weakref.ref(circle)


def test_what_nobody_needs_any_more_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "LOOKS_EVERY", 0.01)
    monkeypatch.setattr(garbage, "_SOONEST", 0.0)

    async def run() -> None:
        async with collecting_when_idle():
            circle = an_old_circle()
            async with asyncio.timeout(30):
                while circle() is not None:  # noqa: ASYNC110 - there is no event
                    await asyncio.sleep(0.01)

    asyncio.run(run())


def made_much_of() -> bool:
    """Whether an old circle is freed while very much is made that stays."""
    circle = an_old_circle()
    kept = [[] for _ in range(1_500_000)]  # type: list[list[None]]
    return circle() is None or not kept


def test_nothing_old_is_looked_through_while_much_is_made() -> None:
    """Python would in this moment, as it does outside: the positive control."""

    async def run() -> bool:
        async with collecting_when_idle():
            return made_much_of()

    before = gc.get_threshold()
    assert not asyncio.run(run())
    assert gc.get_threshold() == before
    assert made_much_of()

"""Caches are bounded in bytes, and no function of ours remembers more than is written down."""

import importlib
import pkgutil
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import mentorbook
from mentorbook.domain import slots as slot_rules
from mentorbook.domain import zone_search, zoned_timestamps, zones
from mentorbook.domain.availability import opening_hours
from mentorbook.domain.availability.mentor_calendar import WeeklyBlock
from mentorbook.domain.byte_cache import ByteCache, remembered
from mentorbook.presenters import prices
from mentorbook.presenters.booking import slot_calendar
from mentorbook.presenters.names import initials

MIB = 2**20
START = datetime(2027, 1, 1, tzinfo=UTC)
PLACES = zones.zone_names()


def weight(_key: str, value: bytes) -> int:
    return len(value)


def test_it_never_holds_more_than_it_may() -> None:
    cache: ByteCache[str, bytes] = ByteCache(1_000, weight)
    for number in range(100):
        cache.keep(str(number), bytes(90))
    assert (len(cache), cache.weight) == (11, 990)
    assert cache.get("0") is None
    assert cache.get("99") == bytes(90)


def test_what_was_used_last_goes_last() -> None:
    cache: ByteCache[str, bytes] = ByteCache(200, weight)
    for key in "ab":
        cache.keep(key, bytes(100))
    cache.get("a")
    cache.keep("c", bytes(100))
    assert (cache.get("a"), cache.get("b")) == (bytes(100), None)


def test_what_is_too_big_is_not_kept_and_takes_the_former_with_it() -> None:
    cache: ByteCache[str, bytes] = ByteCache(200, weight)
    cache.keep("a", b"old")
    cache.keep("a", bytes(201))
    assert cache.get("a") is None
    assert cache.weight == 0


def test_dropping_and_clearing() -> None:
    cache: ByteCache[str, bytes] = ByteCache(200, weight)
    cache.keep("a", b"1")
    cache.keep("b", b"2")
    cache.drop("a")
    cache.drop("never")
    assert (cache.get("a"), cache.get("b"), cache.weight) == (None, b"2", 1)
    cache.clear()
    assert cache.weight == len(cache) == 0


def test_threads_do_not_break_it() -> None:
    cache: ByteCache[str, bytes] = ByteCache(500, weight)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(2_000):
                cache.keep(str((number * 7 + step) % 50), bytes(step % 60))
                cache.get(str(step % 50))
                cache.drop(str((step * 3) % 50))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert cache.weight == sum(kept.weight for kept in cache._kept.values()) <= 500


def test_a_function_that_remembers_is_asked_once() -> None:
    asked: list[str] = []

    def length(_key: object, value: str) -> int:
        return len(value)

    @remembered(100, length)
    def doubled(text: str) -> str:
        asked.append(text)
        return text * 2

    assert [doubled("ab"), doubled("ab"), doubled("c")] == ["abab", "abab", "cc"]
    assert asked == ["ab", "c"]


def test_a_function_that_remembers_takes_arguments_by_place_only() -> None:
    """What is given by name would be no part of the key."""

    @remembered(100, lambda key, value: 1)
    def doubled(text: str) -> str:
        return text * 2

    assert doubled("ab") == "abab"
    with pytest.raises(TypeError, match="keyword"):
        doubled(text="c")  # type: ignore[call-arg]


def least_taken(make: Callable[[], object], *, tries: int = 5) -> int:
    """Bytes that something takes in memory; of several tries the least, since other threads may take more."""
    least = []
    for _ in range(tries):
        tracemalloc.start()
        # Held while it is counted: what is asked for with it is the cache's as well.
        held = make()
        taken, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        least.append(taken)
        del held
    return min(least)


def blocks(count: int, kind: str) -> tuple[WeeklyBlock, ...]:
    """A week of so many blocks, each with strings of its own, as they come from a database."""
    return tuple(
        WeeklyBlock(n % 7, f"{n % 1000 // 60:02}:{n % 60:02}", f"{23}:{59}", kind.lower().upper())
        for n in range(count)
    )


@pytest.mark.parametrize("kind", ["BLOCKED", "AVAILABLE"])
@pytest.mark.parametrize("count", [0, 1, 100, 5_000])
def test_a_week_weighs_no_less_than_it_takes(kind: str, count: int) -> None:
    def fill() -> None:
        opening_hours._plain_week.cache.clear()  # type: ignore[attr-defined]
        opening_hours._plain_week(blocks(count, kind))

    taken = least_taken(fill)
    assert taken <= opening_hours._plain_week.cache.weight  # type: ignore[attr-defined]


def starts_of(count: int) -> tuple[datetime, ...]:
    """So many starts, each an object of its own."""
    return tuple(START + timedelta(minutes=15 * n) for n in range(count))


NAME = "\U0001f600" * 80
DRAWN: dict[str, Callable[[int], object]] = {
    "_by_day": lambda count: slot_calendar._by_day(starts_of(count), "Asia/Kolkata"),
    "_by_month": lambda count: slot_calendar._by_month(starts_of(count), "Asia/Kolkata"),
    "_changed_day": lambda count: (
        slot_calendar._changed_day(
            "2027-01-01", starts_of(count), starts_of(count // 2), "UTC", "Asia/Kolkata", "2027-01-02"
        ).as_json
    ),
    "_changes": lambda count: slot_calendar._changes(
        slot_calendar.LoadedMonth("2027-01", 60, "UTC", starts_of(count)),
        slot_calendar.LoadedMonth("2027-01", 60, "UTC", starts_of(count)[1:], starts_of(1)),
    ),
    "_month": lambda count: (
        slot_calendar._month(
            slot_calendar.LoadedMonth("2027-01", 60, "UTC", starts_of(count)),
            "Asia/Kolkata",
            NAME,
            "2027-01-02",
        ).as_json
    ),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("count", [0, 1, 96, 1_000])
def test_what_is_drawn_weighs_no_less_than_it_takes(name: str, count: int) -> None:
    cache = getattr(slot_calendar, name).cache
    DRAWN[name](count)  # what is counted instead of weighed is there from now on

    def fill() -> object:
        slot_calendar._by_day.cache.clear()  # type: ignore[attr-defined]
        cache.clear()
        return DRAWN[name](count)

    taken = least_taken(fill)
    others = slot_calendar._by_day.cache.weight if name in ("_month", "_changes") else 0  # type: ignore[attr-defined]
    assert taken <= cache.weight + others + 2_000


# Each `lru_cache` of ours: the most that one entry takes, in bytes, and how to make different large ones.
LARGEST: dict[str, tuple[int, Callable[[int], object]]] = {
    "mentorbook.presenters.prices._pattern": (
        256,
        lambda n: prices._pattern("".join(map(chr, (65 + n % 26, 65 + n // 26, 90)))),
    ),
    "mentorbook.presenters.prices.format_rate": (
        1_024,
        lambda n: prices.format_rate(Decimal(100_000 + n) / 100, "GBP"),
    ),
    "mentorbook.domain.slots._midnight": (256, slot_rules._midnight),
    "mentorbook.domain.zoned_timestamps._date": (256, zoned_timestamps._date),
    "mentorbook.presenters.names.initials": (640, lambda n: initials(f"{n:06} " + "\U0001f600" * 73)),
    "mentorbook.domain.zone_search.present_name": (384, lambda n: zone_search.present_name(PLACES[n])),
    "mentorbook.domain.zones._changes": (1_024, lambda n: zones._changes("Africa/Casablanca", 1_970 + n)),
    "mentorbook.presenters.booking.slot_calendar._slot": (
        2_048,
        lambda n: slot_calendar._slot(START + timedelta(minutes=n), "UTC", "Asia/Kolkata"),
    ),
    "mentorbook.presenters.booking.slot_calendar.month_grids": (
        40_000,
        lambda n: slot_calendar.month_grids(f"{2_000 + n // 12}-{n % 12 + 1:02}", 24),
    ),
    "mentorbook.presenters.booking.slot_calendar.month_dates": (
        512,
        lambda n: slot_calendar.month_dates(f"{2_000 + n // 12}-{n % 12 + 1:02}"),
    ),
    "mentorbook.presenters.booking.slot_calendar.earliest_words": (
        512,
        lambda n: slot_calendar.earliest_words(
            START + timedelta(minutes=n), "UTC", START + timedelta(hours=n)
        ),
    ),
    "mentorbook.presenters.booking.slot_calendar.local_iso_date": (
        384,
        lambda n: slot_calendar.local_iso_date(START + timedelta(minutes=n), "UTC"),
    ),
}


def everything() -> Iterator[tuple[str, Any]]:
    """What all modules define, by full name."""
    for found in pkgutil.walk_packages(mentorbook.__path__, "mentorbook."):
        if found.name in ("mentorbook.mentorbook", "mentorbook.cli") or ".migrations" in found.name:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            # The class itself answers to any attribute in a few libraries: look only at instances.
            if getattr(value, "__module__", found.name) == found.name or isinstance(value, ByteCache):
                yield f"{found.name}.{name}", value


def counted_caches() -> dict[str, int]:
    """How many entries each `lru_cache` of ours may have, without those of a single one."""
    sizes = {
        name: value.cache_parameters()["maxsize"]
        for name, value in everything()
        if hasattr(value, "cache_parameters")
    }
    return {name: size for name, size in sizes.items() if size != 1}


def byte_caches() -> dict[int, ByteCache[Any, Any]]:
    """Every cache that is bounded in bytes, each once."""
    found = [
        value if isinstance(value, ByteCache) else getattr(value, "cache", None) for _, value in everything()
    ]
    return {id(cache): cache for cache in found if isinstance(cache, ByteCache)}


def test_every_counted_cache_is_written_down() -> None:
    assert counted_caches().keys() == LARGEST.keys()


@pytest.mark.parametrize("name", LARGEST)
def test_no_entry_is_larger_than_is_written_down(name: str) -> None:
    most, fill = LARGEST[name]
    count, known = 300, dict(everything())

    def taken() -> int:
        for each in counted_caches():
            known[each].cache_clear()
        fill(count + 1)
        tracemalloc.start()
        for number in range(count):
            fill(number)
        bytes_taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return bytes_taken

    # As in `least_taken`: other threads of the run may take some meanwhile.
    assert min(taken() for _ in range(3)) / count <= most


def test_all_caches_together_stay_within_what_the_documents_say() -> None:
    in_bytes = sum(cache.most for cache in byte_caches().values())
    counted = sum(size * LARGEST[name][0] for name, size in counted_caches().items())
    assert len(byte_caches()) == 10
    assert in_bytes == 94 * MIB
    assert counted <= 24 * MIB
    assert "94 MiB" in Path("docs/SECURITY.md").read_text()
    assert "24 MiB" in Path("docs/SECURITY.md").read_text()

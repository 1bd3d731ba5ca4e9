"""How long the slot calculator takes, beside a plain reference of the same case on the same machine.

    python -m benchmarks.bench_slots

"call" is `open_slots` on a calendar at hand, "request" also builds the calendar from its parts as a request
does. Both are warm: the zone's clock changes are cached, results never are.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.slot_reference import reference_slots
from mentorbook.domain.slots import MentorCalendar, WeeklyBlock, open_slots

Row = tuple[str, float, str]

DURATION = 60
BUFFER = 15
FIRST = datetime(2026, 3, 2, tzinfo=UTC)
NOW = FIRST - timedelta(days=2)
# Monday to Friday, nine to five, with lunch.
OPEN_DAYS = range(1, 6)
CASES = [(30, 50, "≤ 0.15 ms"), (365, 500, "≤ 1.5 ms")]
ZONES = ["UTC", "Europe/London"]


def weekly() -> list[WeeklyBlock]:
    """Builds the weekly pattern of the case."""
    return [
        block
        for day in OPEN_DAYS
        for block in (
            WeeklyBlock(day, "09:00", "17:00", "AVAILABLE"),
            WeeklyBlock(day, "12:00", "13:00", "BREAK"),
        )
    ]


def busy_times(days: int, count: int) -> list[tuple[datetime, datetime]]:
    """Spreads `count` sessions of an hour over the office hours of `days` days."""
    open_days = [day for day in range(days) if (FIRST + timedelta(days=day)).isoweekday() <= 5]
    times = []
    for index in range(count):
        day = open_days[index * len(open_days) // count]
        start = FIRST + timedelta(days=day, hours=(9, 10, 13, 14, 15)[index % 5])
        times.append((start, start + timedelta(hours=1)))
    return sorted(times)


def median_ms(call: Callable[[], object], runs: int) -> float:
    """Measures the median time of one call, in milliseconds."""
    call()
    times = []
    for _ in range(runs):
        started = perf_counter()
        call()
        times.append(perf_counter() - started)
    return median(times) * 1000


def measure(days: int, count: int, target: str, *, runs: int) -> list[Row]:
    """Measures one size: the reference, then each zone."""
    busy = busy_times(days, count)
    epoch_day = FIRST.toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()
    week = [[(540, 720), (780, 1020)] if day in OPEN_DAYS else [] for day in range(7)]
    minutes = [(int(start.timestamp()) // 60, int(end.timestamp()) // 60) for start, end in busy]
    starts = (FIRST, FIRST + timedelta(days=days))

    def reference() -> list[int]:
        return reference_slots(
            week, minutes, first_day=epoch_day, days=days, duration=DURATION, buffer=BUFFER
        )

    def build(zone: str) -> MentorCalendar:
        return MentorCalendar(zone, weekly(), (), busy, BUFFER, max_advance_days=None)

    def slots(calendar: MentorCalendar) -> list[datetime]:
        return open_slots(calendar, starts=starts, duration=DURATION, now=NOW)

    def request_slots(zone: str) -> list[datetime]:
        return slots(build(zone))

    found = [int(slot.timestamp()) // 60 for slot in slots(build("UTC"))]
    if found != reference():
        raise RuntimeError("the reference and open_slots disagree, so their times cannot be compared")
    size = f"{days} days, {count} busy, {len(found)} slots"
    rows = [(f"reference, {size}", median_ms(reference, runs), "")]
    for zone in ZONES:
        call = median_ms(partial(slots, build(zone)), runs)
        request = median_ms(partial(request_slots, zone), runs)
        rows.append((f"open_slots call, {zone}, {size}", call, target))
        rows.append((f"open_slots request, {zone}, {size}", request, ""))
    return rows


def run(runs: int = 400) -> list[Row]:
    """Measures every case: `(what, median milliseconds, target)`."""
    return [row for days, count, target in CASES for row in measure(days, count, target, runs=runs)]


def main() -> None:
    """Prints the table."""
    rows = run()
    width = max(len(what) for what, _, _ in rows)
    print(f"{'slot calculator':<{width}}  {'median':>10}  target")
    for what, milliseconds, target in rows:
        print(f"{what:<{width}}  {milliseconds:>7.3f} ms  {target}")


if __name__ == "__main__":
    main()

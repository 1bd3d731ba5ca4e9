"""The least work that could produce the same slots: whole minutes, UTC only, no clock changes, no exceptions.

It is the yardstick beside `open_slots`, not a calculator to use. It returns plain minutes, so it pays for no
datetimes either.
"""

from bisect import bisect_left

DAY = 1440
STEP = 30


def reference_slots(
    week: list[list[tuple[int, int]]],
    busy: list[tuple[int, int]],
    *,
    first_day: int,
    days: int,
    duration: int,
    buffer: int,
) -> list[int]:
    """Lists the free starts in minutes since 1970.

    `week` holds the open minutes of each day, Sunday first, disjoint; `busy` is sorted and in minutes since
    1970.
    """
    ends = [end + buffer for _, end in busy]
    slots: list[int] = []
    for day in range(first_day, first_day + days):
        midnight = day * DAY
        for opens, closes in week[(day + 4) % 7]:
            start, end = midnight + opens, midnight + closes
            index = bisect_left(ends, start + 1)
            while start + duration <= end:
                while index < len(busy) and ends[index] <= start:
                    index += 1
                if index == len(busy) or busy[index][0] - buffer >= start + duration:
                    slots.append(start)
                start += STEP
    return slots

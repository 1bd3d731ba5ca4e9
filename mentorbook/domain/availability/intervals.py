"""Intervals of whole minutes: half-open, integer, and nothing about clocks."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""`[start, end)`."""

Piece = tuple[int, int, int]
"""`[start, end)` and the minute whose block opened it, from which slots are counted (S5)."""


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap or touch, and sort them. Empty spans are left out."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def shifted(pieces: Iterable[Piece], by: int) -> list[Piece]:
    """Move pieces and their anchors `by` minutes."""
    return [(start + by, end + by, anchor + by) for start, end, anchor in pieces]


def cut(pieces: Iterable[Piece], holes: Sequence[Span]) -> list[Piece]:
    """Cut `holes` out of `pieces`; what is left keeps its anchor. Holes come from `union`."""
    left: list[Piece] = []
    for start, end, anchor in pieces:
        index = bisect_right(holes, start, key=lambda hole: hole[1])
        while start < end:
            if index == len(holes) or holes[index][0] >= end:
                left.append((start, end, anchor))
                break
            hole_start, hole_end = holes[index]
            if start < hole_start:
                left.append((start, hole_start, anchor))
            start = hole_end
            index += 1
    return left


def earliest_anchors(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces that are disjoint and sorted: each minute has the earliest anchor that covers it (S5)."""
    taken: list[Span] = []
    result: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece[2], piece)):
        result += cut([piece], taken)
        taken = union([*taken, piece[:2]])
    return sorted(result)

"""`make bench`: every measurement, in one table. `make bench ARGS=--million` adds a million old sessions."""

import sys

from benchmarks import (
    bench_first_paint,
    bench_http,
    bench_line,
    bench_memory,
    bench_old_sessions,
    bench_pages,
    bench_policies,
    bench_slots,
    bench_visitors,
)
from benchmarks.bench_http import Row


def main() -> None:
    """Print what was measured, what it stands beside, and the target."""
    rows: list[Row] = [
        (what, f"{milliseconds:.3f} ms", "", target) for what, milliseconds, target in bench_slots.run()
    ]
    rows += bench_http.run()
    if "--million" in sys.argv:
        rows += bench_http.run(old_sessions=1_000_000)
        rows += bench_old_sessions.run()
    rows += bench_policies.run()
    rows += bench_memory.run()
    rows += bench_pages.run()
    rows += bench_first_paint.run()
    rows += bench_visitors.run()
    rows += bench_line.run()
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in [("what", "measured", "beside", "target"), *rows]:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()

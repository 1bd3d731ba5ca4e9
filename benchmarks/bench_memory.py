"""What a stranger's slot queries leave in the process: resident memory before and after 2,000 of them.

python -m benchmarks.bench_memory
"""

import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from benchmarks import bench_http
from benchmarks.bench_http import Row
from mentorbook.db.engine import connect
from mentorbook.db.migrate import upgrade
from mentorbook.services.clock import now

QUERIES, WARM_UP = 2_000, 5
_ZONES = ("UTC", "Europe/London", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe")


def run() -> list[Row]:
    """Rows of (what, measured, beside, target)."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(connect(url))
        _, always, _, _ = bench_http.fill(0)
        jobs = list(islice(_jobs(always), WARM_UP + QUERIES))
        with bench_http.serving(url) as address:
            bench_http.expect(bench_http.drive(address, jobs[:WARM_UP], []), 200)
            before = _resident(address)
            bench_http.expect(bench_http.drive(address, jobs[WARM_UP:], []), 200)
            after = _resident(address)
    grown = f"{before:.0f} → {after:.0f} MiB"
    return [(f"{QUERIES:,} anonymous slot queries, each another", grown, f"+{after - before:.0f} MiB", "+64")]


def _jobs(mentor: UUID) -> Iterator[dict[str, Any]]:
    """Queries of two months of a mentor who is open day and night, no two alike."""
    for shift in range(QUERIES):
        start = (now() + timedelta(days=1 + shift)).date()
        for duration, more in ((30, ""), (45, "&includeUnavailable=true")):
            zone = _ZONES[shift % len(_ZONES)]
            query = f"startDate={start}&endDate={start + timedelta(days=61)}&timezone={zone}"
            path = f"/api/mentors/{mentor}/availability/slots?{query}&duration={duration}{more}"
            yield {"method": "GET", "path": path}


def _resident(address: str) -> float:
    """MiB that the process holds."""
    with urllib.request.urlopen(f"{address}/bench/resident") as answer:
        return int(answer.read()) / 2**20


if __name__ == "__main__":
    for row in run():
        print("  ".join(row))

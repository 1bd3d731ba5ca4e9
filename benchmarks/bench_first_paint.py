"""The first page of a browser that was never here, over a line of 1.6 Mbit/s and 150 ms.

python -m benchmarks.bench_first_paint

A real Chromium before the app as it is deployed; Chromium itself holds the line back. The browser says when
it painted something of the page for the first time. Ready is when the page knows who is there.
"""

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.bench_http import Row
from benchmarks.real_server import real_server
from tests.e2e.chromium import find_chromium
from tests.people import a_mentor

ROUNDS = 5
_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
_SEEN = """() => {
    const files = performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".js"));
    return [
        performance.getEntriesByName("first-contentful-paint")[0].startTime,
        performance.now(),
        files.reduce((sum, each) => sum + each.transferSize, 0) / 1024,
    ];
}"""


@dataclass(frozen=True)
class Begun:
    """One first visit: milliseconds until the first paint and until the page is ready, KiB of script then."""

    painted: float
    ready: float
    script: float


def run() -> list[Row]:
    """Rows of (what, measured, beside, target), on SQLite."""
    with tempfile.TemporaryDirectory() as folder, real_server(Path(folder)) as app:
        mentor = a_mentor("Moira")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
            paths = {"the directory": "/", "a mentor": f"/mentors/{mentor.id}", "log in": "/login"}
            return [_row(name, _visits(chromium, f"{app.address}{path}")) for name, path in paths.items()]


def _visits(chromium: Browser, address: str) -> list[Begun]:
    return [_visit(chromium, address) for _ in range(ROUNDS)]


def _visit(chromium: Browser, address: str) -> Begun:
    context = chromium.new_context()
    page = context.new_page()
    devtools: Any = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", _LINE)
    page.goto(address)
    page.locator("main[data-ready=true]").wait_for()
    seen = Begun(*page.evaluate(_SEEN))
    context.close()
    return seen


def _row(name: str, visits: list[Begun]) -> Row:
    painted, ready, script = (
        statistics.median(getattr(each, what) for each in visits) for what in ("painted", "ready", "script")
    )
    return (
        f"first visit, 1.6 Mbit/s and 150 ms, {name}: first paint",
        f"{painted / 1000:.2f} s",
        f"ready after {ready / 1000:.2f} s, with {script:.0f} KiB of script",
        "1.5 s, 250 KiB",
    )


if __name__ == "__main__":
    for row in run():
        print(*row, sep="  ")

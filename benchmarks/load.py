"""A small load generator of its own process: so many connections, so many requests, answers counted."""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

import aiohttp


async def drive(url: str, jobs: list[dict[str, Any]], connections: int, cookies: list[str]) -> dict[str, Any]:
    """Send every job once over kept-alive connections; returns requests a second and the status counts."""
    statuses: Counter[int] = Counter()
    queue = iter(jobs)
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(url, connector=connector) as client:

        async def work() -> None:
            for job in queue:
                headers = {"Cookie": cookies[job["who"]]} if "who" in job else {}
                async with client.request(
                    job["method"], job["path"], json=job.get("body"), headers=headers
                ) as answer:
                    await answer.read()
                    statuses[answer.status] += 1

        started = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(connections)))
        seconds = time.perf_counter() - started
    return {"per_second": len(jobs) / seconds, "statuses": dict(statuses)}


def main() -> None:
    """Read `{url, jobs, connections, cookies}` from standard input, write the result to standard output."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    plan = json.load(sys.stdin)
    print(json.dumps(asyncio.run(drive(plan["url"], plan["jobs"], plan["connections"], plan["cookies"]))))


if __name__ == "__main__":
    main()

"""Somebody who does something else meanwhile, in a process of their own: that a benchmark reads many pages
adds nothing to what an event of theirs is said to take.

python -m benchmarks.other_user ADDRESS COOKIE
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass

import aiohttp

from benchmarks.raw_page import Page, connect

_BETWEEN_EVENTS = 0.02  # seconds


@dataclass(frozen=True)
class OtherUser:
    """The process, as the benchmark knows it."""

    process: "subprocess.Popen[str]"

    def begin(self) -> None:
        """Have them send one event after the other."""
        self._tell("begin")

    def end(self) -> list[float]:
        """Have them stop; returns the seconds that each event took since they began."""
        self._tell("end")
        assert self.process.stdout is not None
        taken: list[float] = json.loads(self.process.stdout.readline())
        return taken

    def _tell(self, what: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()


@contextmanager
def other_user(address: str, cookie: str) -> Iterator[OtherUser]:
    """Start them, connected under a log-in, and end them."""
    command = [sys.executable, "-m", "benchmarks.other_user", address, cookie]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "connected\n"
        try:
            yield OtherUser(process)
        finally:
            process.communicate()


async def _main(address: str, cookie: str) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(aiohttp.ClientSession())
        page = await connect(stack, client, address, cookie, "other")
        _say("connected")
        while await _told() == "begin":
            end = asyncio.create_task(_told())
            _say(json.dumps([seconds async for seconds in _events(page, end)]))


async def _events(page: Page, end: asyncio.Task[str]) -> AsyncIterator[float]:
    while not end.done():
        yield await page.say()
        await asyncio.wait([end], timeout=_BETWEEN_EVENTS)


async def _told() -> str:
    line: str = await asyncio.to_thread(sys.stdin.readline)
    return line.strip()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))

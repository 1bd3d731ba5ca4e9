"""A line to a server that takes its time: a TCP relay on loopback, for HTTP and WebSockets alike."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_CHUNK = 64 * 1024
_Sent = tuple[float, bytes]


@dataclass
class SlowLine:
    """What goes through it arrives half a `round_trip` (seconds) later, in order, whatever else is under way.

    A connection that is opened costs a round trip more, as TCP's handshake does on a real line.
    """

    listener: socket.socket
    server_port: int = 0
    round_trip: float = 0.0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _pumps: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._open.set()

    @property
    def address(self) -> str:
        """Where a browser finds the server at the other end."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def hold_answers(self) -> None:
        """Keep back what the server says from now on."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def let_answers_through(self) -> None:
        """Deliver what was kept back, and what follows."""
        self._loop.call_soon_threadsafe(self._open.set)

    def cut(self) -> None:
        """Break every connection; a browser connects anew by itself."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for pump in self._pumps:
            pump.cancel()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one connection of a browser until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._pumps.add(task)
        try:
            to_server, from_server = writer, writer
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                server_reader, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
                await asyncio.gather(
                    self._pump(reader, to_server, self.round_trip, held=False),
                    self._pump(server_reader, from_server, 0.0, held=True),
                )
        except asyncio.CancelledError:
            pass  # the line is taken down
        finally:
            self._pumps.discard(task)
            for end in {to_server, from_server}:
                end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, handshake: float, *, held: bool
    ) -> None:
        """Carry one direction; each chunk has its own time of arrival, so that delays do not add up."""
        under_way: asyncio.Queue[_Sent] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(under_way, sink, held=held))
        not_before = self._loop.time() + handshake
        try:
            chunk = b"-"
            while chunk:
                chunk = await source.read(_CHUNK)
                under_way.put_nowait((max(self._loop.time(), not_before) + self.round_trip / 2, chunk))
            await delivery
        finally:
            delivery.cancel()

    async def _deliver(
        self, under_way: "asyncio.Queue[_Sent]", sink: asyncio.StreamWriter, *, held: bool
    ) -> None:
        while True:
            due, chunk = await under_way.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            if held:
                await self._open.wait()
            if not chunk:
                if sink.can_write_eof():
                    sink.write_eof()
                return
            sink.write(chunk)
            await sink.drain()

    def run(self) -> None:
        """Serve in the present thread until `stop`."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self.carry, sock=self.listener))
        try:
            self._loop.run_forever()
        finally:
            server.close()
            pumps = list(self._pumps)
            self._cut()
            self._loop.run_until_complete(asyncio.gather(*pumps, return_exceptions=True))
            self._loop.close()

    def stop(self) -> None:
        """Cut every connection and end the thread that runs the line."""
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def slow_line(server_port: int = 0, *, round_trip: float = 0.0) -> Iterator[SlowLine]:
    """Lay a line to a port of 127.0.0.1, which may also be named later; take it down with the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = SlowLine(listener, server_port, round_trip)
        thread = threading.Thread(target=line.run, name="slow line", daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.stop()
            thread.join(10)

"""The web server: uvicorn, which reads sockets on the app's own loop, with limits for what a client sends.

A thread apart that reads sockets waits for the interpreter before the loop hears of anything (ADR 25).
"""

import asyncio
import math
from collections.abc import Callable
from typing import Any

import uvicorn
import websockets.http11
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# A head is a few hundred bytes, a few thousand with all cookies; a body is read on in pieces.
MOST_UNFINISHED = 64 * 1024
# Nobody types these: a browser that has opened a connection ahead opens another when it needs one.
HEAD_WITHIN = 30.0  # seconds
BODY_SILENT_FOR = 30.0  # seconds
# What waits for a client to read on, some 64 KiB, is the app's memory.
UNREAD_FOR = 60.0  # seconds
# Longer than a proxy keeps a connection that it does not use: whoever closes first must not be the server.
_IDLE_FOR = 75  # seconds
# What engine.io takes: larger messages need not be put together first.
_LARGEST_MESSAGE = 1_000_000  # bytes
# After a signal: for requests under way. The worker inside the app has 20 seconds more.
_REQUESTS_END_WITHIN = 8  # seconds
_NO_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _CutWhenUnread(asyncio.Protocol):
    """A connection whose client reads what it is sent; one that has not for a minute is cut."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    _cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Wait for the client to read some of what it was sent, and no longer than a minute."""
        super().pause_writing()
        self._cut_unless_read(math.inf)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        self._is_read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._is_read()
        super().connection_lost(exc)

    def _cut_unless_read(self, before: float) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread < before:
            self._cut = self.loop.call_later(UNREAD_FOR, self._cut_unless_read, unread)
        else:
            self.transport.abort()

    def _is_read(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class LimitedConnection(_CutWhenUnread, HttpToolsProtocol):
    """A connection on which a request comes within 30 seconds, with a head of 64 KiB at most.

    What one read of the socket brings counts as read, however large. A body may take longer, but not be
    silent for as long. A connection that breaks this is closed; one that waits for its next request is closed
    by uvicorn after its own time.
    """

    _deadline: asyncio.TimerHandle | None = None
    # Where the client is: before or in the head of a request, or in its body.
    _is_in_head = True
    # Bytes since something of a request was complete: no line, no header and no trailer is longer.
    _unfinished = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._close_in(HEAD_WITHIN)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; close where that comes to no end."""
        self._unfinished += len(data)
        if not self._is_in_head:
            self._close_in(BODY_SILENT_FOR)
        elif self._deadline is None:
            self._close_in(HEAD_WITHIN)
        super().data_received(data)
        if self._unfinished > MOST_UNFINISHED and not self.transport.is_closing():
            self.send_400_response("A head of more than 64 KiB is not read.")

    def on_message_begin(self) -> None:
        """Wait for the rest of the head."""
        super().on_message_begin()
        if self._deadline is None:
            self._close_in(HEAD_WITHIN)

    def on_headers_complete(self) -> None:
        """Wait for the body, or the socket's own protocol."""
        self._is_in_head = False
        self._close_in(BODY_SILENT_FOR)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece on."""
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the answer, and not for the client; where that was sent before, for the next request."""
        super().on_message_complete()
        self._is_in_head = True
        self._unfinished = 0
        if self.cycle is None or self.cycle.response_complete:
            # uvicorn waits for it from the answer on, and no longer once more of the body has come.
            self._close_in(HEAD_WITHIN)
        else:
            self._wait_no_longer()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._wait_no_longer()
        super().handle_websocket_upgrade()

    def _close_in(self, seconds: float) -> None:
        self._wait_no_longer()
        self._deadline = self.loop.call_later(seconds, self._close_unless_paused)

    def _wait_no_longer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close_unless_paused(self) -> None:
        if self.flow.read_paused:
            # It is the app that does not read on.
            self._close_in(BODY_SILENT_FOR)
        else:
            self.transport.close()


class AnsweredSocket(_CutWhenUnread, WebSocketsSansIOProtocol):
    """A WebSocket whose handshake is answered, even when it cannot be read.

    It has been read once already, by `LimitedConnection`, within that one's limits.
    """

    def data_received(self, data: bytes) -> None:
        """Read on; refuse what is no handshake."""
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(_NO_HANDSHAKE)
            self.transport.close()


def configured(app: Callable[..., Any], **more: Any) -> uvicorn.Config:
    """Return how the app is served. `more` is uvicorn's: host, port, whether `app` is a factory.

    Nothing of a request is logged but what is wrong with it, and no header about the caller's address is
    believed: `api/proxies.py` knows whom to believe.
    """
    # A browser's cookies for localhost alone may be more than its own limits, which are for others than us.
    websockets.http11.MAX_LINE_LENGTH = websockets.http11.MAX_NUM_HEADERS = MOST_UNFINISHED
    chosen: dict[str, Any] = {
        "http": LimitedConnection,
        "ws": AnsweredSocket,
        "ws_max_size": _LARGEST_MESSAGE,
        # Most that is sent is a few hundred bytes: not worth a compressor of its own for each page.
        "ws_per_message_deflate": False,
        # engine.io does that itself.
        "ws_ping_interval": None,
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "timeout_keep_alive": _IDLE_FOR,
        "timeout_graceful_shutdown": _REQUESTS_END_WITHIN,
    }
    return uvicorn.Config(app, **{**chosen, **more})

"""What a client sends slowly, without end, or not at all: raw sockets against the web server's own limits."""

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from mentorbook import web_server
from mentorbook.web_server import MOST_UNFINISHED, LimitedConnection, configured

SOON = 0.3  # seconds
PATIENCE = 10.0  # seconds
ALL = 16_000_000  # bytes
Message = MutableMapping[str, Any]


async def echo(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer a request with the length of its body, a WebSocket with what it says.

    Who asks for `/late` has the body read so late that it is silent for too long before that; who asks for
    `/early` is answered before it is; who asks for `/all`, or says so, is sent more than any buffer holds.
    """
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (heard := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": heard["text"]})
            if heard["text"] == "all":
                await send({"type": "websocket.send", "bytes": bytes(ALL)})
        return
    if scope["path"] == "/late":
        await asyncio.sleep(4 * SOON)
    length, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    said = bytes(ALL) if scope["path"] == "/all" else str(length).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]}
    )
    await send({"type": "http.response.body", "body": said})


@contextmanager
def running(**more: Any) -> Iterator[tuple[str, int]]:
    """`echo`, served as the app is."""
    server = uvicorn.Server(configured(echo, lifespan="off", timeout_graceful_shutdown=1, **more))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server that waits for a head, for more of a body, or to be read, as long as `SOON`."""
    monkeypatch.setattr(web_server, "HEAD_WITHIN", SOON)
    monkeypatch.setattr(web_server, "BODY_SILENT_FOR", SOON)
    monkeypatch.setattr(web_server, "UNREAD_FOR", SOON)
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def patient() -> Iterator[tuple[str, int]]:
    """A server with the limits of production."""
    with running() as address:
        yield address


class Raw:
    """A client that sends what it likes."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.settimeout(PATIENCE)

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, *parts: bytes) -> None:
        """Send these, one after the other, a little apart."""
        for part in parts:
            self.socket.sendall(part)
            time.sleep(SOON / 10)

    def answer(self) -> bytes:
        """One piece of what comes back, empty once the server has closed."""
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def may_go_on(self, with_this: bytes, times: int) -> bool:
        """Whether it can be sent so many times before the server closes."""
        try:
            for _ in range(times):
                self.socket.sendall(with_this)
                time.sleep(SOON / 100)
        except OSError:
            return False
        return True

    def all_of_it(self, pause: float) -> int:
        """How many bytes come until nothing does, read with a pause after each."""
        length = 0
        while length < ALL and (more := self.answer()):
            length += len(more)
            time.sleep(pause)
        return length

    def is_open(self, seconds: float) -> bool:
        """Whether nothing comes for so long, and no end either."""
        self.socket.settimeout(seconds)
        try:
            self.answer()
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(PATIENCE)
        return False


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + base64.b64encode(b"k" * 16) + b"\r\n"
)


@pytest.mark.parametrize(
    "sent",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: here\r\n", b"\r\n", POST, POST + b"abc", CHUNKED + b"2\r\nab\r\n"],
)
def test_a_request_that_does_not_go_on_is_closed(hurried: tuple[str, int], sent: bytes) -> None:
    with Raw(hurried) as client:
        client.say(sent)
        assert client.answer() == b""


@pytest.mark.parametrize("drops", [b"\r\n", b"X: 1\r\n"])
def test_a_head_in_drops_is_closed_all_the_same(hurried: tuple[str, int], drops: bytes) -> None:
    with Raw(hurried) as client:
        client.say(b"" if drops == b"\r\n" else b"GET / HTTP/1.1\r\nHost: here\r\n")
        assert not client.may_go_on(drops, 2_000)


def test_a_second_request_that_does_not_go_on_is_closed(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(GET)
        assert client.answer().endswith(b"\r\n\r\n0")
        assert client.is_open(3 * SOON), "between two requests it is the server's own time that counts"
        client.say(b"GET ")
        assert client.answer() == b""


@pytest.mark.parametrize("begin", [b"", b"GET / HTTP/1.1\r\nHost: here\r\n"])
def test_a_second_head_in_drops_is_closed_all_the_same(hurried: tuple[str, int], begin: bytes) -> None:
    with Raw(hurried) as client:
        client.say(GET)
        assert client.answer().endswith(b"\r\n\r\n0")
        client.say(begin)
        assert not client.may_go_on(b"X: 1\r\n" if begin else b"\r\n", 2_000)


def test_an_empty_line_does_not_keep_a_connection(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(GET)
        assert client.answer().endswith(b"\r\n\r\n0")
        client.say(b"\r\n")
        assert client.answer() == b""


def test_a_body_that_comes_after_its_answer_does_not_keep_a_connection(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(POST.replace(b"POST /", b"POST /early"))
        assert client.answer().endswith(b"\r\n\r\n0")
        client.say(b"abc", b"def")
        assert client.answer() == b""


def test_a_body_that_the_app_reads_late_is_waited_for(hurried: tuple[str, int]) -> None:
    length = 6 * MOST_UNFINISHED
    with Raw(hurried) as client:
        client.say(POST.replace(b"POST /", b"POST /late").replace(b"6", b"%d" % length))
        client.socket.sendall(b"b" * length)
        assert client.answer().endswith(b"\r\n\r\n%d" % length)


def test_the_beginning_of_a_second_request_behind_the_first_is_closed(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(GET + b"GET ")
        assert client.answer().endswith(b"\r\n\r\n0")
        assert client.answer() == b""


def test_a_body_in_drops_is_read_to_its_end(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(CHUNKED, *[b"1\r\na\r\n"] * 30, b"0\r\n\r\n")
        assert client.answer().endswith(b"\r\n\r\n30")


def test_a_connection_that_is_not_used_is_closed_in_its_time() -> None:
    with running(timeout_keep_alive=1) as address, Raw(address) as client:
        client.say(GET)
        assert client.answer().endswith(b"\r\n\r\n0")
        assert client.answer() == b""


@pytest.mark.parametrize(
    "begin",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nX: ",
        b"GET / HTTP/1.1\r\nX",
        CHUNKED + b"1;",
        CHUNKED + b"0\r\nX: ",
    ],
)
def test_what_never_ends_is_refused(patient: tuple[str, int], begin: bytes) -> None:
    with Raw(patient) as client:
        client.say(begin)
        assert not client.may_go_on(b"a" * 4096, 1_000)


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\n", CHUNKED + b"0\r\n"])
def test_headers_without_end_are_refused(patient: tuple[str, int], begin: bytes) -> None:
    with Raw(patient) as client:
        client.say(begin)
        assert not client.may_go_on(b"X: 1\r\n" * 100, 1_000)


def test_a_long_head_and_a_long_body_are_read(patient: tuple[str, int]) -> None:
    head = POST.replace(b"6", b"%d" % (3 * MOST_UNFINISHED)).replace(
        b"here", b"here\r\nCookie: " + b"c" * (MOST_UNFINISHED - 1_000)
    )
    with Raw(patient) as client:
        client.say(head)
        client.socket.sendall(b"b" * 3 * MOST_UNFINISHED)
        assert client.answer().endswith(b"\r\n\r\n%d" % (3 * MOST_UNFINISHED))


def test_a_connection_is_good_for_any_number_of_requests(patient: tuple[str, int]) -> None:
    with Raw(patient) as client:
        for _ in range(2 * MOST_UNFINISHED // 1_000):
            client.socket.sendall(GET.replace(b"here", b"here\r\nCookie: " + b"c" * 1_000))
            assert client.answer().endswith(b"\r\n\r\n0")


@pytest.mark.parametrize(
    "more",
    [b"", b"Cookie: " + b"c" * 20_000 + b"\r\n", b"".join(b"X%d: 1\r\n" % number for number in range(300))],
)
def test_a_socket_opens_with_many_and_with_long_headers(patient: tuple[str, int], more: bytes) -> None:
    with Raw(patient) as client:
        client.say(UPGRADE + more + b"\r\n")
        assert client.answer().startswith(b"HTTP/1.1 101 ")
        client.say(b"\x81\x82\0\0\0\0hi")
        assert client.answer() == b"\x81\x02hi"
        client.say(b"\x89\x80\0\0\0\0")
        assert client.answer() == b"\x8a\x00", "a ping is answered"


def test_a_socket_is_not_closed_for_silence(hurried: tuple[str, int]) -> None:
    with Raw(hurried) as client:
        client.say(UPGRADE + b"\r\n")
        assert client.answer().startswith(b"HTTP/1.1 101 ")
        assert client.is_open(3 * SOON)


@pytest.mark.parametrize(
    "handshake",
    [
        UPGRADE.replace(b"GET", b"POST"),
        UPGRADE + b"Content-Length: 5\r\n",
        UPGRADE.replace(b"Sec-WebSocket-Key", b"X"),
        UPGRADE + b"A: \xff\r\n",
    ],
)
def test_a_handshake_is_answered_whatever_it_is(patient: tuple[str, int], handshake: bytes) -> None:
    with Raw(patient) as client:
        client.say(handshake + b"\r\n")
        assert client.answer().startswith(b"HTTP/1.1 "), "neither silence nor an end without a word"


def test_a_message_beyond_what_the_app_takes_closes_the_socket(patient: tuple[str, int]) -> None:
    with Raw(patient) as client:
        client.say(UPGRADE + b"\r\n")
        assert client.answer().startswith(b"HTTP/1.1 101 ")
        client.say(b"\x81\xff" + (1_000_001).to_bytes(8, "big") + b"\0\0\0\0")
        # A close frame with the code for "too big".
        assert client.answer()[2:4] == (1009).to_bytes(2, "big")


ASKS_FOR_ALL = (GET.replace(b"/ ", b"/all "), UPGRADE + b"\r\n")


@pytest.mark.parametrize("asks", ASKS_FOR_ALL)
def test_who_does_not_read_is_cut(hurried: tuple[str, int], asks: bytes) -> None:
    with Raw(hurried) as client:
        client.say(asks, *[b"\x81\x83\0\0\0\0all"][: b"Upgrade" in asks])
        time.sleep(4 * SOON)
        assert client.all_of_it(0) < ALL


@pytest.mark.parametrize("asks", ASKS_FOR_ALL)
def test_who_reads_slowly_is_not_cut(hurried: tuple[str, int], asks: bytes) -> None:
    with Raw(hurried) as client:
        client.say(asks, *[b"\x81\x83\0\0\0\0all"][: b"Upgrade" in asks])
        assert client.all_of_it(0.006) >= ALL, "after some seconds"
        assert any(client.is_open(3 * SOON) for _ in range(5)), "what was left of it, and nothing more"


class Gone(asyncio.Transport):
    """A client that has gone away, and has not read a byte."""

    def get_write_buffer_size(self) -> int:
        return 1


def test_a_connection_that_is_lost_is_waited_for_no_longer() -> None:
    async def run() -> None:
        config = configured(echo)
        config.load()
        connection = LimitedConnection(config, ServerState(), {}, asyncio.get_running_loop())
        connection.connection_made(Gone())
        connection.pause_writing()
        waits = connection._deadline, connection._cut
        connection.connection_lost(OSError())
        for wait in waits:
            assert wait is not None
            assert wait.cancelled(), "else what a visitor left is kept for as long"

    asyncio.run(run())


def test_no_header_is_believed_about_the_caller() -> None:
    config = configured(echo)
    config.load()
    assert config.loaded_app is echo, "nothing of the server's own stands before the app"

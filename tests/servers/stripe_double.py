"""A double of Stripe for the official library: what is asked twice, answers that are lost, and other mishaps.

It answers over HTTP as Stripe does, keeps keys and compares what is asked under them, and signs what its
webhooks tell. What is bought and by which rules is in `stripe_books`; no card is real and no bank is asked.
What only Stripe itself can show is listed in docs/STRIPE.md.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.servers.ports import free_port
from tests.servers.stripe_books import Refusal, StripeBooks

_KEYS_ARE_KEPT = timedelta(hours=24)


class Fault(StrEnum):
    """What is wrong with the server."""

    BAD_KEY = "401"
    NOT_ALLOWED = "403"
    TOO_MANY = "429"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    KEPT = "500, kept"  # and whatever is asked under the same key is answered so from then on
    HANGS = "hangs"  # its key is in use meanwhile
    LOST = "lost"  # it did what it was asked, and the connection ends before it says so
    RESET = "reset"  # the connection ends before it did anything
    GARBAGE = "garbage"  # 200, and no JSON
    GARBAGE_LIST = "garbage list"  # 200, and JSON that is no object
    GARBAGE_OBJECT = "garbage object"  # 200, and an object that lacks what matters
    WEB_PAGE = "web page"  # 502 of a proxy, in HTML


@dataclass
class Call:
    """What the library asked."""

    method: str
    path: str
    key: str | None
    given: dict[str, Any]


@dataclass
class Answer:
    """What the library is answered; `is_replayed` when an earlier call was answered so."""

    status: int
    kind: str
    body: bytes
    is_replayed: bool = False


@dataclass
class _Kept:
    """What a key was used for, and the answer unless it is still being worked on."""

    asked: tuple[str, bytes]
    at: datetime
    answer: tuple[int, bytes] | None = None


class StripeDouble:
    """One account at Stripe; `calls` lists what was asked, also what failed."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.port = free_port()
        self.secret_key, self.webhook_secret = "sk_test_double", "whsec_double"
        self.books = StripeBooks(now)
        self.calls: list[Call] = []
        self._fault: tuple[Fault, int | None] | None = None
        self._only = ""
        self._kept: dict[str, _Kept] = {}
        self._released = threading.Event()
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def fail(self, fault: Fault | None, times: int | None = None, *, only: str = "") -> None:
        """Fail so many calls from now on, or all of them, or no more; whoever was kept waiting is cut off.

        With `only`, those whose path ends so.
        """
        self._released.set()
        self._released = threading.Event()
        self._only = only
        self._fault = None if fault is None else (fault, times)

    def asked(self, path: str) -> list[Call]:
        """List the calls that changed something, or tried to, at paths that end so."""
        return [each for each in self.calls if each.method == "POST" and each.path.endswith(path)]

    def signed(
        self, event: dict[str, Any], *, secret: str | None = None, at: float | None = None
    ) -> tuple[bytes, str]:
        """Return the body that tells an event, and its signature; `at` is when it was signed, in seconds."""
        body = json.dumps(event).encode()
        stamp = int(time.time() if at is None else at)
        signature = hmac.new(
            (secret or self.webhook_secret).encode(), b"%d.%s" % (stamp, body), hashlib.sha256
        )
        return body, f"t={stamp},v1={signature.hexdigest()}"

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """Answer a call; `None` cuts the connection."""
        parts = urlsplit(target)
        given = _nested(body.decode() if method == "POST" else parts.query)
        call = Call(method, parts.path, headers.get("idempotency-key"), given)
        with self._lock:
            self.calls.append(call)
        fault, released = self._next_fault(parts.path), self._released
        match fault:
            case Fault() if fault.isdecimal():
                return _json(int(fault.value), Refusal(int(fault.value), "fault").body())
            case Fault.HANGS:
                with self._working_on(call, body):
                    released.wait()
                return None
            case Fault.GARBAGE:
                return Answer(200, "application/json", b"\xff\xfe{not json")
            case Fault.GARBAGE_LIST:
                return _json(200, ["no", "object"])
            case Fault.GARBAGE_OBJECT:
                return _json(200, {"id": "cs_test_1", "object": "checkout.session"})
            case Fault.WEB_PAGE:
                return Answer(502, "text/html", b"<html><h1>502 Bad Gateway</h1></html>")
            case Fault.RESET:
                return None
        if headers.get("authorization") != f"Bearer {self.secret_key}":
            return _json(401, Refusal(401, "").body())
        with self._lock:
            is_known = call.key in self._kept
            done = self._done(call, body, Refusal(500, "", is_kept=True) if fault is Fault.KEPT else None)
        if fault is Fault.LOST:
            return None
        return Answer(done[0], "application/json", done[1], is_replayed=is_known)

    def _next_fault(self, path: str) -> Fault | None:
        with self._lock:
            if self._fault is None or not path.endswith(self._only):
                return None
            fault, times = self._fault
            if times is not None:
                self._fault = (fault, times - 1) if times > 1 else None
            return fault

    @contextmanager
    def _working_on(self, call: Call, body: bytes) -> Iterator[None]:
        if call.key:
            self._kept[call.key] = _Kept((call.path, body), self.books.now())
        yield
        if call.key:
            del self._kept[call.key]

    def _done(self, call: Call, body: bytes, fault: Refusal | None) -> tuple[int, bytes]:
        """Do it, or answer as before what is asked again under its key."""
        kept = self._kept.get(call.key or "")
        if kept is not None and self.books.now() - kept.at < _KEYS_ARE_KEPT:
            if kept.answer is None:
                return _told(Refusal(409, "idempotency_key_in_use"))
            if kept.asked != (call.path, body):
                return _told(Refusal(400, "", kind="idempotency_error"))
            return kept.answer
        try:
            if fault is not None:
                raise fault
            expand = list(call.given.pop("expand", {}).values())
            found = self._routed(call.method, call.path.removeprefix("/v1/").split("/"), call.given)
            answer, is_kept = (200, json.dumps(self.books.rendered(found, expand)).encode()), True
        except Refusal as refusal:
            answer, is_kept = _told(refusal), refusal.is_kept
        if call.key and is_kept:
            self._kept[call.key] = _Kept((call.path, body), self.books.now(), answer)
        return answer

    def _routed(self, method: str, path: list[str], given: dict[str, Any]) -> dict[str, Any]:
        books = self.books
        match method, path:
            case "POST", ["checkout", "sessions"]:
                return books.open(given)
            case "GET", ["checkout", "sessions"]:
                return books.sessions(given)
            case "GET", ["checkout", "sessions", reference]:
                return books.get(reference, "checkout.session")
            case "POST", ["checkout", "sessions", reference, "expire"]:
                return books.expire(reference)
            case "POST", ["payment_intents", payment, "capture"]:
                return books.capture(payment, given)
            case "POST", ["payment_intents", payment, "cancel"]:
                return books.cancel(payment, given)
            case "POST", ["refunds"]:
                return books.refund(given)
            case "GET", ["refunds"]:
                return books.refunds(given)
        raise Refusal(404, "")


def _told(refusal: Refusal) -> tuple[int, bytes]:
    return refusal.status, json.dumps(refusal.body()).encode()


def _json(status: int, content: Any) -> Answer:
    return Answer(status, "application/json", json.dumps(content).encode())


def _nested(text: str) -> dict[str, Any]:
    """Return `a[b][0]=c` as dictionaries in dictionaries."""
    given: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        inner = given
        for each in outer:
            inner = inner.setdefault(each, {})
        inner[last] = value
    return given


@contextmanager
def running_stripe(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[StripeDouble]:
    """A double that is healthy until it is told to fail; sessions and keys lapse by the clock `now`."""
    double = StripeDouble(now)

    class Calls(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = double.answer(self.command, self.path, headers, body)
            if answer is None:
                self.close_connection = True
                return  # and the connection ends without a word
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Request-Id", f"req_{len(double.calls)}")
            if answer.is_replayed:
                self.send_header("Idempotent-Replayed", "true")
            self.end_headers()
            self.wfile.write(answer.body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", double.port), Calls) as server:
        server.daemon_threads = True
        thread = threading.Thread(
            target=server.serve_forever, args=(0.02,), name="stripe double", daemon=True
        )
        thread.start()
        try:
            yield double
        finally:
            double.fail(None)
            server.shutdown()
            thread.join()

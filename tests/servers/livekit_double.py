"""A double of LiveKit's API for what a healthy server never shows: errors, silence, rubbish, lost answers.

It speaks the protocol (protobuf over HTTP, signed tokens with the grant that each call needs) and keeps rooms
by name, as the real server does. It carries no media: what people see of each other, the real one shows.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from google.protobuf.message import DecodeError, Message
from livekit import api

from tests.servers.ports import free_port

_SLOW = 0.2  # seconds
_PREFIXES = ("/twirp/livekit.RoomService/", "/twirp/livekit.Egress/")
_GRANTS = {
    "CreateRoom": "roomCreate",
    "DeleteRoom": "roomCreate",
    "ListRooms": "roomList",
    "ListParticipants": "roomAdmin",
    "ListEgress": "roomRecord",
    "StartRoomCompositeEgress": "roomRecord",
    "StopEgress": "roomRecord",
}


# What the real server lists as active, also while it is ending.
_ACTIVE = (
    api.EgressStatus.EGRESS_STARTING,
    api.EgressStatus.EGRESS_ACTIVE,
    api.EgressStatus.EGRESS_ENDING,
)


class Fault(StrEnum):
    """What is wrong with the server."""

    UNAUTHORIZED = "401"
    NOT_FOUND = "404"
    TOO_SLOW = "408"
    CONFLICT = "409"
    FAILED_PRECONDITION = "412"
    TOO_MANY = "429"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    HANGS = "hangs"
    GARBAGE = "garbage"  # 200, and what no protobuf is
    GARBAGE_ERROR = "garbage error"  # 500, and JSON that is no object
    WEB_PAGE = "web page"  # 502 of a proxy, in HTML
    LOST = "lost"  # it did what it was asked, and the connection ends before it says so
    RESET = "reset"  # the connection ends before it did anything
    SLOW = "slow"


class VideoDouble:
    """A LiveKit server of one process; `asked` lists calls by name, `made` how often a room was made."""

    def __init__(self) -> None:
        self.port = free_port()
        self.api_key, self.api_secret = "double-key", "double-secret-of-at-least-32-letters"
        self.rooms: dict[str, api.Room] = {}
        self.people: dict[str, list[api.ParticipantInfo]] = {}
        self.recordings: dict[str, api.EgressInfo] = {}
        self.asked: list[str] = []
        self.made: dict[str, int] = {}
        # What is wrong with single calls, by their names.
        self.faults: dict[str, Fault] = {}
        self._fault: Fault | None = None
        self._released = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def fault(self) -> Fault | None:
        """What is wrong with it at present."""
        return self._fault

    def fail(self, fault: Fault | None) -> None:
        """Fail from now on, or no longer; who was kept waiting until now is cut off."""
        self._released.set()
        self._released = threading.Event()
        self._fault = fault

    def answer(self, method: str, token: str, body: bytes) -> tuple[int, str, bytes] | None:
        """Return status, media type and body of the answer; `None` cuts the connection."""
        self.asked.append(method)
        fault, released = self._fault or self.faults.get(method), self._released
        match fault:
            case Fault() if fault.isdecimal():
                return _error(int(fault.value), "fault", "as it was told")
            case Fault.HANGS:
                released.wait()
                return None
            case Fault.GARBAGE:
                return 200, "application/protobuf", b"\xff\xfe not a message \x00\x01"
            case Fault.GARBAGE_ERROR:
                return 500, "application/json", b'["no", "object"]'
            case Fault.WEB_PAGE:
                return 502, "text/html", b"<html><h1>502 Bad Gateway</h1></html>"
            case Fault.RESET:
                return None
            case Fault.SLOW:
                time.sleep(_SLOW)
        done = self._done(method, token, body)
        return None if fault is Fault.LOST else done

    def _done(self, method: str, token: str, body: bytes) -> tuple[int, str, bytes]:
        try:
            claims = jwt.decode(token, self.api_secret, algorithms=["HS256"], issuer=self.api_key)
        except jwt.PyJWTError:
            return _error(401, "unauthenticated", "invalid token")
        if not claims.get("video", {}).get(_GRANTS.get(method, "")):
            return _error(403, "permission_denied", "no such grant")
        try:
            with self._lock:
                return _message(getattr(self, f"_{method}")(body))
        except DecodeError:
            return _error(400, "malformed", "no message")
        except KeyError:
            return _error(404, "not_found", "requested room does not exist")

    def _CreateRoom(self, body: bytes) -> Message:
        request = api.CreateRoomRequest.FromString(body)
        if request.name not in self.rooms:
            self.made[request.name] = self.made.get(request.name, 0) + 1
            self.rooms[request.name] = api.Room(
                sid=f"RM_{len(self.made)}",
                name=request.name,
                empty_timeout=request.empty_timeout,
                departure_timeout=request.departure_timeout,
                max_participants=request.max_participants,
                metadata=request.metadata,
            )
        return self.rooms[request.name]

    def _DeleteRoom(self, body: bytes) -> Message:
        del self.rooms[api.DeleteRoomRequest.FromString(body).room]
        return api.DeleteRoomResponse()

    def _ListRooms(self, body: bytes) -> Message:
        names = api.ListRoomsRequest.FromString(body).names or self.rooms
        return api.ListRoomsResponse(rooms=[self.rooms[each] for each in names if each in self.rooms])

    def _ListParticipants(self, body: bytes) -> Message:
        room = self.rooms[api.ListParticipantsRequest.FromString(body).room]
        return api.ListParticipantsResponse(participants=self.people.get(room.name, []))

    def _ListEgress(self, body: bytes) -> Message:
        request = api.ListEgressRequest.FromString(body)
        found = [each for each in self.recordings.values() if request.room_name in ("", each.room_name)]
        return api.ListEgressResponse(
            items=[each for each in found if not request.active or each.status in _ACTIVE]
        )

    def _StartRoomCompositeEgress(self, body: bytes) -> Message:
        request = api.RoomCompositeEgressRequest.FromString(body)
        name = f"EG_{len(self.recordings) + 1}"
        self.recordings[name] = api.EgressInfo(
            egress_id=name,
            room_name=self.rooms[request.room_name].name,
            status=api.EgressStatus.EGRESS_ACTIVE,
            room_composite=request,
        )
        return self.recordings[name]

    def _StopEgress(self, body: bytes) -> Message:
        """End it, which takes a while: the file is written out."""
        found = self.recordings[api.StopEgressRequest.FromString(body).egress_id]
        found.status = api.EgressStatus.EGRESS_ENDING
        return found


def _message(message: Message) -> tuple[int, str, bytes]:
    return 200, "application/protobuf", message.SerializeToString()


def _error(status: int, code: str, text: str) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps({"code": code, "msg": text}).encode()


@contextmanager
def running_double() -> Iterator[VideoDouble]:
    """A double that is healthy until it is told to fail."""
    double = VideoDouble()

    class Calls(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            method = self.path.removeprefix(_PREFIXES[0]).removeprefix(_PREFIXES[1])
            answer = double.answer(method, token, body)
            if answer is None:
                return  # and the connection ends without a word
            status, kind, content = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", double.port), Calls) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="video double", daemon=True)
        thread.start()
        try:
            yield double
        finally:
            double.fail(None)
            server.shutdown()
            thread.join()

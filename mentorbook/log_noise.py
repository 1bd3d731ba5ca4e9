"""Tells what a client's rubbish made a library log from what is a fault of ours."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

_FRAMEWORKS = frozenset(
    [
        "asyncio",
        "engineio",
        "reflex",
        "reflex_base",
        "socketio",
        "uvicorn",
        "websockets",
    ]
)
# Every request passes the gate: that alone makes no fault ours.
_PASSED_BY_ALL = frozenset({"mentorbook.api.gate"})
_REFUSED_AS_MALFORMED = frozenset({"EventDeserializationError"})
_FROM_PAGE, _FROM_HANDLER = "[Reflex Frontend Exception]", "[Reflex Backend Exception]"
_OWN_FILE = re.compile(rf'^\s*File "{re.escape(str(Path(__file__).parent))}/', re.MULTILINE)


class Noise(NamedTuple):
    """What to write instead of a record. `kind` is a place in a program, so there are not many; `traceback`
    is only there when a fault of ours may be behind it."""

    kind: str
    text: str
    address: str | None = None
    place: str = ""
    traceback: str = ""


def noise(record: logging.LogRecord) -> Noise | None:
    """Return the short line for a library's record about what a client did; `None` for all other records."""
    if record.levelno < logging.WARNING or record.name.partition(".")[0] not in _FRAMEWORKS:
        return None
    kind = f"{record.name}:{record.lineno}"
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return _told(record.getMessage(), kind)
    if is_own(error) and type(error).__name__ not in _REFUSED_AS_MALFORMED:
        return None
    return Noise(kind, f"{type(error).__name__}: {error}", _address(error), place(error))


def _told(message: str, kind: str) -> Noise:
    if message.startswith(_FROM_PAGE):
        return Noise(kind, f"a page reports: {message.removeprefix(_FROM_PAGE).strip()}")
    if message.startswith(_FROM_HANDLER):
        told = message.removeprefix(_FROM_HANDLER).strip()
        # Only text is left of the exception, and a client may have written some of it: limited either way.
        ours = told if _OWN_FILE.search(told) else ""
        # The first line that is not indented: below it a client may have written what it likes.
        what = next((line for line in told.splitlines()[1:] if line and not line.startswith(" ")), told)
        return Noise(kind, f"an event failed: {what}", traceback=ours)
    return Noise(kind, message)


def is_own(error: BaseException | None) -> bool:
    """Say whether the error, or one that it came from, passed through code of this package."""
    return any(_is_ours(frame) for each in _chain(error) for frame in _frames(each))


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module.startswith("mentorbook.") and module not in _PASSED_BY_ALL


def place(error: BaseException | None) -> str:
    """Return where an error was raised: `reflex/app.py:2403`."""
    if error is None or error.__traceback__ is None:
        return ""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    path = Path(last.tb_frame.f_code.co_filename)
    return f"{path.parent.name}/{path.name}:{last.tb_lineno}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _frames(error: BaseException) -> Iterator[FrameType]:
    step = error.__traceback__
    while step is not None:
        yield step.tb_frame
        step = step.tb_next


def _address(error: BaseException) -> str | None:
    """Return the client's address, as the frames of the socket's server know it.

    The text of the record names it too, but beside what the client has written, who could name others.
    """
    for frame in (frame for each in _chain(error) for frame in _frames(each)):
        names = frame.f_locals
        known = getattr(getattr(names.get("entry"), "event", None), "router_data", None)
        if known is None:
            by_socket = getattr(names.get("self"), "_static_router_data", None)
            known = by_socket.get(names.get("sid")) if isinstance(by_socket, dict) else None
        if isinstance(known, dict) and isinstance(known.get("ip"), str):
            return str(known["ip"])[:45]
    return None

"""Logging: one line a record, without secrets, and no more of it than a disk can bear."""

import copy
import logging
import re
import threading

from mentorbook.log_noise import Noise, is_own, noise, place
from mentorbook.log_quota import Quota

# Reflex logs the raw headers of an event that fails; log-in cookies, tickets and keys are in there. Values
# can be quoted, escaped, nested or hold any sign, so the rest of the line goes with them.
_SECRETS = re.compile(
    r"""((?:(?:cookie|authorization|ticket|token|password|secret)\\?['"]?\s*[:=,]|mentorbook(?:_\d+)?=))[^\n]+""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer\s+)\S+", re.IGNORECASE)
# Who logs in at an address, as `user:password@` before its host; a password may hold any sign but a space.
_LOGIN_IN_ADDRESS = re.compile(r"(?<=://)(?:[^\s/?#:]*:\S*|[^\s/?#]*)@")
# Secrets in the addresses of calendars and of links in mail, by the path or the parameter that they stand in.
_SECRET_IN_ADDRESS = re.compile(
    r"""((?:/|%2f)(?:calendar|unsubscribe)(?:/|%2f)|(?<![a-z_])key\\?['"]?(?:=|%3d|:\s*)\\?['"]?)[\w-]{20,}""",
    re.IGNORECASE,
)
_ADDRESS_IN_TWO = re.compile(r"(?<=://)\S*\Z")
LONGEST_LINE = 1_000
_NOISE_LENGTH = 300
_MOST_LINES_BEFORE, _MOST_LINES_AFTER = 20, 40
# Long before a line of a traceback is looked at: whoever can put a megabyte into an exception waits for it.
_MOST_OF_A_TRACEBACK = 24_000
_INDENT = "    "


def redact(text: str) -> str:
    """Return the text without the values behind secrets' names in each of its lines, and credentials."""
    text = _BEARER.sub(r"\1[redacted]", _SECRETS.sub(r"\1 [redacted]", text))
    text = _SECRET_IN_ADDRESS.sub(r"\1[redacted]", text)
    return _LOGIN_IN_ADDRESS.sub("[redacted]@", text)


def _beginning(text: str, most: int) -> str:
    """Return at most so much of the text, without an address that the cut parts from its password's end."""
    return text if len(text) <= most else _ADDRESS_IN_TWO.sub("[redacted]", text[:most])


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """Return the text as one line without secrets: unprintable characters escaped, excess length cut."""
    left = len(text) - most
    kept = _beginning(text, most)
    if not kept.isprintable():
        kept = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in kept)
    return redact(kept) + (f" … and {left} more characters" if left > 0 else "")


def _indented(text: str) -> str:
    """Indent every line of a traceback, so that none can pass for a record; cut the middle of long ones."""
    if len(text) > 2 * _MOST_OF_A_TRACEBACK:
        # The end begins with a whole line: what a name strikes out must not come without the name.
        end = text[-_MOST_OF_A_TRACEBACK:].partition("\n")[2]
        text = f"{_beginning(text, _MOST_OF_A_TRACEBACK)}\n…\n{end}"
    lines = text.rstrip().splitlines()
    if len(lines) > _MOST_LINES_BEFORE + _MOST_LINES_AFTER:
        lines = [*lines[:_MOST_LINES_BEFORE], "…", *lines[-_MOST_LINES_AFTER:]]
    return "\n".join(_INDENT + one_line(line, _NOISE_LENGTH) for line in lines)


class LineFormatter(logging.Formatter):
    """A record is one line; a traceback follows in indented lines. Neither carries a secret."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text that ends without a line break."""
        record.message = one_line(record.getMessage())
        record.asctime = self.formatTime(record)
        text = self.formatMessage(record)
        more = getattr(record, "traceback", "")
        if record.exc_info:
            more = self.formatException(record.exc_info)
        if record.stack_info:
            more = f"{more}\n{record.stack_info}"
        return f"{text}\n{_indented(more)}" if more else text


class BoundedHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes records to standard error. What only a client caused is one short line and limited, and so are
    tracebacks of the same fault; every minute a line says how many were left out."""

    def __init__(self, quota: Quota | None = None) -> None:
        super().__init__()
        self.setFormatter(LineFormatter())
        self._quota = quota or Quota()
        self._faults = Quota(kind=5, overall=60)
        self._minute: threading.Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or what is to be written of it. The handler's lock is held."""
        try:
            shown = self._shown(record)
        except Exception:
            self.handleError(record)
            return
        if shown is not None:
            super().emit(shown)

    def _shown(self, record: logging.LogRecord) -> logging.LogRecord | None:
        found = noise(record)
        if found is not None:
            admitted = self._admits(self._quota, found.kind, found.address)
            return self._short(record, found) if admitted else None
        if record.exc_info and is_own(record.exc_info[1]):
            where = place(record.exc_info[1])
            if not self._admits(self._faults, f"traceback of {where}", None):
                return _changed(record, f"{record.getMessage()} (again at {where})")
        return record

    def _short(self, record: logging.LogRecord, found: Noise) -> logging.LogRecord:
        who = f"client {found.address}: " if found.address else ""
        text = one_line(found.text, _NOISE_LENGTH)
        short = _changed(record, f"{who}{text}{f' ({found.place})' if found.place else ''}")
        short.traceback = found.traceback
        return short

    def _admits(self, quota: Quota, kind: str, address: str | None) -> bool:
        if self._minute is None:
            self._minute = threading.Timer(self._quota.seconds, self.settle)
            self._minute.daemon = True
            self._minute.start()
        return quota.admits(kind, address)

    def settle(self) -> None:
        """End the present minute: log what was left out, and reset the quotas."""
        with self.lock or threading.RLock():
            if self._minute is not None:
                self._minute.cancel()
                self._minute = None
            for kind, count in (self._quota.settle() | self._faults.settle()).items():
                text = f"left out {count} more like this: {kind}"
                super().emit(logging.LogRecord(__name__, logging.WARNING, "", 0, text, None, None))

    def close(self) -> None:
        """Log what was left out, and close the handler."""
        self.settle()
        super().close()


def _changed(record: logging.LogRecord, message: str) -> logging.LogRecord:
    other = copy.copy(record)
    other.msg, other.args = message, None
    other.exc_info = other.exc_text = other.stack_info = None
    return other


def set_up(level: str) -> None:
    """Send every logger's records to standard error through the one handler.

    Libraries that have made a handler of their own, as the socket server does, lose it.
    """
    for known in list(logging.root.manager.loggerDict.values()):
        if isinstance(known, logging.Logger):
            known.handlers.clear()
            known.propagate = True
    root = logging.getLogger()
    root.handlers[:] = [BoundedHandler()]
    root.setLevel(level)

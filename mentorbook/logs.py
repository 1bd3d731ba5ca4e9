"""Logging without secrets."""

import logging
import re

# Reflex logs the raw headers of an event that fails; log-in cookies, tickets and keys are in there. Values
# can be quoted, escaped, nested or hold any sign, so the rest of the line goes with them.
_SECRETS = re.compile(
    r"""((?:(?:cookie|authorization|ticket|token|password|secret)\\?['"]?\s*[:=,]|mentorbook(?:_\d+)?=))[^\n]+""",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text without what stands behind a secret's name in each of its lines."""
    return _SECRETS.sub(r"\1 [redacted]", text)


class Redacting(logging.Formatter):
    """A formatter whose lines, tracebacks included, carry no cookie, token or password."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, redacted."""
        return redact(super().format(record))


def set_up(level: str) -> None:
    """Send every logger's lines through the redacting formatter, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)

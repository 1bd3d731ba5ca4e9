"""Entity tags of what can be changed (RFC 9110, 8.8.3), and the condition that a change may have (13.1.1)."""

import hashlib
import re
from dataclasses import dataclass

from pydantic import BaseModel

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import Booking

# What follows from the clock and the policies alone is no change of the session: it is left out of its tag.
_BY_THE_CLOCK = frozenset({"actions", "refund"})
_ELEMENT = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_SPACE = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class IfMatch:
    """The tags of which one must be the present one, or with `anything` just that there is something."""

    tags: frozenset[str] = frozenset()
    anything: bool = False

    def holds(self, tag: str) -> bool:
        """Say whether the condition is fulfilled while this is the tag."""
        return self.anything or tag in self.tags


def tag_of(booking: Booking) -> str:
    """Return the strong tag of a booking, with its quotes.

    It covers all that a viewer sees of the session and its two people, so it differs after every change of
    them. It does not cover `actions` and `refund`: these change by the clock, between any two requests.
    """
    return tag_of_answer(booking, leave_out=_BY_THE_CLOCK)


def tag_of_answer(answer: BaseModel, *, leave_out: frozenset[str] = frozenset()) -> str:
    """Return the strong tag of an answer, with its quotes: another whenever one of its fields is."""
    seen = answer.model_dump_json(exclude=set(leave_out))
    return f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'


def if_match(header: str | None) -> IfMatch | None:
    """Return the condition of an `If-Match` header, or `None` without one. Raises `ValidationFailed`.

    A weak tag is well formed and never matches, since the comparison is the strong one.
    """
    if header is None:
        return None
    if header.strip(" \t") == "*":
        return IfMatch(anything=True)
    tags, position, needs_comma = set(), 0, False
    while (position := _after_space(header, position)) < len(header):
        if header[position] == ",":
            position, needs_comma = position + 1, False
            continue
        element = None if needs_comma else _ELEMENT.match(header, position)
        if element is None:
            raise _malformed()
        if element[1] is None:
            tags.add(element[2])
        position, needs_comma = element.end(), True
    if not header.strip(" \t,"):
        raise _malformed()
    return IfMatch(frozenset(tags))


def _after_space(header: str, position: int) -> int:
    space = _SPACE.match(header, position)
    return space.end() if space else position


def _malformed() -> ValidationFailed:
    return ValidationFailed({"If-Match": 'must be * or a list of entity tags, such as "0a1b2c"'})

"""Booked sessions that hours which are not saved would not cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentorbook.presenters.dates import clock, moment
from mentorbook.presenters.names import first_name


class _Session(Protocol):
    @property
    def id(self) -> object: ...
    @property
    def title(self) -> str: ...
    @property
    def mentee_name(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class OutsideLine:
    """One session: where it is shown, what it is about, with whom and when."""

    href: str
    title: str
    times: str


def outside_lines(sessions: Iterable[_Session], *, zone: str, now: datetime) -> list[OutsideLine]:
    """Return a line for each session, on the mentor's clock."""
    return [
        OutsideLine(
            f"/sessions/{each.id}",
            f"{each.title}, with {first_name(each.mentee_name)}",
            f"{moment(each.starts_at, zone, now)} – {clock(each.ends_at, zone)}",
        )
        for each in sessions
    ]

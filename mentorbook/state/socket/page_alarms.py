"""Open pages follow the clock too: what they say changes when a room opens or a session starts."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mentorbook.services.clock import now
from mentorbook.state.socket.live_pages import live

# What is further away is looked at again then: no timer has to be right for weeks.
_FAR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Alarm:
    at: datetime
    handle: asyncio.TimerHandle
    loop: asyncio.AbstractEventLoop


class PageAlarms:
    """Keep one alarm a person; their open pages reload when it rings, and set it again.

    Only used on the event loop.
    """

    def __init__(self) -> None:
        self._alarms: dict[UUID, _Alarm] = {}

    def set(self, person: UUID, moments: Iterable[datetime]) -> None:
        """Reload the pages that follow this person at the first of these aware instants still to come.

        Where that is more than 12 hours away, they reload then, and set it again.
        """
        present, loop = now(), asyncio.get_running_loop()
        coming = [each for each in moments if each > present]
        if not coming:
            return
        first = min(*coming, present + _FAR)
        known = self._alarms.get(person)
        # One that is due already is left to ring: other pages of the person may wait for it.
        if known is not None and known.loop is loop and known.at > present:
            if known.at <= first:
                return
            known.handle.cancel()
        self._wind(person, first)

    def _wind(self, person: UUID, at: datetime) -> None:
        loop = asyncio.get_running_loop()
        # A little late rather than early: the pages compare with the moment.
        delay = (at - now()).total_seconds() + 0.05
        self._alarms[person] = _Alarm(at, loop.call_later(delay, self._ring, person, at), loop)

    def _ring(self, person: UUID, at: datetime) -> None:
        known = self._alarms.get(person)
        if known is not None and known.at == at:
            if now() < at:
                # The clock was put back: there is nothing to see yet.
                self._wind(person, at)
                return
            del self._alarms[person]
        live.clock_reached(person)


page_alarms = PageAlarms()

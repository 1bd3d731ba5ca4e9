"""A page about one session: the address names it, and it follows what happens to it."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.errors import NotFound
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking_views import get_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.live import live
from mentorbook.state.reading import reader_for
from mentorbook.state.session_shapes import Reader
from mentorbook.state.tab_login import current


class OneBooking(rx.State, mixin=True):
    """Loads the session; `phase` is loading, shown, missing or failed. The page says how it looks."""

    phase: str = "loading"

    _booking_id: str = ""

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the session that the address names."""
        asked = self.router.url.path.rstrip("/").rpartition("/")[2]
        if asked != self._booking_id:
            await self._leave()
        if asked != self._booking_id or self.phase != "shown":
            self._booking_id, self.phase = asked, "loading"
            yield
        live.follow(self, [actor.id])
        await self._load(actor)

    async def _load(self, actor: Account) -> None:
        try:
            booking = await call(get_booking, actor, self._booking_id)
            reader = await reader_for(actor)
            await self._gather(actor)
        except NotFound:
            self.phase = "missing"
        except Exception:
            self.phase = "failed"
            raise
        else:
            self._show(actor, booking, reader)
            self.phase = "shown"
            live.follow(self, [actor.id, booking.mentor.id, booking.mentee.id])

    async def _leave(self) -> None:
        """Another session is going to be shown."""

    async def _gather(self, actor: Account) -> None:
        """What else the page shows, fetched before it is shown."""

    def _show(self, actor: Account, booking: Booking, reader: Reader) -> None:
        """Put the session on show; each page has its own way."""

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and self._booking_id:
            await self._load(actor)

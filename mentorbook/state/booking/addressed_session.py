"""A page about one session: the address names it, and it follows what happens to it."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.errors import NotFound
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.reader import Reader
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.change_feed import SESSIONS
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.answers import Attempts
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class AddressedSession(Attempts, rx.State, mixin=True):
    """Load the session that the address names; the page says how it looks.

    `phase` is loading, shown, missing or failed. `asked` is the address that this is about, which the browser
    may have left already.
    """

    phase: str = "loading"
    asked: str = ""

    _booking_id: str = ""

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the session that the address names."""
        asked = self._asked_for()
        is_shown = asked == self._booking_id and self.phase == "shown"
        self.asked = asked_page(self)
        if not is_shown:
            self._booking_id, self.phase = asked, "loading"
            yield
        self._come()
        self._follow_at_first(actor)
        await self._load(actor)

    def _follow_at_first(self, actor: Account) -> None:
        """Follow whatever may change the session, before it is read: until then nobody knows whose it is."""
        named = as_uuid(self._booking_id)
        others = [SESSIONS] if actor.is_admin else []
        live.follow(self, [actor.id, *([named] if named else []), *others])

    def _asked_for(self) -> str:
        """Return the id that the address names, whatever it is."""
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    def _come(self) -> None:
        """Note that the browser has come to the page, perhaps from somewhere else."""

    async def _load(self, actor: Account) -> None:
        try:
            booking = await call(get_booking, actor, self._booking_id)
            reader = await reader_for(actor)
            await self._load_more(actor)
        except NotFound:
            self.phase = "missing"
        except Exception:
            self.phase = "failed"
            raise
        else:
            self._present(actor, booking, reader)
            self.phase = "shown"
            live.follow(self, [actor.id, booking.mentor.id, booking.mentee.id, booking.id])

    async def _load_more(self, actor: Account) -> None:
        """Load what else the page shows."""

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        """Set what the page shows of the session."""

    async def _follow(self) -> None:
        if self._asked_for() != self._booking_id:
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and self._booking_id:
            await self._load(actor)

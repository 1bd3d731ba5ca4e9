"""One's own sessions: coming, past, cancelled."""

from collections.abc import AsyncIterator
from typing import Any, cast

import reflex as rx

from mentorbook.domain.views import Account, BookingPage
from mentorbook.presenters.booking.session_card import SessionCard, session_card
from mentorbook.services.booking.booking_queries import BookingQuery, When, count_coming, list_bookings
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.booking.page_reader import reader_for, reload_at_next_moment
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

TABS = ("coming", "past", "cancelled")


class SessionList(rx.State):
    """The list that the address asks for: `?tab=` and `?page=`. `phase` is loading, shown or failed."""

    phase: str = "loading"
    asked: str = ""
    tab: str = "coming"
    page: int = 1
    pages: int = 1
    coming: int = 0
    cards: rx.Field[list[SessionCard]] = rx.field(default_factory=list)

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show what the address asks for."""
        self.asked = asked_page(self, "tab", "page")
        tab, page = self._asked()
        if (tab, page) != (self.tab, self.page) or self.phase != "shown":
            self.tab, self.page, self.phase, self.cards = tab, page, "loading", []
            yield
        live.follow(self, [actor.id])
        await self._show(actor)

    def _asked(self) -> tuple[str, int]:
        query = self.router.url.query_parameters
        tab, page = query.get("tab", ""), query.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return tab if tab in TABS else "coming", max(1, number)

    async def _show(self, actor: Account) -> None:
        try:
            found = await self._find(actor, self.tab)
            if not found.bookings and self.page > 1:
                self.page = found.pages
                found = await self._find(actor, self.tab)
            is_coming = self.tab == "coming"
            coming = found.total if is_coming else await call(count_coming, actor)
            reader = await reader_for(actor)
        except Exception:
            self.phase = "failed"
            raise
        self.pages, self.coming = found.pages, coming
        self.cards = [session_card(booking, reader) for booking in found.bookings]
        self.phase = "shown"
        reload_at_next_moment(actor, found.bookings, policies=reader.policies)

    async def _find(self, actor: Account, tab: str) -> BookingPage:
        page = self.page if tab == self.tab else 1
        return await call(list_bookings, actor, BookingQuery(when=cast(When, tab), page=page))

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and self.phase == "shown":
            await self._show(actor)

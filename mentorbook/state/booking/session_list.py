"""One's own sessions: coming, past, cancelled."""

from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import reflex as rx

from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.views import Account, BookingPage
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.session_card import SessionCard, session_card
from mentorbook.presenters.booking.session_days import SessionDay, session_days
from mentorbook.presenters.reader import Reader
from mentorbook.services.booking.booking_queries import BookingQuery, When, count_coming, list_bookings
from mentorbook.services.change_feed import looks_of
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.addressed_page import asked_page_number
from mentorbook.state.answers import Attempts
from mentorbook.state.booking.mentor_week import asks_for_week
from mentorbook.state.booking.page_reader import reader_for, reload_at_next_moment
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

TABS = ("coming", "past", "cancelled")


class SessionList(Attempts, rx.State):
    """Show the list that the address asks for: `?tab=` and `?page=`. `phase` is loading, shown or failed.

    Coming sessions are `requests`, which wait for the reader's own answer, and the others by day; past and
    cancelled ones are `cards`. `notice` is what holds for all of them.
    """

    phase: str = "loading"
    asked: str = ""
    tab: str = "coming"
    page: int = 1
    pages: int = 1
    coming: int = 0
    total: int = 0
    request_count: int = 0
    notice: str = ""
    requests: rx.Field[list[SessionCard]] = rx.field(default_factory=list)
    days: rx.Field[list[SessionDay]] = rx.field(default_factory=list)
    cards: rx.Field[list[SessionCard]] = rx.field(default_factory=list)

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show what the address asks for, unless that is a mentor's week."""
        if asks_for_week(self, actor):
            live.follow(self, [])
            return
        self.asked = asked_page(self, "tab", "page")
        tab, page = self._asked()
        if (tab, page) != (self.tab, self.page) or self.phase != "shown":
            self.pages = self.pages if tab == self.tab else 1
            self.tab, self.page, self.phase = tab, page, "loading"
            self.requests, self.days, self.cards = [], [], []
            yield
        live.follow(self, [actor.id])
        await self._show(actor)

    def _asked(self) -> tuple[str, int]:
        tab = self.router.url.query_parameters.get("tab", "")
        return tab if tab in TABS else "coming", asked_page_number(self)

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
        self.pages, self.coming, self.total = found.pages, coming, found.total
        self._present(found, reader, is_coming=is_coming)
        self.phase = "shown"
        # Their names and pictures; what they do with others' sessions is not on show.
        others: set[UUID] = {other_person(each, actor.id).id for each in found.bookings}
        live.follow(self, [actor.id, *map(looks_of, others)])
        reload_at_next_moment(actor, found.bookings, policies=reader.policies)

    def _present(self, found: BookingPage, reader: Reader, *, is_coming: bool) -> None:
        asked = [each for each in found.bookings if is_coming and each.actions["accept"].allowed]
        others = [each for each in found.bookings if each not in asked]
        self.request_count = found.requests
        self.requests = [session_card(each, reader) for each in asked]
        self.days = session_days(others, reader) if is_coming else []
        self.cards = [] if is_coming else [session_card(each, reader) for each in others]
        self.notice = NO_VIDEO if is_coming and found.bookings and not reader.video else ""

    async def _find(self, actor: Account, tab: str) -> BookingPage:
        page = self.page if tab == self.tab else 1
        query = BookingQuery(when=cast(When, tab), page=page, requests_first=tab == "coming")
        return await call(list_bookings, actor, query)

    async def _follow(self) -> None:
        if self.router.url.path.rstrip("/") != "/sessions":
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and self.phase != "loading":
            await self._show(actor)

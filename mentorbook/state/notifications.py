"""Notifications behind the bell and on a page of their own. What is shown counts as read."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.notices import REQUESTS, NoticeItem, notice_item
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.change_feed import looks_of, reading_of
from mentorbook.services.clock import now
from mentorbook.services.notifications import list_notifications, mark_read
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.addressed_page import asked_page_number
from mentorbook.state.answers import Answers
from mentorbook.state.people.me import Me
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

IN_THE_BELL, ON_THE_PAGE = 6, 30


def _waiting(actor: Account) -> dict[UUID, datetime]:
    """Return the starts of the requests that the actor may still answer, by id, up to one page of them."""
    found = list_bookings(actor, BookingQuery(role="mentor", status=SessionStatus.PENDING))
    return {each.id: each.scheduled_at for each in found.bookings if each.actions["accept"].allowed}


class NoticeList(Answers, mixin=True):
    """One page of them; `phase` is loading, shown or failed. What is new to this opening stays tinted."""

    phase: str = "loading"
    page: int = 1
    pages: int = 1
    items: rx.Field[list[NoticeItem]] = rx.field(default_factory=list)
    has_fresh: bool = False

    _most: int = ON_THE_PAGE
    _fresh: set[str] = set()
    _unread: list[str] = []
    # Whose names are on show.
    _named: frozenset[UUID] = frozenset()

    @action("member")
    async def mark_all_read(self, actor: Account) -> Any:
        """Mark every notification as read, also those further down than this list reaches."""
        self._take_over()
        self._fresh = set()
        await call(mark_read, actor, {})
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        """List the page of notifications, and remember which of them are new."""
        try:
            found = await call(list_notifications, actor, limit=self._most, page=self.page)
            if found.page > found.pages:
                found = await call(list_notifications, actor, limit=self._most, page=found.pages)
            has_requests = any(each.kind in REQUESTS for each in found.notices)
            waiting = await call(_waiting, actor) if has_requests else {}
        except Exception:
            self.phase = "failed"
            raise
        self.page, self.pages = found.page, found.pages
        self._named = frozenset(each.actor_id for each in found.notices if each.actor_id)
        self._follow_along(actor)
        self._unread = [str(each.id) for each in found.notices if not each.read]
        self._fresh = self._fresh.union(self._unread)
        moment = now()
        self.items = [
            notice_item(
                each,
                zone=actor.timezone,
                now=moment,
                fresh=str(each.id) in self._fresh,
                waiting=waiting,
            )
            for each in found.notices
        ]
        self.has_fresh = any(item.fresh for item in self.items)
        self.phase = "shown"
        await self._count(found.unread)

    def _follow_along(self, actor: Account) -> None:
        """Follow what happens to the person, what they read elsewhere, and the names on show."""
        live.follow(self, [actor.id, reading_of(actor.id), *map(looks_of, self._named)])

    async def _have_read(self, actor: Account) -> None:
        """Mark what the list shows as read, which the person's other pages hear of."""
        if not self._unread:
            return
        found = await call(mark_read, actor, {"ids": self._unread})
        self._unread = []
        await self._count(found.unread)

    async def _count(self, unread: int) -> None:
        me = await self.get_state(Me)
        me.unread = unread


class Bell(NoticeList, rx.State):
    """The newest few, while the bell is open. A page that begins anew closes it."""

    _is_open: bool = False

    _most: int = IN_THE_BELL

    @action("member")
    async def open_bell(self, actor: Account) -> AsyncIterator[Any]:
        """Show the newest notifications in the open bell, then mark them as read."""
        self._take_over()
        self._is_open, self._fresh = True, set()
        self._follow_along(actor)
        await self._show(actor)
        yield
        await self._have_read(actor)

    @action("anyone")
    async def close_bell(self) -> Any:
        """Stop following notifications, when the bell is closed or its page left with it open."""
        self._is_open = False
        live.follow(self, [])

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and self._is_open:
            await self._show(actor)
            await self._have_read(actor)


class Notices(NoticeList, rx.State):
    """The page of all notifications; the address says how far back: `?page=`."""

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the page of notifications that the address asks for, then mark them as read."""
        self._take_over()
        self._fresh, self.page = set(), asked_page_number(self)
        self._follow_along(actor)
        await self._show(actor)
        yield
        await self._have_read(actor)

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and self.router.url.path.startswith("/notifications"):
            await self._show(actor)
            await self._have_read(actor)

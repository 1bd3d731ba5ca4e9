"""What the two people of a session write to each other, on the room's page and on the session's."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.booking.session_phase import other_person
from mentorbook.domain.errors import NotFound, NotPermitted
from mentorbook.domain.meeting.chat import ChatMessage, ChatPage
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.presenters.meeting.room_chat import ChatGroup, chat_closed_words, chat_groups, split_groups
from mentorbook.presenters.names import first_name
from mentorbook.services.change_feed import messages_of
from mentorbook.services.meeting.messages import conversation, read_messages
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.answers import Attempts
from mentorbook.state.booking.page_reader import reader_by, reload_at_next_moment
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class RoomChat(Attempts, rx.State):
    """The conversation of the session that the address names; `phase` is loading, shown, hidden or failed.

    It is hidden from who is not one of the two. Messages are written by the browser over REST, and come back
    from here like the other's. `me` and `session_id` say whose unsent messages the browser keeps, and of
    which session; `closed` says why nothing can be written.
    """

    phase: str = "loading"
    asked: str = ""
    session_id: str = ""
    me: str = ""
    other: str = ""
    closed: str = ""
    has_earlier: bool = False
    older: rx.Field[list[ChatGroup]] = rx.field(default_factory=list)
    newest: rx.Field[list[ChatGroup]] = rx.field(default_factory=list)

    _messages: tuple[ChatMessage, ...] = ()
    _others: tuple[str, ...] = ()
    _seen: str = ""

    @rx.var
    def unread(self) -> int:
        """How many messages of the other have come since the panel was last on show."""
        ids = self._others
        return len(ids) - (ids.index(self._seen) + 1 if self._seen in ids else 0)

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the conversation of the session that the address names."""
        wanted = self._asked_for()
        self.asked = asked_page(self)
        if wanted != self.session_id or self.phase != "shown":
            self.session_id, self.phase = wanted, "loading"
            self._messages, self._others, self._seen = (), (), ""
            self.older, self.newest = [], []
            yield
        # Before it is read: what is written meanwhile is shown too.
        booking_id = as_uuid(wanted)
        live.follow(self, [actor.id, *([booking_id, messages_of(booking_id)] if booking_id else [])])
        await self._show(actor)

    @action("member")
    async def show_earlier(self, actor: Account) -> None:
        """Show the hundred messages before those on show as well."""
        if self.phase == "shown" and self.has_earlier and self._messages:
            first = self._messages[0].id
            page = await call(read_messages, actor, self.session_id, before=str(first))
            self._messages = (*page.messages, *self._messages)
            self.has_earlier = page.has_earlier
            await self._show(actor)

    @action("member")
    async def see(self, actor: Account, message_id: str) -> None:
        """Take note that the other's messages up to this one have been on show."""
        known = self._others
        if message_id in known and (
            self._seen not in known or known.index(message_id) > known.index(self._seen)
        ):
            self._seen = message_id

    def _asked_for(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(conversation, actor, self.session_id)
        except (NotFound, NotPermitted):
            self.phase = "hidden"
            return
        except Exception:
            self.phase = "failed"
            raise
        booking, reader = found.booking, reader_by(actor, found.policies)
        self._take(found.page)
        other = other_person(booking, actor.id)
        self.me, self.other = str(actor.id), first_name(other.name)
        self._others = tuple(str(each.id) for each in self._messages if each.user_id == other.id)
        self._draw(chat_groups(self._messages, booking, reader))
        self.closed = chat_closed_words(booking, reader)
        self.phase = "shown"
        live.follow(self, [booking.id, messages_of(booking.id), actor.id, other.id])
        reload_at_next_moment(actor, [booking])

    def _draw(self, groups: list[ChatGroup]) -> None:
        """Keep them; only what is not as before is set, since whatever is set is sent."""
        older, newest = split_groups(groups)
        if self.older != older:
            self.older = older
        if self.newest != newest:
            self.newest = newest

    def _take(self, page: ChatPage) -> None:
        """Add what is new; what is known from before stays, unless something between is missing."""
        known = [each.id for each in self._messages]
        first = page.messages[0].id if page.messages else None
        if first in known:
            self._messages = (*self._messages[: known.index(first)], *page.messages)
        else:
            self._messages, self.has_earlier = page.messages, page.has_earlier

    async def _follow(self) -> None:
        if self._asked_for() != self.session_id:
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and self.phase != "loading":
            await self._show(actor)

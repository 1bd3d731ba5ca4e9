"""Who holds the page: name, zone, roles and unread count, for the frame around every page."""

from typing import Any

import reflex as rx

from mentorbook.domain.views import Account
from mentorbook.presenters.dates import place
from mentorbook.presenters.names import initials
from mentorbook.services.change_feed import reading_of
from mentorbook.services.notifications import count_unread
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action, browser_zone, log_in_first
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import FORGET_PERSON, current


class Me(rx.State):
    """The person in the frame of the page. `ready` is false until the server has said who it is.

    `account` is whose page it is, `profile` where others book a mentor.
    """

    ready: bool = False
    signed_in: bool = False
    account: str = ""
    name: str = ""
    initials: str = ""
    picture: str = ""
    email: str = ""
    zone: str = "UTC"
    city: str = "UTC"
    is_mentor: bool = False
    # Mentors, and who asks to be one, have hours.
    has_hours: bool = False
    profile: str = ""
    # Whether sessions are paid here.
    pays_here: bool = False
    is_admin: bool = False
    unread: int = 0
    # Another after each time that the page has lost its connection.
    connection: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """Load the viewer for a page that everybody may see; a visitor's tab keeps nothing of a log-in."""
        await self._show(actor)
        return rx.call_script(FORGET_PERSON) if actor is None else None

    @action("anyone")
    async def arrive_member(self, actor: Account | None) -> Any:
        """Load the viewer for a page that needs a log-in; send visitors to the log-in page first."""
        if actor is None:
            return log_in_first(self)
        await self._show(actor)

    @action("anyone")
    async def leave(self) -> Any:
        """Log out, by a full navigation so that no socket keeps the old cookie."""
        return rx.call_script(
            f"{FORGET_PERSON};"
            "fetch('/api/auth/logout', {method: 'POST'}).finally(() => window.location.assign('/'))"
        )

    async def _show(self, actor: Account | None) -> None:
        self.signed_in = actor is not None
        self.account = str(actor.id) if actor else ""
        self.zone = actor.timezone if actor else browser_zone(self)
        self.city = place(self.zone)
        self.name = actor.name if actor else ""
        self.initials = initials(actor.name) if actor else ""
        self.picture = (actor.picture or "") if actor else ""
        self.email = actor.email if actor else ""
        self.is_mentor, self.is_admin = bool(actor and actor.is_mentor), bool(actor and actor.is_admin)
        self.has_hours = bool(actor and actor.has_mentor_side)
        self.pays_here = settings.payment_way.charges
        self.profile = f"/mentors/{actor.id}" if actor and actor.is_mentor else ""
        self.unread = await call(count_unread, actor) if actor else 0
        self.connection = self.router.session.session_id
        self.ready = True
        live.follow(self, [actor.id, reading_of(actor.id)] if actor else [])

    async def _follow(self) -> None:
        await self._show(await current(self))

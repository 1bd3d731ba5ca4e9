"""The address under which a calendar program finds one's sessions."""

from typing import Any

import reflex as rx

from mentorbook.domain.views import Account
from mentorbook.presenters.calendars import feed_address
from mentorbook.services.booking.calendar_feed import calendar_secret, renew_calendar_secret
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

RENEWED = "This is your new address. Programs that have the old one get nothing any more."


class CalendarLink(Answers, rx.State):
    """The section of the settings. `phase` is loading, shown or failed; `url` is empty until one is made."""

    phase: str = "loading"
    url: str = ""
    told: str = ""

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the viewer's address, and follow what they do about it elsewhere."""
        self.told = ""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await self._load(actor)

    @action("member")
    async def renew(self, actor: Account) -> Any:
        """Create an address, or another one; the former opens nothing any more."""
        with self._answering("renew"):
            is_first = not self.url
            self._show(await call(renew_calendar_secret, actor))
            self.told = "" if is_first else RENEWED

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None:
            self.phase, self.url, self.told = "loading", "", ""
        else:
            await self._load(actor)

    async def _load(self, actor: Account) -> None:
        try:
            self._show(await call(calendar_secret, actor))
        except Exception:
            self.phase = "failed"
            raise

    def _show(self, secret: str | None) -> None:
        self.url = feed_address(settings.public_url, secret) if secret else ""
        self.phase = "shown"

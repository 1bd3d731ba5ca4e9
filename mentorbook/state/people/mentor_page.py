"""A mentor's page: who they are, when they are there, and whether they can be booked."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import NotFound
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account
from mentorbook.presenters.people.mentor_page import MentorDetails, OpenDay, mentor_details, open_week
from mentorbook.services.clock import present_minute
from mentorbook.services.people.mentor_directory import profile
from mentorbook.state.action import action, browser_zone
from mentorbook.state.address import asked_page
from mentorbook.state.answers import Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.shared_questions import call_shared, draw_shared
from mentorbook.state.socket.tab_login import current


class ProfilePage(Attempts, rx.State):
    """The mentor of the page's address. `phase` is loading, shown, missing or failed."""

    phase: str = "loading"
    asked: str = ""
    details: MentorDetails = MentorDetails()
    days: rx.Field[list[OpenDay]] = rx.field(default_factory=list)
    has_hours: bool = False

    _asked: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """Load the mentor's page that the address names."""
        self._asked = self._named()
        self.asked = asked_page(self)
        if self._asked != self.details.id:
            self.phase = "loading"
            yield
        mentor = as_uuid(self._asked)
        # Also one who is not there yet: they may be approved. One's own sessions hide times of theirs.
        live.follow(self, [mentor, actor.id] if mentor and actor else [mentor] if mentor else [])
        await self._load(actor)

    @action("anyone")
    async def depart(self) -> Any:
        """Clear the page because it has been left: the next one must not begin with this mentor."""
        self.phase, self.details, self._asked = "loading", MentorDetails(), ""

    def _named(self) -> str:
        # Without `router`, which would be put together whole, for each page that a change is told to.
        return self.rx_router_url.path.rstrip("/").rpartition("/")[2]

    async def _load(self, actor: Account | None) -> None:
        """Show the mentor as they are now, or that there is none."""
        try:
            found = await call_shared(profile, actor, self._asked)
        except NotFound:
            self.phase = "missing"
            return
        except Exception:
            self.phase = "failed"
            raise
        zone, minute = actor.timezone if actor else browser_zone(self), present_minute()
        is_own = actor is not None and actor.id == found.id
        details = draw_shared(mentor_details, found, is_own, zone, minute)
        days = draw_shared(open_week, found, zone, minute)
        # What is set is sent, changed or not, and this is loaded often: whenever a slot is taken. Compared
        # without the proxies in which a state hands out what could be changed.
        if details != self.get_value("details"):
            self.details = details
        if days != self.get_value("days"):
            self.days, self.has_hours = days, bool(found.weekly_hours)
        if self.phase != "shown":
            self.phase = "shown"

    async def _follow(self) -> None:
        if self._asked and self._asked == self._named():
            await self._load(await current(self))
        else:
            live.follow(self, [])

"""The week of a mentor on `/sessions`, and the figures over list and week. The address says which week."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.domain.wall_clock import midnight_after
from mentorbook.domain.zones import is_zone
from mentorbook.presenters.booking.mentor_week import Figures, WeekPage, week_figures, week_page
from mentorbook.services.booking.mentor_week import mentor_week
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.drafts import KeepsDraft
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import page_alarms
from mentorbook.state.socket.tab_login import current
from mentorbook.state.zone_choice import ZoneChoice, ZoneDraft

VIEWS = ("list", "week")


def asks_for_week(state: rx.State, actor: Account) -> bool:
    """Say whether the address asks for a week, and whoever asks has one."""
    return actor.is_mentor and state.router.url.query_parameters.get("view", "") == "week"


class OwnWeek(KeepsDraft, ZoneChoice, rx.State):
    """Show the week that the address asks for: `?view=week&week=2027-01-11`, by default this one.

    `phase` is loading, shown or failed; `asked` is empty while the page shows the list. The figures are there
    on both, once `has_figures`.
    """

    phase: str = "loading"
    asked: str = ""
    week: WeekPage = WeekPage()
    figures: Figures = Figures()
    has_figures: bool = False

    _is_zone_chosen: bool = False

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show a mentor what the address asks for; whoever is none has nothing here."""
        # Whoever is made a mentor meanwhile sees it at once.
        live.follow(self, [actor.id])
        if not actor.is_mentor:
            return
        asked = asked_page(self, "view", "week") if asks_for_week(self, actor) else ""
        if asked != self.asked or self.phase != "shown":
            self.asked, self.phase, self.week = asked, "loading", WeekPage()
            yield
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        self._choose_kept_zone()
        if not self._is_zone_chosen and self.zone != actor.timezone:
            self._start_in(actor.timezone)
        try:
            found = await call(mentor_week, actor, self._first_day() if self.asked else None, self.zone)
        except Exception:
            self.phase = "failed"
            raise
        self.figures, self.has_figures = week_figures(found.figures), True
        if not self.asked:
            return
        self.week, self.phase = week_page(found), "shown"
        # What is over fades, and "today" is another day from midnight on.
        moments = [each for session in found.sessions for each in (session.starts_at, session.ends_at)]
        page_alarms.set(actor.id, [midnight_after(now(), self.zone), *moments])

    def _choose_kept_zone(self) -> None:
        """Choose the zone that was chosen in this tab before the server knew of it."""
        kept = None if self._is_zone_chosen else self._kept(ZoneDraft, "week")
        if kept is not None and is_zone(kept.zone):
            self._is_zone_chosen = True
            self._start_in(kept.zone)

    def _first_day(self) -> date | None:
        """Return a day of the week that the address names; `None`, for this week, where it names none."""
        try:
            named = date.fromisoformat(self.router.url.query_parameters.get("week", "")[:10])
        except ValueError:
            return None
        return named if 2000 <= named.year <= 2200 else None

    async def _zone_chosen(self, actor: Account | None) -> Any:
        self._is_zone_chosen = True
        self._keep(ZoneDraft(about="week", zone=self.zone))
        if actor is not None and actor.is_mentor:
            await self._show(actor)

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is no mentor by now: the page shows the list."""
        return [] if error.status == 403 else None

    async def _follow(self) -> None:
        actor = await current(self)
        is_here = self.router.url.path.rstrip("/") == "/sessions"
        if actor is not None and actor.is_mentor and is_here:
            await self._show(actor)

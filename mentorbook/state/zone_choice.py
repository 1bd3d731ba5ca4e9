"""Choosing a time zone. One mixin for every page that asks for a zone."""

from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.domain.zone_search import ZoneOption, present_name, search_zones
from mentorbook.domain.zones import is_zone, offset_label
from mentorbook.presenters.dates import place
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.answers import Answers
from mentorbook.state.drafts import Draft


class ZoneDraft(Draft):
    """A zone that was chosen for a page, and that a restart of the server must not take back."""

    zone: str = Field(max_length=100)


class ZoneChoice(Answers, mixin=True):
    """A zone, and while the picker is open a few that match what is searched for.

    Begin with `_start_in`. A state that shows times overrides `_zone_chosen` to write them anew.
    """

    zone: str = "UTC"
    zone_query: str = ""
    zone_matches: rx.Field[list[ZoneOption]] = rx.field(default_factory=list)

    @rx.var
    def zone_city(self) -> str:
        """Return the city that the zone is named after."""
        return place(self.zone)

    @rx.var
    def zone_offset(self) -> str:
        """Return the zone's offset when it was chosen."""
        return offset_label(self.zone, now())

    @action("anyone")
    async def open_zones(self, is_open: bool) -> Any:
        """List the zones whose clocks are near the chosen one's, when the picker opens."""
        if is_open:
            await self._match("")

    @action("anyone")
    async def find_zones(self, text: Annotated[str, Field(max_length=100)]) -> Any:
        """Show what matches a city, a name or an offset."""
        await self._match(text)

    @action("anyone")
    async def choose_zone(self, actor: Account | None, name: str) -> Any:
        """Choose a zone by its IANA name, which the page shows as chosen already."""
        self._take_over()
        if not is_zone(name):
            raise ValidationFailed({"timezone": "is not a time zone"})
        self._start_in(name)
        return await self._zone_chosen(actor)

    def _start_in(self, name: str) -> None:
        self.zone = present_name(name)

    async def _match(self, text: str) -> None:
        self.zone_matches = await call(search_zones, text, self.zone, now())
        self.zone_query = text

    async def _zone_chosen(self, actor: Account | None) -> Any:
        """Update what else changes with the zone."""

"""`/admin/sessions`: all sessions, searched, filtered and paged."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.session_table import SessionRow, session_row, zone_note
from mentorbook.services.admin.all_sessions import AdminQuery, list_all_sessions
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action

_FIELDS = ("search", "status", "first", "last")


class SessionTable(rx.State):
    """The filters, and the page of sessions that they leave, in the admin's own zone."""

    rows: rx.Field[list[SessionRow]] = rx.field(default_factory=list)
    search: str = ""
    status: str = ""
    first: str = ""
    last: str = ""
    page: int = 1
    pages: int = 1
    total: int = 0
    loading: bool = True
    zone_note: str = ""
    csv_address: str = "/api/admin/sessions.csv"

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Load the table of sessions for the page."""
        self.loading = True
        yield
        await self._read(actor)

    @action("admin")
    async def filter_by(self, actor: Account, field: str, text: str) -> Any:
        """Change one filter, and go back to the first page."""
        if field in _FIELDS:
            setattr(self, field, text[:200])
            self.page = 1
            await self._read(actor)

    @action("admin")
    async def clear(self, actor: Account) -> Any:
        """Clear every filter."""
        self.search = self.status = self.first = self.last = ""
        self.page = 1
        await self._read(actor)

    @action("admin")
    async def turn_page(self, actor: Account, by: int) -> Any:
        """Go some pages on or back."""
        self.page = max(1, min(self.page + by, self.pages))
        await self._read(actor)

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        return [] if error.status == 403 else None

    async def _read(self, actor: Account) -> None:
        query = AdminQuery(
            self.search,
            next((status for status in SessionStatus if status == self.status), None),
            _date(self.first),
            _date(self.last),
            self.page,
            actor.timezone,
        )
        found = await call(list_all_sessions, actor, query)
        if found.page > found.pages:
            self.page = found.pages
            found = await call(list_all_sessions, actor, replace(query, page=found.pages))
        self.zone_note = zone_note(actor.timezone)
        self.rows = [session_row(session, zone=actor.timezone, now=now()) for session in found.sessions]
        self.pages, self.total, self.loading = found.pages, found.total, False
        named = (
            ("search", self.search),
            ("status", self.status),
            ("startDate", self.first),
            ("endDate", self.last),
            ("timezone", actor.timezone if self.first or self.last else ""),
        )
        asked = urlencode({name: value for name, value in named if value})
        self.csv_address = "/api/admin/sessions.csv" + (f"?{asked}" if asked else "")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

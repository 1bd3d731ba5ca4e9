"""`/admin/sessions`: all sessions, searched, filtered, sorted and paged; the address says how."""

from dataclasses import replace
from datetime import date
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.session_table import SessionRow, session_row, zone_note
from mentorbook.services.admin.all_sessions import SORT_KEYS, AdminQuery, SortKey, list_all_sessions
from mentorbook.services.change_feed import SESSIONS
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.addressed_page import asked_filters, asked_page_number
from mentorbook.state.answers import Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

_FIELDS = ("search", "status", "first", "last")
_MOST_TEXT = 200
# What is near, which is what most come for, stands in no address.
_NEAR: SortKey = "near"


class SessionTable(Attempts, rx.State):
    """The filters and the order, and the page of sessions that they leave, in the admin's own zone.

    It follows every session, while its page is on show.

    The browser writes them into the address; `answered` is for which of its words the sessions are shown.
    """

    rows: rx.Field[list[SessionRow]] = rx.field(default_factory=list)
    search: str = ""
    status: str = ""
    first: str = ""
    last: str = ""
    sort: str = _NEAR
    page: int = 1
    pages: int = 1
    total: int = 0
    loading: bool = True
    failed: bool = False
    zone: str = "UTC"
    zone_note: str = ""
    answered: rx.Field[dict[str, str]] = rx.field(default_factory=dict)

    @rx.var
    def filtered(self) -> bool:
        """Say whether some sessions are left out."""
        return bool(self.search.strip() or self.status or self.first or self.last)

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Load the sessions that the address asks for."""
        asked = self.router.url.query_parameters
        for field in _FIELDS:
            setattr(self, field, asked.get(field, "")[:_MOST_TEXT])
        self.sort = next((key for key in SORT_KEYS if key == asked.get("sort")), _NEAR)
        self.page = asked_page_number(self)
        live.follow(self, [SESSIONS, actor.id])
        await self._read(actor)

    @action("admin")
    async def filter_by(self, actor: Account, field: str, text: str) -> Any:
        """Change one filter, and go back to the first page."""
        if field in _FIELDS:
            setattr(self, field, text[:_MOST_TEXT])
            self.page = 1
            await self._read(actor)

    @action("admin")
    async def clear(self, actor: Account) -> Any:
        """Clear every filter."""
        self.search = self.status = self.first = self.last = ""
        self.page = 1
        await self._read(actor)

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        return [] if error.status == 403 else None

    async def _follow(self) -> None:
        if self.router.url.path.rstrip("/") != "/admin/sessions":
            live.follow(self, [])
            return
        actor = await current(self)
        if actor is not None and actor.is_admin:
            await self._read(actor)

    async def _read(self, actor: Account) -> None:
        query = AdminQuery(
            self.search,
            next((status for status in SessionStatus if status == self.status), None),
            _date(self.first),
            _date(self.last),
            self.page,
            actor.timezone,
            next((key for key in SORT_KEYS if key == self.sort), _NEAR),
        )
        try:
            found = await call(list_all_sessions, actor, query)
            if found.page > found.pages:
                found = await call(list_all_sessions, actor, replace(query, page=found.pages))
        except Exception:
            self.failed = True
            raise
        self.zone_note, self.zone = zone_note(actor.timezone), actor.timezone
        self.rows = [session_row(session, zone=actor.timezone, now=now()) for session in found.sessions]
        self.page, self.pages, self.total, self.loading = found.page, found.pages, found.total, False
        self.failed = False
        self.answered = asked_filters(self, *_FIELDS, "sort", "page")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

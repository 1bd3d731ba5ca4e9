"""`/admin/sessions`: all sessions, searched, filtered, sorted and paged; the address says how."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.session_table import SessionRow, session_row, zone_note
from mentorbook.services.admin.all_sessions import SORT_KEYS, AdminQuery, SortKey, list_all_sessions
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.addressed_page import asked_page_number

_FIELDS = ("search", "status", "first", "last")
_MOST_TEXT = 200
# What is near, which is what most come for, stands in no address.
_NEAR: SortKey = "near"


class SessionTable(rx.State):
    """The filters and the order, and the page of sessions that they leave, in the admin's own zone."""

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
    zone_note: str = ""
    opened: str = ""

    _zone: str = "UTC"

    @rx.var
    def filtered(self) -> bool:
        """Say whether some sessions are left out."""
        return bool(self.search.strip() or self.status or self.first or self.last)

    @rx.var
    def csv_address(self) -> str:
        """Return where the sessions of these filters are downloaded."""
        named = (
            ("search", self.search),
            ("status", self.status),
            ("startDate", self.first),
            ("endDate", self.last),
            ("timezone", self._zone if self.first or self.last else ""),
        )
        asked = urlencode({name: value for name, value in named if value})
        return "/api/admin/sessions.csv" + (f"?{asked}" if asked else "")

    @rx.var
    def sorted_address(self) -> str:
        """Return the address of the first page in another order, which is the last thing of it."""
        return self._address(sort="")

    @rx.var
    def paged_address(self) -> str:
        """Return the address of another page, which is the last thing of it."""
        return self._address(sort=self.sort, page="")

    @rx.var
    def opening_address(self) -> str:
        """Return the address with a session open beside the list, which is the last thing of it."""
        return self._address(sort=self.sort, page=str(self.page), session="")

    @rx.var
    def closed_address(self) -> str:
        """Return the address of the list alone."""
        return self._address(sort=self.sort, page=str(self.page))

    def _address(self, **last: str) -> str:
        # Each by its name: Reflex reads here what the addresses depend on.
        filters = {"search": self.search, "status": self.status, "first": self.first, "last": self.last}
        asked = {name: value for name, value in filters.items() if value}
        return f"/admin/sessions?{urlencode(asked | last)}"

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Load the sessions that the address asks for."""
        asked = self.router.url.query_parameters
        before = self._asked()
        for field in _FIELDS:
            setattr(self, field, asked.get(field, "")[:_MOST_TEXT])
        self.sort = next((key for key in SORT_KEYS if key == asked.get("sort")), _NEAR)
        self.page, self.opened = asked_page_number(self), asked.get("session", "")[:_MOST_TEXT]
        if self._asked() != before:
            self.loading = True
            yield
        await self._read(actor)

    @action("admin")
    async def filter_by(self, actor: Account, field: str, text: str) -> Any:
        """Change one filter, and go back to the first page."""
        if field in _FIELDS:
            setattr(self, field, text[:_MOST_TEXT])
            self.page = 1
            await self._read(actor)
            return self._write_address()
        return None

    @action("admin")
    async def clear(self, actor: Account) -> Any:
        """Clear every filter."""
        self.search = self.status = self.first = self.last = ""
        self.page = 1
        await self._read(actor)
        return self._write_address()

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        return [] if error.status == 403 else None

    def _asked(self) -> tuple[Any, ...]:
        return (*(getattr(self, field) for field in _FIELDS), self.sort, self.page)

    def _write_address(self) -> Any:
        """Write filters and order into the address, so that a reload shows the same."""
        opened = {"session": self.opened} if self.opened else {}
        address = self._address(sort=self.sort, **opened)
        # Not when the page has been taken to another order or another session meanwhile.
        return rx.call_script(
            "{const at = new URLSearchParams(location.search);"
            f" if ((at.get('sort') || '{_NEAR}') === {json.dumps(self.sort)}"
            f" && (at.get('session') || '') === {json.dumps(self.opened)})"
            f" history.replaceState(history.state, '', {json.dumps(address)})}}"
        )

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
        found = await call(list_all_sessions, actor, query)
        if found.page > found.pages:
            found = await call(list_all_sessions, actor, replace(query, page=found.pages))
        self.zone_note, self._zone = zone_note(actor.timezone), actor.timezone
        self.rows = [session_row(session, zone=actor.timezone, now=now()) for session in found.sessions]
        self.page, self.pages, self.total, self.loading = found.page, found.pages, found.total, False


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

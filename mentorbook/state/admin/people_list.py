"""`/admin/people`: everybody with an account, searched, filtered, sorted and paged; the address says how."""

from dataclasses import replace
from typing import Any, get_args

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.people import PersonRow, person_row
from mentorbook.services.admin.people import (
    PERSON_SORTS,
    PeopleQuery,
    PersonRole,
    PersonSort,
    PersonStatus,
    list_people,
)
from mentorbook.services.change_feed import ACCOUNTS
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.addressed_page import MOST_ASKED, asked_filters, asked_page_number
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

_FIELDS = ("search", "role", "status")
_ROLES: tuple[PersonRole, ...] = get_args(PersonRole)
_STATUSES: tuple[PersonStatus, ...] = get_args(PersonStatus)
# Whoever waits for an answer first, which is what most come for, stands in no address.
_WAITING: PersonSort = "waiting"


class PeopleList(rx.State):
    """The filters and the order, and the page of people that they leave; it follows every account.

    The browser writes them into the address; `answered` is for which of its words the people are shown.
    """

    rows: rx.Field[list[PersonRow]] = rx.field(default_factory=list)
    search: str = ""
    role: str = ""
    status: str = ""
    sort: str = _WAITING
    page: int = 1
    pages: int = 1
    total: int = 0
    loading: bool = True
    failed: bool = False
    answered: rx.Field[dict[str, str]] = rx.field(default_factory=dict)

    @rx.var
    def filtered(self) -> bool:
        """Say whether some people are left out."""
        return bool(self.search.strip() or self.role or self.status)

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Load the people that the address asks for."""
        asked = self.router.url.query_parameters
        for field in _FIELDS:
            setattr(self, field, asked.get(field, "")[:MOST_ASKED])
        self.sort = next((key for key in PERSON_SORTS if key == asked.get("sort")), _WAITING)
        self.page = asked_page_number(self)
        live.follow(self, [ACCOUNTS])
        await self._read(actor)

    @action("admin")
    async def filter_by(self, actor: Account, field: str, text: str) -> Any:
        """Change one filter, and go back to the first page."""
        if field in _FIELDS:
            setattr(self, field, text[:MOST_ASKED])
            self.page = 1
            await self._read(actor)

    @action("admin")
    async def clear(self, actor: Account) -> Any:
        """Clear every filter."""
        self.search = self.role = self.status = ""
        self.page = 1
        await self._read(actor)

    @action("anyone")
    async def depart(self) -> Any:
        """Stop following accounts, because the page has been left."""
        if not self.router.url.path.startswith("/admin/people"):
            live.follow(self, [])

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        return [] if error.status == 403 else None

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and actor.is_admin:
            await self._read(actor)

    async def _read(self, actor: Account) -> None:
        query = PeopleQuery(
            self.search,
            next((role for role in _ROLES if role == self.role), None),
            next((status for status in _STATUSES if status == self.status), None),
            self.page,
            next((key for key in PERSON_SORTS if key == self.sort), _WAITING),
        )
        try:
            found = await call(list_people, actor, query)
            if found.page > found.pages:
                found = await call(list_people, actor, replace(query, page=found.pages))
        except Exception:
            self.failed = True
            raise
        self.rows = [person_row(person, zone=actor.timezone, now=now()) for person in found.people]
        self.page, self.pages, self.total, self.loading = found.page, found.pages, found.total, False
        self.failed = False
        self.answered = asked_filters(self, *_FIELDS, "sort", "page")

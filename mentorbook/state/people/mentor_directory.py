"""The mentor directory: search, filters, and a page of cards."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.views import Account
from mentorbook.domain.zones import local_date
from mentorbook.presenters.booking.slot_calendar import MonthGrid, month_grids
from mentorbook.presenters.dates import long_day
from mentorbook.presenters.people.mentor_card import MentorRow, mentor_row
from mentorbook.services.availability.slots import day_window
from mentorbook.services.change_feed import MENTORS, SESSIONS
from mentorbook.services.clock import now
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory
from mentorbook.state.action import action, browser_zone
from mentorbook.state.addressed_page import asked_filters
from mentorbook.state.answers import Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.shared_questions import call_shared
from mentorbook.state.socket.tab_login import current

# A filter's value as the page's address carries it, and what it asks the service for.
DAYS: dict[str, int | None] = {"": None, "1": 1, "3": 3, "7": 7}
PRICES: dict[str, Decimal | None] = {"": None, "0": Decimal(0), "50": Decimal(50), "100": Decimal(100)}
MOST_TEXT = 100
_MONTHS_AHEAD = 12

Text = Annotated[str, Field(max_length=MOST_TEXT)]


class MentorDirectory(Attempts, rx.State):
    """What is looked for, which the browser writes into the page's address, and what was found.

    `answered` is for which of the address's words it was found.
    """

    status: str = "loading"
    query: str = ""
    topic: str = ""
    days: str = ""
    today: str = ""
    price: str = ""
    page: int = 1
    pages: int = 1
    total: int = 0
    filtered: bool = False
    answered: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    topics: rx.Field[list[str]] = rx.field(default_factory=list)
    mentors: rx.Field[list[MentorRow]] = rx.field(default_factory=list)

    @rx.var
    def grids(self) -> dict[str, MonthGrid]:
        """Draw the bare grids of the months that one can choose a date from."""
        return month_grids(self.today[:7], _MONTHS_AHEAD) if self.today else {}

    @rx.var
    def day_words(self) -> str:
        """Tell the date that was chosen, if one was."""
        return long_day(date.fromisoformat(self.days)) if len(self.days) > 1 else ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> Any:
        """Load the directory with the search, if any, that the address carries."""
        asked = self.router.url.query_parameters
        self.query, self.topic = asked.get("q", "")[:MOST_TEXT], asked.get("topic", "")[:MOST_TEXT]
        self.days = _days(asked.get("days", ""))
        self.price = asked["price"] if asked.get("price") in PRICES else ""
        page = asked.get("page", "1")
        self.page = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
        # Until it is read nobody knows whom it lists.
        live.follow(self, [MENTORS, SESSIONS, *([actor.id] if actor else [])])
        await self._load(actor)

    @action("anyone")
    async def search(self, actor: Account | None, text: Text) -> Any:
        """Look for words in names, headlines and expertise."""
        self.query, self.page = text, 1
        await self._load(actor)

    @action("anyone")
    async def filter_topic(self, actor: Account | None, topic: Text) -> Any:
        """Show only mentors with this expertise; empty for all."""
        self.topic, self.page = topic, 1
        await self._load(actor)

    @action("anyone")
    async def filter_days(self, actor: Account | None, days: str) -> Any:
        """Show only mentors with a free time within so many days, or on a date."""
        self.days, self.page = _days(days), 1
        await self._load(actor)

    @action("anyone")
    async def open_days(self, actor: Account | None, is_open: bool) -> Any:
        """Show the months to choose a date from, when the choice opens."""
        if is_open:
            self.today = local_date(_zone(self, actor), now()).isoformat()

    @action("anyone")
    async def filter_price(self, actor: Account | None, price: str) -> Any:
        """Show only mentors up to an hourly rate in their own currency."""
        self.price, self.page = price if price in PRICES else "", 1
        await self._load(actor)

    @action("anyone")
    async def turn_page(self, actor: Account | None, to: Annotated[int, Field(ge=1, le=9_999)]) -> Any:
        """Go to a page, or to the last one when there are not so many."""
        self.page = min(to, self.pages)
        await self._load(actor)
        return rx.call_script("window.scrollTo({top: 0})")

    @action("anyone")
    async def clear(self, actor: Account | None) -> Any:
        """Clear every filter."""
        self.query = self.topic = self.days = self.price = ""
        self.page = 1
        await self._load(actor)

    async def _load(self, actor: Account | None) -> None:
        self.answered = asked_filters(self, "q", "topic", "days", "price", "page")
        zone = _zone(self, actor)
        query = DirectoryQuery(
            search=self.query,
            expertise=self.topic,
            most_rate=PRICES[self.price],
            within_days=DAYS.get(self.days),
            free_between=day_window(date.fromisoformat(self.days), zone) if len(self.days) > 1 else None,
            page=max(1, self.page),
        )
        try:
            found = await call_shared(directory, actor, query)
        except Exception:
            self.status = "failed"
            raise
        self.mentors = [mentor_row(card, zone=zone, now=now()) for card in found.mentors]
        self.topics, self.pages, self.total = found.expertise, found.pages, found.total
        self.filtered = bool(self.query.strip() or self.topic or self.days or self.price)
        self.status = "ready"
        # Who is not listed may be: by what they publish, and where free times are asked for, by any session.
        others = [SESSIONS] if self.days else [card.id for card in found.mentors]
        live.follow(self, [MENTORS, *([actor.id] if actor else []), *others])

    async def _follow(self) -> None:
        if self.router.url.path == "/":
            await self._load(await current(self))
        else:
            live.follow(self, [])


def _zone(state: rx.State, actor: Account | None) -> str:
    return actor.timezone if actor else browser_zone(state)


def _days(asked: str) -> str:
    """Return a filter of days, or a date within reach; empty for anything else."""
    if asked in DAYS:
        return asked
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return ""
    return day.isoformat() if abs((day - now().date()).days) <= 31 * (_MONTHS_AHEAD + 1) else ""

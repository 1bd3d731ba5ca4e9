"""A person at a browser, and what they do there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect

from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking import bookings
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.people import a_request

DESKTOP, PHONE = (1280, 800), (390, 844)
# Two browsers share the cores, and what proves the first promises is given no second try.
PATIENCE_MS = 20_000
# Of the app's own, and shown as text: a tab that is there keeps what it has compiled of the app's pages.
_NO_PAGE = "/theme.js"


def wire(instant: datetime) -> str:
    """An instant as `data-start` carries it."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def booked(mentee: Account, mentor: Account, at: datetime, **values: Any) -> Booking:
    """A session made behind the browser's back, through the service."""
    return bookings.create_booking(mentee, a_request(mentor, at, **values), None)


def sessions_of(person: Account) -> int:
    """How many sessions somebody has, whatever became of them."""
    return list_bookings(person, BookingQuery()).total


class Tabs:
    """Tabs of a browser, each in a context of its own and for one visitor after the other: the app's files
    are fetched, read and compiled once.

    Nothing of a visitor is left to the next: no document, no cookie, no storage, no way back. `always_runs`
    is a script that runs before every page.
    """

    def __init__(self, browser: Browser, site: str, always_runs: str = "") -> None:
        self._browser, self._site, self._always_runs = browser, site, always_runs
        self._idle: dict[str, list[BrowserContext]] = {}

    def open(self, size: tuple[int, int], *, dark: bool, cold: bool = False, **options: Any) -> Page:
        """An empty tab in a context of these options; the browser of a `cold` one has fetched nothing yet."""
        page = self._opened(cold, options)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(media="null", color_scheme="dark" if dark else "light", reduced_motion="reduce")
        return page

    def _opened(self, cold: bool, options: dict[str, Any]) -> Page:
        idle = self._idle.get(repr(options))
        if cold or not idle:
            context = self._browser.new_context(**options)
            if self._always_runs:
                context.add_init_script(self._always_runs)
            return context.new_page()
        context = idle.pop()
        page = context.pages[0] if context.pages else context.new_page()
        stored = {
            "origin": options["base_url"],
            "storageTypes": "cookies,local_storage,indexeddb,cache_storage",
        }
        devtools = context.new_cdp_session(page)
        devtools.send("Storage.clearDataForOrigin", stored)
        devtools.send("Page.resetNavigationHistory")
        devtools.detach()
        return page

    def give_back(self, page: Page, *, is_altered: bool, **options: Any) -> None:
        """Take a tab back, for the next visitor of these options; close one that `is_altered`, and the
        context of one that has been elsewhere."""
        context = page.context
        if options["base_url"] != self._site:
            context.close()
            return
        try:
            for each in context.pages:
                if each is not page or is_altered:
                    each.close()
            if not page.is_closed():
                page.goto(_NO_PAGE)
                page.evaluate("sessionStorage.clear(); window.name = ''")
                page.mouse.move(-1, -1)
            context.clear_cookies()
        except Error:
            # Whatever keeps it from being left is nothing to the next visitor.
            context.close()
        else:
            self._idle.setdefault(repr(options), []).append(context)


class Visitor:
    """One browser context with one page. Keeps what went wrong and who was asked."""

    def __init__(self, page: Page, site: str, person: Account | None = None) -> None:
        self.site, self.page = site, page
        self._context, self._is_altered, self._is_tab_altered = page.context, False, False
        self._context.set_default_timeout(PATIENCE_MS)
        if person is not None:
            self.log_in(settings.cookie, accounts.start_login(person.id, address=None, agent="tests"))
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self._told: dict[Any, Callable[[Any], None]] = {
            "console": self._heard,
            "pageerror": self._thrown,
            "request": self._asked,
        }
        for event, handler in self._told.items():
            self.page.on(event, handler)

    @property
    def context(self) -> BrowserContext:
        """The browser context, for a test that does something to it, which nothing undoes: no visitor gets
        it afterwards."""
        self._is_altered = True
        return self._context

    @property
    def tab(self) -> Page:
        """The page, for a test that listens to it, answers for the server or has a script run before it,
        which the page would keep: no visitor gets it afterwards."""
        self._is_tab_altered = True
        return self.page

    def log_in(self, cookie: str, token: str) -> None:
        """Have the browser carry a login."""
        self._context.add_cookies(
            [{"name": cookie, "value": token, "url": self.site, "httpOnly": True, "sameSite": "Lax"}]
        )

    def leave(self, tabs: Tabs, options: dict[str, Any]) -> None:
        """Give the tab back, made with these options, as far as it is fit for the next visitor."""
        for event, handler in self._told.items():
            self.page.remove_listener(event, handler)
        if self._is_altered:
            self._context.close()
        else:
            tabs.give_back(self.page, is_altered=self._is_tab_altered, **options)

    def _thrown(self, error: Error) -> None:
        self.errors.append(str(error))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.hosts.add(urlsplit(request.url).netloc)

    def go(self, path: str) -> None:
        """Open a page and wait until it is alive."""
        self.page.goto(path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page knows who is there."""
        self.page.locator("main[data-ready=true]").wait_for()

    def reload(self) -> None:
        """Load the page anew."""
        self.page.reload()
        self.ready()

    def part(self, name: str, **data: str) -> Locator:
        """What carries a `data-testid`, and perhaps other `data-…` values."""
        more = "".join(f'[data-{key.replace("_", "-")}="{value}"]' for key, value in data.items())
        return self.page.locator(f'[data-testid="{name}"]{more}')

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that the page does not show, while the page lives on."""
        patience = time.monotonic() + PATIENCE_MS / 1000
        while not holds():
            assert time.monotonic() < patience, "waited in vain"
            self.page.evaluate("new Promise((done) => setTimeout(done, 10))")

    # The booking modal

    def open_modal(self, mentor: Account) -> None:
        """Go to a mentor and open the modal."""
        self.go(f"/mentors/{mentor.id}")
        self.part("book-session").click()
        self.part("calendar-day").first.wait_for()

    def slot(self, start: datetime) -> Locator:
        """The button of a start; there only while its day is on show and it is free."""
        return self.part("time-slot", start=wire(start))

    def choose(self, start: datetime, date: str | None = None) -> None:
        """Choose a date (as the visitor's zone has it) and a start on it."""
        self.part("calendar-day", date=date or f"{start:%Y-%m-%d}").click()
        self.slot(start).click()
        expect(self.slot(start)).to_have_attribute("aria-pressed", "true")

    def continue_to_details(self) -> None:
        """From the time to the details."""
        self.part("step-next").click()
        self.part("session-title").wait_for()

    def continue_to_confirm(self, title: str = "A session", description: str = "") -> None:
        """Fill the details in and go on."""
        self.part("session-title").fill(title)
        if description:
            self.part("session-description").fill(description)
        self.part("step-next").click()
        self.part("booking-summary").wait_for()

    def come_to_confirm(self, mentor: Account, start: datetime, **details: Any) -> None:
        """All the way to the summary."""
        self.open_modal(mentor)
        self.choose(start, details.pop("date", None))
        self.continue_to_details()
        self.continue_to_confirm(**details)

    # What has the focus

    def focused(self) -> str:
        """What has the focus, in words: a test id, a name or the tag."""
        found: str = self.page.evaluate(
            """() => {
                const element = document.activeElement;
                return element.dataset.testid || element.getAttribute("aria-label") || element.id
                    || element.textContent.trim().slice(0, 40) || element.tagName;
            }"""
        )
        return found


class Visits:
    """Hands out visitors, and sees them all out."""

    def __init__(self, tabs: Tabs, site: str) -> None:
        self._tabs, self.site = tabs, site
        self._visitors: list[tuple[Visitor, dict[str, Any]]] = []

    def __call__(
        self,
        person: Account | None = None,
        *,
        zone: str | None = None,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        cold: bool = False,
    ) -> Visitor:
        """A visitor whose device shows the person's own time zone, unless another is named.

        The browser of a `cold` one was never here before.
        """
        phone = size == PHONE
        options: dict[str, Any] = {
            "base_url": self.site,
            "accept_downloads": True,
            "timezone_id": zone or (person.timezone if person else "UTC"),
            "locale": "en-GB",
            "has_touch": phone,
            "is_mobile": phone,
        }
        page = self._tabs.open(size, dark=dark, cold=cold, **options)
        visitor = Visitor(page, self.site, person)
        self._visitors.append((visitor, options))
        return visitor

    def end(self) -> None:
        """See every visitor out."""
        while self._visitors:
            visitor, options = self._visitors.pop()
            visitor.leave(self._tabs, options)

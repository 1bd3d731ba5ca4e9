"""Two processes of the app with one database and one Redis: what happens in one is on the pages of both."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.people import accounts
from tests.e2e.chromium import find_chromium
from tests.e2e.visitor import PATIENCE_MS, wire
from tests.people import a_mentee, a_mentor
from tests.servers.serving import Serving, serving
from tests.servers.valkey import running_valkey

LONG_ENOUGH_MS = 4_000  # the processes look twice a second at what the other has announced


@contextmanager
def two_apps(database: Database, folder: Path, redis: str | None) -> Iterator[list[Serving]]:
    """Two of them behind their own ports; the second works without a worker of its own."""
    settings = {"database_url": database.url.render_as_string(hide_password=False)}
    settings |= {"redis_url": redis} if redis else {}
    for name in ("one", "two"):
        (folder / name).mkdir()
    with (
        serving(folder / "one", data_dir=str(folder / "data"), **settings) as one,
        serving(folder / "two", data_dir=str(folder / "data"), worker="0", **settings) as two,
    ):
        yield [one, two]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser of the test's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def log_in(person: Account) -> str:
    """The token of a new log-in."""
    return accounts.start_login(person.id, address=None, agent=None)


def modal_of(chromium: Browser, app: Serving, mentor: Account, person: Account, day: datetime) -> Page:
    """The mentor's page in this app with the booking modal open on a day, under the person's log-in."""
    context = chromium.new_context(timezone_id="UTC", base_url=app.address)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": app.cookie, "value": log_in(person), "url": app.address}])
    page = context.new_page()
    page.goto(f"/mentors/{mentor.id}?book")
    page.locator(f'[data-testid="calendar-day"][data-date="{day:%Y-%m-%d}"]').click()
    return page


def book(app: Serving, mentor: Account, person: Account, at: datetime) -> None:
    """Book over the REST API of this app."""
    body = {"mentorId": str(mentor.id), "scheduledAt": wire(at), "duration": 60, "title": "Owls"}
    answer = httpx.post(f"{app.address}/api/bookings", json=body, cookies={app.cookie: log_in(person)})
    assert answer.status_code == 201, answer.text


def slot(at: datetime) -> str:
    """How the page names a start."""
    return f'[data-testid="time-slot"][data-start="{wire(at)}"]'


@pytest.mark.parametrize("shares", [True, False])
def test_a_slot_that_is_taken_in_one_app_leaves_the_pages_of_both(
    postgres_db: Database, tmp_path: Path, chromium: Browser, shares: bool
) -> None:
    """Positive control: without Redis, which says that there are several, they tell each other nothing."""
    mentor = a_mentor("Moira")
    day = datetime.now(UTC) + timedelta(days=2)
    query = SlotQuery(mentor.id, day.date(), day.date(), "UTC", 60)
    times = [each.start_time for each in list_slots(None, query).slots]
    first, second, third = times[8], times[12], times[16]
    with running_valkey() as redis, two_apps(postgres_db, tmp_path, redis if shares else None) as apps:
        pages = [modal_of(chromium, app, mentor, a_mentee(), day) for app in apps]
        for page in pages:
            expect(page.locator(slot(third))).to_be_visible(timeout=PATIENCE_MS)
        for app, other, at in ((apps[0], pages[1], first), (apps[1], pages[0], second)):
            book(app, mentor, a_mentee(), at)
            if shares:
                expect(other.locator(slot(at))).to_have_count(0, timeout=PATIENCE_MS)
            else:
                time.sleep(LONG_ENOUGH_MS / 1000)
                expect(other.locator(slot(at))).to_be_visible()
        for page in pages:
            expect(page.locator(slot(third))).to_be_visible()

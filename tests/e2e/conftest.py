"""Real Chromium before the real app; every test brings its own people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import delete, update
from sqlmodel import col

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import write_transaction
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import change_policies, current_policies
from tests.conftest import Hands
from tests.e2e.chromium import find_chromium
from tests.e2e.meeting import MeetingPlace, running_meetings
from tests.e2e.server import running_app
from tests.e2e.visitor import PATIENCE_MS, Tabs, Visits
from tests.people import a_mentee
from tests.second_try import give_second_try

_HERE = Path(__file__).parent
# Letters as wide as on a screen: the headless shell hints them otherwise.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is travelled once more; the summary names it as rerun, and it is worth a look.

    A busy machine may keep a real browser waiting beyond any patience. What fails twice has failed. What
    proves the first or second promise has failed at once.
    """
    give_second_try(items, _HERE)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app."""
    with running_app(tmp_path_factory.mktemp("e2e")) as address:
        yield address


# Never for the whole session: Playwright's loop would be in the way of later tests' `asyncio.run`.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium; each visitor has a context of their own in it."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def meetings(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeetingPlace]:
    """The app with a video server, in a process of its own; and a browser with made-up cameras."""
    with running_meetings(tmp_path_factory.mktemp("meetings"), browser.browser_type) as place:
        yield place


@pytest.fixture(scope="package")
def tabs(browser: Browser, site: str) -> Tabs:
    """What visitors come with, one after the other."""
    return Tabs(browser, site)


@pytest.fixture
def visits(tabs: Tabs, site: str, hands: Hands) -> Iterator[Visits]:
    """Makes visitors: `visits(person)` is logged in, `visits()` is a stranger. It is NOON for all.

    All tests share one app: afterwards the policies are the defaults again, and nothing will come due.
    """
    visits = Visits(tabs, site)
    yield visits
    visits.end()
    _let_nothing_come_due()
    if current_policies() != SessionPolicies():
        change_policies(a_mentee("Restorer", is_admin=True), SessionPolicies().model_dump())


def _let_nothing_come_due() -> None:
    """End all sessions, silently: else a test that puts the clock forward has the app begin, end and announce
    those of hundreds of tests before it."""
    live = col(MentoringSession.status).in_(LIVE_STATUSES)
    with write_transaction() as session:
        session.execute(delete(SessionClaim))
        session.execute(update(MentoringSession).where(live).values(status="cancelled", expires_at=None))
        session.execute(delete(OutboxMessage).where(col(OutboxMessage.state) == "waiting"))


@pytest.fixture
def admin(visits: Visits) -> Account:
    """An admin, in an app whose policies are restored after the test."""
    return a_mentee("Admin", is_admin=True)

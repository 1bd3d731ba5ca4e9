"""Real Chromium before the real app; every test brings its own people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from scripts.browser import find_chromium
from tests.conftest import Hands
from tests.e2e.server import running_app
from tests.e2e.visitor import Visits

PATIENCE_MS = 10_000
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


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


@pytest.fixture
def visits(browser: Browser, site: str, hands: Hands) -> Iterator[Visits]:
    """Makes visitors: `visits(person)` is logged in, `visits()` is a stranger. It is NOON for all."""
    visits = Visits(browser, site)
    yield visits
    visits.end()

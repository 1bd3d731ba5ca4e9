"""A page belongs to a log-in: raw sockets that come back to a tab under another one find nothing of it."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy import update
from sqlmodel import col

from mentorbook.db.engine import write_transaction
from mentorbook.db.people import LoginSession, User
from mentorbook.domain.views import Account, Booking
from mentorbook.services.availability.slots import earliest_slot
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from tests.people import a_mentee, a_mentor, a_request
from tests.security.wire import STATES, Served, Tab, an_event, served
from tests.servers.valkey import running_valkey

TITLE = "Burnout, nobody may know"
MODAL = f"{STATES}booking___booking_modal____booking_modal"
HYDRATE = an_event("reflex___state____state.hydrate", {})
RELOAD = "window.location.reload()"


@dataclass(frozen=True)
class Site:
    """The app, and two people with a session between them."""

    app: Served
    mentor: Account
    mina: Account
    booking: Booking

    def page(self) -> list[Any]:
        """What Mina's page sends: it shows her sessions, and a title is typed into the booking modal."""
        arrived = an_event(f"{STATES}people___me____me.arrive_member", {}, "/sessions")
        loaded = an_event(f"{STATES}booking___session_list____session_list.load", {}, "/sessions")
        opened = an_event(f"{MODAL}.arrive", {}, f"/mentors/{self.mentor.id}?book")
        typed = an_event(f"{MODAL}.write_title", {"text": TITLE})
        return [HYDRATE, arrived, loaded, opened, typed]

    def stir(self) -> None:
        """Something happens to Mina's session, and every page that follows her is told."""
        cookies = {self.app.cookie: a_login(self.mina)}
        body = {"title": f"Private matters {datetime.now(UTC).microsecond}"}
        answer = httpx.put(f"{self.app.address}/api/bookings/{self.booking.id}", json=body, cookies=cookies)
        assert answer.status_code == 200, answer.text

    def tells_of_mina(self, heard: list[Any]) -> list[str]:
        """What of hers is in it."""
        text = json.dumps(heard, default=repr)
        return [secret for secret in (self.mina.email, "Private matters", TITLE) if secret in text]


def a_login(person: Account) -> str:
    return accounts.start_login(person.id, address=None, agent=None)


@pytest.fixture(scope="module", params=["memory", "redis"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """States of tabs live in the process, or in a Redis that several processes share."""
    with contextlib.ExitStack() as stack:
        environment = {}
        if request.param == "redis":
            environment["MENTORBOOK_REDIS_URL"] = stack.enter_context(running_valkey())
        yield a_site(stack.enter_context(served(tmp_path_factory.mktemp("tabs"), **environment)))
        for url in environment.values():
            assert redis.Redis.from_url(url).keys(), "no state ever came there"


def a_site(app: Served) -> Site:
    mentor, mina = a_mentor("Moira"), a_mentee("Mina")
    at = earliest_slot(None, mentor.id, 60)
    assert at is not None
    return Site(app, mentor, mina, create_booking(mina, a_request(mentor, at, title="Private matters")))


async def visited(site: Site, tab: str, cookie: str) -> None:
    """Mina has been there: the tab is closed, and its state waits for her."""
    async with Tab(site.app, cookie, tab) as page:
        heard = await page.say(*site.page())
    assert site.tells_of_mina(heard) == [site.mina.email, "Private matters", TITLE]


async def overheard(site: Site, tab: str, cookie: str | None) -> list[Any]:
    """What somebody hears who takes over a tab's name: on hydrate, and when Mina's session changes."""
    async with Tab(site.app, cookie, tab) as page:
        heard = await page.say(HYDRATE)
        await asyncio.to_thread(site.stir)
        heard += await page.say()
    return heard


@pytest.mark.parametrize("who", ["nobody", "another", "forger"])
def test_a_tabs_name_is_worth_nothing_without_its_login(site: Site, who: str) -> None:
    stranger = a_login(a_mentee("Stranger"))
    cookie = a_login(site.mina)
    # The hash is no cookie: whoever reads it somewhere cannot log in with it.
    taken = {"nobody": None, "another": stranger, "forger": accounts.cookie_hash(cookie)}[who]

    async def run() -> list[Any]:
        await visited(site, f"stolen-{who}", cookie)
        return await overheard(site, f"stolen-{who}", taken)

    assert site.tells_of_mina(asyncio.run(run())) == []


def test_the_same_login_finds_what_was_typed(site: Site) -> None:
    cookie = a_login(site.mina)

    async def run() -> list[Any]:
        await visited(site, "hers", cookie)
        async with Tab(site.app, cookie, "hers") as page:
            return await page.say(HYDRATE)

    assert TITLE in json.dumps(asyncio.run(run()))


def test_a_duplicated_tab_is_another_and_keeps_what_was_typed_in_it(site: Site) -> None:
    cookie = a_login(site.mina)

    async def run() -> tuple[list[Any], list[Any], list[Any]]:
        async with Tab(site.app, cookie, "twice") as first:
            await first.say(HYDRATE)
            async with Tab(site.app, cookie, "twice") as second:
                named = [given[1] for given in second.heard if given[0] == "new_token"]
                fresh = await second.say(HYDRATE)
                await second.say(*site.page())
        assert len(named) == 1
        async with Tab(site.app, cookie, named[0]) as again:
            back = await again.say(HYDRATE)
        async with Tab(site.app, None, named[0]) as thief:
            return fresh, back, await thief.say(HYDRATE)

    fresh, back, stolen = asyncio.run(run())
    assert TITLE not in json.dumps(fresh)
    assert TITLE in json.dumps(back)
    assert site.tells_of_mina(stolen) == []


def test_a_line_that_was_cut_without_a_word_is_taken_over(site: Site) -> None:
    """The server takes such a line for open; a second tab of the same name is the same tab come back."""
    cookie = a_login(site.mina)

    async def run() -> tuple[list[Any], list[Any]]:
        async with Tab(site.app, cookie, "cut") as first:
            await first.say(*site.page())
            first.fall_silent()
            async with Tab(site.app, cookie, "cut") as again:
                return list(again.heard), await again.say(HYDRATE)

    named, back = asyncio.run(run())
    assert not [given for given in named if given[0] == "new_token"]
    assert TITLE in json.dumps(back)


def log_out(site: Site, cookie: str) -> None:
    cookies = {site.app.cookie: cookie}
    assert httpx.post(f"{site.app.address}/api/auth/logout", cookies=cookies).status_code == 204


def expire(site: Site, cookie: str) -> None:
    with write_transaction() as session:
        login = col(LoginSession.token_hash) == accounts.cookie_hash(cookie)
        past = datetime(2020, 1, 1, tzinfo=UTC)
        session.execute(update(LoginSession).where(login).values(expires_at=past))


def promote(site: Site, cookie: str) -> None:
    with write_transaction() as session:
        session.get_one(User, site.mina.id).is_admin = True


def demote(site: Site) -> None:
    with write_transaction() as session:
        session.get_one(User, site.mina.id).is_admin = False


ENDINGS: list[Callable[[Site, str], None]] = [log_out, expire, promote]


@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize("first", ["event", "hydrate", "push", "reconnect"])
def test_a_page_begins_anew_when_its_login_ends_or_changes(
    site: Site, end: Callable[[Site, str], None], first: str
) -> None:
    cookie = a_login(site.mina)

    async def run() -> list[Any]:
        name = f"{end.__name__}-{first}"
        async with Tab(site.app, cookie, name) as page:
            await page.say(*site.page())
            if first != "reconnect":
                page.heard.clear()
                await asyncio.to_thread(end, site, cookie)
                return await MOVES[first](site, page)
        await asyncio.to_thread(end, site, cookie)
        async with Tab(site.app, cookie, name) as page:
            return await page.say(HYDRATE)

    try:
        heard = asyncio.run(run())
    finally:
        demote(site)
    assert site.tells_of_mina(heard) == []
    if first in ("event", "push"):
        assert RELOAD in json.dumps(heard)


async def _event(site: Site, page: Tab) -> list[Any]:
    typed = an_event(f"{MODAL}.write_description", {"text": "more"})
    # A log-out is announced: the push may have come first.
    pushed = list(page.heard)
    # The echo itself is an event, which finds the page begun anew.
    return [*pushed, *await page.say(typed, typed)]


async def _hydrate(site: Site, page: Tab) -> list[Any]:
    return await page.say(HYDRATE)


async def _push(site: Site, page: Tab) -> list[Any]:
    await asyncio.to_thread(site.stir)
    return await page.until(RELOAD)


MOVES: dict[str, Callable[[Site, Tab], Awaitable[list[Any]]]] = {
    "event": _event,
    "hydrate": _hydrate,
    "push": _push,
}


def test_without_the_door_a_tabs_name_tells_everything(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Positive control; the last test, since it leaves this process with another database."""
    with served(tmp_path_factory.mktemp("doorless"), "--doorless") as app:
        site = a_site(app)

        async def run() -> list[Any]:
            # Without the door the app would look for a hash where the token stands.
            cookie = a_login(site.mina)
            with write_transaction() as session:
                login = col(LoginSession.token_hash) == accounts.cookie_hash(cookie)
                session.execute(update(LoginSession).where(login).values(token_hash=cookie))
            async with Tab(site.app, cookie, "stolen") as page:
                await page.say(*site.page())
            async with Tab(site.app, None, "stolen") as page:
                return await page.say(HYDRATE)

        assert site.tells_of_mina(asyncio.run(run())) == [site.mina.email, "Private matters", TITLE]

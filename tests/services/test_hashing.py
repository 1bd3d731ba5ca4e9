"""Passwords are hashed two at a time, the queue has an end, and known browsers go first."""

import asyncio
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest

from mentorbook.domain.errors import RateLimited
from mentorbook.domain.views import Account
from mentorbook.services.people import credentials
from mentorbook.services.people.credentials import Browser
from mentorbook.services.people.login_throttle import Guesser
from mentorbook.services.people.password_hashing import (
    AT_ONCE,
    LARGEST_SHARE,
    LONGEST_QUEUE,
    HashingQueue,
    Place,
)


class Work:
    """Calls that wait until they are let go; keeps who ran, in order, and how many at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.ran: list[str] = []
        self.most = 0
        self._running = 0
        self._lock = threading.Lock()

    def named(self, name: str) -> Callable[[], None]:
        """One call."""

        def work() -> None:
            with self._lock:
                self.ran.append(name)
                self._running += 1
                self.most = max(self.most, self._running)
            self.go.wait(30)
            with self._lock:
                self._running -= 1

        return work


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    for _ in range(30_000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("waited in vain")


async def begun(work: Work, number: int) -> None:
    """Wait until so many calls run."""
    await until(lambda: len(work.ran) >= number)


def strangers(queue: HashingQueue, work: Work, number: int, share: str = "") -> list["asyncio.Task[None]"]:
    """So many strangers queue up, each from an address of their own unless one is given."""
    return [
        asyncio.create_task(queue.run(Place(share or f"address {n}"), work.named(f"stranger {n}")))
        for n in range(number)
    ]


def test_two_run_at_once_and_known_browsers_go_first() -> None:
    async def run() -> None:
        queue, work = HashingQueue(), Work()
        waiting = strangers(queue, work, 6)
        await begun(work, AT_ONCE)
        owner = asyncio.create_task(queue.run(Place("at home", "device"), work.named("owner")))
        await until(lambda: queue._known_in_line == 1)
        work.go.set()
        await asyncio.gather(owner, *waiting)
        assert work.most == AT_ONCE
        assert work.ran.index("owner") in (AT_ONCE, AT_ONCE + 1)

    asyncio.run(run())


def test_the_queue_has_an_end_and_the_known_have_their_own() -> None:
    async def run() -> None:
        queue, work = HashingQueue(), Work()
        waiting = strangers(queue, work, LONGEST_QUEUE)
        await begun(work, AT_ONCE)
        with pytest.raises(RateLimited) as refused:
            await queue.run(Place("one more"), work.named("one more"))
        assert refused.value.retry_after == 3
        owner = asyncio.create_task(queue.run(Place("at home", "device"), work.named("owner")))
        work.go.set()
        await asyncio.gather(owner, *waiting)
        await queue.run(Place("one more"), work.named("one more"))
        assert len(work.ran) == LONGEST_QUEUE + 2

    asyncio.run(run())


def test_one_address_takes_its_share_only() -> None:
    async def run() -> None:
        queue, work = HashingQueue(), Work()
        waiting = strangers(queue, work, LARGEST_SHARE, share="one address")
        await begun(work, AT_ONCE)
        with pytest.raises(RateLimited):
            await queue.run(Place("one address"), work.named("too many"))
        other = asyncio.create_task(queue.run(Place("another"), work.named("another")))
        work.go.set()
        await asyncio.gather(other, *waiting)
        assert "another" in work.ran

    asyncio.run(run())


@pytest.mark.parametrize(
    "crowd",
    [
        [Place("one network", f"device {n % 20}") for n in range(LONGEST_QUEUE)],
        [Place(f"network {n}", "one device") for n in range(LONGEST_QUEUE)],
    ],
    ids=["many browsers of one network", "one browser's cookie in many networks"],
)
def test_known_browsers_do_not_fill_the_queue_for_another(crowd: list[Place]) -> None:
    async def run() -> None:
        queue, work = HashingQueue(), Work()
        callers = [asyncio.create_task(queue.run(place, work.named("crowd"))) for place in crowd]
        await begun(work, AT_ONCE)
        owner = asyncio.create_task(queue.run(Place("at home", "owner"), work.named("owner")))
        stranger = asyncio.create_task(queue.run(Place("one network"), work.named("stranger")))
        await asyncio.sleep(0)
        work.go.set()
        await asyncio.gather(owner, stranger)
        refused = await asyncio.gather(*callers, return_exceptions=True)
        assert sum(isinstance(answer, RateLimited) for answer in refused) == LONGEST_QUEUE - LARGEST_SHARE
        assert work.ran.count("crowd") == LARGEST_SHARE

    asyncio.run(run())


def test_a_change_of_password_takes_its_networks_share(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Place] = []

    async def call_hashing(place: Place, *_: object) -> None:
        taken.append(place)

    monkeypatch.setattr(credentials, "call_hashing", call_hashing)
    person = Account(
        id=uuid4(), name="Mina", email="a@b.test", timezone="UTC", is_mentor=False, is_admin=False
    )
    asyncio.run(credentials.change_password(person, {}, Browser("2001:db8:1:2::3")))
    assert taken == [Place("2001:db8:1:2::/64", str(person.id))]


def test_a_log_in_from_a_known_browser_takes_its_networks_share() -> None:
    assert Guesser("an account", "192.0.2.1", "a device").place == Place("192.0.2.1", "a device")


def test_a_failure_and_a_caller_who_leaves_give_their_places_back() -> None:
    async def run() -> None:
        queue, work = HashingQueue(), Work()

        def fails() -> None:
            raise ValueError

        with pytest.raises(ValueError):
            await queue.run(Place("one"), fails)
        running = strangers(queue, work, AT_ONCE)
        await begun(work, AT_ONCE)
        leaving = strangers(queue, work, LARGEST_SHARE, share="leaves")
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        work.go.set()
        await asyncio.gather(*running, *strangers(queue, work, LARGEST_SHARE, share="leaves"))
        assert queue._waiting.total() == queue._shares.total() == 0

    asyncio.run(run())

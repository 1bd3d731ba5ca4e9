"""Pictures are made one at a time, in a thread of their own; the queue has an end."""

import asyncio
import threading
from uuid import UUID, uuid4

import pytest

from mentorbook.domain.errors import RateLimited
from mentorbook.services.offload import call
from mentorbook.services.people.picture_queue import LONGEST_QUEUE, PictureQueue


class Making:
    """Pictures that are made when they are let go; keeps for whom, and how many at once at most."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made: list[UUID] = []
        self.most = self._now = 0

    def __call__(self, person: UUID) -> None:
        self._now += 1
        self.most = max(self.most, self._now)
        self.go.wait(30)
        self._now -= 1
        self.made.append(person)


def asked(queue: PictureQueue, making: Making, person: UUID) -> "asyncio.Task[None]":
    """Somebody's upload, which waits for its turn."""
    return asyncio.create_task(queue.run(person, lambda: making(person)))


def test_one_is_made_at_once_in_order_and_the_others_are_turned_away() -> None:
    async def run() -> None:
        queue, making = PictureQueue(), Making()
        people = [uuid4() for _ in range(LONGEST_QUEUE)]
        waiting = [asked(queue, making, person) for person in people]
        await asyncio.sleep(0)
        with pytest.raises(RateLimited, match="Many people") as refused:
            await asked(queue, making, uuid4())
        assert refused.value.retry_after > 0
        making.go.set()
        await asyncio.gather(*waiting)
        assert (making.made, making.most) == (people, 1)
        await asked(queue, making, uuid4())

    asyncio.run(run())


def test_each_person_has_one_upload_in_the_queue() -> None:
    async def run() -> None:
        queue, making, person = PictureQueue(), Making(), uuid4()
        first = asked(queue, making, person)
        await asyncio.sleep(0)
        with pytest.raises(RateLimited, match="still being made"):
            await asked(queue, making, person)
        other = asked(queue, making, uuid4())
        making.go.set()
        await asyncio.gather(first, other)
        await asked(queue, making, person)

    asyncio.run(run())


def test_whoever_stops_waiting_or_fails_leaves_the_queue() -> None:
    async def run() -> None:
        queue, making, person = PictureQueue(), Making(), uuid4()
        first = asked(queue, making, uuid4())
        given_up = asked(queue, making, person)
        await asyncio.sleep(0)
        given_up.cancel()
        making.go.set()
        await asyncio.wait([first, given_up])
        with pytest.raises(ZeroDivisionError):
            await queue.run(person, lambda: 1 // 0)
        await asked(queue, making, person)
        assert person in making.made

    asyncio.run(run())


def test_services_are_served_while_the_queue_is_full() -> None:
    async def run() -> int:
        queue, making = PictureQueue(), Making()
        waiting = [asked(queue, making, uuid4()) for _ in range(LONGEST_QUEUE)]
        await asyncio.sleep(0)
        answer = await call(lambda: 42)
        assert making.made == []
        making.go.set()
        await asyncio.gather(*waiting)
        return answer

    assert asyncio.run(run()) == 42

"""Pages are looked at again when the clock alone changes them, also after days."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import PageAlarms
from tests.conftest import Hands


def test_a_moment_far_away_is_looked_at_again_before(hands: Hands) -> None:
    person, alarms, near, far = uuid4(), PageAlarms(), timedelta(hours=12), timedelta(days=3)

    async def run() -> list[datetime]:
        wound = []
        for moments in ([hands.now + far], [hands.now + timedelta(hours=1), hands.now + far], [hands.now]):
            alarms.set(person, moments)
            wound.append(alarms._alarms[person].at)
        alarms._alarms[person].handle.cancel()
        return wound

    hour = hands.now + timedelta(hours=1)
    assert asyncio.run(run()) == [hands.now + near, hour, hour]


def test_an_alarm_that_is_due_rings_although_another_is_wound(hands: Hands) -> None:
    person, rung = uuid4(), list[UUID]()
    alarms = PageAlarms()

    async def run() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(live, "clock_reached", rung.append)
            alarms.set(person, [hands.now + timedelta(milliseconds=1)])
            hands.on(seconds=1)
            alarms.set(person, [hands.now + timedelta(hours=1)])
            for _ in range(100):
                if rung:
                    break
                await asyncio.sleep(0.01)
            later = alarms._alarms[person]
            assert later.at == hands.now + timedelta(hours=1)
            later.handle.cancel()

    asyncio.run(run())
    assert rung == [person]

"""What somebody has just done goes before what open pages are only told of, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import reflex as rx
from reflex_base.event import Event
from reflex_base.event.processor import EventProcessor

from mentorbook.db.engine import Database
from mentorbook.services.many_viewers import Known
from mentorbook.state.people.mentor_page import ProfilePage
from mentorbook.state.socket import live_pages
from mentorbook.state.socket.events_first import Courtesy
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.shared_questions import SharedAnswers, SharedQuestions
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.harness import Page, Tabs, publishing, settled

EVER = 3600.0  # seconds


class Processor(EventProcessor):
    """Reflex's own, with another handler."""

    def __init__(self, handler: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._handler = handler
        self.configure()

    async def _execute_event(self, **_: Any) -> None:
        await self._handler()

    async def take(self, tab: str) -> None:
        """Take an event from a tab."""
        await self.enqueue(tab, Event(name=f"{ProfilePage.get_full_name()}.arrive"))


def courtesy(processor: EventProcessor, *reloaded: str, patience: float = EVER) -> Courtesy:
    """That of some tabs which are reloaded."""
    app: Any = rx.App.__new__(rx.App)
    app._event_processor = processor
    return Courtesy(app, set(reloaded), patience)


def within_a_minute(work: Callable[[], Awaitable[object]]) -> None:
    """Run what must come to an end."""

    async def run() -> None:
        async with asyncio.timeout(60):
            await work()

    asyncio.run(run())


def test_an_event_goes_before_the_pages_that_are_still_to_be_drawn(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_pages, "_PATIENCE_SECONDS", EVER)
    mentor, order = a_mentor(), list[str]()
    pages = [Page(a_mentee(), path=f"/mentors/{mentor.id}", tab=f"tab-{n}") for n in range(6)]
    tabs = Tabs(*pages)

    async def takes_many_turns() -> None:
        for _ in range(500):
            await asyncio.sleep(0)
        order.append("event")

    async def run() -> None:
        async with Processor(takes_many_turns) as processor:
            tabs.event_processor = processor
            taking = list[asyncio.Task[None]]()

            def sent(_: str) -> None:
                order.append("page")
                if len(order) == 1:
                    taking.append(asyncio.create_task(processor.take("another")))

            with publishing(tabs):
                for page in pages:
                    await page.send(ProfilePage, "arrive")
                tabs.sent = sent
                live.changed(frozenset({mentor.id}))
                await settled()

    within_a_minute(run)
    assert order == ["page", "event", *["page"] * 5]


def test_an_event_that_takes_long_is_waited_for_once() -> None:
    async def run() -> None:
        for_good = asyncio.Event()
        async with Processor(for_good.wait) as processor:
            await processor.take("another")
            await courtesy(processor, patience=0.01).let_pass()
            await courtesy(processor).let_pass()
            for_good.set()

    within_a_minute(run)


def test_events_without_end_are_not_waited_for_without_end() -> None:
    async def run() -> None:
        handled = 0

        async def another() -> None:
            nonlocal handled
            handled += 1
            await processor.take(f"tab {handled}")

        async with Processor(another) as processor:
            await another()
            patience = courtesy(processor, patience=0.01)
            await patience.let_pass()
            before = handled
            # What is left of it is nothing: each further page only gives way for a turn.
            await patience.let_pass()
            assert 2 < before <= handled <= before + 1
            processor._queue = None

    within_a_minute(run)


def test_an_event_of_a_page_that_is_reloaded_is_not_waited_for() -> None:
    """It waits for the reload itself: neither would ever go on."""

    async def run() -> None:
        for_the_reload = asyncio.Event()
        async with Processor(for_the_reload.wait) as processor:
            await processor.take("reloaded")
            await courtesy(processor, "reloaded").let_pass()
            for_the_reload.set()

    within_a_minute(run)


def test_pages_go_on_with_an_answer_one_at_a_time_and_ask_together_again() -> None:
    asked, woken = list[int](), list[str]()

    def answers(questions: Sequence[Any], _known: Known) -> Sequence[Any]:
        asked.append(len(questions))
        return [question[0] for question in questions]

    async def between() -> None:
        woken.append("between")
        await asyncio.sleep(0)

    async def page(questions: SharedQuestions, name: str) -> None:
        assert await questions.put(answers, (name,)) == name
        woken.append(name)
        assert await questions.put(answers, (f"{name} again",)) == f"{name} again"

    async def run() -> None:
        questions = SharedQuestions(between, SharedAnswers(60))
        with questions.gathering():
            pages = []
            for name in "abcd":
                pages.append(asyncio.create_task(page(questions, name)))
                await asyncio.sleep(0)
            assert asked == []
        await asyncio.gather(*pages)

    within_a_minute(run)
    assert asked == [4, 4]
    first = ["between", "a", "between", "b", "between", "c", "between", "d"]
    assert woken == first + ["between"] * 4

"""Many pages that are reloaded at once ask the services once, instead of one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from mentorbook.services.availability.slots import earliest_slot, list_slots
from mentorbook.services.many_viewers import (
    Known,
    directories_for,
    earliest_slots_for,
    list_slots_for,
    profiles_for,
)
from mentorbook.services.offload import call
from mentorbook.services.people.mentor_directory import directory, profile

P = ParamSpec("P")
R = TypeVar("R")

Question = tuple[Any, ...]
Together = Callable[[Sequence[Any], Known], Sequence[Any]]

# So many turns of the loop a page may take from an answer to its next question.
_TURNS_TO_ASK = 3

# What answers many questions to a service at once; each page still gets what it alone would have got.
_TOGETHER: dict[Callable[..., Any], Together] = {
    list_slots: list_slots_for,
    earliest_slot: earliest_slots_for,
    profile: profiles_for,
    directory: directories_for,
}


class SharedAnswers:
    """What the services have said to pages that are told of a change, and what was drawn of it.

    Good for all that are told until something else changes, and no longer than `good_for` seconds. Only used
    on the event loop.
    """

    def __init__(self, good_for: float) -> None:
        self._good_for = good_for
        self.forget()

    def forget(self) -> None:
        """Have everything asked and drawn again from now on."""
        self.drawn: dict[Question, tuple[Any, Any]] = {}
        self._known: Known = {}
        self._since = float("-inf")

    def known(self) -> Known:
        """Return what is known at this moment, to be added to."""
        now = asyncio.get_running_loop().time()
        if now - self._since > self._good_for:
            self.forget()
            self._since = now
        return self._known


class SharedQuestions:
    """Collect the questions of some pages, and put together those that come in one turn of the loop.

    With an answer the pages go on one at a time, and `between` is awaited after each; what they ask then is
    put together all the same.
    """

    def __init__(self, between: Callable[[], Awaitable[None]], answers: SharedAnswers) -> None:
        """Go on from these `answers`, and add to them."""
        self._between, self._answers = between, answers
        self._asked: dict[Together, list[tuple[Question, asyncio.Future[Any]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gatherings = 0

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Hold questions back while the block runs; put together all that have come by its end."""
        self._gatherings += 1
        try:
            yield
        finally:
            self._gatherings -= 1
            if not self._gatherings:
                for together in self._asked:
                    asyncio.get_running_loop().call_soon(self._begin, together)

    async def put(self, together: Together, question: Question) -> Any:
        """Return the answer to one question, or raise its error."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        asked = self._asked.setdefault(together, [])
        asked.append((question, answer))
        if len(asked) == 1:
            loop.call_soon(self._begin, together)
        return await answer

    def draw(self, draw: Callable[..., Any], answer: Any, given: Question) -> Any:
        """Return `draw(answer, *given)`, drawn once for all pages that were given this very answer."""
        key, drawn = (draw, id(answer), *given), self._answers.drawn
        if key not in drawn:
            # With the answer, so that no other one comes by its identity.
            drawn[key] = (answer, draw(answer, *given))
        return drawn[key][1]

    def _begin(self, together: Together) -> None:
        if self._gatherings or not (asked := self._asked.pop(together, [])):
            return  # they are put when the last page has gone on, or were
        task = asyncio.get_running_loop().create_task(self._ask(together, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, together: Together, asked: list[tuple[Question, asyncio.Future[Any]]]) -> None:
        answers: Sequence[Any]
        try:
            answers = await call(together, [question for question, _ in asked], self._answers.known())
        except Exception as error:
            answers = [error] * len(asked)
        with self.gathering():
            for (_, waiting), answer in zip(asked, answers, strict=True):
                if waiting.done():
                    continue
                if isinstance(answer, Exception):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)
                await self._between()
            for _ in range(_TURNS_TO_ASK):
                await asyncio.sleep(0)


_shared: ContextVar[SharedQuestions | None] = ContextVar("shared", default=None)


@contextmanager
def asking_together(questions: SharedQuestions | None) -> Iterator[None]:
    """Have `call_shared` put its questions to these while the block runs; `None` has it ask alone."""
    before = _shared.set(questions)
    try:
        yield
    finally:
        _shared.reset(before)


async def call_shared(service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a service off the event loop, together with the same questions of pages reloaded with this one.

    Returns and raises what the service does. With keyword arguments it is always called alone.
    """
    together, shared = _TOGETHER.get(service), _shared.get()
    if shared is None or together is None or kwargs:
        return await call(service, *args, **kwargs)
    answer: R = await shared.put(together, args)
    return answer


def draw_shared(draw: Callable[..., R], answer: Any, *given: Hashable) -> R:
    """Draw what a shared question was answered with: once for all pages that draw the same of it.

    `draw` is pure, and what it returns is never changed.
    """
    shared = _shared.get()
    drawn: R = draw(answer, *given) if shared is None else shared.draw(draw, answer, given)
    return drawn

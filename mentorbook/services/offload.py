"""Services block on the database; this takes them off the event loop."""

import asyncio
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
Q = TypeVar("Q")
R = TypeVar("R")

# More threads than cores: they wait for disk and network, not for the processor.
_calls = ThreadPoolExecutor(max_workers=8, thread_name_prefix="service")


async def call(service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service call in a thread and wait for its answer or its error.

    Cancelling the caller does not stop the call: it commits or fails as a whole.
    """
    work = functools.partial(service, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_calls, work)


class CalledTogether(Generic[Q, R]):
    """Answer questions off the event loop, those that wait for each other's turn in one call.

    `answer_all` gets some questions and returns as many answers, in order; what it raises is raised to all of
    them. Each call begins after all of its questions were put, so an answer is never older than its question.
    """

    def __init__(self, answer_all: Callable[[Sequence[Q]], Sequence[R]], most: int = 100) -> None:
        """Put at most so many questions into one call."""
        self._answer_all, self._most = answer_all, most
        self._waiting: list[tuple[Q, asyncio.Future[R]]] = []
        self._calling: asyncio.Task[None] | None = None

    async def __call__(self, question: Q) -> R:
        """Return the answer to one question, or raise its error."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        if self._calling is None or self._calling.done() or self._calling.get_loop() is not loop:
            self._waiting = []
            self._calling = loop.create_task(self._call())
        self._waiting.append((question, answer))
        return await answer

    async def _call(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                answers = await call(self._answer_all, [question for question, _ in asked])
            except Exception as error:
                for _, waiting in asked:
                    if not waiting.done():
                        waiting.set_exception(error)
                continue
            for (_, waiting), answer in zip(asked, answers, strict=True):
                # Whoever has gone meanwhile waits for nothing.
                if not waiting.done():
                    waiting.set_result(answer)

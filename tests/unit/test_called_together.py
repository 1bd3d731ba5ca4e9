"""Questions that wait for each other's turn are answered in one call, and never by what was read before."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from mentorbook.services.offload import CalledTogether


class Double:
    """Answers each question with its double; keeps what was asked together, and waits for `gate`."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def __call__(self, questions: Sequence[int]) -> list[int]:
        self.asked.append(list(questions))
        self.begun.set()
        assert self.gate.wait(10)
        if 13 in questions:
            raise ValueError("13")
        return [2 * question for question in questions]


def test_what_comes_during_a_call_is_asked_by_the_next_one() -> None:
    double = Double()

    async def run() -> None:
        together = CalledTogether(double)
        double.gate.clear()
        first = asyncio.create_task(together(1))
        assert await asyncio.to_thread(double.begun.wait, 10)
        later = [asyncio.create_task(together(question)) for question in (2, 3, 2)]
        await asyncio.sleep(0)
        double.gate.set()
        assert await asyncio.gather(first, *later) == [2, 4, 6, 4]
        assert await together(4) == 8

    asyncio.run(run())
    assert double.asked == [[1], [2, 3, 2], [4]]


def test_no_call_is_larger_than_is_said() -> None:
    double = Double()

    async def run() -> None:
        together = CalledTogether(double, most=2)
        assert await asyncio.gather(*map(together, range(5))) == [0, 2, 4, 6, 8]

    asyncio.run(run())
    assert double.asked == [[0, 1], [2, 3], [4]]


def test_an_error_is_raised_to_all_of_its_call_and_to_no_other() -> None:
    double = Double()

    async def run() -> list[int | BaseException]:
        together = CalledTogether(double, most=2)
        return await asyncio.gather(*map(together, (1, 13, 5)), return_exceptions=True)

    first, second, third = asyncio.run(run())
    assert isinstance(first, ValueError)
    assert isinstance(second, ValueError)
    assert third == 10


def test_whoever_goes_keeps_no_other_from_an_answer() -> None:
    double = Double()

    async def run() -> None:
        together = CalledTogether(double)
        double.gate.clear()
        gone, waits = asyncio.create_task(together(1)), asyncio.create_task(together(2))
        assert await asyncio.to_thread(double.begun.wait, 10)
        gone.cancel()
        double.gate.set()
        assert await waits == 4
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(run())


def test_a_loop_that_ended_in_the_middle_leaves_nothing_to_the_next() -> None:
    double = Double()
    together = CalledTogether(double)

    async def leave() -> None:
        double.gate.clear()
        asyncio.get_running_loop().call_soon(double.gate.set)
        await asyncio.wait([asyncio.create_task(together(1))], timeout=0)

    asyncio.run(leave())
    assert asyncio.run(_answer(together, 5)) == 10
    assert double.asked[-1] == [5]


async def _answer(together: CalledTogether[int, int], question: int) -> int:
    return await together(question)

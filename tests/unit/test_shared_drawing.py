"""What pages that are reloaded together draw of one answer is drawn once, and of each other one anew."""

import asyncio

from mentorbook.state.socket.shared_questions import (
    SharedAnswers,
    SharedQuestions,
    asking_together,
    draw_shared,
)


def test_what_is_known_is_good_for_a_while_and_until_it_is_to_be_forgotten() -> None:
    async def run() -> None:
        answers, short = SharedAnswers(60), SharedAnswers(0.001)
        known, soon_old = answers.known(), short.known()
        known[("asked",)] = soon_old[("asked",)] = "answered"
        await asyncio.sleep(0.01)
        assert answers.known() is known
        assert short.known() == {}
        answers.drawn[("drawn",)] = ("answer", "drawing")
        answers.forget()
        assert (answers.known(), answers.drawn) == ({}, {})

    asyncio.run(run())


async def nothing() -> None:
    """Nobody is waited for."""


class Drawing:
    """Notes what was drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[list[str], str]] = []

    def __call__(self, answer: list[str], zone: str) -> str:
        self.drawn.append((answer, zone))
        return f"{answer} in {zone}"


def test_the_same_answer_is_drawn_once_for_all_who_draw_the_same_of_it() -> None:
    draw, answer = Drawing(), ["nine"]
    with asking_together(SharedQuestions(nothing, SharedAnswers(60))):
        told = [draw_shared(draw, answer, zone) for zone in ("UTC", "Asia/Tokyo", "UTC", "UTC")]
    assert told == [f"{answer} in {zone}" for zone in ("UTC", "Asia/Tokyo", "UTC", "UTC")]
    assert draw.drawn == [(answer, "UTC"), (answer, "Asia/Tokyo")]


def test_another_answer_is_drawn_anew_even_where_it_reads_alike() -> None:
    draw = Drawing()
    with asking_together(SharedQuestions(nothing, SharedAnswers(60))):
        # Each is gone before the next: had nothing kept it, the next would often have its identity.
        for number in range(50):
            assert draw_shared(draw, [str(number)], "UTC") == f"{[str(number)]} in UTC"
    assert len(draw.drawn) == 50


def test_another_round_and_a_page_alone_draw_anew() -> None:
    draw, answer = Drawing(), ["nine"]
    for _ in range(2):
        with asking_together(SharedQuestions(nothing, SharedAnswers(60))):
            draw_shared(draw, answer, "UTC")
    draw_shared(draw, answer, "UTC")
    draw_shared(draw, answer, "UTC")
    assert len(draw.drawn) == 4

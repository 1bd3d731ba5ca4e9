"""What a page that waits for an answer is told when there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import reflex as rx

# A page waits for fewer answers than these.
_MOST_ANSWERED = 50


class Attempts(rx.State, mixin=True):
    """`attempt` is another after each handler that failed: a page that waits to be loaded tries again."""

    attempt: str = ""

    def _fail(self) -> None:
        """Give the button that tries again back; `action` calls it."""
        self.attempt = token_hex(4)


class Answers(rx.State, mixin=True):
    """`turn` is another after each answer that the page waits for, whatever came of it.

    What the page has drawn by itself until then is void. Where a page can wait for several answers of one
    state at once, `answered` has, for each thing that was asked for, a text that is another after its answer.
    `failed` is another after each handler that failed, whatever it was about; `action` sees to that.
    """

    turn: str = ""
    answered: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    failed: str = ""

    def _take_over(self) -> None:
        """Answer what the page waits for."""
        self.turn = token_hex(4)

    def _fail(self) -> None:
        """Answer whatever the page waits for: what it asked for was not done, nor will be."""
        self._take_over()
        self.failed = token_hex(4)

    @contextmanager
    def _answering(self, what: str) -> Iterator[None]:
        """Answer what was asked for under this name when the block ends, whatever came of it."""
        name = what[:80]
        try:
            yield
        finally:
            others = [each for each in self.answered.items() if each[0] != name]
            self.answered = dict([*others, (name, token_hex(4))][-_MOST_ANSWERED:])

"""What a page that waits for an answer is told when there is one."""

from secrets import token_hex

import reflex as rx


class Answers(rx.State, mixin=True):
    """`turn` is another after each answer that the page waits for, whatever came of it.

    What the page has drawn by itself until then is void. `action` sees to it when a handler fails.
    """

    turn: str = ""

    def _take_over(self) -> None:
        """Answer what the page waits for."""
        self.turn = token_hex(4)

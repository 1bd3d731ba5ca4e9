"""The line between a page and the app, and what may happen to it."""

import re
from typing import Any, cast

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.visitor import Visitor

RECONNECTS_WITHIN_MS = 20_000
# The last thing that the app says when a page is back, once its dialog is restored.
_IS_BACK = '"is_hydrated_rx_state_":true'


class Line:
    """The socket between page and app, which a test can break."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._deaf = self._is_dumb = self._is_dead = False
        self._held: list[str | bytes] | None = None
        self._open: WebSocketRoute | None = None
        self.sent: list[str] = []
        """What the page has said, since the test last looked."""
        self.heard: list[str] = []
        """What the app has said, since the test last looked."""
        visitor.tab.route_web_socket(re.compile("/_event"), self._connect)

    def _connect(self, page_side: WebSocketRoute) -> None:
        if self._is_dead:
            return
        app_side = page_side.connect_to_server()
        self._open = page_side

        def to_app(message: str | bytes) -> None:
            self.sent.append(str(message))
            if not self._is_dumb:
                app_side.send(message)

        def to_page(message: str | bytes) -> None:
            self.heard.append(str(message))
            if self._held is not None:
                self._held.append(message)
            elif not self._deaf:
                page_side.send(message)

        page_side.on_message(to_app)
        app_side.on_message(to_page)

    def swallow_answers(self) -> None:
        """Nothing reaches the page any more."""
        self._deaf = True

    def lose_requests(self) -> None:
        """Nothing reaches the app any more."""
        self._is_dumb = True

    def hold_answers(self) -> None:
        """What the app says waits until it is released: all that a page shows meanwhile is its own."""
        self._held = []

    def release(self) -> None:
        """Let everything through that was held."""
        held, self._held = self._held or [], None
        assert self._open is not None
        for message in held:
            self._open.send(message)

    def holds(self, words: str) -> bool:
        """Whether the app has said something that waits to be released."""
        return any(words in str(message) for message in self._held or [])

    def release_until(self, words: str) -> None:
        """Let through what was held up to the first message with these words; the rest waits on."""
        assert self._open is not None
        while self._held:
            message = self._held.pop(0)
            self._open.send(message)
            if words in str(message):
                return
        raise AssertionError(f"the app has not said {words}")

    def said(self, handler: str) -> int:
        """How often the page has called a handler."""
        return sum(handler in message for message in self.sent)

    def cut(self) -> None:
        """Break the line; the page connects anew by itself."""
        assert self._open is not None
        self._deaf = self._is_dumb = False
        self._open.close()

    def die(self) -> None:
        """Nothing gets through any more, and nobody is told: not the line that is open, nor the next ones."""
        self._is_dead = self._deaf = self._is_dumb = True

    def restart(self) -> None:
        """Break the line, and leave nothing of any page with the app: as after a restart of the server."""
        from mentorbook.mentorbook import app

        cast(Any, app.state_manager).states.clear()
        self.heard.clear()
        self.cut()

    def wait_until_back(self) -> None:
        """Wait until a page whose server was restarted is connected and restored."""
        self._visitor.until(lambda: any(_IS_BACK in said for said in self.heard))
        offline = self._visitor.part("offline-note")
        expect(offline).to_have_count(0, timeout=RECONNECTS_WITHIN_MS)
        self._visitor.ready()

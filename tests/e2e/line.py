"""The line between a page and the app, and what may happen to it."""

import re

from playwright.sync_api import WebSocketRoute

from tests.e2e.visitor import Visitor

RECONNECTS_WITHIN_MS = 20_000


class Line:
    """The socket between page and app, which a test can break."""

    def __init__(self, visitor: Visitor) -> None:
        self._deaf = False
        self._open: WebSocketRoute | None = None
        visitor.page.route_web_socket(re.compile("/_event"), self._connect)

    def _connect(self, page_side: WebSocketRoute) -> None:
        app_side = page_side.connect_to_server()
        self._open = page_side

        def to_page(message: str | bytes) -> None:
            if not self._deaf:
                page_side.send(message)

        page_side.on_message(app_side.send)
        app_side.on_message(to_page)

    def swallow_answers(self) -> None:
        """Nothing reaches the page any more."""
        self._deaf = True

    def cut(self) -> None:
        """Break the line; the page connects anew by itself."""
        assert self._open is not None
        self._deaf = False
        self._open.close()

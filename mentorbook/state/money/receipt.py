"""`/payments/[payment_id]`: one receipt, for who paid and for admins; the page follows it."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.errors import NotFound
from mentorbook.domain.views import Account
from mentorbook.presenters.money.receipt import ReceiptWords, receipt_words
from mentorbook.services.change_feed import SESSIONS
from mentorbook.services.money.statements import receipt
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.answers import Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class ReceiptPage(Attempts, rx.State):
    """The receipt that the address names; `phase` is loading, shown, missing or failed.

    `asked` is the address that this is about, which the browser may have left already.
    """

    phase: str = "loading"
    asked: str = ""
    words: ReceiptWords = ReceiptWords()

    _payment_id: str = ""

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Show the receipt that the address names."""
        asked = self._asked_for()
        self.asked = asked_page(self)
        if asked != self._payment_id or self.phase != "shown":
            self._payment_id, self.phase = asked, "loading"
            yield
        # An admin hears of other people's payments as of their sessions.
        live.follow(self, [actor.id, SESSIONS] if actor.is_admin else [actor.id])
        await self._show(actor)

    def _asked_for(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2][:40]

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None or self._asked_for() != self._payment_id:
            live.follow(self, [])
            return
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(receipt, actor, self._payment_id)
        except NotFound:
            self.phase, self.words = "missing", ReceiptWords()
        except Exception:
            self.phase = "failed"
            raise
        else:
            self.words, self.phase = receipt_words(found, zone=actor.timezone), "shown"

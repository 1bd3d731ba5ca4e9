"""`/admin/system`: how the machinery stands; the page follows it, and looks again every few seconds."""

from datetime import timedelta
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError, NotFound
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.payment_differences import (
    DifferenceLine,
    comparison_words,
    difference_line,
)
from mentorbook.presenters.admin.system import (
    DeadLetter,
    SystemLine,
    SystemWords,
    dead_letter,
    provider_line,
    system_words,
    worker_line,
)
from mentorbook.services.admin import system
from mentorbook.services.change_feed import SYSTEM
from mentorbook.services.clock import now
from mentorbook.services.money.reconciliation_orders import order_comparison, payment_comparison
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.addressed_page import asked_page_number
from mentorbook.state.answers import Answers
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import page_alarms
from mentorbook.state.socket.tab_login import current

# Outages and what is given up are announced; signs of life and what goes out, several a second, are not.
LOOKS_EVERY = timedelta(seconds=10)


class SystemPage(Answers, rx.State):
    """Queue, workers, providers, and the messages that were given up; `told` is what was just done."""

    phase: str = "loading"
    words: SystemWords = SystemWords()
    workers: rx.Field[list[SystemLine]] = rx.field(default_factory=list)
    providers: rx.Field[list[SystemLine]] = rx.field(default_factory=list)
    letters: rx.Field[list[DeadLetter]] = rx.field(default_factory=list)
    page: int = 1
    pages: int = 1
    told: str = ""
    differences: rx.Field[list[DifferenceLine]] = rx.field(default_factory=list)
    comparison: str = ""
    can_compare: bool = False

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Show how everything stands, with the page of given up messages that the address asks for."""
        self.page, self.told = asked_page_number(self), ""
        live.follow(self, [SYSTEM])
        with self._answering("load"):
            await self._show(actor)

    @action("admin")
    async def retry(self, actor: Account, message_id: str) -> Any:
        """Try a message again that was given up."""
        with self._answering(message_id):
            await call(system.retry_message, actor, message_id)
            self.told = "It is tried again."
            await self._show(actor)

    @action("admin")
    async def retry_all(self, actor: Account) -> Any:
        """Try all of them again."""
        with self._answering("all"):
            retried = (await call(system.retry_all, actor)).retried
            self.told = f"{retried} {'is' if retried == 1 else 'are'} tried again."
            await self._show(actor)

    @action("admin")
    async def discard(self, actor: Account, message_id: str) -> Any:
        """Delete a message that was given up."""
        with self._answering(message_id):
            await call(system.discard_message, actor, message_id)
            self.told = "It is deleted, and will not be sent."
            await self._show(actor)

    @action("admin")
    async def compare(self, actor: Account) -> Any:
        """Order a comparison of payments with the provider, by a worker."""
        with self._answering("compare"):
            await call(order_comparison, actor)
            await self._show(actor)

    @action("anyone")
    async def depart(self) -> Any:
        """Stop following, because the page has been left."""
        if not self.router.url.path.startswith("/admin/system"):
            live.follow(self, [])

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        if isinstance(error, NotFound):
            self.told = "Somebody else has dealt with it meanwhile."
            await self._follow()
            return []
        return [] if error.status == 403 else None

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and actor.is_admin:
            await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(system.system_state, actor, page=self.page)
            compared = await call(payment_comparison, actor)
        except Exception:
            self.phase = "failed"
            raise
        finally:
            # Also after a failure: the next look may succeed.
            page_alarms.set(SYSTEM, [now() + LOOKS_EVERY])
        moment, zone = now(), actor.timezone
        self.words = system_words(found, zone=zone, now=moment, differences=len(compared.differences))
        self.workers = [worker_line(each, now=moment) for each in found.workers]
        self.providers = [provider_line(each, zone=zone, now=moment) for each in found.providers]
        self.letters = [dead_letter(each, zone=zone, now=moment) for each in found.dead_messages]
        self.differences = [difference_line(each, zone=zone, now=moment) for each in compared.differences]
        self.comparison = comparison_words(compared, zone=zone, now=moment)
        self.can_compare = compared.can_ask
        self.page, self.pages, self.phase = found.page, found.pages, "shown"

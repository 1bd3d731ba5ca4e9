"""`/settings/payments`: what one has paid and, as a mentor, earned; and the sums of both on `/settings`."""

from typing import Any

import reflex as rx

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.statements import EarningPage, PaymentPage
from mentorbook.domain.views import Account
from mentorbook.presenters.money.statements import (
    NOTHING_IS_PAID_HERE,
    EarningRow,
    PaymentRow,
    Sum,
    earning_row,
    earning_sums,
    payment_row,
    payment_sums,
)
from mentorbook.services.clock import now
from mentorbook.services.money import statements
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.address import asked_page
from mentorbook.state.addressed_page import asked_page_number
from mentorbook.state.answers import Answers, Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

PATH = "/settings/payments"
# What in its address says which page of either list is on show.
PARAMETERS = ("page", "earned")


class Payments(Attempts, rx.State):
    """One page of each; `phase` is loading, shown or failed. `nothing_here` says that nobody pays here.

    `asked` is the address that this is about, which the browser may have left already.
    """

    phase: str = "loading"
    asked: str = ""
    rows: rx.Field[list[PaymentRow]] = rx.field(default_factory=list)
    sums: rx.Field[list[Sum]] = rx.field(default_factory=list)
    page: int = 1
    pages: int = 1
    has_earnings: bool = False
    earned_rows: rx.Field[list[EarningRow]] = rx.field(default_factory=list)
    earned_sums: rx.Field[list[Sum]] = rx.field(default_factory=list)
    earned_page: int = 1
    earned_pages: int = 1
    nothing_here: str = ""
    is_demo: bool = False

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Show the pages of both that the address asks for."""
        self.asked = asked_page(self, *PARAMETERS)
        self.page, self.earned_page = asked_page_number(self), asked_page_number(self, "earned")
        live.follow(self, [actor.id])
        await self._show(actor)

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None or self.router.url.path.rstrip("/") != PATH:
            live.follow(self, [])
            return
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            paid = await call(statements.own_payments, actor, self.page)
            if paid.page > paid.pages:
                paid = await call(statements.own_payments, actor, paid.pages)
            earned = await call(statements.own_earnings, actor, self.earned_page)
            if earned.page > earned.pages:
                earned = await call(statements.own_earnings, actor, earned.pages)
        except Exception:
            self.phase = "failed"
            raise
        self._present(actor, paid, earned)
        self.phase = "shown"

    def _present(self, actor: Account, paid: PaymentPage, earned: EarningPage) -> None:
        moment, zone = now(), actor.timezone
        self.rows = [payment_row(each, zone=zone, now=moment) for each in paid.payments]
        self.sums, self.page, self.pages = payment_sums(paid.totals), paid.page, paid.pages
        self.earned_rows = [earning_row(each, zone=zone, now=moment) for each in earned.earnings]
        self.earned_sums = earning_sums(earned.totals)
        self.earned_page, self.earned_pages = earned.page, earned.pages
        self.has_earnings = actor.is_mentor or earned.total > 0
        self.nothing_here = NOTHING_IS_PAID_HERE.get(settings.payment_way, "")
        ways = {each.way for each in paid.payments} | {each.way for each in earned.earnings}
        self.is_demo = PaymentWay.DEMO in ways


class MoneySection(Answers, rx.State):
    """The section of `/settings`; it is not there where nothing is paid here, nor was before."""

    phase: str = "loading"
    is_there: bool = False
    sums: rx.Field[list[Sum]] = rx.field(default_factory=list)
    earned_sums: rx.Field[list[Sum]] = rx.field(default_factory=list)
    is_demo: bool = False

    @action("member")
    async def load(self, actor: Account) -> Any:
        """Load the sums, and follow them."""
        live.follow(self, [actor.id])
        with self._answering("load"):
            await self._show(actor)

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None:
            self.phase, self.is_there, self.sums, self.earned_sums = "loading", False, [], []
        else:
            await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(statements.own_sums, actor)
        except Exception:
            self.phase = "failed"
            raise
        self.sums, self.earned_sums = payment_sums(found.paid), earning_sums(found.earned)
        self.is_there = settings.payment_way.charges or bool(found.paid or found.earned)
        self.is_demo = settings.payment_way == PaymentWay.DEMO and bool(found.paid or found.earned)
        self.phase = "shown"

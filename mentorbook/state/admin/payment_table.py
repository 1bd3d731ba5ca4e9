"""`/admin/payments`: everybody's payments, a page at a time; it follows every session while it is on show."""

from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.payments import AdminPaymentRow, admin_payment_row
from mentorbook.presenters.money.statements import NOTHING_IS_PAID_HERE, Sum, payment_sums
from mentorbook.services.change_feed import SESSIONS
from mentorbook.services.clock import now
from mentorbook.services.money.all_payments import list_all_payments
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.addressed_page import asked_page_number
from mentorbook.state.answers import Attempts
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current

PATH = "/admin/payments"


class PaymentTable(Attempts, rx.State):
    """One page of payments with the sums of all; `nothing_here` says that nothing is paid here."""

    phase: str = "loading"
    rows: rx.Field[list[AdminPaymentRow]] = rx.field(default_factory=list)
    sums: rx.Field[list[Sum]] = rx.field(default_factory=list)
    page: int = 1
    pages: int = 1
    total: int = 0
    nothing_here: str = ""
    is_demo: bool = False

    @action("admin")
    async def load(self, actor: Account) -> Any:
        """Show the page of payments that the address asks for."""
        self.page = asked_page_number(self)
        live.follow(self, [SESSIONS])
        await self._show(actor)

    async def _refused(self, error: DomainError) -> Any:
        """Show no refusal to a viewer who is not an admin: the page stays empty, which says enough."""
        return [] if error.status == 403 else None

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is None or not actor.is_admin or self.router.url.path.rstrip("/") != PATH:
            live.follow(self, [])
            return
        await self._show(actor)

    async def _show(self, actor: Account) -> None:
        try:
            found = await call(list_all_payments, actor, self.page)
            if found.page > found.pages:
                found = await call(list_all_payments, actor, found.pages)
        except Exception:
            self.phase = "failed"
            raise
        moment = now()
        self.rows = [admin_payment_row(each, zone=actor.timezone, now=moment) for each in found.payments]
        self.sums, self.page, self.pages = payment_sums(found.totals), found.page, found.pages
        self.total, self.phase = found.total, "shown"
        self.nothing_here = NOTHING_IS_PAID_HERE.get(settings.payment_way, "")
        self.is_demo = any(each.way == PaymentWay.DEMO for each in found.payments)

"""The dialog in which an admin gives money back by hand; the address names the session: `?refund=`."""

from typing import Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.errors import DomainError, NotFound, ValidationFailed, no_such
from mentorbook.domain.money.statements import AdminPayment
from mentorbook.domain.schemas import REASON_LENGTH
from mentorbook.domain.views import Account
from mentorbook.presenters.field_errors import details_error
from mentorbook.presenters.money.refund_dialog import (
    NOT_PAID,
    NOTHING_LEFT,
    RefundWords,
    confirm_words,
    done_words,
    follows_words,
    left_of,
    read_amount,
    refund_words,
)
from mentorbook.presenters.refusals import refusal
from mentorbook.services.change_feed import SESSIONS
from mentorbook.services.money.all_payments import payment_of_session
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import leave_dialog
from mentorbook.state.booking.session_dialog import SessionDialog
from mentorbook.state.drafts import Draft, KeepsDraft
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current

AMOUNT, REASON = "refund-amount", "refund-reason"
_MOST_AMOUNT = 40
_FOCUS = "document.getElementById('{}')?.focus()"


class RefundDraft(Draft):
    """Amount and reason as far as they were typed."""

    amount: str = Field(max_length=_MOST_AMOUNT)
    reason: str = Field(max_length=2 * REASON_LENGTH)


class RefundDialog(KeepsDraft, SessionDialog, rx.State):
    """Asks for an amount and a reason; `follows` and `confirm_label` say what the typed amount does."""

    words: RefundWords = RefundWords()
    amount: str = ""
    reason: str = ""
    follows: str = ""
    confirm_label: str = ""
    amount_error: str = ""
    reason_error: str = ""

    _dialog: str = "refund"
    _line: AdminPayment | None = None

    @action("admin")
    async def write_amount(self, actor: Account, text: str) -> Any:
        """Keep the amount as it is typed, and say what it does."""
        self.amount, self.amount_error = text[:_MOST_AMOUNT], ""
        self._say()
        self._keep_draft()

    @action("admin")
    async def write_reason(self, actor: Account, text: str) -> Any:
        """Keep the reason as it is typed."""
        self.reason, self.reason_error = text[: 2 * REASON_LENGTH], ""
        self._keep_draft()

    @action("admin")
    async def confirm(self, actor: Account) -> Any:
        """Give the amount back. A second press finds the dialog closed, a retry sends the same key."""
        self._take_over()
        line = self._line
        if not self.is_open or self.phase != "asking" or line is None:
            return None
        self.problem = ""
        amount, self.amount_error = read_amount(self.amount, line.currency, left_of(line))
        self.reason_error = "" if self.reason.strip() else details_error("", "")
        if self.amount_error or self.reason_error:
            return _go_to(AMOUNT if self.amount_error else REASON)
        request = {"amountMinor": amount, "reason": self.reason.strip()}
        await call(refund_by_hand, actor, self._booking_id, request, origin=origin_of(self), key=self._key)
        self._close()
        self._forget_typed()
        self._drop_draft()
        return [leave_dialog(), rx.toast.success(done_words(line, amount))]

    async def _open(self, actor: Account) -> None:
        self.amount_error = self.reason_error = ""
        self.words, self._line = RefundWords(), None
        await self._show(actor)
        kept = self._kept(RefundDraft, self.asked_for)
        if kept is not None:
            self.amount, self.reason = kept.amount, kept.reason
        self._say()

    async def _show(self, actor: Account) -> None:
        """Show the payment as it is now, or that there is nothing to give back."""
        if not actor.is_admin:
            self._overtake(no_such("session").detail)
            return
        live.follow(self, [SESSIONS])
        try:
            line = await call(payment_of_session, actor, self._booking_id)
        except NotFound:
            self._overtake(NOT_PAID)
            return
        if not left_of(line):
            self._overtake(NOTHING_LEFT)
            return
        was_offered = self.amount in ("", self.words.most)
        self._line, self.words, self.phase = line, refund_words(line), "asking"
        if was_offered:
            self.amount = self.words.most
        self._say()

    def _say(self) -> None:
        line = self._line
        if line is None:
            return
        amount, _ = read_amount(self.amount, line.currency, left_of(line))
        self.follows = follows_words(line, amount) if amount else ""
        self.confirm_label = confirm_words(amount, line.currency)

    def _forget_typed(self) -> None:
        self.amount = self.reason = ""

    def _keep_draft(self) -> None:
        if self.is_open and self.phase == "asking":
            self._keep(RefundDraft(about=self.asked_for, amount=self.amount, reason=self.reason))

    async def _refused(self, error: DomainError) -> Any:
        """Show what is wrong beside its field, and any other refusal in the dialog."""
        if error.status == 401:
            return None
        if error.status == 403 or not self.is_open:
            return []
        actor = await current(self)
        if isinstance(error, ValidationFailed) and "reason" in error.fields:
            self.reason_error = details_error(error.fields["reason"], self.reason)
            return _go_to(REASON)
        # Somebody else may have given some of it back meanwhile: that is shown with what is left now.
        if actor is not None:
            await self._show(actor)
        if isinstance(error, ValidationFailed) and "amountMinor" in error.fields and self._line:
            _, self.amount_error = read_amount(self.amount, self._line.currency, left_of(self._line))
            return _go_to(AMOUNT)
        if self.phase == "asking":
            self.problem = refusal(error).detail
        return []

    async def _follow(self) -> None:
        actor = await current(self)
        if actor is not None and self.is_open and self.phase == "asking":
            await self._show(actor)


def _go_to(control: str) -> Any:
    return rx.call_script(_FOCUS.format(control))

"""A time that is held for its mentee while they pay: paying, keeping it longer, what becomes of it."""

import json
from secrets import token_hex
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.session_phase import is_held
from mentorbook.domain.errors import CardRefused, DomainError, HoldLapsed, InvalidStatus
from mentorbook.domain.kinds import PaymentWay, SessionStatus
from mentorbook.domain.money.cards import TypedCard
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.hold_words import HoldWords, hold_words
from mentorbook.presenters.reader import Reader
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.lifecycle import expire_hold
from mentorbook.services.money.holds import extend_hold
from mentorbook.services.money.paying import pay
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.action import action
from mentorbook.state.socket.page_alarms import page_alarms

# A card is in a form for the length of one press, and never in a state, a draft or a log.
CardForm = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]], Field(max_length=8)
]


class HoldPayment(rx.State, mixin=True):
    """Show a held time while it is paid, and keep it longer.

    `pay_turn` is another after each answer about it. `card_errors` has what is wrong with the card, by field;
    `pay_problem` what else is in the way.
    """

    hold: HoldWords = HoldWords()
    card_errors: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    pay_problem: str = ""
    pay_turn: str = ""

    _held: Booking | None = None

    def _answer_pay(self) -> None:
        """Answer what the page waits for about the hold; first of all, so that a failure answers too."""
        self.pay_turn = token_hex(4)

    @action("member")
    async def pay(self, actor: Account, form: CardForm) -> Any:
        """Pay for the held time: with the card of the form, or where the provider asks for it."""
        self._answer_pay()
        if self._held is None:
            return None
        self.card_errors, self.pay_problem = {}, ""
        card = None
        if settings.payment_way == PaymentWay.DEMO:
            typed = TypedCard.of(form)
            self.card_errors = typed.problems((await self._reader_of_hold(actor)).now.date())
            if self.card_errors:
                return rx.set_focus(f"card-{next(iter(self.card_errors))}")
            card = typed.number
        return await self._pay(actor, self._held, card)

    async def _pay(self, actor: Account, held: Booking, card: str | None) -> Any:
        try:
            paid = await pay(actor, held.id, card)
        except CardRefused as refused:
            self.card_errors = {"number": refused.detail}
            return rx.set_focus("card-number")
        except (HoldLapsed, InvalidStatus):
            await self._look_at_hold(actor)
            return None
        except DomainError as error:
            if error.status in (401, 403, 404):
                raise
            self.pay_problem = refusal(error).detail
            return None
        if paid.url is not None:
            return rx.call_script(f"window.location.assign({json.dumps(paid.url)})")
        await self._show_held(actor, paid.booking)
        return None

    @action("member")
    async def keep_longer(self, actor: Account) -> Any:
        """Hold the time for ten minutes more."""
        self._answer_pay()
        if self._held is None:
            return
        self.pay_problem = ""
        try:
            await self._show_held(actor, await call(extend_hold, actor, self._held.id))
        except InvalidStatus as error:
            self.pay_problem = refusal(error).detail
            await self._look_at_hold(actor)

    async def _look_at_hold(self, actor: Account) -> None:
        """Show what has become of the held time: it may be paid, given back or lapsed by now."""
        if self._held is not None:
            await self._show_held(actor, await call(get_booking, actor, self._held.id))

    async def _show_held(self, actor: Account, booking: Booking) -> None:
        """Show a time as it is held; once it is not, what has become of it."""
        reader = await self._reader_of_hold(actor)
        if booking.held_until is None:
            self._forget_hold()
            await self._hold_paid(actor, booking)
            return
        self.hold = hold_words(booking, reader)
        if is_held(booking, reader.now):
            self._held = booking
            page_alarms.set(actor.id, [booking.held_until])
        else:
            self._held, self.card_errors, self.pay_problem = None, {}, ""
            if booking.status == SessionStatus.PENDING:
                await call(expire_hold, booking.id)
            self._hold_lapsed()

    def _forget_hold(self) -> None:
        self._held, self.hold, self.card_errors, self.pay_problem = None, HoldWords(), {}, ""

    async def _reader_of_hold(self, actor: Account) -> Reader:
        """Return who reads about the hold at this moment."""
        raise NotImplementedError

    async def _hold_paid(self, actor: Account, booking: Booking) -> None:
        """Go on with what is paid."""

    def _hold_lapsed(self) -> None:
        """Go on without the time."""

"""One session in full; one that is held for its reader is paid here too."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from mentorbook.domain.booking.session_phase import is_held
from mentorbook.domain.errors import DomainError, HoldLapsed, InvalidStatus
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.hold_words import hold_words, paid_words
from mentorbook.presenters.reader import Reader
from mentorbook.presenters.refusals import refusal
from mentorbook.services.money.paying import pay
from mentorbook.state.action import action
from mentorbook.state.booking.hold_payment import HoldPayment
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.booking.shown_session import ShownSession


class SessionPage(HoldPayment, ShownSession, rx.State):
    """Show the session of `/sessions/[session_id]`, with what happened to it; `paid` once it just was."""

    paid: str = ""

    # The held session of which the provider was asked, since the page was come to, whether it was paid there.
    _checked: UUID | None = None
    _just_paid: UUID | None = None

    @action("member")
    async def check_payment(self, actor: Account) -> Any:
        """Ask the provider whether the held time was paid where its payer had been sent."""
        held = self._held
        if held is None or self._checked == held.id:
            return
        self._checked = held.id
        self.hold = replace(self.hold, returned=False)
        try:
            paid = await pay(actor, held.id)
        except (HoldLapsed, InvalidStatus):
            await self._look_at_hold(actor)
        except DomainError as error:
            self.pay_problem = refusal(error).detail
        else:
            if paid.url is None:
                await self._show_held(actor, paid.booking)

    def _come(self) -> None:
        # Who comes back may have paid, also where they came back once before and had not.
        self._checked = None

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        super()._present(actor, booking, reader)
        if booking.held_until is not None:
            self._held, self.paid = booking if is_held(booking, reader.now) else None, ""
            words = hold_words(booking, reader)
            self.hold = replace(words, returned=words.returned and self._checked != booking.id)
            return
        if self._held is not None and self._held.id == booking.id:
            self._just_paid = booking.id
        self._forget_hold()
        self.paid = paid_words(booking) if self._just_paid == booking.id else ""

    async def _hold_paid(self, actor: Account, booking: Booking) -> None:
        self._just_paid = booking.id
        await self._load(actor)

    async def _reader_of_hold(self, actor: Account) -> Reader:
        return await reader_for(actor)

"""What mentors do with sessions: accept or decline a request, mark a no-show."""

from datetime import datetime
from typing import Any

import reflex as rx

from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.answer_dialog import AskWords, decline_words, done_words, no_show_words
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.socket.origin import origin_of


class AnswerDialog(rx.State):
    """`asks` is decline or no_show while the alert dialog asks, else empty; `problem` says why not."""

    asks: str = ""
    words: AskWords = AskWords()
    problem: str = ""

    _booking_id: str = ""
    _seen: datetime | None = None

    @action("mentor")
    async def accept(self, actor: Account, session_id: str) -> Any:
        """Accept a request at once, without asking first, because nothing is lost by it."""
        booking = await call(accept_booking, actor, session_id, origin=origin_of(self))
        return rx.toast.success(done_words("accept", booking))

    @action("mentor")
    async def ask_decline(self, actor: Account, session_id: str) -> Any:
        """Ask before a request is declined."""
        booking = await call(get_booking, actor, session_id)
        self._ask("decline", booking, decline_words(booking, await reader_for(actor)))

    @action("mentor")
    async def ask_no_show(self, actor: Account, session_id: str) -> Any:
        """Ask before a no-show is marked."""
        booking = await call(get_booking, actor, session_id)
        self._ask("no_show", booking, no_show_words(booking, await reader_for(actor)))

    @action("anyone")
    async def leave_it(self) -> Any:
        """Close the question; the session stays as it is."""
        self.asks = ""

    @action("mentor")
    async def confirm(self, actor: Account) -> Any:
        """Carry out what was asked about. A second click finds the question closed and has no effect."""
        asked = self.asks
        if asked not in ("decline", "no_show") or self.problem:
            return None
        origin = origin_of(self)
        if asked == "decline":
            booking = await call(decline_booking, actor, self._booking_id, origin=origin, seen=self._seen)
        else:
            booking = await call(mark_no_show, actor, self._booking_id, origin=origin)
        self.asks = ""
        return rx.toast.success(done_words(asked, booking))

    def _ask(self, what: str, booking: Booking, words: AskWords) -> None:
        self._booking_id, self._seen = str(booking.id), booking.scheduled_at
        self.words, self.problem, self.asks = words, "", what

    async def _refused(self, error: DomainError) -> Any:
        """Show the refusal in the dialog while it is open; otherwise leave it to a toast."""
        if not self.asks or error.status == 401:
            return None
        self.problem = refusal(error).detail
        return []

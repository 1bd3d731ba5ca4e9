"""What is answered about sessions: accept or decline a request, mark a no-show, report an absent mentor."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from mentorbook.domain.booking.actions import Action, allowed_actions
from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.answer_dialog import (
    NOT_LOADED,
    AskWords,
    absent_words,
    decline_words,
    done_words,
    no_show_words,
)
from mentorbook.presenters.booking.phrases import moved_words, refusal_words
from mentorbook.presenters.reader import Reader
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show, report_absent_mentor
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_dialog, leave_dialog
from mentorbook.state.answers import Answers
from mentorbook.state.booking.page_reader import reader_for
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.origin import origin_of
from mentorbook.state.socket.tab_login import current

SessionId = Annotated[str, Field(max_length=40)]

# What an address may ask: what is then done, and how it is put.
_QUESTIONS: dict[str, tuple[Action, Callable[[Booking, Reader], AskWords]]] = {
    "decline": ("decline", decline_words),
    "no-show": ("no_show", no_show_words),
    "mentor-absent": ("mentor_absent", absent_words),
}


class AnswerDialog(Answers, rx.State):
    """Ask about one answer to a session, and carry it out.

    `asks` is what the alert dialog asks, as in the address, or empty; `problem` says why it cannot be done.

    `asked_for` is the session as the address names it. `answered` goes by the sessions that were to be
    accepted.
    """

    asks: str = ""
    asked_for: str = ""
    words: AskWords = AskWords()
    problem: str = ""

    _asked: str = ""
    _accepted: str = ""
    _seen: datetime | None = None

    @action("mentor")
    async def accept(self, actor: Account, session_id: SessionId) -> Any:
        """Accept a request at once, without asking first, because nothing is lost by it.

        A second click finds it done and has no effect.
        """
        with self._answering(session_id):
            if session_id == self._accepted:
                return None
            booking = await call(accept_booking, actor, session_id, origin=origin_of(self))
        self._accepted = session_id
        return rx.toast.success(done_words("accept", booking, actor.id))

    @action("anyone")
    async def arrive(self, actor: Account | None) -> AsyncIterator[Any]:
        """Ask what the address names, or nothing."""
        named = next((name for name in _QUESTIONS if asked_dialog(self, name) is not None), None)
        if named is None or actor is None:
            self.asks = ""
            live.follow(self, [])
            return
        asked = named, asked_dialog(self, named) or ""
        if asked != (self._asked, self.asked_for):
            self.words = AskWords()
        # Asked again, the question stands as it did until it is read anew: whoever is quick keeps the focus.
        self._asked, self.asked_for, self._seen = *asked, None
        self.asks, self.problem = named, ""
        yield
        live.follow(self, [actor.id])
        await self._look(actor)

    async def _look(self, actor: Account) -> None:
        """Show the session as it is now; say so when there is nothing to answer any more."""
        action, words = _QUESTIONS[self._asked]
        try:
            booking, reader = await call(get_booking, actor, self.asked_for), await reader_for(actor)
        except DomainError:
            raise
        except Exception:
            self.problem = NOT_LOADED
            raise
        self._seen, self.words = self._seen or booking.scheduled_at, words(booking, reader)
        decision = allowed_actions(booking, actor.id, reader.policies, reader.now)[action]
        # Its status alone is no reason: a no-show is marked while the session goes on, and after it.
        self.problem = refusal_words(decision, reader) or moved_words(booking, reader, self._seen)

    async def _follow(self) -> None:
        """Say in the open dialog what has been done with the session meanwhile."""
        actor = await current(self)
        if actor is not None and self.asks:
            await self._look(actor)

    @action("member")
    async def confirm(self, actor: Account, session_id: str) -> Any:
        """Carry out what was asked about a session. A second click finds it done and has no effect."""
        self._take_over()
        asked = self._asked
        if asked not in _QUESTIONS or session_id != self.asked_for or self.problem:
            return None
        origin = origin_of(self)
        if asked == "decline":
            booking = await call(decline_booking, actor, self.asked_for, origin=origin, seen=self._seen)
        else:
            witnessed = mark_no_show if asked == "no-show" else report_absent_mentor
            booking = await call(witnessed, actor, self.asked_for, origin=origin)
        self.asks = self.asked_for = self._asked = ""
        live.follow(self, [])
        return [leave_dialog(), rx.toast.success(done_words(asked, booking, actor.id))]

    async def _refused(self, error: DomainError) -> Any:
        """Show the refusal in the dialog while it is open; otherwise leave it to a toast."""
        if not self.asks or error.status == 401:
            return None
        self.problem = refusal(error).detail
        return []

"""A dialog about one session: open while the address names it, stale when the session changes meanwhile."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from mentorbook.domain.booking.actions import Action, allowed_actions
from mentorbook.domain.errors import DomainError, NotFound, no_such
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.booking.phrases import overtaken_words, refusal_words
from mentorbook.presenters.reader import Reader
from mentorbook.presenters.refusals import refusal
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.offload import call
from mentorbook.state.action import action
from mentorbook.state.address import asked_dialog
from mentorbook.state.answers import Answers
from mentorbook.state.booking.page_reader import reader_for, reload_at_next_moment
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_login import current


class SessionDialog(Answers, mixin=True):
    """Stay open while the address names a session for it, and say when that session changes meanwhile.

    `phase` is loading, asking or stale; `stale` says what changed, and then all one can do is close.

    `asked_for` is the session as the address names it, under the name `_dialog`. `_seen` is the start that
    the dialog shows, `_key` is the idempotency key of its confirmation.
    """

    is_open: bool = False
    asked_for: str = ""
    phase: str = "loading"
    stale: str = ""
    problem: str = ""

    _action: Action = "cancel"
    _dialog: str = "cancel"
    _booking_id: UUID | None = None
    _seen: datetime | None = None
    _key: str = ""

    @action("anyone")
    async def arrive(self, actor: Account | None) -> AsyncIterator[Any]:
        """Open the dialog where the address names a session for it, or close it."""
        asked = asked_dialog(self, self._dialog)
        if asked is None or actor is None:
            self._close()
            return
        is_shown, self.is_open = self.is_open, True
        if self.asked_for == asked and self.phase == "asking":
            # What was loaded ahead is as the page shows it, perhaps with a press: only what is new is said.
            await (self._resume(actor) if is_shown else self._follow())
            return
        self._start(asked)
        if is_shown:
            # A dialog that was closed shows its shape already, and is drawn once less.
            yield
        if self._booking_id is not None:
            await self._open(actor)

    @action("anyone")
    async def depart(self) -> Any:
        """Close the dialog, because its page has been left.

        A page that is drawn anew, since the server is another, says the same; then the address still asks.
        """
        if asked_dialog(self, self._dialog) is None:
            self._close()

    def _start(self, session_id: str) -> None:
        # What was typed before the dialog was loaded, on a page that was there before the server, stays.
        if self.asked_for not in ("", session_id):
            self._forget_typed()
        self._booking_id, self._seen, self._key = as_uuid(session_id), None, str(uuid4())
        self.asked_for, self.phase, self.stale, self.problem = session_id, "loading", "", ""
        self._take_over()
        if self._booking_id is None:
            self._overtake(no_such("session").detail)

    def _forget_typed(self) -> None:
        """Forget what was typed and chosen."""

    async def _open(self, actor: Account) -> None:
        """Show the session, or what has overtaken the dialog."""

    async def _follow(self) -> None:
        """Show what has changed meanwhile."""

    async def _resume(self, actor: Account) -> None:
        """Go on where the page was, after a reload or a lost connection."""
        await self._follow()

    async def _look(self, actor: Account) -> tuple[Booking, Reader] | None:
        """Return the session as it is now and its reader, or `None` when the dialog is stale."""
        live.follow(self, [actor.id])
        try:
            booking = await call(get_booking, actor, self._booking_id)
        except NotFound as error:
            self._overtake(refusal(error).detail)
            return None
        live.follow(self, [actor.id, *self._also_followed(booking)])
        reader = await reader_for(actor)
        self._seen = self._seen or booking.scheduled_at
        decision = allowed_actions(booking, actor.id, reader.policies, reader.now)[self._action]
        said = overtaken_words(booking, reader, self._seen) or refusal_words(decision, reader)
        if said:
            self._overtake(said)
            return None
        reload_at_next_moment(actor, [booking], policies=reader.policies)
        return booking, reader

    def _also_followed(self, booking: Booking) -> list[UUID]:
        """Return whom the dialog follows beside the reader, who hears of all changes of their sessions."""
        return []

    def _overtake(self, said: str) -> None:
        self.phase, self.stale = "stale", said

    def _close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._void()

    def _void(self) -> None:
        """Show nothing that was loaded, and follow nobody."""
        self.phase, self.problem, self._booking_id = "loading", "", None
        live.follow(self, [])

    async def _refused(self, error: DomainError) -> Any:
        """Say inside the dialog why it cannot be done."""
        if not self.is_open or error.status == 401:
            return None
        if error.status in (403, 404, 409):
            actor = await current(self)
            if actor is None or await self._look(actor) is not None:
                self._overtake(refusal(error).detail)
        else:
            self.problem = refusal(error).detail
        return []

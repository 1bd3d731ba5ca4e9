"""The session that stands open beside the table of all sessions; the address names it: `?session=`."""

import json
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from mentorbook.domain.kinds import PaymentStatus
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.reader import Reader
from mentorbook.state.action import action
from mentorbook.state.booking.shown_session import ShownSession
from mentorbook.state.socket.live_pages import live

PANEL = "session-panel"
# The element is drawn with what changes in the same moment, so it may take a frame or two to be there.
_FOCUS = (
    "(function find(tries) {{ const found = document.getElementById({id});"
    " if (found) found.focus(); else if (tries) requestAnimationFrame(() => find(tries - 1)); }})(30)"
)


def opener(identifier: str) -> str:
    """Return the id of the link that opens a row of a list."""
    return f"open-{identifier}"


def focus_script(element: str) -> Any:
    """Return the event that moves the focus to an element, once it is drawn."""
    return rx.call_script(_FOCUS.format(id=json.dumps(element)))


class SessionPanel(ShownSession, rx.State):
    """The session in the panel, or none while the address names none."""

    is_open: bool = False
    # Whether money may be left to give back.
    is_paid: bool = False

    @action("member")
    async def load(self, actor: Account) -> AsyncIterator[Any]:
        """Open the panel with the session that the address names, or close it when it names none."""
        asked, before = self._asked_for(), self._booking_id
        if asked != before or self.phase != "shown":
            self._booking_id, self.phase, self.is_open = asked, "loading", bool(asked)
            yield self._focus(before, asked) if asked != before else None
        if asked:
            self._follow_at_first(actor)
            await self._load(actor)
        else:
            live.follow(self, [])

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        super()._present(actor, booking, reader)
        is_in_force = booking.payment_status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)
        left = (booking.paid_minor or 0) - booking.refunded_minor
        self.is_paid = actor.is_admin and is_in_force and left > 0

    def _asked_for(self) -> str:
        """Return the id of the session as it is written everywhere, or nothing for what is no id at all."""
        identifier = as_uuid(self.router.url.query_parameters.get("session", ""))
        return str(identifier) if identifier else ""

    def _focus(self, before: str, asked: str) -> Any:
        """Move the focus into the panel, or back to the link that had opened it."""
        return focus_script(PANEL if asked else opener(before))

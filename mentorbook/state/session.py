"""One session in full."""

from datetime import timedelta

import reflex as rx

from mentorbook.domain.views import Account, Booking, Happening
from mentorbook.services.offload import call
from mentorbook.services.timeline import session_timeline
from mentorbook.state.cancelling import Cancelling
from mentorbook.state.editing import Editing
from mentorbook.state.one_booking import OneBooking
from mentorbook.state.reading import wind
from mentorbook.state.rescheduling import Rescheduling
from mentorbook.state.session_shapes import Reader, SessionCard, session_card
from mentorbook.state.session_story import SessionDetails, session_details


class OneSession(OneBooking, rx.State):
    """The session of `/sessions/[session_id]`, with what happened to it."""

    card: SessionCard = SessionCard()
    details: SessionDetails = SessionDetails()

    _told: list[Happening] = []

    async def _gather(self, actor: Account) -> None:
        self._told = await call(session_timeline, actor, self._booking_id)

    async def _leave(self) -> None:
        for dialog in (Cancelling, Rescheduling, Editing):
            (await self.get_state(dialog))._close()

    def _show(self, actor: Account, booking: Booking, reader: Reader) -> None:
        self.card = session_card(booking, reader)
        self.details = session_details(booking, reader, self._told)
        away = booking.scheduled_at - reader.now
        # "In 50 minutes" is counted down, as far as anybody would look at it.
        every = timedelta(minutes=1) if timedelta() < away <= timedelta(hours=1) else None
        wind(actor, [booking], policies=reader.policies, every=every)

"""What is shown of one session in full."""

from datetime import timedelta

import reflex as rx

from mentorbook.domain.views import Account, Booking, TimelineEvent
from mentorbook.presenters.booking.session_card import SessionCard, session_card
from mentorbook.presenters.booking.session_details import SessionDetails, session_details
from mentorbook.presenters.reader import Reader
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.offload import call
from mentorbook.state.booking.addressed_session import AddressedSession
from mentorbook.state.booking.page_reader import reload_at_next_moment


class ShownSession(AddressedSession, rx.State, mixin=True):
    """Show a session that the address names, with what happened to it."""

    card: SessionCard = SessionCard()
    details: SessionDetails = SessionDetails()

    _events: list[TimelineEvent] = []

    async def _load_more(self, actor: Account) -> None:
        self._events = await call(session_timeline, actor, self._booking_id)

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        self.card = session_card(booking, reader)
        self.details = session_details(booking, reader, self._events)
        away = booking.scheduled_at - reader.now
        # "In 50 minutes" is counted down, as far as anybody would look at it.
        every = timedelta(minutes=1) if timedelta() < away <= timedelta(hours=1) else None
        reload_at_next_moment(actor, [booking], policies=reader.policies, every=every)

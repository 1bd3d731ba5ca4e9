"""The room of one session, as far as its door."""

from datetime import timedelta

import reflex as rx

from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.meeting.room_lobby import Lobby, lobby
from mentorbook.presenters.reader import Reader
from mentorbook.state.booking.addressed_session import AddressedSession
from mentorbook.state.booking.page_reader import reload_at_next_moment


class RoomLobby(AddressedSession, rx.State):
    """The page of `/room/[session_id]`; how long until the room opens is counted in minutes."""

    lobby: Lobby = Lobby()

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        self.lobby = lobby(booking, reader)
        every = timedelta(minutes=1) if self.lobby.tone == "early" else None
        reload_at_next_moment(actor, [booking], every=every)

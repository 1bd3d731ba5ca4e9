"""The room of one session, as far as its door."""

from datetime import timedelta

import reflex as rx

from mentorbook.domain.views import Account, Booking
from mentorbook.state.lobby_shapes import Lobby, lobby
from mentorbook.state.one_booking import OneBooking
from mentorbook.state.reading import wind
from mentorbook.state.session_shapes import Reader


class RoomLobby(OneBooking, rx.State):
    """The page of `/room/[session_id]`; how long until the room opens is counted in minutes."""

    lobby: Lobby = Lobby()

    def _show(self, actor: Account, booking: Booking, reader: Reader) -> None:
        self.lobby = lobby(booking, reader)
        wind(actor, [booking], every=timedelta(minutes=1) if self.lobby.tone == "early" else None)

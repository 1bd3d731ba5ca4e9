"""The room of one session, as far as its door."""

from datetime import timedelta

import reflex as rx

from mentorbook.domain.views import Account, Booking
from mentorbook.presenters.meeting.room_lobby import Lobby, lobby
from mentorbook.presenters.reader import Reader
from mentorbook.services.meeting.attendance import Presence, presence
from mentorbook.services.offload import call
from mentorbook.state.booking.addressed_session import AddressedSession
from mentorbook.state.booking.page_reader import reload_at_next_moment


class RoomLobby(AddressedSession, rx.State):
    """The page of `/room/[session_id]`; how long until the room opens is counted in minutes."""

    lobby: Lobby = Lobby()

    _presence: Presence = Presence()

    async def _load_more(self, actor: Account) -> None:
        self._presence = await call(presence, actor, self._booking_id)

    def _present(self, actor: Account, booking: Booking, reader: Reader) -> None:
        is_in = self._presence.mentee if booking.mentor.id == actor.id else self._presence.mentor
        self.lobby = lobby(booking, reader, other_is_in=is_in)
        every = timedelta(minutes=1) if self.lobby.tone == "early" else None
        reload_at_next_moment(actor, [booking], every=every)

"""`/room/[session_id]`: the lobby of a session's room, and the room."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.session_states import session_states
from mentorbook.components.meeting.recording import recording_sign
from mentorbook.components.meeting.room import LOBBY, room
from mentorbook.components.meeting.room_chat import SEEN_CHAT, room_chat
from mentorbook.components.meeting.room_lobby import room_lobby
from mentorbook.components.parts import hidden, skeleton, waiting
from mentorbook.components.shell import shell
from mentorbook.state.meeting.recording import RoomRecording
from mentorbook.state.meeting.room_chat import RoomChat
from mentorbook.state.meeting.room_lobby import RoomLobby
from mentorbook.state.people.me import Me


def add(app: rx.App) -> None:
    """Register the page."""
    app.add_page(
        room_page,
        route="/room/[session_id]",
        title="Room · MentorBook",
        on_load=[Me.arrive_member, RoomLobby.load, RoomChat.load, RoomRecording.load],
    )


def room_page() -> Component:
    """Draw the lobby, or say that there is no such session; the room is over all of it."""
    page = shell(
        session_states(LOBBY, room_lobby(), _shape()),
        current="sessions",
        members_only=True,
        width="medium",
        waits=_shape(),
    )
    return room(page, room_chat(), recording_sign(), unread=SEEN_CHAT.unread)


def _shape() -> Component:
    return rx.el.div(
        rx.el.h1(hidden("Room")),
        waiting(
            skeleton("72px", "72px", is_round=True),
            skeleton("min(280px, 100%)", "24px"),
            skeleton("min(320px, 100%)"),
            skeleton("100%", "72px"),
            label="Loading the room",
            class_name="card lobby",
        ),
    )

"""The room around its page: what is drawn in the browser, where video and sound are (`assets/room/`)."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import passthrough_event_spec

from mentorbook.components.seen import Seen
from mentorbook.presenters.meeting.room_lobby import Lobby
from mentorbook.presenters.meeting.room_words import WORDS
from mentorbook.state.meeting.room_lobby import RoomLobby
from mentorbook.state.people.me import Me

LOBBY = Seen(RoomLobby)
_LIBRARY = "$/public/room/room.js"


class _RoomPage(rx.Component):
    """The lobby's page, and the room over it while one is inside, with the chat and the recording's sign.

    Nothing of the video server passes through here: the pass is fetched by the browser when Join is pressed.
    """

    library = _LIBRARY
    tag = "RoomPage"
    # Named here, where they are used; the browser fetches them with the first press of Join.
    lib_dependencies: list[str] = ["@livekit/components-react@2.9.24", "livekit-client@2.23.0"]

    facts: rx.Var[Lobby]
    me: rx.Var[dict[str, str]]
    words: rx.Var[dict[str, Any]]
    unread: rx.Var[int]

    on_chat: rx.EventHandler[passthrough_event_spec(bool)]


class _RoomCheck(rx.Component):
    """Camera and microphone, tried before others see and hear them."""

    library = _LIBRARY
    tag = "RoomCheck"


class _RoomDoor(rx.Component):
    """The button that joins, what became of the last try, and how long until the room opens."""

    library = _LIBRARY
    tag = "RoomDoor"


class _RoomOutside(rx.Component):
    """What the lobby shows and the room has a place of its own for."""

    library = _LIBRARY
    tag = "RoomOutside"


def room(
    page: Component, chat: Component, recording: Component, *, unread: Any = 0, **events: Any
) -> Component:
    """Draw the page with the room around it; `unread` counts what was written while the chat was hidden.

    `on_chat` hears whether the chat is on show.
    """
    return _RoomPage.create(
        rx.el.div(page),
        rx.el.div(chat, class_name="room-chat-inside"),
        recording,
        facts=LOBBY.lobby,
        me={"name": Me.name, "initials": Me.initials, "picture": Me.picture},
        words=WORDS,
        unread=unread,
        **events,
    )


def room_check() -> Component:
    """Draw the device check, with what the kind of meeting needs; nothing where there is none."""
    return _RoomCheck.create()


def room_door() -> Component:
    """Draw the way into the room."""
    return _RoomDoor.create()


def room_outside(*parts: Component) -> Component:
    """Draw the parts in the lobby, and not a second time while the room is over it."""
    return _RoomOutside.create(*parts)

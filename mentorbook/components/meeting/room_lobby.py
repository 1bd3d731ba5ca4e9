"""The lobby of a session's room: what it is, when the room opens, who is there, and the way in."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.meeting_way import meeting_way
from mentorbook.components.meeting.recording import recording_choice
from mentorbook.components.meeting.room import LOBBY, room_check, room_door, room_outside
from mentorbook.components.meeting.room_chat import session_chat
from mentorbook.components.parts import avatar, icon, link_button


def room_lobby() -> Component:
    """Draw the session with its door, and beside it the device check or, where one only writes, the chat."""
    lobby = LOBBY.lobby
    return rx.el.div(
        rx.el.section(
            avatar(lobby.initials, picture=lobby.picture, size="xl"),
            rx.el.h1(lobby.title, class_name="sess-title"),
            rx.el.p("with ", lobby.name, class_name="muted sess-name"),
            rx.el.div(
                rx.el.p(rx.el.b(lobby.here)),
                rx.cond(lobby.there != "", rx.el.p(lobby.there, class_name="muted")),
                rx.el.p(meeting_way(lobby.meeting), class_name="lobby-way muted"),
                class_name="num",
            ),
            rx.el.div(
                _mark(),
                rx.el.div(
                    rx.el.p(rx.el.b(lobby.head)),
                    rx.foreach(lobby.lines, lambda line: rx.el.p(line)),
                    _presence(),
                    class_name="grow lines",
                ),
                class_name=rx.match(lobby.tone, ("open", "note ok"), ("early", "note info"), "note"),
                role="status",
                id="room-status",
                data_testid="room-status",
            ),
            _write_instead(),
            room_door(),
            # Of a chat nothing is recorded, and what is written is kept.
            rx.cond(lobby.media.bool(), recording_choice()),
            link_button(
                "Back to the session", href=f"/sessions/{lobby.id}", icon_name="arrow-left", kind="ghost"
            ),
            class_name="card lobby",
            aria_label="Lobby",
        ),
        room_check(),
        rx.cond(~lobby.media.bool(), room_outside(session_chat())),
        class_name="lobby-grid",
    )


def _write_instead() -> Component:
    """Draw the way to the messages where there is no room, and none of them on this page."""
    lobby = LOBBY.lobby
    return rx.cond(
        lobby.may_write & (lobby.tone == "closed") & lobby.media.bool(),
        rx.el.p(
            rx.el.a(
                "Write to ",
                lobby.first_name,
                " on the page of the session",
                href=f"/sessions/{lobby.id}",
                class_name="text-link",
            )
        ),
    )


def _presence() -> Component:
    name = LOBBY.lobby.first_name
    return rx.el.p(
        rx.match(
            LOBBY.lobby.presence,
            ("here", rx.fragment(rx.el.i(class_name="dot"), name, " is in the room.")),
            ("away", rx.fragment(rx.el.i(class_name="dot none"), name, " is not in the room yet.")),
            rx.fragment(),
        ),
        class_name="presence",
        data_testid="presence",
    )


def _mark() -> Component:
    return rx.match(
        LOBBY.lobby.tone, ("open", icon("door-open")), ("early", icon("clock")), icon("video-off")
    )

"""The door of a session's room: when it opens, and what is behind it today."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.booking.meeting_way import meeting_way
from mentorbook.components.parts import avatar, icon, link_button
from mentorbook.components.seen import Seen
from mentorbook.state.meeting.room_lobby import RoomLobby

LOBBY = Seen(RoomLobby)


def room_lobby() -> Component:
    """Draw the session, its time on both clocks, and the state of its room."""
    lobby = LOBBY.lobby
    return rx.el.section(
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
                class_name="grow lines",
            ),
            class_name=rx.match(lobby.tone, ("open", "note info"), ("early", "note info"), "note"),
            role="status",
            data_testid="room-status",
        ),
        link_button("Back to the session", href=f"/sessions/{lobby.id}", icon_name="arrow-left"),
        class_name="card lobby",
    )


def _mark() -> Component:
    return rx.match(LOBBY.lobby.tone, ("open", icon("info")), ("early", icon("clock")), icon("video-off"))

"""What the two people of a session write to each other: the panel of the room, and of the session's page."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from mentorbook.components.awaited import try_again
from mentorbook.components.offline import is_offline
from mentorbook.components.parts import note, skeleton, waiting
from mentorbook.components.seen import Seen
from mentorbook.presenters.meeting.room_chat import ChatGroup
from mentorbook.state.meeting.room_chat import RoomChat

SEEN_CHAT = Seen(RoomChat)

_WORDS = {
    "log": "Messages",
    "you": "You",
    "to": "Message to {other}",
    "send": "Send",
    "keys": "Enter sends, Shift and Enter make a new line.",
    "left": "{left} characters left",
    "sending": "Sending …",
    "waits": "Waits for the message before it.",
    "notSent": "Not sent.",
    "lost": "The connection was lost.",
    "failed": "MentorBook could not take it at the moment.",
    "again": "Send again",
    "drop": "Delete",
    "earlier": "Show earlier",
    "below": "New messages",
    "first": "Nothing was written yet. What you write here stays with the session.",
    "none": "Nothing was written.",
}


class _RoomChat(rx.Component):
    """The conversation, which knows what is on its way before the server does."""

    library = "$/public/room_chat.js"
    tag = "RoomChat"

    session_id: rx.Var[str]
    me: rx.Var[str]
    other: rx.Var[str]
    older: rx.Var[list[ChatGroup]]
    newest: rx.Var[list[ChatGroup]]
    has_earlier: rx.Var[bool]
    closed: rx.Var[str]
    offline: rx.Var[bool]
    words: rx.Var[dict[str, str]]

    on_earlier: rx.EventHandler[no_args_event_spec]
    on_see: rx.EventHandler[passthrough_event_spec(str)]


def room_chat() -> Component:
    """Draw the conversation, in the height that its place gives it; nothing for who is not one of the two."""
    return rx.match(
        SEEN_CHAT.phase,
        ("shown", _conversation()),
        ("hidden", rx.fragment()),
        ("failed", note("The messages could not be loaded. ", try_again(SEEN_CHAT, RoomChat.load))),
        waiting(skeleton("60%", "36px"), skeleton("45%", "36px"), label="Loading the messages"),
    )


def session_chat() -> Component:
    """Draw the conversation as a section of the session's page, once there is one or may be."""
    chat: Any = SEEN_CHAT
    return rx.cond(
        (chat.phase == "shown") & ((chat.newest.length() > 0) | (chat.closed == "")),
        rx.el.section(
            rx.el.h2("Messages", class_name="h3"),
            rx.el.div(_conversation(), class_name="talk-of-session"),
            class_name="card col",
            data_testid="session-chat",
        ),
    )


def _conversation() -> Component:
    chat: Any = SEEN_CHAT
    return _RoomChat.create(
        key=chat.session_id,
        session_id=chat.session_id,
        me=chat.me,
        other=chat.other,
        older=chat.older,
        newest=chat.newest,
        has_earlier=chat.has_earlier,
        closed=chat.closed,
        offline=is_offline,
        words=_WORDS,
        on_earlier=RoomChat.show_earlier,
        on_see=RoomChat.see,
    )

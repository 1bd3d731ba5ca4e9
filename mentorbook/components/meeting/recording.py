"""Whether a session is recorded: asked in the lobby, and said in the room for as long as it is."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.parts import Kind, icon
from mentorbook.components.seen import Seen
from mentorbook.state.meeting.recording import RoomRecording

_SEEN = Seen(RoomRecording)
_ASKS = Awaited("recording", *answers_of(RoomRecording, "agree"))


def recording_choice() -> Component:
    """Draw how it stands, with what may be done about it, for the lobby."""
    words: Any = _SEEN.words
    return rx.cond(
        words.head != "",
        rx.el.section(
            icon("circle-dot"),
            rx.el.div(
                rx.el.p(rx.el.b(words.head)),
                rx.cond(words.line != "", rx.el.p(words.line, class_name="muted small")),
                _button("plain"),
                class_name="grow col",
                role="status",
            ),
            class_name="recording",
            aria_label="Recording",
            data_testid="recording-choice",
        ),
    )


def recording_sign() -> Component:
    """Draw, over the room, that it is recorded, that the other would like to, or that it did not work."""
    words: Any = _SEEN.words
    return rx.el.div(
        rx.cond(
            words.runs | words.asks | words.failed,
            rx.el.div(
                rx.cond(words.runs, rx.el.i(class_name="recording-dot", aria_hidden="true")),
                rx.el.span(words.head),
                _button("plain"),
                rx.cond(words.failed, _go_on()),
                class_name="recording-sign",
                data_testid="recording-sign",
            ),
        ),
        role="status",
        class_name="recording-place",
    )


def _go_on() -> Component:
    return awaited_button(
        "Go on without",
        asks=_ASKS,
        ask=RoomRecording.agree(False),
        kind="ghost",
        small=True,
        data_testid="recording-over",
    )


def _button(kind: Kind) -> Component:
    words: Any = _SEEN.words
    return rx.cond(
        words.button != "",
        awaited_button(
            words.button,
            asks=_ASKS,
            ask=RoomRecording.agree(words.agrees),
            kind=kind,
            small=True,
            data_testid="recording-button",
        ),
    )

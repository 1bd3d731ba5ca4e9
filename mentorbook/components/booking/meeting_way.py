"""How the two people of a session meet: an icon and its words."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.parts import icon
from mentorbook.presenters.booking.kinds import MEETING_WORDS


def meeting_way(kind: rx.Var[str]) -> Component:
    """Draw the way to meet, of the value of a `MeetingKind`."""
    ways = [
        (each.value, rx.el.span(icon(words.icon), words.summary, class_name="row"))
        for each, words in MEETING_WORDS.items()
    ]
    return rx.match(kind, *ways, rx.fragment())

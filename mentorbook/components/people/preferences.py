"""The part of the settings about what one hears of."""

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of
from mentorbook.components.parts import skeleton, waiting
from mentorbook.components.people.choice_rows import choice_rows, held_switches
from mentorbook.components.people.outcomes import not_loaded
from mentorbook.presenters.people.preferences import WAYS, switch_key
from mentorbook.state.people.me import Me
from mentorbook.state.people.preferences import Preferences

_LOAD = Awaited("load-preferences", *answers_of(Preferences, "load"))
_HELD = held_switches("notice_choices", Preferences, tuple(WAYS), switch_key)


def preferences_section() -> Component:
    """Draw two switches a topic: in the app, and by mail."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("What you hear of, and how", id="preferences-title"),
            rx.el.p(
                "Each change is saved at once. Mail goes to ",
                rx.el.span(Me.email, class_name="anywhere"),
                ".",
                class_name="lead",
            ),
        ),
        rx.match(
            Preferences.phase,
            (
                "shown",
                choice_rows(_HELD, tuple(WAYS), Preferences.topics, Preferences.switch),
            ),
            (
                "failed",
                not_loaded("Your choices", asks=_LOAD, ask=Preferences.load),
            ),
            waiting(
                *(rx.el.div(skeleton("30%"), skeleton("65%", "12px"), class_name="col") for _ in range(5)),
                label="Loading what you hear of",
                class_name="stack",
            ),
        ),
        class_name="card auth",
        id="preferences",
        aria_labelledby="preferences-title",
        data_testid="preferences",
    )

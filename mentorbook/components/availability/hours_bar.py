"""Over the editor: what is not saved, undo, save, and what stands in the way of it."""

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import UnsavedGuard, leave
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.leaving import ask_before_leaving
from mentorbook.components.parts import badge, button, link, note
from mentorbook.presenters.availability.outside import OutsideLine
from mentorbook.state.availability.hours_editor import HoursEditor

_ASKS = ClientStateVar.create("hours_leave", default=False)


def hours_bar() -> Component:
    """Draw the title, and the buttons of the draft."""
    return rx.el.div(
        rx.el.div(
            rx.el.h1("When you meet people"),
            rx.el.p(
                "Weekly hours in ",
                HoursEditor.rules.city,
                " time. Booked sessions never change when you edit.",
                class_name="muted",
            ),
            class_name="grow",
        ),
        rx.el.div(
            rx.cond(HoursEditor.is_changed, badge("Not saved", tone="wait", data_testid="not-saved")),
            awaited_button(
                "Undo",
                icon_name="undo-2",
                asks=Awaited("undo-hours", HoursEditor.turn),
                ask=HoursEditor.undo,
                kind="plain",
                off=~HoursEditor.can_undo,
                data_testid="undo",
            ),
            awaited_button(
                "Discard",
                asks=Awaited("discard-hours", HoursEditor.turn),
                ask=HoursEditor.discard,
                kind="ghost",
                off=~HoursEditor.is_changed,
                data_testid="discard-hours",
            ),
            awaited_button(
                "Save",
                asks=Awaited("save-hours", HoursEditor.turn),
                ask=HoursEditor.save,
                off=~HoursEditor.is_changed,
                asks_when_off=True,
                data_testid="save-hours",
            ),
            class_name="row wrap hours-actions",
        ),
        class_name="row between wrap hours-bar",
    )


def hours_notes() -> Component:
    """Draw what became of saving, and what must be answered before."""
    return rx.fragment(
        rx.cond(HoursEditor.saved, note(HoursEditor.saved, tone="ok", role="status")),
        rx.cond(HoursEditor.problem, note(HoursEditor.problem, tone="bad", role="alert")),
        rx.cond(HoursEditor.is_outdated, _outdated()),
        rx.cond(
            HoursEditor.is_too_large,
            note(
                "This is more than the tab can keep for you. Save before you leave.",
                tone="warn",
                role="alert",
            ),
        ),
        rx.cond(HoursEditor.outside.length() > 0, _outside()),
        UnsavedGuard.create(when=HoursEditor.is_changed, of_page=True, on_ask=_ASKS.set_value(True)),
        ask_before_leaving(
            _ASKS,
            "Leave without saving?",
            "Mentees see your hours as they were. This tab keeps your changes until you close it.",
            words="Leave",
            events=[leave()],
        ),
    )


def _outdated() -> Component:
    return note(
        rx.el.p(rx.el.b("Your hours were changed elsewhere since you began. ")),
        rx.el.div(
            button("Take what is saved", small=True, on_click=HoursEditor.discard),
            button("Save mine over it", small=True, kind="danger", on_click=HoursEditor.save_over),
            class_name="row wrap",
        ),
        tone="warn",
        role="alert",
    )


def _outside() -> Component:
    return note(
        rx.el.p(
            rx.el.b("Booked sessions lie outside these hours. "),
            "They stay as they are; nobody else can book these times.",
        ),
        rx.el.ul(rx.foreach(HoursEditor.outside, _line), class_name="affected"),
        rx.el.div(
            awaited_button(
                "Save anyway",
                asks=Awaited("save-hours-anyway", HoursEditor.turn),
                ask=HoursEditor.save_anyway,
                kind="plain",
                data_testid="save-anyway",
            ),
            class_name="row",
        ),
        tone="warn",
        role="alert",
        data_testid="sessions-outside",
    )


def _line(line: rx.Var[OutsideLine]) -> Component:
    return rx.el.li(
        link(line.title, href=line.href, class_name="text-link clip"),
        rx.el.span(line.times, class_name="muted num"),
    )

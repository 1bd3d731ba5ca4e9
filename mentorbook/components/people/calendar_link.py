"""The part of the settings about one's own calendar program."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.function import FunctionVar
from reflex_components_core.el.elements import inline

from mentorbook.components.address import Whenever
from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.fields import text_field
from mentorbook.components.parts import button, hidden, icon, skeleton, waiting
from mentorbook.components.people.outcomes import not_loaded, told
from mentorbook.state.people.calendar_link import CalendarLink

_FIELD = "calendar-address"
_LOAD = Awaited("load-calendar", *answers_of(CalendarLink, "load"))
_RENEW = Awaited("renew-calendar", *answers_of(CalendarLink, "renew"))
# Of the page alone: which address was copied, and for which one it was asked to make another.
_COPIED = ClientStateVar.create("calendar_copied", default="")
_ASKS = ClientStateVar.create("calendar_renewal_asked", default="")


def calendar_section() -> Component:
    """Draw how to have one's sessions in one's own calendar program."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Your calendar", id="calendar-title"),
            rx.el.p(
                "Have your sessions in the calendar program that you use anyway. It looks at an address of"
                " your own, and follows when one is booked, moved or cancelled.",
                class_name="lead",
            ),
        ),
        rx.match(
            CalendarLink.phase,
            ("shown", rx.cond(CalendarLink.url == "", _none(), _shown())),
            ("failed", not_loaded("Your calendar", asks=_LOAD, ask=CalendarLink.load)),
            waiting(skeleton("80%"), skeleton("55%"), label="Loading your calendar", class_name="col"),
        ),
        told(CalendarLink.told, "calendar-told"),
        class_name="card auth",
        id="calendar",
        aria_labelledby="calendar-title",
        data_testid="calendar",
    )


def _none() -> Component:
    return rx.el.div(
        awaited_button(
            rx.cond(_RENEW.is_asked, "Making it …", "Make an address"),
            asks=_RENEW,
            ask=CalendarLink.renew,
            kind="plain",
            data_testid="make-calendar",
        ),
        class_name="row",
    )


def _shown() -> Component:
    is_copied = _COPIED.value == CalendarLink.url
    return rx.fragment(
        text_field(
            "Address of your calendar",
            _FIELD,
            hint="Whoever has this address can read your sessions: titles, notes, times and whom you meet."
            " Give it to your calendar program and to nobody else.",
            end=button(
                rx.cond(is_copied, "Copied", "Copy"),
                kind="ghost",
                small=True,
                on_click=_copy(),
                aria_label="Copy the address",
                data_testid="copy-calendar",
            ),
            value=CalendarLink.url,
            read_only=True,
            auto_complete="off",
            spell_check=False,
        ),
        rx.el.div(
            inline.A.create(  # a plain anchor: what it opens is no page
                icon("calendar-plus"),
                "Open in your calendar program",
                href=CalendarLink.url.replace("https://", "webcal://").replace("http://", "webcal://"),
                class_name="btn",
                data_testid="open-calendar",
            ),
            rx.el.span(rx.cond(is_copied, hidden("The address is copied.")), role="status"),
            class_name="row",
        ),
        rx.el.p(
            "Or paste the address where your program subscribes to a calendar, often called “from URL”.",
            class_name="field-hint",
        ),
        _renewal(),
        Whenever.create(holds=_ASKS.value != CalendarLink.url, on_hold=_ASKS.set_value("")),
    )


def _copy() -> Any:
    """Return the event that copies the address and says so, or selects it where a browser does not let it."""
    url, said = CalendarLink.url, _COPIED.set_value(CalendarLink.url)
    select = f"() => document.getElementById('{_FIELD}')?.select()"
    copied = f"navigator.clipboard?.writeText({url!s}) ?? Promise.reject()"
    data = VarData.merge(url._get_all_var_data(), said._get_all_var_data())
    return rx.Var(f"(() => {{ ({copied}).then({said!s}, {select}); }})", _var_data=data).to(
        FunctionVar, EventChain
    )


def _renewal() -> Component:
    """Draw the way to another address, which asks first: programs that have this one stop following."""
    return rx.el.div(
        rx.cond(
            _ASKS.value == CalendarLink.url,
            rx.el.div(
                rx.el.p(
                    "The address that you have now stops working at once. Programs that use it get nothing"
                    " more until you give them the new one.",
                    role="alert",
                ),
                rx.el.div(
                    button("Keep this address", on_click=_ASKS.set_value(""), data_testid="keep-calendar"),
                    awaited_button(
                        rx.cond(_RENEW.is_asked, "Making it …", "Make a new address"),
                        asks=_RENEW,
                        ask=CalendarLink.renew,
                        kind="danger",
                        data_testid="confirm-renewal",
                    ),
                    class_name="row wrap",
                ),
                class_name="col",
            ),
            button(
                "Make a new address",
                kind="ghost",
                on_click=_ASKS.set_value(CalendarLink.url),
                data_testid="renew-calendar",
            ),
        ),
        class_name="withdrawal",
    )

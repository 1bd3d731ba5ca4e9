"""The menu behind one's own initials: settings, light or dark, log out."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.event import passthrough_event_spec
from reflex_components_radix.themes.base import RadixThemesComponent

from mentorbook.components.admin.admin_places import ADMIN_PLACES
from mentorbook.components.held import VIEWER
from mentorbook.components.parts import avatar, icon, link, link_button
from mentorbook.state.people.me import Me

# The menu opens inside the header, so that it is part of a landmark.
HEADER = "top"
_IN_HEADER = f"typeof document === 'undefined' ? undefined : document.getElementById('{HEADER}')"


class _RadioGroup(RadixThemesComponent):
    """Radix has it, Reflex does not wrap it: one choice among several in a menu."""

    tag = "DropdownMenu.RadioGroup"

    value: rx.Var[str]
    on_value_change: rx.EventHandler[passthrough_event_spec(str)]


class _RadioItem(RadixThemesComponent):
    tag = "DropdownMenu.RadioItem"

    value: rx.Var[str]


def _line(icon_name: str, words: str) -> Component:
    return rx.el.span(icon(icon_name), words, class_name="menu-line")


def _appearance() -> Component:
    choices = (("light", "sun", "Light"), ("dark", "moon", "Dark"), ("system", "monitor", "As the device"))
    change: Any = lambda mode: rx.style.set_color_mode(mode)  # noqa: E731
    return rx.fragment(
        rx.el.div("Appearance", class_name="menu-title", id="appearance-title"),
        _RadioGroup.create(
            *(_RadioItem.create(_line(symbol, words), value=mode) for mode, symbol, words in choices),
            value=rx.color_mode,
            on_value_change=change,
            aria_labelledby="appearance-title",
        ),
    )


def account_menu() -> Component:
    """Draw the menu of a viewer who is logged in."""
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(
            rx.el.button(
                avatar(VIEWER.initials, picture=VIEWER.picture),
                type="button",
                class_name="avatar-btn",
                aria_label=f"Your account, {VIEWER.name}",
                data_testid="account-menu",
            ),
        ),
        rx.dropdown_menu.content(
            rx.el.div(
                rx.el.div(VIEWER.name, class_name="strong clip"),
                rx.el.div(VIEWER.email, class_name="small muted clip"),
                class_name="menu-who",
            ),
            rx.dropdown_menu.separator(),
            _place("settings", "Settings", "/settings"),
            rx.cond(VIEWER.pays_here, _place("wallet", "Payments", "/settings/payments")),
            rx.cond(VIEWER.has_hours, _place("calendar-clock", "Availability", "/availability")),
            *(rx.cond(VIEWER.is_admin, _place(each.icon, each.in_menu, each.href)) for each in ADMIN_PLACES),
            rx.dropdown_menu.separator(),
            _appearance(),
            rx.dropdown_menu.separator(),
            rx.dropdown_menu.item(_line("log-out", "Log out"), on_select=Me.leave, data_testid="log-out"),
            align="end",
            variant="soft",
            color_scheme="gray",
            class_name="account",
            custom_attrs={"container": rx.Var(_IN_HEADER)},
        ),
        modal=False,
    )


def _place(symbol: str, words: str, href: str) -> Component:
    return rx.dropdown_menu.item(link(icon(symbol), words, href=href, class_name="menu-line"), as_child=True)


def log_in_links() -> Component:
    """Draw the links to log-in and registration, for a viewer who is not logged in."""
    return rx.el.div(
        link_button("Log in", href="/login", kind="ghost"),
        link_button("Create account", href="/register", class_name="wide-only"),
        class_name="row",
    )

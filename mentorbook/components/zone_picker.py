"""The time-zone picker: a button that opens a searchable list, all of it by mouse, touch or keyboard.

What is chosen stands on the button at once.
"""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_components_core.el.elements.forms import Input

from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import icon
from mentorbook.domain.zone_search import MOST_MATCHES, ZoneOption
from mentorbook.state.zone_choice import ZoneChoice

# Arrow keys move through the list without asking the server; the option itself is chosen by a click.
_KEYS = """
const zoneListKeys = (event) => {
  const input = event.currentTarget;
  const list = document.getElementById(input.getAttribute("aria-controls"));
  if (!list) return;
  const options = Array.from(list.querySelectorAll("[role=option]"));
  const active = options.findIndex((option) => option.hasAttribute("data-active"));
  const move = (index) => {
    options.forEach((option) => option.removeAttribute("data-active"));
    const option = options[index];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("data-active", "");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const choose = (patience) => {
    const fresh = list.dataset.query === input.value;
    const found = Array.from(list.querySelectorAll("[role=option]"));
    if (fresh && found.length) found[0].click();
    else if (!fresh && patience) setTimeout(() => choose(patience - 1), 60);
  };
  const steps = { ArrowDown: active + 1, ArrowUp: active < 0 ? options.length - 1 : active - 1 };
  if (event.key in steps) {
    event.preventDefault();
    move((steps[event.key] + options.length) % options.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (active >= 0) options[active].click();
    else choose(20);
  } else if (event.key.length === 1 || event.key === "Backspace" || event.key === "Delete") {
    move(-1);
  }
};
"""


class _ZoneSearch(Input):
    """A search field whose arrow keys move through the list that it controls."""

    def add_custom_code(self) -> list[str]:
        """Return the key handler, once per page."""
        return [_KEYS]


def zone_facts(state: Any) -> dict[str, Any]:
    """Return what a page shows of the chosen zone before the server answers, for an `Optimistic`."""
    return {"zone": state.zone, "zone_city": state.zone_city, "zone_offset": state.zone_offset}


def zone_picker(
    state: type[ZoneChoice], choice: Optimistic, *, name: str, label: str = "Time zone", **props: Any
) -> Component:
    """Draw a zone picker over any state with `ZoneChoice`; `choice` has the `zone_facts` of it.

    `name` tells the pickers of one page apart. The button's accessible name is `label` and the chosen zone.
    """
    list_id = f"{name}-zones"
    props.setdefault("data_testid", "timezone-select")
    return rx.popover.root(
        rx.popover.trigger(
            rx.el.button(
                icon("globe"),
                rx.el.span(choice.zone_city, class_name="clip"),
                rx.el.span(choice.zone_offset, class_name="muted"),
                icon("chevron-down"),
                type="button",
                class_name="zone-btn",
                aria_label=f"{label}: {choice.zone_city} {choice.zone_offset}",
                data_zone=choice.zone,
                **props,
            ),
        ),
        # The place is as high as the longest list, so that nothing moves it; the panel as high as its list.
        rx.popover.content(
            rx.el.div(_search(state, list_id), _matches(state, choice, list_id), class_name="zone-panel"),
            class_name="zone-pop",
            align="start",
            aria_label=label,
        ),
        on_open_change=state.open_zones,
    )


def _matches(state: type[ZoneChoice], choice: Optimistic, list_id: str) -> Component:
    return rx.fragment(
        rx.el.div(
            rx.foreach(
                state.zone_matches, lambda option, index: _option(state, choice, option, index, list_id)
            ),
            id=list_id,
            class_name="zone-list",
            role="listbox",
            aria_label="Time zones",
            tab_index=-1,
            data_query=state.zone_query,
        ),
        rx.cond(
            state.zone_matches.length() == 0,
            rx.el.p(
                "No zone matches. Try a large city near you, or an offset such as GMT+2.",
                class_name="small muted zone-none",
                role="status",
            ),
        ),
        rx.cond(
            state.zone_matches.length() >= MOST_MATCHES,
            rx.el.p(f"The first {MOST_MATCHES}. Type to find any other.", class_name="tiny muted zone-rest"),
        ),
    )


def _search(state: type[ZoneChoice], list_id: str) -> Component:
    return rx.el.div(
        icon("search"),
        _ZoneSearch.create(
            type="text",
            role="combobox",
            class_name="input",
            placeholder="City, zone or GMT+2",
            aria_label="Search time zones",
            aria_controls=list_id,
            aria_expanded="true",
            aria_autocomplete="list",
            auto_complete="off",
            spell_check=False,
            data_testid="timezone-search",
            on_change=state.find_zones.debounce(120),
            custom_attrs={"onKeyDown": rx.Var("zoneListKeys")},
        ),
        class_name="with-icon",
    )


def _option(
    state: type[ZoneChoice], choice: Optimistic, option: rx.Var[ZoneOption], index: Any, list_id: str
) -> Component:
    return rx.popover.close(
        rx.el.div(
            rx.el.span(
                option.city,
                rx.el.span(rx.cond(option.region, f" {option.region}", ""), class_name="small muted"),
            ),
            rx.el.span(option.offset, class_name="small muted"),
            id=rx.Var.create(f"{list_id}-").to(str) + index.to(str),
            class_name="zone-option",
            role="option",
            aria_selected=rx.cond(option.chosen, "true", "false"),
            data_zone=option.name,
            on_click=[
                choice.press(zone=option.name, zone_city=option.city, zone_offset=option.offset),
                state.choose_zone(option.name),
            ],
        ),
    )

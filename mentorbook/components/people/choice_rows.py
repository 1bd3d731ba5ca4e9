"""Rows of switches, one row a topic, one column a way to hear of it."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.optimistic import Optimistic
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.presenters.people.preferences import TOPIC_WORDS, WAYS, switch_key
from mentorbook.state.people.me import Me


def held_switches(name: str, state: Any, ways: Sequence[str], key: Callable[[str, str], str]) -> Optimistic:
    """Hold every switch as pressed; `key` is what the state's `is_on` knows it by.

    A press that was lost with its connection is void: what is saved shows again.
    """
    facts = {
        switch_key(topic, way): state.is_on[key(topic, way)].to(bool) for topic in NoticeTopic for way in ways
    }
    return Optimistic(name, state.turn + Me.connection, **facts)


def choice_rows(
    held: Optimistic, ways: Sequence[str], topics: Any, switch: Callable[[str, str, Any], Any]
) -> Component:
    """Draw the rows of `topics`, in that order; `switch(topic, way, is_on)` is the event of a press."""
    heads = (rx.el.span(WAYS[way], class_name="tiny strong") for way in ways)
    rows = {topic: _row(held, topic, ways, switch) for topic in NoticeTopic}
    return rx.el.div(
        rx.el.div(rx.el.span(), *heads, class_name="choice-row choice-head", aria_hidden="true"),
        rx.el.ul(
            rx.foreach(
                topics,
                lambda topic: rx.match(topic, *((each.value, rows[each]) for each in rows), rx.fragment()),
            ),
            class_name="choice-list",
        ),
        class_name=f"choices ways-{len(ways)}",
    )


def _row(held: Optimistic, topic: NoticeTopic, ways: Sequence[str], switch: Any) -> Component:
    words, text_id = TOPIC_WORDS[topic], f"{held.name}-{topic}"
    return rx.el.li(
        rx.el.div(
            rx.el.span(words.title, class_name="strong"),
            rx.el.p(words.text, class_name="small muted", id=text_id),
        ),
        *(_switch(held, topic, way, switch, text_id) for way in ways),
        class_name="choice-row",
    )


def _switch(held: Optimistic, topic: NoticeTopic, way: str, switch: Any, text_id: str) -> Component:
    key = switch_key(topic, way)
    is_on = getattr(held, key)
    return rx.el.button(
        rx.el.span(class_name="knob"),
        type="button",
        role="switch",
        class_name="switch",
        aria_label=f"{TOPIC_WORDS[topic].title}, {WAYS[way].lower()}",
        aria_describedby=text_id,
        aria_checked=rx.cond(is_on, "true", "false"),
        on_click=[held.press(**{key: ~is_on}), switch(topic.value, way, ~is_on)],
        data_testid="choice",
        custom_attrs={"data-topic": topic.value, "data-way": way},
    )

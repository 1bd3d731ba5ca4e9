"""The small parts that every page is made of: icons, links, buttons, avatars, notes, empty states."""

from typing import Any, Literal

import reflex as rx
from reflex.components.component import Component

Kind = Literal["plain", "primary", "danger", "ghost"]
Size = Literal["s", "m", "l", "xl"]
Tone = Literal["", "ok", "wait", "bad", "acc", "or"]

_KINDS = {"plain": "btn", "primary": "btn p", "danger": "btn d", "ghost": "btn g"}


def icon(name: str, **props: Any) -> Component:
    """Draw a lucide icon in the size of the text; hidden from screen readers, so a word stands beside it."""
    return rx.icon(name, class_name=f"icon {props.pop('class_name', '')}".strip(), stroke_width=1.75,
                   aria_hidden="true", **props)  # fmt: skip


def hidden(*text: Any) -> Component:
    """Draw words for screen readers only."""
    return rx.el.span(*text, class_name="sr-only")


def dotted(words: rx.Var[str]) -> Component:
    """Draw words that have ` · ` between them; where a line ends at such a dot, the dot is not seen."""
    return rx.el.span(
        rx.foreach(
            words.to(str).split(" · "),
            lambda part, place: rx.el.span(rx.cond(place > 0, rx.el.i(" · ")), part),
        ),
        class_name="dotted",
    )


def link(*children: Any, href: str | rx.Var[str], **props: Any) -> Component:
    """Draw a link within the app: it changes the page without a full reload."""
    return rx.el.a(*children, href=href, **props)


def _button_class(kind: Kind, small: bool, extra: Any) -> Any:
    own = " ".join(part for part in (_KINDS[kind], "s" if small else "") if part)
    if isinstance(extra, rx.Var):
        return f"{own} {extra}"
    return f"{own} {extra}".strip()


def _worded(words: tuple[Any, ...], icon_name: str | None) -> tuple[Any, ...]:
    return (icon(icon_name), *words) if icon_name else words


def button(
    *words: Any, kind: Kind = "plain", small: bool = False, icon_name: str | None = None, **props: Any
) -> Component:
    """Draw a button whose words say what it does. Use one `primary` per view."""
    props.setdefault("type", "button")
    style = _button_class(kind, small, props.pop("class_name", ""))
    return rx.el.button(*_worded(words, icon_name), class_name=style, **props)


def blocked_button(
    *words: Any, reason_id: str, small: bool = False, icon_name: str | None = None, **props: Any
) -> Component:
    """Draw a button that cannot be pressed but is still read out: the element `reason_id` says why."""
    style = _button_class("plain", small, f"off {props.pop('class_name', '')}".strip())
    return rx.el.button(
        *_worded(words, icon_name),
        type="button",
        class_name=style,
        aria_disabled="true",
        aria_describedby=reason_id,
        **props,
    )


def link_button(
    *words: Any,
    href: str | rx.Var[str],
    kind: Kind = "plain",
    small: bool = False,
    icon_name: str | None = None,
    **props: Any,
) -> Component:
    """Draw a link within the app that looks like a button."""
    style = _button_class(kind, small, props.pop("class_name", ""))
    return link(*_worded(words, icon_name), href=href, class_name=style, **props)


# One of six tints, told by the letters alone, so that no state has to carry it.
_TINT = "(s) => (s.charCodeAt(0) * 17 + s.charCodeAt(s.length - 1) * 59) % 113 % 6 || 0"


# What cannot be loaded, or is not there any more, leaves the initials under it to be seen.
_PICTURE_LOADS = {
    "onLoad": rx.Var("((event) => { event.currentTarget.style.visibility = ''; })"),
    "onError": rx.Var("((event) => { event.currentTarget.style.visibility = 'hidden'; })"),
}


def avatar(initials: Any, *, picture: Any = "", size: Size = "m") -> Component:
    """Draw a person's picture, or their initials on a colour, always the same for the same initials."""
    letters = rx.Var.create(initials).to(str)
    tint = rx.Var(
        _js_expr=f"(({_TINT})({letters!s}))",
        _var_type=int,
        _var_data=letters._get_all_var_data(),
    )
    address = rx.Var.create(picture).to(str)
    photo = rx.el.img(src=address, alt="", loading="lazy", decoding="async", custom_attrs=_PICTURE_LOADS)
    return rx.el.span(
        letters,
        rx.cond(address != "", photo),
        class_name=rx.Var.create(f"avatar {size if size != 'm' else ''} a").to(str) + tint.to(str),
        aria_hidden="true",
    )


def badge(*words: Any, tone: Tone = "", **props: Any) -> Component:
    """Draw a short fact on a tint."""
    return rx.el.span(*words, class_name=f"badge {tone}".strip(), **props)


_NOTE_ICONS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


def note(*words: Any, tone: Literal["info", "ok", "warn", "bad"] = "info", **props: Any) -> Component:
    """Draw a message that stays on the page; give it `role="alert"` or `"status"` when it appears later."""
    style = f"note {tone} {props.pop('class_name', '')}".strip()
    return rx.el.div(icon(_NOTE_ICONS[tone]), rx.el.div(*words, class_name="grow"), class_name=style, **props)


def empty(
    title: Any, text: Any, *actions: Component, icon_name: str = "inbox", is_page: bool = False, **props: Any
) -> Component:
    """Say that there is nothing to show, and what to do next; `is_page` where nothing else is on the page."""
    heading = rx.el.h1 if is_page else rx.el.h2
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="empty-mark"),
        heading(title, class_name="h3"),
        rx.el.p(text),
        rx.el.div(*actions, class_name="row") if actions else rx.fragment(),
        class_name="empty",
        **props,
    )


def skeleton(width: str = "100%", height: str = "14px", *, is_round: bool = False) -> Component:
    """Draw the shape of something that is being loaded."""
    # Not "round", which is what the buttons of a room are.
    style = "skeleton disc" if is_round else "skeleton"
    return rx.el.span(class_name=style, style={"width": width, "height": height})


def waiting(*shapes: Component, label: str = "Loading", **props: Any) -> Component:
    """Draw skeletons as one element that says that it is loading."""
    return rx.el.div(hidden(label), *shapes, role="status", **props)


def page_head(title: Any, *line: Any) -> Component:
    """Draw a page's title, and a line under it."""
    return rx.el.div(
        rx.el.h1(title),
        rx.el.p(*line, class_name="muted") if line else rx.fragment(),
        class_name="page-head",
    )

"""How the machinery stands: queue, workers, providers, and what was given up."""

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.admin.payment_differences import payment_differences
from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.pager import address_pager
from mentorbook.components.parts import button, empty, link, note, skeleton, waiting
from mentorbook.presenters.admin.system import DeadLetter, SystemLine
from mentorbook.state.admin.system import SystemPage

_LOAD = Awaited("system-load", *answers_of(SystemPage, "load"))
_ALL = Awaited("system-all", *answers_of(SystemPage, "all"))
# Of the page alone: which message it was asked to delete.
_ASKS = ClientStateVar.create("letter_deletion_asked", default="")


def system_overview() -> Component:
    """Draw the page, its shape while it is loaded, or that it could not be."""
    return rx.match(
        SystemPage.phase,
        ("shown", _shown()),
        ("failed", _failed()),
        waiting(*[skeleton("100%", "96px") for _ in range(3)], class_name="stack"),
    )


def _failed() -> Component:
    return empty(
        "This could not be loaded",
        "Perhaps the database is not to be reached. Try again in a moment.",
        awaited_button("Try again", asks=_LOAD, ask=SystemPage.load, kind="plain"),
        icon_name="cloud-off",
        role="alert",
    )


def _shown() -> Component:
    return rx.el.div(
        rx.el.div(_headline(), role="status", data_testid="system-headline"),
        _queue(),
        rx.el.div(
            _lines("Providers", "system-providers", SystemPage.providers),
            _lines("Workers", "system-workers", SystemPage.workers),
            class_name="system-columns",
        ),
        rx.cond(SystemPage.can_compare | (SystemPage.differences.length() > 0), payment_differences()),
        _letters(),
        rx.el.p(SystemPage.words.version, class_name="muted small"),
        class_name="stack-l",
        on_mount=_ASKS.set_value(""),
        on_unmount=SystemPage.depart,
    )


def _headline() -> Component:
    words = SystemPage.words
    return rx.match(
        words.tone,
        ("ok", note(words.headline, tone="ok")),
        ("warn", note(words.headline, tone="warn")),
        note(words.headline, tone="bad"),
    )


def _queue() -> Component:
    words = SystemPage.words
    return rx.el.section(
        rx.el.h2("Queue"),
        rx.el.dl(
            _figure("To be delivered now", words.waiting, words.oldest, "system-waiting"),
            _figure("Later", words.later, "Reminders of sessions that are to come.", "system-later"),
            _figure("Given up", words.dead, "A day without success, or refused for good.", "system-dead"),
            class_name="queue-figures",
        ),
        class_name="card stack",
        aria_label="Queue",
    )


def _figure(label: str, figure: rx.Var[str], text: str | rx.Var[str], test_id: str) -> Component:
    return rx.el.div(
        rx.el.dt(label, class_name="muted small"),
        rx.el.dd(figure, class_name="queue-figure num", data_testid=test_id),
        rx.el.dd(text, class_name="muted small"),
    )


def _lines(title: str, test_id: str, lines: rx.Var[list[SystemLine]]) -> Component:
    return rx.el.section(
        rx.el.h2(title),
        rx.cond(
            lines.length() > 0,
            rx.el.ul(rx.foreach(lines, _line), class_name="stack", data_testid=test_id),
            rx.el.p("None has been seen for a day.", class_name="muted"),
        ),
        class_name="card stack",
        aria_label=title,
    )


def _line(line: SystemLine) -> Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(line.name, class_name="strong"),
            rx.el.span(line.badge, class_name=rx.Var.create("badge ").to(str) + line.tone),
            class_name="row wrap",
        ),
        rx.el.p(line.text, class_name="muted small lines"),
    )


def _letters() -> Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Given up", class_name="grow"),
            rx.cond(
                SystemPage.letters.length() > 1,
                awaited_button("Try all again", asks=_ALL, ask=SystemPage.retry_all, kind="plain"),
            ),
            class_name="row wrap",
        ),
        rx.el.p(SystemPage.told, role="status", class_name="muted small"),
        rx.cond(
            SystemPage.letters.length() > 0,
            rx.el.ul(rx.foreach(SystemPage.letters, _letter), class_name="letters"),
            rx.el.p("Nothing was given up.", class_name="muted"),
        ),
        address_pager(SystemPage.page, SystemPage.pages),
        class_name="card stack",
        aria_label="Messages that were given up",
    )


def _letter(letter: DeadLetter) -> Component:
    asks = Awaited(letter.id, *answers_of(SystemPage, letter.id))
    return rx.el.li(
        rx.el.div(
            rx.cond(
                letter.href,
                link(letter.title, href=letter.href, class_name="strong text-link"),
                rx.el.span(letter.title, class_name="strong"),
            ),
            rx.el.p(letter.why, class_name="lines"),
            rx.el.p(letter.since, class_name="muted small num"),
            class_name="grow",
        ),
        rx.cond(_ASKS.value == letter.id, _deletion(letter, asks), _ways(letter, asks)),
        class_name="letter",
        data_testid="dead-letter",
    )


def _ways(letter: DeadLetter, asks: Awaited) -> Component:
    return rx.el.div(
        awaited_button(
            "Try again",
            asks=asks,
            ask=SystemPage.retry(letter.id),
            kind="plain",
            small=True,
            aria_label=f"Try again: {letter.title}",
        ),
        button(
            "Delete",
            kind="ghost",
            small=True,
            on_click=_ASKS.set_value(letter.id),
            aria_label=f"Delete: {letter.title}",
        ),
        class_name="row",
    )


def _deletion(letter: DeadLetter, asks: Awaited) -> Component:
    """Ask before a message is deleted: nothing brings it back."""
    return rx.el.div(
        rx.el.p("It is gone for good then, and cannot be tried again.", role="alert"),
        rx.el.div(
            button(
                "Keep it",
                small=True,
                auto_focus=True,
                on_click=_ASKS.set_value(""),
                aria_label=f"Keep it: {letter.title}",
            ),
            awaited_button(
                "Delete for good",
                asks=asks,
                ask=SystemPage.discard(letter.id),
                kind="danger",
                small=True,
                aria_label=f"Delete for good: {letter.title}",
            ),
            class_name="row wrap",
        ),
        class_name="grow col",
    )

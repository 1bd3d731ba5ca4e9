"""The mentor's part of the settings, and the steps of the set-up, which lead to each other's pages."""

from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex.experimental.client_state import ClientStateVar

from mentorbook.components.address import Whenever
from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.parts import button, hidden, icon, link, link_button, note, skeleton, waiting
from mentorbook.components.people.outcomes import not_loaded
from mentorbook.domain.kinds import MentorStatus
from mentorbook.presenters.people.mentoring import SetupStep
from mentorbook.state.people.mentoring import Mentoring

_SECTION = Mentoring.section
_LOAD = Awaited("load-mentoring", *answers_of(Mentoring, "load"))
_ASK = Awaited("ask-to-mentor", *answers_of(Mentoring, "ask"))
_WITHDRAW = Awaited("withdraw-request", *answers_of(Mentoring, "withdraw"))
# Asked before what was filled in is deleted; of the page alone.
_ASKS = ClientStateVar.create("mentoring_withdrawal_asked", default=False)


def mentoring_section() -> Component:
    """Draw how the viewer stands as a mentor, and what they can do about it."""
    return rx.el.section(
        rx.el.h2("Mentoring", id="mentoring-title"),
        rx.el.div(
            rx.cond(Mentoring.problem != "", note(Mentoring.problem, tone="bad")),
            role="alert",
            class_name="problem",
        ),
        rx.match(
            Mentoring.phase,
            ("shown", _shown()),
            ("failed", not_loaded("How you mentor", asks=_LOAD, ask=Mentoring.load)),
            waiting(skeleton("80%"), skeleton("55%"), label="Loading how you mentor", class_name="col"),
        ),
        Whenever.create(holds=_SECTION.steps.length() == 0, on_hold=_ASKS.set_value(False)),
        class_name="card auth",
        id="mentoring",
        aria_labelledby="mentoring-title",
        data_testid="mentoring",
        data_status=rx.cond(Mentoring.phase == "shown", _SECTION.status, ""),
    )


def _shown() -> Component:
    return rx.match(
        _SECTION.status,
        (MentorStatus.REQUESTED.value, _requested()),
        (MentorStatus.APPROVED.value, _approved()),
        (MentorStatus.DECLINED.value, _declined()),
        _none(),
    )


def _none() -> Component:
    return rx.fragment(
        rx.el.p(
            "Share what you know. You fill in a profile and your hours, and an admin looks at them before"
            " mentees can see and book you.",
            class_name="lead",
        ),
        rx.el.div(_ask_button("Ask to be a mentor", "plain"), class_name="row"),
    )


def _requested() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.el.p(rx.el.strong("You have asked to be a mentor.")),
            rx.el.p(
                "Since ",
                rx.el.span(_SECTION.since, class_name="num", data_testid="asked-since"),
                ", an admin has it before them, and you hear of the answer. You can fill in the rest now.",
                class_name="lead",
            ),
            role="status",
        ),
        setup_steps(),
        _withdrawal("Withdraw the request"),
    )


def _approved() -> Component:
    return rx.fragment(
        rx.el.p("You are a mentor. Mentees see what you fill in here.", class_name="lead", role="status"),
        setup_steps(),
    )


def _declined() -> Component:
    return rx.fragment(
        rx.el.div(
            rx.el.p(rx.el.strong("Not this time.")),
            rx.el.p(
                "An admin has looked at your request and did not accept it yet. What you filled in is kept:"
                " change it if you like, and ask again.",
                class_name="lead",
            ),
            role="status",
        ),
        rx.cond(
            _SECTION.reason != "",
            note(
                rx.el.strong("The admin writes: "),
                rx.el.span(_SECTION.reason, class_name="lines"),
                data_testid="decline-reason",
            ),
        ),
        setup_steps(),
        rx.el.div(_ask_button("Ask again", "plain"), class_name="row"),
        _withdrawal("Delete what I filled in"),
    )


def _ask_button(words: str, kind: Any) -> Component:
    return awaited_button(
        rx.cond(_ASK.is_asked, "Asking …", words),
        asks=_ASK,
        ask=Mentoring.ask,
        kind=kind,
        data_testid="ask-to-mentor",
    )


def _withdrawal(words: str) -> Component:
    """Draw the way back, which asks first: it deletes what was filled in."""
    return rx.el.div(
        rx.cond(
            _ASKS.value,
            rx.el.div(
                rx.el.p("The profile and the hours that you filled in would be deleted.", role="alert"),
                rx.el.div(
                    button("Keep them", on_click=_ASKS.set_value(False), data_testid="keep-request"),
                    awaited_button(
                        "Withdraw and delete",
                        asks=_WITHDRAW,
                        ask=Mentoring.withdraw,
                        kind="danger",
                        data_testid="confirm-withdrawal",
                    ),
                    class_name="row wrap",
                ),
                class_name="col",
            ),
            button(words, kind="ghost", on_click=_ASKS.set_value(True), data_testid="withdraw-request"),
        ),
        class_name="withdrawal",
    )


def setup_steps(here: str = "") -> Component:
    """Draw the steps with what is done, each as a link to where it is done; `here` is the page's own step."""
    return rx.cond(
        _SECTION.steps.length() > 0,
        rx.el.ol(
            rx.foreach(_SECTION.steps, lambda step: _step(step, here)),
            class_name="setup-list",
            aria_label="Set up your page",
            data_testid="setup-steps",
            data_done=_SECTION.done.to_string(),
        ),
    )


def _step(step: rx.Var[SetupStep], here: str) -> Component:
    return rx.el.li(
        link(
            rx.cond(
                step.is_done,
                rx.el.span(icon("circle-check"), class_name="step-mark done"),
                rx.el.span(icon("circle"), class_name="step-mark"),
            ),
            rx.el.span(
                rx.el.span(step.title, class_name="strong"),
                hidden(rx.cond(step.is_done, " (done): ", " (to do): ")),
                rx.el.span(step.text, class_name="small muted"),
                class_name="step-words",
            ),
            icon("chevron-right"),
            href=step.href,
            aria_current=rx.cond(step.key == here, "step", "false"),
        ),
        data_testid="setup-step",
        data_step=step.key,
        data_done=rx.cond(step.is_done, "true", "false"),
    )


def ask_first() -> Component:
    """Say to whom a mentor's page does not belong how they come to one."""
    return rx.el.div(
        rx.el.p("This page is for mentors. Ask to be one in the settings first.", class_name="muted"),
        rx.el.div(
            link_button("Open the settings", href="/settings#mentoring", kind="primary"), class_name="row"
        ),
        class_name="card stack",
        data_testid="ask-first",
    )

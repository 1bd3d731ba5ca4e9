"""The page of the link in a mail: whose mail it is, and two buttons that stop it."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.awaited import Awaited, answers_of, awaited_button
from mentorbook.components.parts import empty, link_button, note, skeleton, waiting
from mentorbook.components.people.choice_rows import choice_rows, held_switches
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.presenters.people.preferences import BY_MAIL, TOPIC_WORDS, switch_key
from mentorbook.state.people.mail_choice import MailChoice

_LOAD = Awaited("load-mail", *answers_of(MailChoice, "load"))
_STOP = Awaited("stop-topic", *answers_of(MailChoice, "switch"))
_STOP_ALL = Awaited("stop-all", *answers_of(MailChoice, "all"))
_UNDO = Awaited("undo", *answers_of(MailChoice, "undo"))
_HELD = held_switches("mail_choices", MailChoice, (BY_MAIL,), lambda topic, _: topic)


def mail_choice() -> Component:
    """Draw the page by what is known of the link."""
    return rx.match(
        MailChoice.phase,
        ("shown", _shown()),
        ("gone", _gone()),
        ("failed", _failed()),
        rx.el.div(
            rx.el.h1("Your mail from MentorBook"),
            waiting(skeleton("80%"), skeleton("55%"), label="Loading", class_name="card col"),
            class_name="stack",
        ),
    )


def _shown() -> Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h1("Your mail from MentorBook"),
            rx.el.p(
                "It goes to ",
                rx.el.strong(MailChoice.email, class_name="anywhere", data_testid="mail-address"),
                ".",
                class_name="muted",
            ),
            class_name="page-head",
        ),
        rx.el.section(
            rx.el.div(
                rx.cond(MailChoice.problem != "", note(MailChoice.problem, tone="bad")),
                role="alert",
                class_name="problem",
            ),
            rx.el.div(rx.cond(MailChoice.told != "", _told()), role="status", class_name="told"),
            _of_topic(_about),
            rx.cond(
                _any_on(),
                rx.el.div(
                    _of_topic(_stop),
                    awaited_button(
                        "Stop all of these mails",
                        asks=_STOP_ALL,
                        ask=MailChoice.stop_all,
                        kind="plain",
                        data_testid="stop-all",
                    ),
                    class_name="row wrap",
                ),
                rx.el.p("None of these mails is sent to you now.", class_name="lead"),
            ),
            class_name="card auth",
            aria_label="Stop mail",
        ),
        rx.el.section(
            rx.el.h2("Choose one by one", id="mail-choices-title"),
            choice_rows(
                _HELD,
                (BY_MAIL,),
                MailChoice.topics,
                lambda topic, _, is_on: MailChoice.switch(topic, is_on),
            ),
            rx.el.p(
                "This is about mail alone: in the app you hear of things as before. What keeps your account"
                " yours, such as a link for a new password, is always sent.",
                class_name="field-hint",
            ),
            class_name="card auth",
            aria_labelledby="mail-choices-title",
        ),
        class_name="stack",
    )


def _any_on() -> Any:
    each: Iterable[Any] = (getattr(_HELD, switch_key(topic, BY_MAIL)) for topic in NoticeTopic)
    return reduce(or_, each)


def _of_topic(draw: Callable[[NoticeTopic], Component]) -> Component:
    """Draw something about the topic of the mail that led here, while its mail is sent."""
    each = (
        (topic.value, rx.cond(getattr(_HELD, switch_key(topic, BY_MAIL)), draw(topic)))
        for topic in NoticeTopic
    )
    return rx.match(MailChoice.topic, *each, rx.fragment())


def _about(topic: NoticeTopic) -> Component:
    words = TOPIC_WORDS[topic]
    return rx.el.p(
        "The mail that led you here was about ",
        rx.el.strong(words.spoken),
        f": {words.text[0].lower()}{words.text[1:]}",
    )


def _stop(topic: NoticeTopic) -> Component:
    return awaited_button(
        f"Stop mail about {TOPIC_WORDS[topic].spoken}",
        asks=_STOP,
        ask=MailChoice.switch(topic.value, False),
        data_testid="stop-topic",
    )


def _told() -> Component:
    return note(
        rx.el.div(
            rx.el.span(MailChoice.told, class_name="grow", data_testid="mail-told"),
            rx.cond(
                MailChoice.can_undo,
                awaited_button(
                    "Undo", asks=_UNDO, ask=MailChoice.undo, kind="plain", small=True, data_testid="mail-undo"
                ),
            ),
            class_name="row wrap",
        ),
        tone="ok",
    )


def _gone() -> Component:
    return empty(
        "This link does not work any more",
        "Use the link in your latest mail from MentorBook, or log in and choose in your settings.",
        link_button("To your settings", href="/settings#preferences", kind="primary"),
        link_button("Find a mentor", href="/"),
        icon_name="link-2-off",
        is_page=True,
        data_testid="link-gone",
    )


def _failed() -> Component:
    return rx.el.div(
        rx.el.h1("Your mail from MentorBook"),
        note(
            rx.cond(MailChoice.problem != "", MailChoice.problem, "Your choices could not be loaded."),
            tone="bad",
            role="alert",
        ),
        rx.el.div(
            awaited_button("Try again", asks=_LOAD, ask=MailChoice.arrive, kind="plain"), class_name="row"
        ),
        class_name="stack",
    )

"""One account beside the list of all: who it is, what admins can do, and what they have done."""

import json
from dataclasses import asdict
from typing import Any

import reflex as rx
from reflex.components.component import Component
from reflex_base.vars import VarData

from mentorbook.components.address import address_value, close_dialog, open_dialog, return_focus
from mentorbook.components.admin.side_panel import side_panel
from mentorbook.components.awaited import Awaited, awaited_button
from mentorbook.components.booking.session_details import story_line
from mentorbook.components.fields import described_by, field, text_field
from mentorbook.components.list_address import address_with, asked
from mentorbook.components.parts import avatar, button, link_button, note, skeleton, waiting
from mentorbook.components.typed_input import typed_input
from mentorbook.presenters.admin.people import Offer, Question
from mentorbook.state.admin.person_panel import PANEL, REASON, PersonPanel

_CLOSED = address_with(person="", change="")
_KEEP = "keep-account"
_details = PersonPanel.details
# By the address, which the browser knows before the server has heard of it.
_is_here = PersonPanel.asked_for == asked("person")[:40]
_is_asking = address_value("change") != ""


def person_panel() -> Component:
    """Draw the panel and its question while the address names a person; Escape closes either."""
    phase = rx.cond(_is_here, PersonPanel.phase, "loading")
    return rx.cond(
        asked("person") != "",
        rx.fragment(
            side_panel(
                rx.match(
                    phase,
                    ("shown", _shown()),
                    (
                        "missing",
                        rx.el.p("There is no such account. The address may be wrong.", class_name="muted"),
                    ),
                    ("failed", _failed()),
                    waiting(
                        skeleton("70%", "24px"),
                        skeleton("100%", "180px"),
                        skeleton("100%", "180px"),
                        label="Loading the account",
                        class_name="stack",
                    ),
                ),
                id=PANEL,
                closed=_CLOSED,
                back="People",
                label="The account",
                data_testid="person-panel",
            ),
            _dialog(phase),
        ),
    )


def _shown() -> Component:
    return rx.el.div(
        rx.el.div(
            avatar(_details.initials, size="l"),
            rx.el.div(
                rx.el.h2(_details.name, class_name="sess-title"),
                rx.el.p(_details.email, class_name="muted small wrap-anywhere"),
                class_name="grow",
            ),
            class_name="row person-head",
        ),
        rx.cond(~_is_asking, _problem()),
        _made_link(),
        _offers(),
        _about(),
        rx.el.section(
            rx.el.h3("What admins did"),
            rx.cond(
                _details.story.length() > 0,
                rx.el.ol(
                    rx.foreach(_details.story, lambda each: story_line(each, facts="Address and browser")),
                    class_name="story",
                    data_testid="account-story",
                ),
                rx.el.p("Nothing so far.", class_name="muted small"),
            ),
            class_name="card",
        ),
        class_name="stack",
        data_testid="person-details",
        data_person_id=_details.id,
    )


def _failed() -> Component:
    return rx.el.div(
        rx.el.p("The account could not be loaded. Nothing about it has changed."),
        awaited_button(
            "Try again", asks=Awaited("load-person", PersonPanel.turn), ask=PersonPanel.load, kind="plain"
        ),
        role="alert",
        class_name="stack",
    )


def _problem() -> Component:
    return rx.cond(
        PersonPanel.problem != "",
        note(PersonPanel.problem, tone="warn", role="alert", data_testid="account-problem"),
    )


def _about() -> Component:
    facts = (
        ("Role", _details.roles),
        ("Mentoring", _badge(_details.mentoring, _details.mentoring_tone)),
        ("Account", _badge(_details.account, _details.account_tone)),
        ("Joined", rx.el.span(_details.joined, class_name="num")),
        ("Time zone", rx.el.span(_details.zone, class_name="num")),
        ("Sessions", _details.coming),
    )
    return rx.el.section(
        rx.cond(_details.headline != "", rx.el.p(_details.headline, class_name="strong")),
        rx.cond(_details.expertise != "", rx.el.p(_details.expertise, class_name="muted small")),
        rx.cond(_details.about != "", rx.el.p(_details.about, class_name="small lines")),
        rx.el.dl(
            *(rx.fragment(rx.el.dt(name), rx.el.dd(value)) for name, value in facts),
            rx.cond(
                _details.declined != "",
                rx.fragment(rx.el.dt("Declined for"), rx.el.dd(_details.declined, class_name="lines plain")),
            ),
            class_name="session-facts",
        ),
        rx.cond(
            _details.profile != "",
            link_button("See their page", href=_details.profile, small=True, class_name="panel-page"),
        ),
        class_name="card stack",
        aria_label="About the person",
    )


def _made_link() -> Component:
    """Show a link that was made, this once, to be copied."""
    return rx.cond(
        PersonPanel.made_link != "",
        rx.el.section(
            text_field(
                "Link for a new password",
                "made-link",
                hint="It works once, within a day, and is shown this once. Give it to nobody else.",
                value=PersonPanel.made_link,
                read_only=True,
                data_testid="made-link",
            ),
            rx.el.div(
                button(
                    "Copy the link",
                    icon_name="copy",
                    on_click=[
                        rx.set_clipboard(PersonPanel.made_link),
                        rx.toast.success("The link is copied."),
                    ],
                    data_testid="copy-link",
                ),
                class_name="row",
            ),
            class_name="card stack",
            role="status",
        ),
    )


def _badge(words: rx.Var[str], tone: rx.Var[str]) -> Component:
    return rx.cond(tone != "", rx.el.span(words, class_name=f"badge {tone}"), words)


def _offers() -> Component:
    return rx.fragment(
        rx.cond(_details.own != "", note(_details.own)),
        rx.cond(
            _details.offers.length() > 0,
            rx.el.div(
                rx.foreach(_details.offers, _offer),
                class_name="row wrap person-acts",
                role="group",
                aria_label="What you can do",
            ),
        ),
    )


def _offer(offer: rx.Var[Offer]) -> Component:
    return rx.cond(
        offer.asks,
        button(
            offer.label,
            on_click=open_dialog("change", offer.kind),
            id=f"change-{offer.kind}",
            data_testid=f"change-{offer.kind}",
            custom_attrs={"data-opens": "dialog"},
        ),
        awaited_button(
            offer.label,
            asks=Awaited(f"change {_details.id} {offer.kind}", PersonPanel.turn),
            ask=PersonPanel.carry_out(_details.id, offer.kind),
            data_testid=f"change-{offer.kind}",
        ),
    )


def _question() -> Any:
    """Return the question that the address asks of the account on show; nameless where there is none."""
    change, none = address_value("change"), json.dumps(asdict(Question()))
    data = VarData.merge(change._get_all_var_data(), _details._get_all_var_data())
    return rx.Var(f"({_details.questions!s}[{change!s}] ?? {none})", _var_data=data).to(Question)


def _dialog(phase: Any) -> Component:
    question = _question()
    can_ask = (phase == "shown") & (question.title != "")
    title = rx.cond(can_ask, question.title, rx.cond(phase == "loading", "One moment", "Nothing to do here"))
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            # In a low window heading and answers stay in sight, and what is between them scrolls.
            rx.el.div(rx.alert_dialog.title(title, class_name="dlg-title"), class_name="dlg-head"),
            rx.el.div(
                rx.el.div(
                    rx.cond(
                        can_ask,
                        _asked(question),
                        rx.cond(phase == "loading", skeleton("80%"), _overtaken()),
                    ),
                    id="account-about",
                    class_name="col",
                ),
                rx.cond(can_ask & (question.reason != ""), _reason(question)),
                _problem(),
                # The button that has the focus stays while the question comes.
                rx.el.div(
                    button(rx.cond(can_ask, "Leave it as it is", "Close"), on_click=close_dialog(), id=_KEEP),
                    rx.cond(can_ask, _confirm(question)),
                    class_name="row dlg-foot",
                ),
                class_name="dlg-body",
            ),
            class_name="dlg change-dlg",
            aria_describedby="account-about",
            data_testid="account-dialog",
            on_escape_key_down=close_dialog(),
            on_open_auto_focus=rx.call_script(f"document.getElementById('{_KEEP}')?.focus()"),
            on_close_auto_focus=return_focus(),
        ),
        open=_is_asking,
    )


def _asked(question: Any) -> Component:
    return rx.fragment(
        rx.el.p(question.follows, class_name="wrap-anywhere"),
        rx.cond(question.sessions != "", rx.el.p(question.sessions)),
    )


def _overtaken() -> Component:
    return rx.el.p("This was done meanwhile, or it does not apply to this account.")


def _reason(question: Any) -> Component:
    return field(
        question.reason,
        typed_input(
            rx.el.textarea(
                id=REASON,
                class_name="input area low",
                value=PersonPanel.reason,
                on_change=PersonPanel.write_reason,
                aria_required="true",
                aria_invalid=rx.cond(PersonPanel.reason_error != "", "true", "false"),
                aria_describedby=described_by(REASON, hint=False),
                data_testid=REASON,
            ),
            debounce_timeout=250,
        ),
        control_id=REASON,
        error=PersonPanel.reason_error,
    )


def _confirm(question: Any) -> Component:
    asks = Awaited(f"change {_details.id} {address_value('change')}", PersonPanel.turn)

    def confirm(kind: Any) -> Component:
        return awaited_button(
            question.confirm,
            asks=asks,
            ask=PersonPanel.carry_out(_details.id, address_value("change")),
            kind=kind,
            data_testid="confirm-change",
        )

    return rx.cond(question.is_grave, confirm("danger"), confirm("primary"))

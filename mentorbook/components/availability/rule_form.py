"""The rules by which a mentor takes bookings, each with what it means in a sentence."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

from mentorbook.components.fields import field_error
from mentorbook.components.optimistic import Optimistic
from mentorbook.components.parts import button, icon
from mentorbook.components.typed_input import typed_input
from mentorbook.components.zone_picker import zone_facts, zone_picker
from mentorbook.domain.schemas import DURATION_STEP, MAX_DURATION, MIN_DURATION
from mentorbook.presenters.availability.rules import TITLES
from mentorbook.presenters.availability.zone_change import ReadDay
from mentorbook.presenters.dates import length
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.availability.hours_preview import HoursPreview

_RULES = HoursEditor.rules
_ZONE = Optimistic("own_zone", HoursEditor.turn, **zone_facts(HoursEditor))
_UNIT = rx.cond(HoursEditor.notice_unit == "", _RULES.notice_unit, HoursEditor.notice_unit)
_PRESSED = Optimistic(
    "hours_rules",
    HoursEditor.turn,
    is_active=_RULES.is_active,
    require_confirmation=_RULES.require_confirmation,
    allow_instant_booking=_RULES.allow_instant_booking,
    duration=_RULES.duration.to_string(),
    unit=_UNIT,
)
_LENGTHS = range(MIN_DURATION, MAX_DURATION + 1, DURATION_STEP)


def rule_form() -> Component:
    """Draw all rules."""
    return rx.el.section(
        _rule("zone", "Time zone", "Your hours are read by this clock.", _zone()),
        rx.cond(HoursEditor.zone_change.zone != "", _zone_question()),
        _switch("is_active", _PRESSED.is_active, _active_line()),
        _switch("require_confirmation", _PRESSED.require_confirmation, _RULES.confirmation_line),
        _switch("allow_instant_booking", _PRESSED.allow_instant_booking, _RULES.instant_line),
        _rule("default_session_duration", "", _RULES.duration_line, _durations()),
        _number("buffer_time_between_sessions", _RULES.buffer, _RULES.buffer_line, "minutes"),
        _number("min_advance_booking_hours", _RULES.notice, _RULES.notice_line, _unit()),
        _number("max_advance_booking_days", _RULES.window, _RULES.window_line, "days"),
        _rule(
            "default_start_time",
            "Default hours",
            _RULES.default_line,
            rx.el.div(
                _edge("default_start_time", _RULES.default_start),
                rx.el.span("to", class_name="muted"),
                _edge("default_end_time", _RULES.default_end),
                class_name="row",
            ),
            field_error("rule-default_end_time", _error("default_end_time")),
        ),
        class_name="card policies",
        aria_label="Rules",
    )


def _active_line() -> Any:
    overruled = _RULES.is_active & (HoursPreview.closed.rule != "")
    return rx.cond(overruled, HoursPreview.closed.rule, _RULES.active_line)


def _rule(name: str, title: str, meaning: Any, control: Component, *more: Component) -> Component:
    return rx.el.div(
        rx.el.div(
            rx.el.label(
                title or TITLES[name], html_for=f"rule-{name}", id=f"rule-{name}-label", class_name="h3"
            ),
            rx.el.p(meaning, class_name="muted small", id=f"rule-{name}-hint", aria_live="polite"),
            field_error(f"rule-{name}", _error(name)),
            *more,
            class_name="grow",
        ),
        control,
        class_name="policy",
    )


def _error(name: str) -> Any:
    return rx.cond(HoursEditor.errors.contains(name), "It " + HoursEditor.errors[name].to(str) + ".", "")


def _zone() -> Component:
    return zone_picker(
        HoursEditor, _ZONE, name="own", label="Your time zone", id="rule-zone", data_testid="own-zone"
    )


def _zone_question() -> Component:
    change: Any = HoursEditor.zone_change
    return rx.el.div(
        rx.el.div(
            icon("globe"),
            rx.el.div(
                rx.el.b("What moves with you to ", change.city, "?"),
                rx.el.p(
                    "Keep the times: your hours read as before, by the new clock. "
                    "Keep the moments: mentees see the same hours as now, as long as no clock changes.",
                    class_name="small",
                ),
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th("Day"),
                            rx.el.th("Now, ", change.city_before),
                            rx.el.th("Times kept, ", change.city),
                            rx.el.th("Moments kept, ", change.city),
                        )
                    ),
                    rx.el.tbody(
                        rx.foreach(change.days.to(list[ReadDay]), lambda day: _read_day(day, change))
                    ),
                    class_name="zone-days num",
                ),
                rx.el.div(
                    button("Keep the times", on_click=HoursEditor.keep_wall_times, data_testid="keep-times"),
                    button(
                        "Keep the moments", on_click=HoursEditor.keep_instants, data_testid="keep-moments"
                    ),
                    button("Stay with ", change.city_before, kind="ghost", on_click=HoursEditor.keep_zone),
                    class_name="row wrap zone-answers",
                ),
                class_name="col grow",
            ),
            class_name="note info",
            role="alert",
        ),
        class_name="policy",
    )


def _read_day(day: rx.Var[ReadDay], change: Any) -> Component:
    columns = (
        ("Now, " + change.city_before, day.before),
        ("Times kept, " + change.city, day.wall_times),
        ("Moments kept, " + change.city, day.instants),
    )
    return rx.el.tr(
        rx.el.th(day.name, scope="row"),
        *(
            rx.el.td(rx.cond(words == "", "–", words), custom_attrs={"data-label": label})
            for label, words in columns
        ),
    )


def _switch(name: str, value: Any, meaning: Any) -> Component:
    return _rule(
        name,
        "",
        meaning,
        rx.el.button(
            rx.el.span(class_name="knob"),
            type="button",
            role="switch",
            id=f"rule-{name}",
            class_name="switch",
            aria_checked=rx.cond(value, "true", "false"),
            aria_labelledby=f"rule-{name}-label",
            aria_describedby=f"rule-{name}-hint",
            on_click=[_PRESSED.press(**{name: ~value}), HoursEditor.toggle(name)],
            data_testid=f"rule-{name}",
        ),
    )


def _durations() -> Component:
    return rx.el.div(
        rx.el.select(
            *(rx.el.option(length(minutes), value=str(minutes)) for minutes in _LENGTHS),
            value=_PRESSED.duration,
            on_change=lambda minutes: [
                _PRESSED.press(duration=minutes),
                HoursEditor.choose_length(minutes),
            ],
            id="rule-default_session_duration",
            data_testid="rule-default_session_duration",
        ),
        icon("chevron-down"),
        class_name="choose plain",
    )


def _number(name: str, value: Any, meaning: Any, unit: str | Component) -> Component:
    return _rule(
        name,
        "",
        meaning,
        rx.el.div(
            _typed(name, value, lambda text: HoursEditor.type_rule(name, text), "decimal"),
            rx.el.span(unit, class_name="muted small") if isinstance(unit, str) else unit,
            class_name="policy-number",
        ),
    )


def _unit() -> Component:
    return rx.el.div(
        rx.el.select(
            rx.el.option("minutes", value="minutes"),
            rx.el.option("hours", value="hours"),
            value=_PRESSED.unit,
            on_change=lambda unit: [_PRESSED.press(unit=unit), HoursEditor.choose_unit(unit)],
            aria_label="Unit of the notice",
            data_testid="rule-notice-unit",
        ),
        icon("chevron-down"),
        class_name="choose plain",
    )


def _edge(name: str, value: Any) -> Component:
    return _typed(name, value, lambda text: HoursEditor.type_default(name, text), "numeric")


def _typed(name: str, value: Any, report: Any, mode: str) -> Component:
    return typed_input(
        rx.el.input(
            id=f"rule-{name}",
            class_name="input num time-input",
            value=value,
            on_change=report,
            input_mode=mode,
            auto_complete="off",
            aria_label=TITLES[name],
            aria_invalid=rx.cond(HoursEditor.errors.contains(name), "true", "false"),
            aria_describedby=f"rule-{name}-hint rule-{name}-error",
            data_testid=f"rule-{name}",
            max_length=20,
        ),
        debounce_timeout=700,
    )

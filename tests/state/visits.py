"""Visits that call every handler of every page at least once where it does its work, with the guard that
stands before each event."""

from dataclasses import dataclass, field
from typing import Any, cast

import reflex as rx
from reflex_base.event import Event

from mentorbook.domain.kinds import LinkPurpose, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.state.socket.login_guard import LoginGuard
from tests.conftest import forget
from tests.letters import a_link
from tests.people import a_mentee, in_hours
from tests.security.handlers import all_handlers
from tests.state.harness import Page, words
from tests.statements import statements
from tests.worlds import World

WIRES = {wire.rpartition("____")[2]: wire for wire, (_, name) in all_handlers().items() if name != "setvar"}
_APP = cast(rx.App, None)  # the guard does not look at it


@dataclass(frozen=True)
class Visit:
    """One tab of a person's, or of nobody's, on one page: which handlers it calls, one after the other."""

    person: str
    path: str
    calls: tuple[tuple[str, dict[str, Any]], ...] = field(default=())


def a_visit(person: str, path: str, *calls: str | tuple[str, dict[str, Any]]) -> Visit:
    """A visit whose calls without values are written as the handler's name alone."""
    return Visit(person, path, tuple((each, {}) if isinstance(each, str) else each for each in calls))


TEXT, ZONES = {"text": "to"}, {"name": "Asia/Tokyo"}
LATER = {"start": in_hours(32).isoformat().replace("+00:00", "Z")}
SLOT = {"start": in_hours(30).isoformat().replace("+00:00", "Z")}
MONTH, LATER_MONTH = {"month": "2027-01"}, {"month": "2027-04"}
DAY = {"iso": in_hours(30).date().isoformat()}
NEW = {"name": "New", "email": "new@people.test", "password": "a long new password"}


def _zones(state: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{state}.open_zones", {"is_open": True}),
        (f"{state}.find_zones", TEXT),
        (f"{state}.choose_zone", ZONES),
        (f"{state}.choose_zone", {"name": "UTC"}),
    ]


def _slots(state: str, start: dict[str, str]) -> list[str | tuple[str, dict[str, Any]]]:
    return [
        *_zones(state),
        (f"{state}.show_month", LATER_MONTH),
        (f"{state}.show_month", MONTH),
        f"{state}.pick_earliest",
        (f"{state}.choose_day", DAY),
        (f"{state}.choose_slot", start),
    ]


def _words(state: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{state}.choose_meeting", {"kind": "audio"}),
        (f"{state}.write_title", TEXT),
        (f"{state}.write_description", TEXT),
    ]


VISITS = (
    a_visit(
        "nobody",
        "/login",
        "log_in.arrive",
        ("log_in.submit", {"form": {"email": "{mail}", "password": "none"}}),
    ),
    a_visit(
        "nobody",
        "/register",
        "registration.arrive",
        "registration.toggle_password",
        *_zones("registration"),
        ("registration.submit", {"form": NEW}),
    ),
    a_visit("nobody", "/forgot", "forgot.arrive", ("forgot.submit", {"form": {"email": "{mail}"}})),
    a_visit(
        "nobody",
        "/reset",
        "password_reset.arrive",
        ("password_reset.take", {"token": "{reset}"}),
        "password_reset.toggle_password",
        ("password_reset.submit", {"form": {"token": "{reset}", "fresh": "a long new password"}}),
    ),
    a_visit(
        "nobody",
        "/confirm",
        "email_confirmation.arrive",
        ("email_confirmation.take", {"token": "{change}"}),
        ("email_confirmation.confirm", {"token": "{change}"}),
    ),
    a_visit(
        "mina",
        "/",
        "me.arrive",
        "mentor_directory.arrive",
        ("mentor_directory.search", {"text": "e"}),
        ("mentor_directory.filter_topic", {"topic": "Testing"}),
        ("mentor_directory.open_days", {"is_open": True}),
        ("mentor_directory.filter_days", {"days": "2027-01-20"}),
        ("mentor_directory.filter_days", {"days": "7"}),
        "mentor_directory.clear",
        ("mentor_directory.filter_price", {"price": "100"}),
        ("mentor_directory.turn_page", {"to": 2}),
        "bell.open_bell",
        "bell.mark_all_read",
        "bell.close_bell",
        "me.leave",
    ),
    a_visit(
        "mina",
        "/mentors/{moira}",
        "profile_page.arrive",
        "booking_modal.arrive",
        ("go", {"path": "/mentors/{moira}?book"}),
        "booking_modal.arrive",
        ("go", {"path": "/mentors/{moira}"}),
        "booking_modal.arrive",
        "booking_modal.prepare",
        ("go", {"path": "/mentors/{moira}?book"}),
        "booking_modal.arrive",
        *_slots("booking_modal", SLOT),
        ("booking_modal.choose_duration", {"minutes": 45}),
        ("booking_modal.to_details", SLOT),
        ("booking_modal.choose_duration", {"minutes": 30}),
        *_words("booking_modal"),
        ("booking_modal.go_back", {"step": 1}),
        ("booking_modal.to_details", SLOT),
        "booking_modal.to_confirm",
        "booking_modal.arrive",
        "booking_modal.confirm",
        "booking_modal.discard",
        "booking_modal.depart",
        "profile_page.depart",
    ),
    a_visit(
        "mina",
        "/sessions/{other}",
        "me.arrive_member",
        "session_page.load",
        ("go", {"path": "/sessions/{other}?reschedule={other}"}),
        "reschedule_dialog.arrive",
        "reschedule_dialog.arrive",
        ("go", {"path": "/sessions/{other}"}),
        "reschedule_dialog.arrive",
        ("reschedule_dialog.prepare", {"session_id": "{other}"}),
        ("go", {"path": "/sessions/{other}?reschedule={other}"}),
        "reschedule_dialog.arrive",
        *_slots("reschedule_dialog", LATER),
        ("reschedule_dialog.choose_duration", {"minutes": 30}),
        ("reschedule_dialog.confirm", {**LATER, "minutes": 30}),
        "reschedule_dialog.depart",
        ("go", {"path": "/sessions/{other}?edit={other}"}),
        "edit_dialog.arrive",
        *_words("edit_dialog"),
        "edit_dialog.arrive",
        "edit_dialog.save",
        "edit_dialog.depart",
        ("go", {"path": "/sessions/{other}?cancel={other}"}),
        "cancel_dialog.arrive",
        "cancel_dialog.arrive",
        ("cancel_dialog.choose_reason", {"kind": "other"}),
        ("cancel_dialog.write_details", TEXT),
        "cancel_dialog.confirm",
        "cancel_dialog.depart",
    ),
    a_visit("mina", "/sessions", "session_list.load"),
    a_visit("mina", "/sessions?tab=past", "session_list.load"),
    a_visit("moira", "/sessions?view=week", "session_list.load", "own_week.load", *_zones("own_week")),
    a_visit("moira", "/sessions?view=week&week=2027-02-01", "own_week.load"),
    a_visit("mina", "/room/{coming}", "room_lobby.load"),
    a_visit("mina", "/notifications", "notices.load", "notices.mark_all_read"),
    a_visit(
        "mina",
        "/settings",
        "profile_form.arrive",
        *_zones("profile_form"),
        ("profile_form.edit", {"name": "Mona"}),
        ("profile_form.save", {"form": {"name": "Mona"}}),
        "login_list.load",
        ("login_list.end_one", {"login_id": "{login}"}),
        "login_list.end_others",
        "email_form.load",
        "email_form.send_again",
        ("email_form.ask", {"form": {"email-password": "none", "new-email": "next@people.test"}}),
        "email_form.withdraw",
        "password_form.arrive",
        "password_form.toggle_password",
        ("password_form.change", {"form": {"current": "none", "fresh": "a long new password"}}),
    ),
    a_visit("mina", "/settings", "mentoring.load", "mentoring.ask", "mentoring.withdraw"),
    a_visit(
        "mina",
        "/settings",
        "preferences.load",
        ("preferences.switch", {"topic": "reminders", "way": "in_app", "is_on": False}),
        ("preferences.switch", {"topic": "reminders", "way": "by_mail", "is_on": False}),
        "calendar_link.load",
        "calendar_link.renew",
        "calendar_link.renew",
    ),
    a_visit(
        "nobody",
        "/unsubscribe?key={key}&topic=reminders",
        "mail_choice.arrive",
        ("mail_choice.switch", {"topic": "reminders", "is_on": True}),
        "mail_choice.stop_all",
        "mail_choice.undo",
    ),
    a_visit(
        "greta",
        "/settings/profile",
        "mentoring.load",
        "profile_editor.load",
        ("profile_editor.write", {"name": "headline", "text": "Maps"}),
        ("profile_editor.choose_currency", {"code": "EUR"}),
        ("profile_editor.choose_available", {"is_available": False}),
        ("profile_editor.choose_available", {"is_available": True}),
        ("profile_editor.add_topic", {"form": {"topic": "Cartography"}}),
        ("profile_editor.choose_topic", {"topic": "Map making"}),
        ("profile_editor.remove_topic", {"topic": "Map making"}),
        ("profile_editor.add_language", {"form": {"language": "de"}}),
        ("profile_editor.add_language", {"form": {"language": "fr"}}),
        ("profile_editor.remove_language", {"code": "de"}),
        "profile_editor.add_link",
        ("profile_editor.write_link", {"place": 0, "name": "url", "text": "https://maps.example/"}),
        "profile_editor.add_link",
        ("profile_editor.remove_link", {"place": 1}),
        "profile_editor.save",
        ("profile_editor.write", {"name": "city", "text": "Bern"}),
        "profile_editor.overwrite",
        "profile_editor.discard",
        ("profile_editor.depart", {"path": "/settings"}),
    ),
    a_visit(
        "greta",
        "/sessions",
        "session_list.load",
        "notices.load",
        ("answer_dialog.accept", {"session_id": "{asked}"}),
        "answer_dialog.arrive",
        ("go", {"path": "/sessions?decline={asked_too}"}),
        "answer_dialog.arrive",
        ("answer_dialog.confirm", {"session_id": "{asked_too}"}),
    ),
    a_visit(
        "moira",
        "/sessions/{begun}",
        "session_page.load",
        ("go", {"path": "/sessions/{begun}?no-show={begun}"}),
        "answer_dialog.arrive",
        ("answer_dialog.confirm", {"session_id": "{begun}"}),
    ),
    a_visit(
        "greta",
        "/availability",
        "hours_editor.load",
        ("hours_editor.enable", {"day": 1, "is_on": False}),
        ("hours_editor.add_on", {"day": 2, "kind": "BREAK"}),
        ("hours_editor.add_at", {"day": 2, "start": 900, "end": 960, "kind": "BREAK"}),
        ("hours_editor.choose_block", {"day": 2, "index": 2}),
        ("hours_editor.retype", {"kind": "BLOCKED"}),
        ("hours_editor.type_start", {"text": "15:30"}),
        ("hours_editor.type_end", {"text": "16:30"}),
        ("hours_editor.place", {"day": 2, "index": 2, "to_day": 3, "start": 930, "end": 990}),
        ("hours_editor.remove", {"day": 3, "index": 1}),
        ("hours_editor.copy_to", {"day": 2, "to": "workdays"}),
        "hours_editor.undo",
        ("hours_editor.turn_off_month", LATER_MONTH),
        ("hours_editor.pick_day", {"iso": "2027-02-01"}),
        ("hours_editor.type_first", {"text": "2027-02-01"}),
        ("hours_editor.type_last", {"text": "2027-02-02"}),
        ("hours_editor.add_exception", {"form": {"type": "BLOCKED"}}),
        ("hours_editor.remove_exception", {"at": 0}),
        ("hours_editor.type_rule", {"name": "max_advance_booking_days", "text": "30"}),
        ("hours_editor.choose_unit", {"unit": "hours"}),
        ("hours_editor.toggle", {"name": "is_active"}),
        ("hours_editor.toggle", {"name": "is_active"}),
        ("hours_editor.choose_length", {"minutes": "30"}),
        ("hours_editor.type_default", {"name": "default_end_time", "text": "17:00"}),
        ("hours_editor.open_zones", {"is_open": True}),
        ("hours_editor.find_zones", TEXT),
        ("hours_editor.choose_zone", ZONES),
        "hours_editor.keep_zone",
        ("hours_editor.choose_zone", ZONES),
        "hours_editor.keep_wall_times",
        ("hours_editor.choose_zone", {"name": "UTC"}),
        "hours_editor.keep_instants",
        ("hours_preview.show_month", {"month": "2027-02"}),
        ("hours_preview.show_day", {"iso": "2027-02-03"}),
        *_zones("hours_preview"),
        "hours_editor.save",
        "hours_editor.save_anyway",
        ("hours_editor.enable", {"day": 3, "is_on": False}),
        "hours_editor.discard",
        ("hours_editor.enable", {"day": 3, "is_on": False}),
        "hours_editor.save_over",
    ),
    a_visit(
        "admin",
        "/admin/policies",
        "policy_form.load",
        ("policy_form.type_value", {"key": "cancellation_cutoff_hours", "text": "60"}),
        "policy_form.discard",
        ("policy_form.toggle", {"key": "require_cancellation_reason"}),
        ("policy_form.type_value", {"key": "reschedule_cutoff_hours", "text": "60"}),
        "policy_form.save",
    ),
    a_visit(
        "admin",
        "/admin/sessions",
        "session_table.load",
        ("session_table.filter_by", {"field": "search", "text": "session"}),
        "session_table.clear",
    ),
    a_visit("admin", "/admin/sessions?sort=near", "session_table.load"),
    a_visit("admin", "/admin/sessions?session={coming}", "session_panel.load"),
    a_visit(
        "admin",
        "/admin/people",
        "people_list.load",
        ("people_list.filter_by", {"field": "search", "text": "mentor"}),
        "people_list.clear",
        "people_list.depart",
    ),
    a_visit(
        "admin",
        "/admin/system",
        "system_page.load",
        ("system_page.retry", {"message_id": "{dead}"}),
        ("system_page.discard", {"message_id": "{dead_too}"}),
        "system_page.retry_all",
        "system_page.depart",
    ),
    a_visit(
        "admin",
        "/admin/people?person={moira}&change=deactivated",
        "person_panel.load",
        ("person_panel.write_reason", {"text": "Because"}),
        ("person_panel.carry_out", {"person_id": "{moira}", "change": "deactivated"}),
        ("person_panel.carry_out", {"person_id": "{moira}", "change": "reactivated"}),
        ("person_panel.carry_out", {"person_id": "{moira}", "change": "link_made"}),
        "person_panel.depart",
    ),
)


def filled(value: Any, about: dict[str, str]) -> Any:
    """The same with what stands in braces there."""
    if isinstance(value, dict):
        return {key: filled(each, about) for key, each in value.items()}
    return value.format(**about) if isinstance(value, str) and "{" in value else value


def person_of(world: World, name: str) -> Account | None:
    """Who makes a visit."""
    return None if name == "nobody" else getattr(world, name)


def about(world: World) -> dict[str, str]:
    """What visits name, as text."""
    names = ("coming", "other", "begun", "asked", "asked_too", "dead", "dead_too")
    ids = {name: str(getattr(world, name)) for name in names}
    key = secret_of(world.moira.id, SecretPurpose.UNSUBSCRIBE)
    reset = a_link(a_mentee().id)
    person = a_mentee()
    change = a_link(person.id, LinkPurpose.CHANGE_EMAIL, f"new-{person.email}")
    moira = {"moira": str(world.moira.id), "mail": world.moira.email}
    return {**ids, **moira, "login": "", "key": key, "reset": reset, "change": change}


async def call(page: Page, name: str, payload: dict[str, Any]) -> list[str]:
    """Send one event the way it goes, through the guard; the statements that it took, with nothing that is
    remembered from before. `go` is no event: from then on the page is at another address."""
    if name == "go":
        page.go(payload["path"])
        return []
    forget()
    wire = WIRES[name]
    kind, handler = all_handlers()[wire]
    with statements() as said:
        refused = await LoginGuard().preprocess(_APP, page.root, Event(name=wire))
        assert refused is None, "the guard sends the page away"
        sent = await page.send(cast(type[rx.State], kind), handler, **payload)
    assert '"error"' not in words(sent), (name, words(sent))
    return said

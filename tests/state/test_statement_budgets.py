"""What every handler and every page may ask of the database: one statement more fails, and one less too,
which is the moment to lower the number. The same in a small world and in a large one."""

import asyncio
from typing import cast

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from mentorbook.db.engine import Database
from mentorbook.domain.errors import DomainError
from mentorbook.pages import add_pages
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.people import accounts, logins
from mentorbook.settings import Settings
from mentorbook.state import action
from tests.conftest import Hands
from tests.security.handlers import all_handlers
from tests.state.harness import Page
from tests.state.test_payment_budgets import PAYING
from tests.state.visiting import WIRES, about, call, filled, person_of
from tests.state.visits import VISITS
from tests.worlds import World, a_world

# The largest number over all visits, with the one question of the guard who holds the page.
HANDLERS: dict[str, int] = {
    "answer_dialog.accept": 12,
    "answer_dialog.arrive": 5,
    "answer_dialog.confirm": 17,
    "bell.close_bell": 1,
    "bell.mark_all_read": 6,
    "bell.open_bell": 6,
    "booking_modal.arrive": 9,
    "booking_modal.choose_day": 1,
    "booking_modal.choose_duration": 7,
    "booking_modal.choose_meeting": 1,
    "booking_modal.choose_slot": 4,
    "booking_modal.choose_zone": 5,
    "booking_modal.confirm": 14,
    "booking_modal.depart": 1,
    "booking_modal.discard": 1,
    "booking_modal.find_zones": 1,
    "booking_modal.go_back": 5,
    "booking_modal.open_zones": 1,
    "booking_modal.pick_earliest": 9,
    "booking_modal.prepare": 9,
    "booking_modal.show_month": 8,
    "booking_modal.to_confirm": 5,
    "booking_modal.to_details": 4,
    "booking_modal.write_description": 1,
    "booking_modal.write_title": 1,
    "calendar_link.load": 2,
    "calendar_link.renew": 3,
    "cancel_dialog.arrive": 5,
    "cancel_dialog.choose_reason": 1,
    "cancel_dialog.confirm": 21,
    "cancel_dialog.depart": 1,
    "cancel_dialog.write_details": 1,
    "edit_dialog.arrive": 5,
    "edit_dialog.choose_meeting": 1,
    "edit_dialog.depart": 1,
    "edit_dialog.save": 7,
    "edit_dialog.write_description": 1,
    "edit_dialog.write_title": 1,
    "email_confirmation.arrive": 0,
    "email_confirmation.confirm": 9,
    "email_confirmation.take": 1,
    "email_form.ask": 6,
    "email_form.load": 2,
    "email_form.send_again": 3,
    "email_form.withdraw": 4,
    "forgot.arrive": 0,
    "forgot.submit": 1,
    "hours_editor.add_at": 6,
    "hours_editor.add_exception": 6,
    "hours_editor.add_on": 6,
    "hours_editor.choose_block": 1,
    "hours_editor.choose_length": 6,
    "hours_editor.choose_unit": 6,
    "hours_editor.choose_zone": 1,
    "hours_editor.copy_to": 6,
    "hours_editor.discard": 9,
    "hours_editor.enable": 6,
    "hours_editor.find_zones": 1,
    "hours_editor.keep_instants": 6,
    "hours_editor.keep_wall_times": 6,
    "hours_editor.keep_zone": 1,
    "hours_editor.load": 9,
    "hours_editor.open_zones": 1,
    "hours_editor.pick_day": 1,
    "hours_editor.place": 6,
    "hours_editor.remove": 6,
    "hours_editor.remove_exception": 6,
    "hours_editor.retype": 6,
    "hours_editor.save": 28,
    "hours_editor.save_anyway": 1,
    "hours_editor.save_over": 26,
    "hours_editor.toggle": 6,
    "hours_editor.turn_off_month": 1,
    "hours_editor.type_default": 6,
    "hours_editor.type_end": 6,
    "hours_editor.type_first": 1,
    "hours_editor.type_last": 1,
    "hours_editor.type_rule": 6,
    "hours_editor.type_start": 6,
    "hours_editor.undo": 6,
    "hours_preview.choose_zone": 8,
    "hours_preview.find_zones": 1,
    "hours_preview.open_zones": 1,
    "hours_preview.show_day": 4,
    "hours_preview.show_month": 8,
    "log_in.arrive": 0,
    "log_in.submit": 5,
    "login_list.end_one": 3,
    "login_list.end_others": 4,
    "login_list.load": 3,
    "mail_choice.arrive": 3,
    "mail_choice.stop_all": 6,
    "mail_choice.switch": 5,
    "mail_choice.undo": 5,
    "me.arrive": 2,
    "me.arrive_member": 2,
    "me.leave": 1,
    "mentor_directory.arrive": 6,
    "mentor_directory.clear": 6,
    "mentor_directory.filter_days": 5,
    "mentor_directory.filter_price": 6,
    "mentor_directory.filter_topic": 6,
    "mentor_directory.open_days": 1,
    "mentor_directory.search": 6,
    "mentor_directory.turn_page": 6,
    "mentoring.ask": 12,
    "mentoring.load": 2,
    "mentoring.withdraw": 9,
    "money_section.load": 3,
    "notices.load": 9,
    "notices.mark_all_read": 6,
    "own_week.choose_zone": 6,
    "own_week.find_zones": 1,
    "own_week.load": 6,
    "own_week.open_zones": 1,
    "password_form.arrive": 1,
    "password_form.change": 11,
    "password_form.toggle_password": 1,
    "password_reset.arrive": 0,
    "password_reset.submit": 12,
    "password_reset.take": 1,
    "password_reset.toggle_password": 0,
    "payment_table.load": 4,
    "payments.load": 11,
    "people_list.clear": 3,
    "people_list.depart": 1,
    "people_list.filter_by": 3,
    "people_list.load": 3,
    "person_panel.carry_out": 14,
    "person_panel.depart": 1,
    "person_panel.load": 4,
    "person_panel.write_reason": 1,
    "policy_form.discard": 3,
    "policy_form.load": 3,
    "policy_form.save": 9,
    "policy_form.toggle": 2,
    "policy_form.type_value": 4,
    "preferences.load": 2,
    "preferences.switch": 5,
    "profile_editor.add_language": 1,
    "profile_editor.add_link": 1,
    "profile_editor.add_topic": 1,
    "profile_editor.choose_available": 1,
    "profile_editor.choose_currency": 1,
    "profile_editor.choose_topic": 1,
    "profile_editor.depart": 1,
    "profile_editor.discard": 3,
    "profile_editor.load": 3,
    "profile_editor.overwrite": 8,
    "profile_editor.remove_language": 1,
    "profile_editor.remove_link": 1,
    "profile_editor.remove_topic": 1,
    "profile_editor.save": 9,
    "profile_editor.write": 1,
    "profile_editor.write_link": 1,
    "profile_form.arrive": 1,
    "profile_form.choose_zone": 1,
    "profile_form.edit": 1,
    "profile_form.find_zones": 1,
    "profile_form.open_zones": 1,
    "profile_form.save": 5,
    "profile_page.arrive": 4,
    "profile_page.depart": 1,
    "receipt_page.load": 3,
    "refund_dialog.arrive": 3,
    "refund_dialog.confirm": 20,
    "refund_dialog.depart": 1,
    "refund_dialog.write_amount": 1,
    "refund_dialog.write_reason": 1,
    "registration.arrive": 0,
    "registration.choose_zone": 0,
    "registration.find_zones": 0,
    "registration.open_zones": 0,
    "registration.submit": 6,
    "registration.toggle_password": 0,
    "reschedule_dialog.arrive": 17,
    "reschedule_dialog.choose_day": 1,
    "reschedule_dialog.choose_duration": 13,
    "reschedule_dialog.choose_slot": 5,
    "reschedule_dialog.choose_zone": 7,
    "reschedule_dialog.confirm": 22,
    "reschedule_dialog.depart": 1,
    "reschedule_dialog.find_zones": 1,
    "reschedule_dialog.open_zones": 1,
    "reschedule_dialog.pick_earliest": 13,
    "reschedule_dialog.prepare": 17,
    "reschedule_dialog.show_month": 12,
    "room_chat.load": 5,
    "room_chat.see": 1,
    "room_chat.show_earlier": 7,
    "room_lobby.load": 7,
    "room_recording.agree": 6,
    "room_recording.load": 4,
    "session_list.load": 6,
    "session_page.load": 9,
    "session_panel.load": 9,
    "session_table.clear": 3,
    "session_table.filter_by": 3,
    "session_table.load": 3,
    "system_page.compare": 14,
    "system_page.depart": 1,
    "system_page.discard": 13,
    "system_page.load": 12,
    "system_page.retry": 13,
    "system_page.retry_all": 13,
}
# All that a page begins with.
PAGES: dict[str, int] = {
    "index": 8,
    "mentors/[mentor_id]": 7,
    "login": 0,
    "register": 0,
    "forgot": 0,
    "reset": 0,
    "confirm": 0,
    "sessions": 10,
    "sessions/[session_id]": 19,
    "room/[session_id]": 18,
    "availability": 11,
    "notifications": 8,
    "settings": 18,
    "settings/profile": 7,
    "unsubscribe": 3,
    "admin/people": 6,
    "admin/policies": 5,
    "admin/sessions": 6,
    "admin/system": 14,
    "settings/payments": 8,
    "payments/[payment_id]": 5,
    "admin/payments": 7,
    "404": 2,
}
# Who comes to a page, where it is not Mina; and by which address, where that is more than the page's own.
VISITORS = dict.fromkeys(("login", "register", "forgot", "reset", "confirm", "unsubscribe"), "nobody")
VISITORS |= {route: "admin" for route in PAGES if route.startswith("admin/")}
VISITORS |= {"availability": "moira", "settings/profile": "greta"}
ADDRESSES = {
    "index": "/",
    "mentors/[mentor_id]": "/mentors/{moira}",
    "sessions/[session_id]": "/sessions/{coming}",
    "room/[session_id]": "/room/{begun}",
    "payments/[payment_id]": "/payments/{payment}",
    "unsubscribe": "/unsubscribe?key={key}&topic=reminders",
}
# What a state says of itself that shows nothing of what the page is for.
REFUSED = {"failed", "forbidden", "gone", "missing", "none"}


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's password is what stands in `password_hash`."""
    monkeypatch.setattr(accounts, "hash_password", str)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password == stored)


@pytest.fixture(autouse=True)
def nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a handler is: the numbers of what was refused would be worth nothing."""

    async def explain(_: rx.State, error: DomainError) -> None:
        pytest.fail(f"a handler was refused: {error!r}")

    monkeypatch.setattr(action, "_explain", explain)


@pytest.fixture(autouse=True)
def recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions can be recorded."""
    monkeypatch.setattr(Settings, "can_record", property(lambda _: True))


@pytest.fixture(params=[3, 45], ids=["few", "many"])
def world(request: pytest.FixtureRequest, sqlite_db: Database, hands: Hands) -> World:
    """A small and a large one."""
    return a_world(hands, size=request.param)


async def _visits(world: World) -> dict[str, int]:
    most: dict[str, int] = {}
    for number, visit in enumerate(VISITS):
        names, person = about(world), person_of(world, visit.person)
        page = Page(person, path=filled(visit.path, names), tab=f"tab-{number}")
        if person is not None:
            accounts.start_login(person.id, address=None, agent=None)
            others = logins.list_logins(person, accounts.cookie_hash(page.cookie))
            names["login"] = str(others[-1].id)
        for name, payload in visit.calls:
            said = await call(page, name, filled(payload, names))
            most[name] = max(most.get(name, 0), len(said))
    del most["go"]
    return most


def test_every_handler_keeps_its_budget(world: World) -> None:
    measured = asyncio.run(_visits(world))
    assert set(measured) | set(PAYING) == set(WIRES), "a handler is in no visit"
    assert measured == HANDLERS
    # The visits did what they came for: numbers of what was refused would be worth nothing.
    made = (world.other, world.asked, world.asked_too, world.begun)
    statuses = [get_booking(world.admin, booking).status for booking in made]
    assert statuses == ["cancelled", "scheduled", "cancelled", "no_show"]


def routes() -> dict[str, list[str]]:
    """The handlers that each page begins with, by route."""
    # An app of its own: the process may have one already.
    with RegistrationContext.get().fork():
        app = rx.App()
        add_pages(app)
    names = {
        id(state.event_handlers[name]): wire.rpartition("____")[2]
        for wire, (state, name) in all_handlers().items()
    }
    return {route: [names[id(handler)] for handler in app._load_events[route]] for route in app._load_events}


async def _loads(world: World) -> dict[str, int]:
    taken: dict[str, int] = {}
    names = about(world)
    for route, handlers in routes().items():
        path = filled(ADDRESSES.get(route, f"/{route}"), names)
        page = Page(person_of(world, VISITORS.get(route, "mina")), path=path, tab=route)
        taken[route] = sum([len(await call(page, handler, {})) for handler in handlers])
        kinds = [cast(type[rx.State], all_handlers()[WIRES[handler]][0]) for handler in handlers]
        phases = {getattr(page.state(kind), "phase", "") for kind in kinds}
        assert not phases & REFUSED, f"{route} was not shown"
    return taken


def test_every_page_keeps_its_budget(world: World) -> None:
    measured = asyncio.run(_loads(world))
    assert measured == PAGES

"""Who may call which handler: every one of the event registry, by role. A new handler without a row fails.

Every role calls the handlers in this process; a stranger calls all of them over a raw socket as well.
"""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.security.at_hand import TabAtHand, Talks, following_nobody
from tests.security.handlers import all_handlers
from tests.security.wire import STATES, Tab, an_event, contents_beside, served

ROLES = ("nobody", "stranger", "mentee", "mentor", "admin")
ALLOWED = {
    "anyone": ROLES,
    "member": ("stranger", "mentee", "mentor", "admin"),
    "mentor": ("mentor",),
    "admin": ("admin",),
}
SESSION, MENTOR = "the session", "the mentor"


@dataclass(frozen=True)
class Row:
    """Who gets past the guard of a handler, and what a page would send along.

    With SESSION among the values the call is about one session, which is not there for a stranger.
    """

    role: str
    payload: dict[str, Any] = field(default_factory=dict)
    # What the page's address asks for, if it matters.
    query: str = ""


ANYONE, MEMBER, OF_ADMINS = Row("anyone"), Row("member"), Row("admin")
ONE = {"session_id": SESSION}
FORM: dict[str, Any] = {"form": {}}
LINK = {"token": "none"}
ZONE, TEXT, AT = {"name": "Asia/Tokyo"}, {"text": "to"}, {"start": "2027-01-14T12:00:00Z"}
ZONES = {"choose_zone": Row("anyone", ZONE), "find_zones": Row("anyone", TEXT)}
ZONES["open_zones"] = Row("anyone", {"is_open": True})
SLOTS = {
    "choose_day": Row("member", {"iso": "2027-01-14"}),
    "choose_duration": Row("member", {"minutes": 30}),
    "choose_slot": Row("member", AT),
    "pick_earliest": MEMBER,
    "show_month": Row("member", {"month": "2027-02"}),
    **ZONES,
}
WORDS = {"write_title": Row("anyone", TEXT), "write_description": Row("anyone", TEXT)}
WORDS["choose_meeting"] = Row("anyone", {"kind": "audio"})

BLOCK = {"day": 1, "index": 0}
MONTH, DAY = {"month": "2027-02"}, {"iso": "2027-02-01"}

TABLE: dict[str, dict[str, Row]] = {
    "log_in": {"arrive": ANYONE, "submit": Row("anyone", FORM)},
    "registration": {"arrive": ANYONE, "toggle_password": ANYONE, "submit": Row("anyone", FORM), **ZONES},
    "forgot": {"arrive": ANYONE, "submit": Row("anyone", FORM)},
    "password_reset": {
        "arrive": ANYONE,
        "take": Row("anyone", LINK),
        "toggle_password": ANYONE,
        "submit": Row("anyone", FORM),
    },
    "email_confirmation": {"arrive": ANYONE, "take": Row("anyone", LINK), "confirm": Row("anyone", LINK)},
    "email_form": {"load": MEMBER, "ask": Row("member", FORM), "send_again": MEMBER, "withdraw": MEMBER},
    "profile_form": {
        "arrive": MEMBER,
        "edit": Row("member", {"name": "Other"}),
        "save": Row("member", FORM),
        **ZONES,
    },
    "password_form": {"arrive": MEMBER, "toggle_password": MEMBER, "change": Row("member", FORM)},
    "preferences": {
        "load": MEMBER,
        "switch": Row("member", {"topic": "changes", "way": "by_mail", "is_on": False}),
    },
    "calendar_link": {"load": MEMBER, "renew": MEMBER},
    "mail_choice": {
        "arrive": ANYONE,
        "switch": Row("anyone", {"topic": "changes", "is_on": False}),
        "stop_all": ANYONE,
        "undo": ANYONE,
    },
    "mentoring": {"load": MEMBER, "ask": MEMBER, "withdraw": MEMBER},
    "profile_editor": {
        "load": MEMBER,
        "write": Row("member", {"name": "headline", "text": "to"}),
        "choose_currency": Row("member", {"code": "GBP"}),
        "choose_available": Row("member", {"is_available": False}),
        "add_topic": Row("member", FORM),
        "choose_topic": Row("member", {"topic": "Testing"}),
        "remove_topic": Row("member", {"topic": "Testing"}),
        "add_language": Row("member", FORM),
        "remove_language": Row("member", {"code": "de"}),
        "add_link": MEMBER,
        "remove_link": Row("member", {"place": 0}),
        "write_link": Row("member", {"place": 0, "name": "url", "text": "to"}),
        "save": MEMBER,
        "overwrite": MEMBER,
        "discard": MEMBER,
        "depart": Row("anyone", {"path": "/settings"}),
    },
    "login_list": {"load": MEMBER, "end_one": Row("member", {"login_id": "none"}), "end_others": MEMBER},
    "me": {"arrive": ANYONE, "arrive_member": MEMBER, "leave": ANYONE},
    "mentor_directory": {
        "arrive": ANYONE,
        "clear": ANYONE,
        "filter_days": Row("anyone", {"days": 7}),
        "open_days": Row("anyone", {"is_open": True}),
        "filter_price": Row("anyone", {"price": 50}),
        "filter_topic": Row("anyone", {"topic": "Testing"}),
        "search": Row("anyone", TEXT),
        "turn_page": Row("anyone", {"to": 2}),
    },
    "profile_page": {"arrive": ANYONE, "depart": ANYONE},
    "booking_modal": {
        "arrive": ANYONE,
        "depart": ANYONE,
        "discard": ANYONE,
        "prepare": MEMBER,
        "to_details": Row("member", AT),
        "to_confirm": MEMBER,
        "go_back": Row("member", {"step": 1}),
        "confirm": Row("member", {"terms": ""}),
        "hold_again": MEMBER,
        "pay": Row("member", FORM),
        "keep_longer": MEMBER,
        **SLOTS,
        **WORDS,
    },
    "cancel_dialog": {
        "arrive": Row("anyone", query=f"cancel={SESSION}"),
        "choose_reason": Row("member", {"kind": "other"}),
        "write_details": Row("member", TEXT),
        "confirm": Row("member", {"said": "", "refund_minor": 0}),
        "depart": ANYONE,
    },
    "reschedule_dialog": {
        "arrive": Row("anyone", query=f"reschedule={SESSION}"),
        "confirm": Row("member", {**AT, "minutes": 60, "refund_minor": 0}),
        "depart": ANYONE,
        "prepare": Row("member", ONE),
        **SLOTS,
    },
    "edit_dialog": {
        "arrive": Row("anyone", query=f"edit={SESSION}"),
        "save": MEMBER,
        "depart": ANYONE,
        **WORDS,
    },
    "answer_dialog": {
        "accept": Row("mentor", ONE),
        "arrive": Row("anyone", query=f"decline={SESSION}"),
        "confirm": Row("member", {"session_id": "none"}),
    },
    "bell": {"open_bell": MEMBER, "close_bell": ANYONE, "mark_all_read": MEMBER},
    "notices": {"load": MEMBER, "mark_all_read": MEMBER},
    "session_list": {"load": MEMBER},
    "own_week": {"load": MEMBER, **ZONES},
    "session_page": {
        "load": MEMBER,
        "pay": Row("member", FORM),
        "keep_longer": MEMBER,
        "check_payment": MEMBER,
    },
    "room_lobby": {"load": MEMBER},
    "room_recording": {"load": MEMBER, "agree": Row("member", {"consent": True})},
    "room_chat": {"load": MEMBER, "show_earlier": MEMBER, "see": Row("member", {"message_id": "none"})},
    "policy_form": {
        "load": OF_ADMINS,
        "discard": OF_ADMINS,
        "save": OF_ADMINS,
        "toggle": Row("admin", {"key": "require_cancellation_reason"}),
        "type_value": Row("admin", {"key": "free_cancellation_hours", "text": "12"}),
    },
    "session_table": {
        "load": OF_ADMINS,
        "clear": OF_ADMINS,
        "filter_by": Row("admin", {"field": "search", "text": "to"}),
    },
    "session_panel": {"load": MEMBER},
    # Whoever asks to be a mentor edits hours, too: the service says to whom they belong.
    "hours_editor": {
        "load": MEMBER,
        "place": Row("member", {**BLOCK, "to_day": 2, "start": 600, "end": 660}),
        "add_at": Row("member", {"day": 1, "start": 540, "end": 600, "kind": "BREAK"}),
        "add_on": Row("member", {"day": 1, "kind": "AVAILABLE"}),
        "remove": Row("member", BLOCK),
        "choose_block": Row("member", BLOCK),
        "retype": Row("member", {"kind": "BREAK"}),
        "type_start": Row("member", {"text": "09:00"}),
        "type_end": Row("member", {"text": "12:00"}),
        "enable": Row("member", {"day": 1, "is_on": False}),
        "copy_to": Row("member", {"day": 1, "to": "workdays"}),
        "turn_off_month": Row("member", MONTH),
        "pick_day": Row("member", DAY),
        "type_first": Row("member", {"text": "2027-02-01"}),
        "type_last": Row("member", {"text": "2027-02-02"}),
        "add_exception": Row("member", {"form": {"type": "BLOCKED"}}),
        "remove_exception": Row("member", {"at": 0}),
        "type_rule": Row("member", {"name": "max_advance_booking_days", "text": "30"}),
        "choose_unit": Row("member", {"unit": "hours"}),
        "toggle": Row("member", {"name": "is_active"}),
        "choose_length": Row("member", {"minutes": "30"}),
        "type_default": Row("member", {"name": "default_end_time", "text": "17:00"}),
        "keep_wall_times": MEMBER,
        "keep_instants": MEMBER,
        "keep_zone": MEMBER,
        "undo": MEMBER,
        "discard": MEMBER,
        "save": MEMBER,
        "save_anyway": MEMBER,
        "save_over": MEMBER,
        **ZONES,
    },
    "hours_preview": {"show_day": Row("member", DAY), "show_month": Row("member", MONTH), **ZONES},
    "people_list": {
        "load": OF_ADMINS,
        "clear": OF_ADMINS,
        "filter_by": Row("admin", {"field": "search", "text": "to"}),
        "depart": ANYONE,
    },
    "money_section": {"load": MEMBER},
    "payments": {"load": MEMBER},
    "receipt_page": {"load": MEMBER},
    "payment_table": {"load": OF_ADMINS},
    "refund_dialog": {
        "arrive": ANYONE,
        "write_amount": Row("admin", TEXT),
        "write_reason": Row("admin", TEXT),
        "confirm": OF_ADMINS,
        "depart": ANYONE,
    },
    "system_page": {
        "load": OF_ADMINS,
        "retry": Row("admin", {"message_id": "none"}),
        "retry_all": OF_ADMINS,
        "compare": OF_ADMINS,
        "discard": Row("admin", {"message_id": "none"}),
        "depart": ANYONE,
    },
    "person_panel": {
        "load": OF_ADMINS,
        "write_reason": Row("admin", TEXT),
        "carry_out": Row("admin", {"person_id": "none", "change": "mentor_approved"}),
        "depart": ANYONE,
    },
}
ROWS = {f"{state}.{name}": row for state, rows in TABLE.items() for name, row in rows.items()}


def wires() -> dict[str, str]:
    """The name on the wire of every handler of ours, by state and name."""
    return {
        wire.rpartition("____")[2]: wire for wire, (_, name) in all_handlers().items() if name != "setvar"
    }


def test_every_handler_has_a_row() -> None:
    assert set(wires()) == set(ROWS)
    assert all(wire.startswith(STATES) for wire in wires().values())


def filled(payload: dict[str, Any], about: dict[str, str]) -> dict[str, Any]:
    """The payload with the session and the mentor there are."""
    return {
        name: about.get(value, value) if isinstance(value, str) else value for name, value in payload.items()
    }


MARKS = {
    "/login?next=": "log in",
    "You are not permitted": "not permitted",
    "no such session": "not found",
}


def heard_as(wire: str, row: Row, role: str, heard: list[Any]) -> str:
    """What somebody made of the answer: sent to the log-in, told that it is not theirs, or let in.

    The pages of admins say nothing at all to others, so there silence is the refusal.
    """
    said = json.dumps(heard)
    is_silent = wire.rpartition(".")[0] not in said
    if row.role == "admin" and role not in ("nobody", "admin") and is_silent:
        return "not permitted"
    return next((name for mark, name in MARKS.items() if mark in said), "let in")


async def _call_all(tab: Talks, role: str, about: dict[str, str]) -> dict[str, str]:
    path = f"/sessions/{about[SESSION]}"
    found = {}
    by_name = wires()
    for name, row in ROWS.items():
        wire = by_name[name]
        query = row.query.replace(SESSION, about[SESSION])
        address = f"{path}?{query}" if query else path
        heard = await tab.say(an_event(wire, filled(row.payload, about), address))
        found[name] = heard_as(wire, row, role, heard)
    return found


def expected(role: str) -> dict[str, str]:
    """What the table says that a role hears from each handler."""
    found = {}
    for name, row in ROWS.items():
        if role in ALLOWED[row.role]:
            is_about_session = SESSION in row.payload.values() or SESSION in row.query
            is_foreign = role == "stranger" and is_about_session
            found[name] = "not found" if is_foreign else "let in"
        else:
            found[name] = "log in" if role == "nobody" else "not permitted"
    return found


def a_cast() -> tuple[dict[str, Account | None], dict[str, str]]:
    """Everybody who could call, and what the calls are about."""
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    people: dict[str, Account | None] = {
        "nobody": None,
        "stranger": a_mentee("Stranger"),
        "mentee": mentee,
        "mentor": mentor,
        "admin": a_mentee("Admin", is_admin=True),
    }
    return people, {SESSION: str(booking.id), MENTOR: str(mentor.id)}


def _cookie(person: Account | None) -> str | None:
    return accounts.start_login(person.id, address=None, agent=None) if person else None


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role: str, sqlite_db: Database, hands: Hands) -> None:
    people, about = a_cast()
    tab = TabAtHand(_cookie(people[role]), role)
    before = contents_beside(people[role])
    with following_nobody():
        assert asyncio.run(_call_all(tab, role, about)) == expected(role)
    if role in ("nobody", "stranger"):
        assert contents_beside(people[role]) == before


def test_a_stranger_at_the_socket_gets_what_the_table_says(tmp_path: Path, hands: Hands) -> None:
    with served(tmp_path, "--still") as app:
        app.stand_at(hands.now)
        people, about = a_cast()
        cookie = _cookie(people["stranger"])
        before = contents_beside(people["stranger"])

        async def run() -> dict[str, str]:
            async with Tab(app, cookie, "stranger") as tab:
                return await _call_all(tab, "stranger", about)

        assert asyncio.run(run()) == expected("stranger")
        assert contents_beside(people["stranger"]) == before

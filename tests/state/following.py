"""Every page and dialog that shows what others can change, with such a change and what is read there."""

from collections.abc import Callable
from typing import Any

from mentorbook.state.admin.people_list import PeopleList
from mentorbook.state.admin.person_panel import PersonPanel
from mentorbook.state.admin.policy_form import PolicyForm
from mentorbook.state.admin.session_panel import SessionPanel
from mentorbook.state.admin.session_table import SessionTable
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.availability.hours_preview import HoursPreview
from mentorbook.state.booking.answer_dialog import AnswerDialog
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.edit_dialog import EditDialog
from mentorbook.state.booking.mentor_week import OwnWeek
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.session_list import SessionList
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.notifications import Bell, Notices
from mentorbook.state.people.login_list import LoginList
from mentorbook.state.people.me import Me
from mentorbook.state.people.mentor_directory import MentorDirectory
from mentorbook.state.people.mentor_page import ProfilePage
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.people.own_profile import ProfileEditor
from mentorbook.state.people.profile_form import ProfileForm
from tests.state.deeds import (
    Row,
    faye_asks_greta,
    faye_asks_to_mentor,
    faye_books_moira,
    faye_is_elsewhere_then,
    faye_takes_the_first_time,
    mina_cancels,
    mina_is_renamed,
    mina_logs_in,
    mina_logs_out_there,
    mina_takes_the_first_time,
    mina_withdraws,
    mina_writes_a_title,
    moira_closes,
    moira_is_deactivated,
    moira_is_not_bookable,
    moira_is_renamed,
    moira_opens,
    moira_reads,
    moira_shows_a_picture,
    moira_speaks_of_owls,
    noor_is_approved,
    one_move_is_allowed,
)
from tests.state.following_meetings import MEETING_ROWS
from tests.state.following_money import MONEY_ROWS


def at_directory(name: str, path: str, *rest: Any, **more: Any) -> Row:
    """Faye, who has no session yet."""
    return Row(f"directory: {name}", "faye", path, MentorDirectory, *rest, loads="arrive", **more)


def at_mentor(name: str, *rest: Any, who: str = "moira") -> Row:
    """Faye at a mentor's page."""
    return Row(f"mentor: {name}", "faye", f"/mentors/{{{who}}}", ProfilePage, *rest, loads="arrive")


def booking(name: str, *rest: Any) -> Row:
    """Faye with the booking modal open."""
    return Row(f"booking: {name}", "faye", "/mentors/{moira}?book", BookingModal, *rest, loads="arrive")


def dialog(name: str, who: str, query: str, *rest: Any) -> Row:
    """Somebody with a dialog open over their sessions."""
    return Row(f"dialog: {name}", who, f"/sessions?{query}", *rest, loads="arrive")


def at_admins(name: str, path: str, *rest: Any) -> Row:
    """Ada, an admin."""
    return Row(f"admin: {name}", "ada", f"/admin/{path}", *rest)


def _cards(state: Any) -> list[str]:
    return [card.name for card in state.mentors]


def _moiras_card(state: Any) -> Any:
    return state.mentors[-1].next_free


def _people(state: Any) -> list[str]:
    return sorted(card.name for day in state.days for card in day.cards)


def _table(state: Any) -> list[str]:
    return sorted(f"{row.mentor} {row.status}" for row in state.rows)


def _named(name: str) -> Callable[[Any], bool]:
    return lambda state: name in [row.name for row in state.rows]


def _place_of_why_closed(state: Any) -> str:
    preview = state._get_root_state().get_substate(HoursPreview.get_full_name().split("."))
    return str(preview.closed.href)


SOON, LATER = "today 12:30", "today 13:30"
NEXT, THEN = f"Next: {SOON}", f"Next: {LATER}"
NONE = "No free time at the moment"
DAY = "/?days=2027-01-14"
BOTH, ONE = ["Greta", "Moira"], ["Greta"]
ROWS = (
    at_directory("a time is taken", "/", mina_takes_the_first_time, _moiras_card, NEXT, THEN),
    at_directory("an own session", "/", faye_is_elsewhere_then, _moiras_card, NEXT, THEN),
    at_directory("hours are edited", "/", moira_closes, _moiras_card, NEXT, NONE),
    at_directory("hours open on the day", DAY, moira_opens, _cards, ONE, BOTH, first=moira_closes),
    at_directory("hours close on the day", DAY, moira_closes, _cards, BOTH, ONE),
    at_directory("a text is found", "/?q=owls", moira_speaks_of_owls, _cards, [], ["Moira"]),
    at_directory("a topic", "/", moira_speaks_of_owls, "topics", ["Testing"], ["Owls", "Testing"]),
    at_directory("somebody is approved", "/?q=noor", noor_is_approved, _cards, [], ["Noor"]),
    at_directory("somebody is gone", "/", moira_is_deactivated, _cards, BOTH, ONE),
    at_directory("a name", "/", moira_is_renamed, _cards, BOTH, ["Greta", "Io"]),
    at_directory("a picture", "/", moira_shows_a_picture, lambda s: s.mentors[-1].picture != "", False, True),
    at_mentor("a time is taken", mina_takes_the_first_time, "details.next_line", NEXT, THEN),
    at_mentor("an own session", faye_is_elsewhere_then, "details.next_line", NEXT, THEN),
    at_mentor("hours are edited", moira_closes, "has_hours", True, False),
    at_mentor("a name", moira_is_renamed, "details.name", "Moira", "Io"),
    at_mentor("a picture", moira_shows_a_picture, lambda s: s.details.picture != "", False, True),
    at_mentor("they are gone", moira_is_deactivated, "phase", "shown", "missing"),
    at_mentor("they are approved", noor_is_approved, "phase", "missing", "shown", who="noor"),
    booking("a time is taken", mina_takes_the_first_time, "earliest", SOON, LATER),
    booking("an own session", faye_is_elsewhere_then, "earliest", SOON, LATER),
    booking("hours are edited", moira_closes, "earliest", SOON, ""),
    dialog(
        "move, a time is taken",
        "mina",
        "reschedule={session}",
        RescheduleDialog,
        faye_takes_the_first_time,
        "earliest",
        SOON,
        LATER,
    ),
    dialog(
        "move, cancelled",
        "mina",
        "reschedule={session}",
        RescheduleDialog,
        mina_cancels,
        "phase",
        "asking",
        "stale",
    ),
    dialog(
        "cancel, cancelled",
        "mina",
        "cancel={session}",
        CancelDialog,
        mina_cancels,
        "phase",
        "asking",
        "stale",
    ),
    dialog("edit, cancelled", "mina", "edit={session}", EditDialog, mina_cancels, "phase", "asking", "stale"),
    dialog(
        "edit, another title",
        "mina",
        "edit={session}",
        EditDialog,
        mina_writes_a_title,
        "title",
        "A session",
        "Owls",
    ),
    dialog(
        "decline, withdrawn",
        "greta",
        "decline={asked}",
        AnswerDialog,
        mina_withdraws,
        lambda s: s.problem != "",
        False,
        True,
    ),
    Row("sessions: cancelled", "mina", "/sessions", SessionList, mina_cancels, _people, BOTH, ONE),
    Row(
        "sessions: a name", "mina", "/sessions", SessionList, moira_is_renamed, _people, BOTH, ["Greta", "Io"]
    ),
    Row("sessions: a request", "greta", "/sessions", SessionList, faye_asks_greta, "request_count", 1, 2),
    Row(
        "session: cancelled",
        "mina",
        "/sessions/{session}",
        SessionPage,
        mina_cancels,
        "card.status",
        "scheduled",
        "cancelled",
    ),
    Row(
        "session: a name",
        "mina",
        "/sessions/{session}",
        SessionPage,
        moira_is_renamed,
        "card.name",
        "Moira",
        "Io",
    ),
    Row(
        "session: the policies",
        "mina",
        "/sessions/{session}",
        SessionPage,
        one_move_is_allowed,
        "card.moves",
        "0 / 2",
        "0 / 1",
    ),
    *MEETING_ROWS,
    *MONEY_ROWS,
    Row(
        "week: a session",
        "moira",
        "/sessions?view=week",
        OwnWeek,
        faye_books_moira,
        "figures.coming",
        "1",
        "2",
    ),
    Row("bell: a notification", "moira", "/", Me, faye_books_moira, "unread", 1, 2, loads="arrive"),
    Row("bell: read elsewhere", "moira", "/", Me, moira_reads, "unread", 1, 0, loads="arrive"),
    Row(
        "bell: while open",
        "moira",
        "/",
        Bell,
        faye_books_moira,
        lambda s: len(s.items),
        1,
        2,
        loads="open_bell",
    ),
    Row(
        "notifications: one more",
        "moira",
        "/notifications",
        Notices,
        mina_cancels,
        lambda s: len(s.items),
        1,
        2,
    ),
    Row(
        "notifications: a name",
        "moira",
        "/notifications",
        Notices,
        mina_is_renamed,
        lambda s: s.items[0].initials,
        "M",
        "I",
    ),
    Row(
        "hours: another tab",
        "moira",
        "/availability",
        HoursEditor,
        moira_closes,
        lambda s: sum(d.on for d in s.days),
        7,
        0,
    ),
    Row(
        "hours: nobody may book",
        "moira",
        "/availability",
        HoursEditor,
        moira_is_not_bookable,
        _place_of_why_closed,
        "",
        "/settings/profile",
    ),
    Row(
        "profile: another tab",
        "moira",
        "/settings/profile",
        ProfileEditor,
        moira_speaks_of_owls,
        "rate",
        "60.00",
        "75.00",
    ),
    Row(
        "mentoring: an answer",
        "noor",
        "/settings",
        Mentoring,
        noor_is_approved,
        "section.status",
        "requested",
        "approved",
    ),
    Row(
        "settings: a name that is not edited",
        "mina",
        "/settings",
        ProfileForm,
        mina_is_renamed,
        "name",
        "Mina",
        "Io",
        loads="arrive",
    ),
    Row(
        "settings: another tab",
        "mina",
        "/settings",
        Me,
        mina_is_renamed,
        "name",
        "Mina",
        "Io",
        loads="arrive",
    ),
    Row("log-ins: one more", "mina", "/settings", LoginList, mina_logs_in, lambda s: len(s.items), 1, 2),
    Row(
        "log-ins: one ends",
        "mina",
        "/settings",
        LoginList,
        mina_logs_out_there,
        lambda s: len(s.items),
        2,
        1,
        first=mina_logs_in,
    ),
    at_admins("sessions, booked", "sessions", SessionTable, faye_books_moira, "total", 2, 3),
    at_admins(
        "sessions, cancelled",
        "sessions",
        SessionTable,
        mina_cancels,
        _table,
        ["Greta Pending", "Moira Scheduled"],
        ["Greta Pending", "Moira Cancelled"],
    ),
    at_admins(
        "sessions, a name",
        "sessions",
        SessionTable,
        moira_is_renamed,
        _table,
        ["Greta Pending", "Moira Scheduled"],
        ["Greta Pending", "Io Scheduled"],
    ),
    at_admins("sessions, filtered", "sessions?status=cancelled", SessionTable, mina_cancels, "total", 0, 1),
    at_admins(
        "a session",
        "sessions?session={session}",
        SessionPanel,
        mina_cancels,
        "card.status",
        "scheduled",
        "cancelled",
    ),
    at_admins(
        "policies",
        "policies",
        PolicyForm,
        one_move_is_allowed,
        lambda s: {r.key: r.value for r in s.rows}["max_reschedules_per_session"],
        "2",
        "1",
    ),
    at_admins("people, a name", "people", PeopleList, mina_is_renamed, _named("Io"), False, True),
    at_admins("people, a request", "people?status=requested", PeopleList, faye_asks_to_mentor, "total", 1, 2),
    at_admins(
        "a person, approved",
        "people?person={noor}",
        PersonPanel,
        noor_is_approved,
        lambda s: s.details.profile != "",
        False,
        True,
    ),
    at_admins(
        "a person's sessions",
        "people?person={mina}",
        PersonPanel,
        mina_cancels,
        lambda s: s.details.coming[:1],
        "2",
        "1",
    ),
)

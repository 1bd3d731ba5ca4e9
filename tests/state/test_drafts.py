"""What was typed and chosen outlives the server, and belongs to one log-in."""

import json
from typing import Any

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME
from mentorbook.state.booking.edit_dialog import EditDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.state.harness import Page
from tests.state.on_show import book, go_on, shown
from tests.state.test_booking import AT, at_the_details, at_the_summary


def restarted(page: Page, kind: type[rx.State], path: str, **typed: str) -> Page:
    """The page after a restart of the server: nothing is left but what the browser brings along, and what was
    typed meanwhile."""
    kept: Any = page.state(kind)
    fresh = Page(path=path, cookie=page.cookie)
    state: Any = fresh.state(kind)
    state.draft = kept.draft
    for handler, text in typed.items():
        fresh.do(kind, handler, text=text)
    fresh.come(kind, path)
    return fresh


def booking_page(mentor: Account) -> str:
    """Where the modal is open."""
    return f"/mentors/{mentor.id}?book"


@pytest.mark.parametrize("step", [DETAILS, CONFIRM])
def test_a_booking_goes_on_where_it_was(db: Database, hands: Hands, step: int) -> None:
    mentor, page = a_mentor(), Page(a_mentee(), zone="Asia%2FKolkata")
    at_the_details(page, mentor.id)
    page.do(BookingModal, "choose_zone", name="Asia/Tokyo")
    page.do(BookingModal, "choose_duration", minutes=90)
    page.do(BookingModal, "choose_meeting", kind="audio")
    page.do(BookingModal, "write_title", text="How to fold maps")
    page.do(BookingModal, "write_description", text="I never could.")
    if step == CONFIRM:
        page.do(BookingModal, "to_confirm")
    modal = restarted(page, BookingModal, booking_page(mentor)).state(BookingModal)
    assert (modal.step, modal.chosen, modal.duration, modal.zone) == (step, AT, 90, "Asia/Tokyo")
    assert (modal.title, modal.description) == ("How to fold maps", "I never could.")
    assert (modal.meeting_type, modal.fitting_at, shown(modal).slots[AT]) == ("audio", AT, "chosen")


def test_what_was_booked_before_the_answer_was_lost_is_not_booked_again(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    page = Page(mentee)
    modal = at_the_summary(page, mentor.id)
    draft = modal.draft
    book(page)
    assert (modal.step, modal.draft) == (SUCCESS, "")
    modal.draft = draft  # the browser heard nothing of it
    after = restarted(page, BookingModal, booking_page(mentor))
    modal = after.state(BookingModal)
    assert (modal.step, modal.booked_id != "", modal.draft) == (SUCCESS, True, "")
    assert (modal.chosen, modal.chosen_slot.times) == (AT, "12:00 – 13:00")
    for _ in range(2):
        go_on(after)
    book(after)
    assert counts()["sessions"] == 1


def test_a_slot_that_went_meanwhile_is_said_and_the_words_stay(db: Database, hands: Hands) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    at_the_summary(page, mentor.id)
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    modal = restarted(page, BookingModal, booking_page(mentor)).state(BookingModal)
    assert (modal.step, modal.lost.time, modal.title) == (TIME, "12:00", "How to fold maps")
    assert modal.chosen == "2027-01-14T11:00:00Z"


def test_what_is_typed_while_the_server_is_away_is_newer(sqlite_db: Database, hands: Hands) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    at_the_details(page, mentor.id)
    page.do(BookingModal, "write_title", text="How to")
    typed = {"write_title": "How to fold maps"}
    modal = restarted(page, BookingModal, booking_page(mentor), **typed).state(BookingModal)
    assert (modal.step, modal.title) == (DETAILS, "How to fold maps")


def test_a_draft_is_for_its_log_in_and_its_mentor_only(sqlite_db: Database, hands: Hands) -> None:
    mentor, other, mentee = a_mentor("One"), a_mentor("Two"), a_mentee()
    page = Page(mentee)
    draft = at_the_summary(page, mentor.id).draft
    assert "How to fold maps" in draft
    again = accounts.start_login(mentee.id, address=None, agent=None)
    for cookie, whose in ((again, mentor), (page.cookie, other)):
        fresh = Page(path="/", cookie=cookie)
        modal = fresh.state(BookingModal)
        modal.draft = draft
        fresh.come(BookingModal, booking_page(whose))
        assert (modal.step, modal.title, modal.chosen, modal.draft) == (TIME, "", "", "")
    assert page.cookie is not None
    assert page.cookie not in draft
    assert accounts.cookie_hash(page.cookie) not in draft


@pytest.mark.parametrize(
    "change",
    [
        {"start": "2027-01-14T12:07:00Z"},
        {"start": "9999-12-31T23:59:59Z"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "nonsense"},
        {"start": "2027-01-14T12:00:00"},
        {"minutes": 7},
        {"minutes": 10**12},
        {"zone": "Mars/Olympus"},
        {"step": 99},
        {"step": -1},
        {"meeting_type": "telepathy"},
        {"title": "x" * 241},
        {"key": "k" * 41},
        {"about": "nobody"},
        {"more": 1},
        {"title": None},
    ],
)
def test_whatever_the_browser_brings_along_does_no_harm(
    sqlite_db: Database, hands: Hands, change: dict[str, Any]
) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    modal = at_the_summary(page, mentor.id)
    modal.draft = json.dumps({**json.loads(modal.draft), **change})
    after = restarted(page, BookingModal, booking_page(mentor)).state(BookingModal)
    assert (after.is_open, after.loading) == (True, False)
    assert after.step in (TIME, DETAILS, CONFIRM)
    assert after.zone == "UTC"


@pytest.mark.parametrize("text", ["{", "[]", "null", "x" * 100_000, "\x00", {"a": 1}, 7])
def test_what_is_no_draft_is_dropped(sqlite_db: Database, hands: Hands, text: Any) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    modal = page.state(BookingModal)
    modal.draft = text
    assert page.come(BookingModal, booking_page(mentor)) == ""
    assert (modal.step, modal.loading, modal.draft) == (TIME, False, "")


def test_discarding_and_booking_leave_no_draft(db: Database, hands: Hands) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    modal = at_the_summary(page, mentor.id)
    page.do(BookingModal, "discard")
    assert modal.draft == ""
    at_the_summary(page, mentor.id)
    book(page)
    assert modal.draft == ""


def test_dialogs_about_a_session_go_on_where_they_were(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    page = Page(mentee)

    there = f"/sessions/{booked.id}?cancel={booked.id}"
    page.come(CancelDialog, there)
    page.do(CancelDialog, "choose_reason", kind="other")
    page.do(CancelDialog, "write_details", text="My owl is ill.")
    cancel = restarted(page, CancelDialog, there).state(CancelDialog)
    assert (cancel.reason, cancel.details, cancel.phase) == ("other", "My owl is ill.", "asking")

    there = f"/sessions/{booked.id}?edit={booked.id}"
    page.come(EditDialog, there)
    page.do(EditDialog, "write_title", text="Another title")
    edit = restarted(page, EditDialog, there).state(EditDialog)
    assert (edit.title, edit.is_changed) == ("Another title", True)
    page.come(EditDialog, f"/sessions/{booked.id}")
    page.come(EditDialog, there)
    assert (page.state(EditDialog).title, page.state(EditDialog).draft) == (booked.title, "")

    there = f"/sessions/{booked.id}?reschedule={booked.id}"
    page.come(RescheduleDialog, there)
    page.do(RescheduleDialog, "choose_slot", start=AT)
    move = restarted(page, RescheduleDialog, there).state(RescheduleDialog)
    assert (move.chosen, move.move.can_confirm) == (AT, True)
    kept = page.state(RescheduleDialog)
    draft = kept.draft
    page.do(RescheduleDialog, "confirm", start=AT, minutes=60, refund_minor=0)
    kept.draft = draft  # the browser heard nothing of it
    move = restarted(page, RescheduleDialog, there).state(RescheduleDialog)
    assert (move.chosen, move.lost.time, move.draft) == ("", "", "")
    assert list_bookings(mentee, BookingQuery()).bookings[0].reschedule_count == 1

"""Dialogs about a session: what they show is what is done, and they stay on their page."""

import asyncio
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import CancelReason
from mentorbook.presenters.booking.cancel_dialog import CHANGED_SINCE_SHOWN
from mentorbook.services import change_feed
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.lifecycle import advance_sessions
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.booking.timeline import session_timeline
from mentorbook.services.offload import call
from mentorbook.state.address import DIALOGS
from mentorbook.state.admin.policy_form import PolicyForm
from mentorbook.state.booking.answer_dialog import _QUESTIONS, AnswerDialog
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.edit_dialog import EditDialog
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.notifications import Bell
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.on_show import cancel, move, what_is_cancelled


def test_what_cancelling_costs_is_read_before_it_is_done(db: Database, hands: Hands) -> None:
    """The dialog has not seen that the free period ended: its first confirmation shows what is so by now."""
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={booked.id}")
    page.do(CancelDialog, "choose_reason", kind="no_longer_needed")
    assert "all of £60.00" in page.state(CancelDialog).words.back
    hands.on(hours=7)
    cancel(page)
    assert get_booking(mentee, booked.id).status == "scheduled"
    assert "half, £30.00" in page.state(CancelDialog).words.back
    assert "has changed just now" in page.state(CancelDialog).problem
    cancel(page)
    assert get_booking(mentee, booked.id).status == "cancelled"


def test_what_the_server_has_chosen_meanwhile_is_not_cancelled_unseen(db: Database, hands: Hands) -> None:
    """The press was on its way while the page was told of another amount, and one more answer was lost."""
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={booked.id}")
    page.do(CancelDialog, "choose_reason", kind="no_longer_needed")
    pressed, dialog = what_is_cancelled(page), page.state(CancelDialog)
    assert pressed == {"said": "Cancel this session", "refund_minor": 6000}
    hands.on(hours=7)
    asyncio.run(dialog._follow())
    assert (dialog.words.refund_minor, dialog.problem) == (3000, "")
    page.do(CancelDialog, "confirm", **pressed)
    page.do(CancelDialog, "confirm", said="Withdraw this request", refund_minor=3000)
    assert (dialog.phase, dialog.problem) == ("asking", CHANGED_SINCE_SHOWN)
    assert get_booking(mentee, booked.id).status == "scheduled"
    cancel(page)
    assert get_booking(mentee, booked.id).status == "cancelled"


def test_what_changes_at_the_last_moment_is_shown_and_asked_again(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look of the dialog and the transaction, which looks again."""
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={booked.id}")
    page.do(CancelDialog, "choose_reason", kind="no_longer_needed")

    def late(*given: Any, **more: Any) -> Any:
        hands.on(hours=7)
        return cancel_booking(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr("mentorbook.state.booking.cancel_dialog.cancel_booking", late)
        cancel(page)
    dialog = page.state(CancelDialog)
    assert (dialog.phase, dialog.words.refund_minor) == ("asking", 3000)
    assert dialog.problem == CHANGED_SINCE_SHOWN
    assert get_booking(mentee, booked.id).status == "scheduled"
    cancel(page)
    assert get_booking(mentee, booked.id).status == "cancelled"


def test_policies_that_change_later_do_not_change_what_a_session_gives_back(
    db: Database, hands: Hands
) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    changed = {"free_cancellation_hours": 48, "late_cancellation_refund_percent": 0}
    change_policies(a_mentee("Admin", is_admin=True), changed)
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={booked.id}")
    assert "all of £60.00" in page.state(CancelDialog).words.back
    labels = [part.label for part in page.state(CancelDialog).words.policy]
    assert labels == ["Free to cancel", "Half refunded", "No changes"]
    page.do(CancelDialog, "choose_reason", kind="no_longer_needed")
    cancel(page)
    assert get_booking(mentee, booked.id).status == "cancelled"


@pytest.mark.parametrize("kind", list(CancelReason))
def test_the_chosen_reason_is_recorded(db: Database, hands: Hands, kind: str) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={booked.id}")
    page.do(CancelDialog, "choose_reason", kind=kind)
    page.do(CancelDialog, "write_details", text="My owl is ill.")
    cancel(page)
    assert get_booking(mentee, booked.id).status == "cancelled"
    entry = session_timeline(mentee, booked.id)[0]
    assert (entry.reason_category, entry.reason_details) == (kind, "My owl is ill.")


def test_a_request_that_was_moved_is_not_declined_unseen(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    page = Page(mentor)
    page.come(AnswerDialog, f"/sessions?decline={booked.id}")
    hands.on(minutes=1)
    reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(36).isoformat()})
    page.do(AnswerDialog, "confirm", session_id=str(booked.id))
    assert "was moved meanwhile" in page.state(AnswerDialog).problem
    assert get_booking(mentor, booked.id).status == "pending"
    page.do(Bell, "open_bell")
    # The old notice speaks of the old time: only the newer one can be answered.
    assert [bool(item.asks) for item in page.state(Bell).items] == [True, False]


def test_a_dialog_does_not_come_along_to_another_page(sqlite_db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    first, second = (create_booking(mentee, a_request(mentor, in_hours(30 + hours))) for hours in (0, 3))
    page = Page(mentee)
    dialog = page.state(CancelDialog)
    page.come(CancelDialog, f"/sessions/{first.id}?cancel={first.id}")
    page.do(CancelDialog, "choose_reason", kind="other")
    # The connection was lost and is back, or the page is loaded anew.
    page.come(CancelDialog, f"/sessions/{first.id}?cancel={first.id}")
    assert (dialog.is_open, dialog.reason) == (True, "other")
    page.come(CancelDialog, f"/sessions/{second.id}")
    assert not dialog.is_open
    page.come(CancelDialog, f"/sessions/{second.id}?cancel={second.id}")
    assert (dialog.is_open, dialog.reason) == (True, "")
    page.do(CancelDialog, "depart")
    assert page.state(CancelDialog).is_open  # the page was only drawn anew
    page.go("/")
    page.do(CancelDialog, "depart")
    assert not dialog.is_open


@pytest.mark.parametrize("asked", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize(
    ("kind", "name"), [(CancelDialog, "cancel"), (RescheduleDialog, "reschedule"), (EditDialog, "edit")]
)
def test_an_address_that_names_no_session_says_so(
    sqlite_db: Database, hands: Hands, kind: type[rx.State], name: str, asked: str
) -> None:
    page = Page(a_mentee())
    assert page.come(kind, f"/sessions?{name}={asked}") == ""
    state = cast(Any, page.state(kind))
    assert (state.is_open, state.asked_for, state.phase) == (True, asked, "stale")
    assert state.stale == "There is no such session."


@pytest.mark.parametrize(("minutes", "status"), [(5, "in_progress"), (65, "completed")])
def test_a_no_show_can_be_marked_though_the_session_begins_or_ends_while_it_is_asked(
    db: Database, hands: Hands, minutes: int, status: str
) -> None:
    """What only the clock has done is no reason to take the answer away."""
    mentor = a_mentor()
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(30)))
    hands.now = booked.scheduled_at + timedelta(minutes=minutes)
    page = Page(mentor, path=f"/sessions?no-show={booked.id}")

    async def stays_open_while_the_clock_goes_on() -> None:
        await page.send(AnswerDialog, "arrive")
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            change_feed.announce(await call(advance_sessions))
            await settled()

    asyncio.run(stays_open_while_the_clock_goes_on())
    assert get_booking(mentor, booked.id).status == status
    assert page.state(AnswerDialog).problem == ""
    page.do(AnswerDialog, "confirm", session_id=str(booked.id))
    assert get_booking(mentor, booked.id).status == "no_show"


def test_every_question_is_a_dialog_that_an_address_may_name() -> None:
    assert set(_QUESTIONS) <= set(DIALOGS)


@pytest.mark.parametrize("name", ["decline", "no-show", "mentor-absent"])
def test_what_one_may_not_answer_is_said_before_one_does(
    sqlite_db: Database, hands: Hands, name: str
) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    for person, asked in ((mentee, booked.id), (mentor, booked.id), (mentor, "nonsense")):
        page = Page(person)
        assert page.come(AnswerDialog, f"/sessions?{name}={asked}") == ""
        assert page.state(AnswerDialog).problem != ""
        page.do(AnswerDialog, "confirm", session_id=str(booked.id))
        page.come(AnswerDialog, "/sessions")
        assert page.state(AnswerDialog).asks == ""
    assert get_booking(mentor, booked.id).status == "scheduled"


def test_a_withdrawn_request_was_never_booked(sqlite_db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    mentor = a_mentor("Ada", require_confirmation=True)
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    hands.now += timedelta(minutes=5)
    cancel_booking(mentee, booked.id, {"reasonCategory": "no_longer_needed"})
    page = Page(mentee, path=f"/sessions/{booked.id}")
    page.do(SessionPage, "load")
    happened = page.state(SessionPage).details.happened
    assert [line.title for line in happened] == ["Cancelled by you", "Requested by you"]
    assert happened[-1].more == "Ada was asked"


def test_a_move_onto_ones_own_other_session_says_so(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    booked = create_booking(mentee, a_request(a_mentor(), in_hours(30)))
    page = Page(mentee)
    page.come(RescheduleDialog, f"/sessions?reschedule={booked.id}")
    page.do(RescheduleDialog, "choose_slot", start=f"{in_hours(33):%Y-%m-%dT%H:%M:%SZ}")
    create_booking(mentee, a_request(a_mentor("Other"), in_hours(33)))
    state = page.state(RescheduleDialog)
    page.do(RescheduleDialog, "confirm", start="2027-01-14T21:30:00Z", minutes=60, refund_minor=0)
    assert state.problem == ""  # that is not what is chosen
    move(page)
    assert (state.problem, state.lost.time) == ("You have another session at that time.", "")
    assert get_booking(mentee, booked.id).scheduled_at == in_hours(30)


def test_policies_that_are_typed_survive_a_lost_connection(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Admin", is_admin=True), path="/admin/policies")
    page.do(PolicyForm, "load")
    page.do(PolicyForm, "type_value", key="free_cancellation_hours", text="12")
    page.do(PolicyForm, "load")  # what Reflex does when the page is back
    assert page.state(PolicyForm).changes == 1
    page.do(PolicyForm, "discard")
    assert page.state(PolicyForm).changes == 0


def test_a_closed_dialog_is_sent_once_when_it_opens(sqlite_db: Database, hands: Hands) -> None:
    """Its shape is on the page already: what says only that it loads would be drawn for nothing."""
    mentee, mentor = a_mentee(), a_mentor()
    booked = create_booking(mentee, a_request(mentor, in_hours(30)))
    page = Page(mentee)
    for kind, path in (
        (CancelDialog, f"/sessions?cancel={booked.id}"),
        (RescheduleDialog, f"/sessions?reschedule={booked.id}"),
        (EditDialog, f"/sessions/{booked.id}?edit={booked.id}"),
        (BookingModal, f"/mentors/{mentor.id}?book"),
    ):
        page.deltas.clear()
        page.come(kind, path)
        assert len(page.deltas) == 1, kind


def test_accepting_twice_says_nothing_the_second_time(db: Database, hands: Hands) -> None:
    mentor = a_mentor(require_confirmation=True)
    booked = create_booking(a_mentee(), a_request(mentor, in_hours(30)))
    page, one = Page(mentor), str(booked.id)
    assert "Accepted" in page.do(AnswerDialog, "accept", session_id=one)
    before = page.state(AnswerDialog).answered[one]
    assert page.do(AnswerDialog, "accept", session_id=one) == ""
    # And yet it is an answer, which the page waits for.
    assert page.state(AnswerDialog).answered[one] != before


def test_of_sessions_that_were_answered_few_are_remembered(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentor())
    for _ in range(60):
        page.do(AnswerDialog, "accept", session_id=str(uuid4()))
    assert len(page.state(AnswerDialog).answered) == 50
    page.do(AnswerDialog, "accept", session_id="x" * 41)
    assert "x" * 41 not in page.state(AnswerDialog).answered

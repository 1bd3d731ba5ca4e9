"""The dialog that moves a session: where it is already is no move, but its length can change there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.presenters.booking.reschedule_dialog import CHANGED_SINCE_SHOWN
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from tests.conftest import Hands
from tests.paying import demo_payments, pay_now
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page
from tests.state.on_show import move, shown, what_is_moved

NOW_AT, HALF_PAST = "2027-01-14T12:00:00Z", "2027-01-14T12:30:00Z"


def opened(hours: float | None = None) -> tuple[Page, Account, Booking]:
    """The dialog of a session of an hour at NOW_AT; the mentor is taken again after so many hours."""
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    if hours is not None:
        create_booking(a_mentee(), a_request(mentor, in_hours(24 + hours)))
    page = Page(mentee)
    page.come(RescheduleDialog, f"/sessions?reschedule={booked.id}")
    return page, mentee, booked


def offered(state: RescheduleDialog) -> list[str]:
    """The starts on show."""
    return list(shown(state).slots)


def lengths(state: RescheduleDialog) -> list[int]:
    """The lengths to choose from."""
    return [choice.minutes for choice in state.durations]


def test_the_present_time_is_not_offered(db: Database, hands: Hands) -> None:
    page, *_ = opened()
    state = page.state(RescheduleDialog)
    assert NOW_AT not in offered(state)
    assert HALF_PAST in offered(state)
    page.do(RescheduleDialog, "choose_slot", start=NOW_AT)
    assert (state.chosen, state.move.can_confirm) == ("", False)


def test_its_length_can_change_where_it_is(db: Database, hands: Hands) -> None:
    page, mentee, booked = opened(hours=2)
    state = page.state(RescheduleDialog)
    assert lengths(state) == [15, 30, 45, 60, 75, 90, 105, 120]
    page.do(RescheduleDialog, "choose_duration", minutes=90)
    assert (state.chosen, state.move.confirm, state.move.can_confirm) == (NOW_AT, "Make it 90 min", True)
    assert state.move.price_note == "90 min cost £90.00 instead of £60.00."
    assert NOW_AT in offered(state)
    # Back to the present length: nothing is left to confirm.
    page.do(RescheduleDialog, "choose_duration", minutes=60)
    assert (state.chosen, state.move.can_confirm, state.duration) == ("", False, 60)
    assert NOW_AT not in offered(state)
    page.do(RescheduleDialog, "choose_duration", minutes=120)
    move(page)
    moved = get_booking(mentee, booked.id)
    assert (moved.scheduled_at, moved.duration) == (in_hours(24), 120)


def test_another_time_keeps_the_chosen_length(db: Database, hands: Hands) -> None:
    page, *_ = opened()
    state = page.state(RescheduleDialog)
    page.do(RescheduleDialog, "choose_duration", minutes=30)
    page.do(RescheduleDialog, "choose_slot", start=HALF_PAST)
    assert (state.chosen, state.duration, state.move.confirm) == (HALF_PAST, 30, "Move to Thu 12:30")
    page.do(RescheduleDialog, "choose_slot", start=NOW_AT)
    assert (state.chosen, state.move.confirm) == (NOW_AT, "Make it 30 min")


def test_a_length_that_no_longer_fits_is_said(db: Database, hands: Hands) -> None:
    page, _, booked = opened()
    state = page.state(RescheduleDialog)
    create_booking(a_mentee(), a_request(booked.mentor.id, in_hours(25)))
    page.do(RescheduleDialog, "choose_duration", minutes=90)
    assert state.problem == "90 min no longer fit at 12:00."
    assert (state.duration, lengths(state), state.chosen) == (60, [15, 30, 45, 60], "")


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def opened_paid(hours: float) -> tuple[Page, Account, Booking]:
    """The dialog of a session of an hour that is paid and starts in so many hours."""
    mentee = a_mentee()
    booked = pay_now(mentee, create_booking(mentee, a_request(a_mentor(), in_hours(hours))))
    page = Page(mentee)
    page.come(RescheduleDialog, f"/sessions?reschedule={booked.id}")
    return page, mentee, booked


@pytest.mark.parametrize(
    ("hours", "said", "back"),
    [
        (24, "£30.00 of the £60.00 you paid is given back.", 3000),
        (10, "£15.00 of the £60.00 you paid is given back.", 1500),
    ],
)
def test_what_is_paid_gets_shorter_only_and_says_what_comes_back(
    provider: DemoPayments, hours: float, said: str, back: int
) -> None:
    page, mentee, booked = opened_paid(hours)
    state = page.state(RescheduleDialog)
    assert lengths(state) == [15, 30, 45, 60]
    page.do(RescheduleDialog, "choose_duration", minutes=90)
    assert (state.duration, state.move.can_confirm) == (60, False)
    page.do(RescheduleDialog, "choose_duration", minutes=30)
    assert (state.move.price_note, state.move.refund_minor) == (said, back)
    move(page)
    moved = get_booking(mentee, booked.id)
    assert (moved.duration, moved.paid_minor, moved.refunded_minor) == (30, 6000, back)


def test_a_shorter_session_gives_back_what_was_shown_or_asks_again(
    provider: DemoPayments, hands: Hands
) -> None:
    page, mentee, booked = opened_paid(24)
    state = page.state(RescheduleDialog)
    page.do(RescheduleDialog, "choose_duration", minutes=30)
    hands.on(minutes=1)
    move(page)
    assert (state.is_open, state.problem) == (True, CHANGED_SINCE_SHOWN)
    assert state.move.refund_minor == 1500
    assert get_booking(mentee, booked.id).duration == 60
    move(page)
    assert get_booking(mentee, booked.id).refunded_minor == 1500


def test_what_comes_back_by_now_is_not_agreed_to_unseen(provider: DemoPayments, hands: Hands) -> None:
    page, mentee, booked = opened_paid(24)
    state = page.state(RescheduleDialog)
    page.do(RescheduleDialog, "choose_duration", minutes=30)
    pressed = what_is_moved(page)
    hands.on(minutes=1)
    asyncio.run(state._follow())
    assert (pressed["refund_minor"], state.move.refund_minor) == (3000, 1500)
    page.do(RescheduleDialog, "confirm", **pressed)
    assert (state.is_open, state.problem) == (True, CHANGED_SINCE_SHOWN)
    assert get_booking(mentee, booked.id).duration == 60
    move(page)
    assert get_booking(mentee, booked.id).refunded_minor == 1500

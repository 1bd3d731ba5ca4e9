"""What the booking modal says at its last steps, and that no page promises a room that cannot be."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from mentorbook.domain.kinds import PaymentWay, SessionStatus
from mentorbook.domain.views import MentorProfile
from mentorbook.presenters.booking.booking_modal import booking_summary, next_steps
from mentorbook.presenters.booking.phrases import NO_VIDEO
from mentorbook.presenters.booking.session_card import session_card
from mentorbook.presenters.booking.session_details import session_details
from mentorbook.presenters.meeting.room_lobby import lobby
from tests.unit.test_session_words import ADA, NOW, START, booking, reader


def mentor(rate: str = "60", *, asks: bool = False) -> MentorProfile:
    return MentorProfile(
        id=ADA.id,
        name=ADA.name,
        headline="Staff engineer",
        expertise=[],
        rate=Decimal(rate),
        currency="GBP",
        timezone=ADA.timezone,
        is_available=True,
        requires_confirmation=asks,
        default_session_duration=60,
        next_slot=None,
        bio="",
        weekly_hours=[],
    )


@pytest.mark.parametrize(
    ("before", "back"),
    [
        (timedelta(hours=48), "all of £60.00 back. That holds until tomorrow 14:30."),
        (timedelta(hours=20), "half, £30.00, back. That holds until tomorrow 12:30."),
    ],
)
def test_the_confirm_step_says_what_cancelling_gives_back_also_on_the_last_day(
    before: timedelta, back: str
) -> None:
    summary = booking_summary(mentor(), START, 60, reader(now=START - before))
    assert summary.back == f"Cancelled right after booking, the policy gives {back}"


def test_nothing_is_said_to_come_back_of_what_is_free_asked_for_or_too_late_to_cancel() -> None:
    free, asked = mentor("0"), mentor(asks=True)
    assert booking_summary(free, START, 60, reader()).back == ""
    assert booking_summary(asked, START, 60, reader()).back == ""
    assert booking_summary(mentor(), START, 60, reader(now=START - timedelta(hours=1))).back == ""


def test_the_confirm_step_says_that_the_two_settle_a_price_themselves() -> None:
    assert booking_summary(mentor(), START, 60, reader()).settle == "You settle £60.00 with Ada yourselves."
    assert booking_summary(mentor("0"), START, 60, reader()).settle == ""
    for way in (PaymentWay.DEMO, PaymentWay.STRIPE):
        assert booking_summary(mentor(), START, 60, replace(reader(), way=way)).settle == ""


def _steps(*, video: bool, now: datetime = NOW) -> list[str]:
    return [step.time + ": " + step.text for step in next_steps(booking(), zone="UTC", now=now, video=video)]


def test_no_page_promises_a_room_without_a_video_server() -> None:
    """Confirm, success, the list's cards, the session's page and the door of the room agree."""
    without = reader(video=False)
    told = "Now: Ada has been told, and the session is in both your lists."
    assert _steps(video=False) == [told, f"Tue 09:00: The session begins. {NO_VIDEO}"]
    assert booking_summary(mentor(), START, 60, without).room == NO_VIDEO
    card, details = session_card(booking(), without), session_details(booking(), without)
    assert NO_VIDEO not in f"{card.why}{card.why_join}{card.why_reschedule}{card.why_cancel}"
    assert details.room == NO_VIDEO
    assert lobby(booking(status=SessionStatus.SCHEDULED), without).head == NO_VIDEO
    asked = lobby(booking(status=SessionStatus.PENDING, expires_at=START), without)
    assert asked.lines[-1] == NO_VIDEO
    over = lobby(booking(), reader(now=START + timedelta(hours=1), video=False))
    assert over.lines == ["It ended today 15:30."]
    shown = f"{card} {details} {_steps(video=False)} {lobby(booking(), without)} {asked}"
    for promise in ("room opens", "room is prepared", "room is being prepared", "room is ready"):
        assert promise not in shown


def test_with_a_video_server_they_say_when_the_room_opens() -> None:
    assert _steps(video=True)[1] == "Tue 08:50: The room opens, on the session's page."
    assert booking_summary(mentor(), START, 60, reader()).room == ""
    assert session_card(booking(), reader()).why_join == "The room opens on Tue at 14:20."

"""What the dialogs about one session say, to the second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.presenters.booking.answer_dialog import absent_words, decline_words, no_show_words
from mentorbook.presenters.booking.cancel_dialog import cancel_words
from mentorbook.presenters.booking.phrases import overtaken_words
from mentorbook.presenters.booking.reschedule_dialog import allowance_words
from mentorbook.presenters.booking.session_card import session_card
from mentorbook.presenters.booking.session_details import session_details
from mentorbook.presenters.booking.times import slot_words
from tests.unit.test_session_words import ADA, NOW, START, booking, reader


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=24), "all of £60.00 back. That holds until today 14:30."),
        (timedelta(hours=24, seconds=-1), "half, £30.00, back. That holds until tomorrow 12:30."),
        (timedelta(hours=2), "half, £30.00, back. That holds until today 12:30."),
    ],
)
def test_the_policy_gives_back_what_it_says_to_the_second(before: timedelta, said: str) -> None:
    at = reader(now=START - before)
    words = cancel_words(booking(), at)
    assert words.back == f"Cancelled now, the policy gives {said}"
    # The page of the session says the same, and goes on saying it in the last day.
    assert session_details(booking(), at).back == words.back
    assert words.charged == "Nothing was charged here: you settle that with Ada yourselves."


@pytest.mark.parametrize(("minor", "half"), [(6001, "£30.01"), (5999, "£30.00"), (1, "£0.01")])
def test_half_of_an_odd_price_is_rounded_up(minor: int, half: str) -> None:
    words = cancel_words(booking(price_minor=minor), reader(now=START - timedelta(hours=3)))
    assert half in words.back


def test_what_is_free_has_nothing_to_give_back() -> None:
    words = cancel_words(booking(price_minor=0), reader())
    assert words.back == "This session is free, so there is nothing to give back."
    assert words.charged == ""


def test_the_dialog_names_the_session_and_both_times() -> None:
    words = cancel_words(booking(), reader())
    assert words.title == "Cancel this session?"
    assert words.about == "Preparing for a staff interview, with Ada Lovell."
    assert words.here == "Tue 24 November, 14:30 – 15:30 Kolkata"
    assert words.there == "09:00 – 10:00 London"
    assert (words.keep, words.confirm) == ("Keep Tue 14:30", "Cancel this session")
    assert [part.label for part in words.policy] == ["Free to cancel", "Half refunded", "No changes"]


def test_a_request_is_withdrawn() -> None:
    words = cancel_words(booking(status="pending"), reader())
    assert (words.title, words.confirm) == ("Withdraw this request?", "Withdraw this request")
    assert words.back == "Withdrawn before it is accepted, it costs nothing of the £60.00."
    assert words.charged == "Nothing was charged here: you settle that with Ada yourselves."


@pytest.mark.parametrize(("before", "lapses"), [(30, 0), (1, 0), (30, 26)])
def test_the_bar_of_a_request_is_that_of_withdrawing(before: int, lapses: int) -> None:
    """Whatever the cutoffs: they are about sessions that somebody has agreed to."""
    asked = booking(status="pending", expires_at=START - timedelta(hours=lapses))
    at = reader(now=START - timedelta(hours=before))
    labels = [part.label for part in cancel_words(asked, at).policy]
    assert labels == ["Free to withdraw", *(["Lapses unanswered"] if lapses else [])]
    assert session_details(asked, at).policy == cancel_words(asked, at).policy
    card = session_card(asked, at)
    assert (card.cancel, card.withdraws, card.why_cancel) == ("on", True, "")
    assert card.reschedule == ("on" if before > 4 else "off")


def test_a_completed_session_can_be_marked_a_no_show_for_a_day() -> None:
    for hours, shown in ((1, "on"), (24, "on"), (24.001, "")):
        card = session_card(booking(status="completed"), reader(ADA, now=START + timedelta(hours=hours)))
        assert (card.badge, card.no_show) == ("Completed", shown)
    assert session_card(booking(status="completed"), reader(now=START + timedelta(hours=2))).no_show == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"status": "cancelled"}, "This session is cancelled meanwhile. There is nothing left to change."),
        (
            {"scheduled_at": START + timedelta(days=1)},
            "This session was moved meanwhile, from Tue 24 Nov, 14:30 to Wed 25 Nov, 14:30.",
        ),
    ],
)
def test_a_dialog_that_was_overtaken_says_by_what(facts: dict[str, Any], said: str) -> None:
    assert overtaken_words(booking(**facts), reader(), START) == said


@pytest.mark.parametrize(
    ("count", "most", "said"),
    [
        (0, 2, "You can move it once more after this. Ada is told at once."),
        (1, 2, "This is the last time you can move it. Ada is told at once."),
        (0, 4, "You can move it 3 times more after this. Ada is told at once."),
    ],
)
def test_how_often_it_may_still_be_moved(count: int, most: int, said: str) -> None:
    policies = SessionPolicies(max_reschedules_per_session=most)
    assert allowance_words(booking(reschedule_count=count), policies) == said


def test_a_slot_is_told_on_both_clocks() -> None:
    said = slot_words(START, 60, "Asia/Kolkata", "Europe/London", NOW)
    assert said == "Tue 24 Nov, 14:30 – 15:30 Kolkata · 09:00 London"
    late = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    said = slot_words(late, 60, "Asia/Kolkata", "Europe/London", NOW)
    assert said == "Wed 25 Nov, 01:30 – 02:30 Kolkata · Tue 20:00 London"
    assert slot_words(START, 60, "UTC", "UTC", NOW) == "Tue 24 Nov, 09:00 – 10:00 UTC"


def test_mentors_are_asked_once_and_told_what_follows() -> None:
    decline, no_show = decline_words(booking(), reader(ADA)), no_show_words(booking(), reader(ADA))
    assert decline.about.endswith("with Priya Raman. Tue 24 November, 09:00 – 10:00 London.")
    assert decline.follows == "Priya is told, and the time is free again."
    assert (no_show.keep, no_show.confirm) == ("Priya came", "Mark no-show")


def test_who_is_to_be_said_absent_is_named_with_what_the_room_knows() -> None:
    came = START + timedelta(minutes=2)
    witnessed = reader(ADA, now=START + timedelta(minutes=20))
    said = no_show_words(booking(mentor_attended_at=came), witnessed).follows
    assert said.startswith("You were in the room from 09:02, but Priya was not. ")
    # Of a session that was held elsewhere, or before there was a room, nothing is known.
    assert no_show_words(booking(), witnessed).follows.startswith("It goes on record that Priya did not come")
    mentee = reader(now=START + timedelta(minutes=20))
    absent = absent_words(booking(mentee_attended_at=came), mentee)
    assert absent.about.endswith("with Ada Lovell. Tue 24 November, 14:30 – 15:30 Kolkata.")
    assert absent.follows.startswith("You were in the room from 14:32, but Ada was not. ")
    assert (absent.keep, absent.confirm) == ("Ada came", "Report it")

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.views import Booking, FieldChange, Person, TimelineEvent
from mentorbook.presenters.booking.session_card import session_card
from mentorbook.presenters.booking.session_details import session_details
from mentorbook.presenters.booking.timeline import Fact, timeline
from mentorbook.presenters.reader import Reader

ADA = Person(id=uuid4(), name="Ada Lovell", timezone="Europe/London")
PRIYA = Person(id=uuid4(), name="Priya Raman", timezone="Asia/Kolkata")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def booking(**facts: Any) -> Booking:
    start = facts.setdefault("scheduled_at", START)
    duration = facts.setdefault("duration", 60)
    plain: dict[str, Any] = {
        "id": UUID("12345678-0000-4000-8000-000000000000"),
        "mentor": ADA,
        "mentee": PRIYA,
        "title": "Preparing for a staff interview",
        "description": None,
        "status": "scheduled",
        "ends_at": start + timedelta(minutes=duration),
        "meeting_type": "video",
        "meeting_url": "",
        "video_ready": True,
        "rate": Decimal(60),
        "currency": "GBP",
        "price_minor": 6000,
        "reschedule_count": 0,
        "expires_at": None,
        "cancelled_by": None,
        "cancellation_reason": None,
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW,
        "mentor_headline": "Staff engineer",
    }
    return Booking(**(plain | facts))


def reader(person: Person = PRIYA, *, now: datetime = NOW, video: bool = True) -> Reader:
    return Reader(person.id, person.timezone, now, SessionPolicies(), video)


def test_the_mentee_reads_their_own_clock_first_and_the_mentors_beside_it() -> None:
    card = session_card(booking(), reader())
    assert (card.time, card.there) == ("14:30 – 15:30", "09:00 London")
    assert (card.name, card.initials, card.role) == ("Ada Lovell", "AL", "Mentor")
    assert (card.day, card.date, card.month, card.hot) == ("Tue", "24", "Nov", False)


def test_the_mentor_reads_the_mentee_and_that_only_the_mentee_may_cancel() -> None:
    card = session_card(booking(), reader(ADA))
    assert (card.time, card.there) == ("09:00 – 10:00", "14:30 Kolkata")
    assert (card.name, card.role, card.mentee_only) == ("Priya Raman", "You mentor", True)
    assert "cancel" not in card.why


def test_both_clocks_name_their_day_when_the_other_has_another() -> None:
    late = booking(scheduled_at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    card = session_card(late, reader())
    assert (card.time, card.there) == ("Wed 01:30 – 02:30", "Tue 20:00 London")


def test_the_other_clock_is_left_out_when_both_read_the_same() -> None:
    colombo = Person(id=uuid4(), name="Nila", timezone="Asia/Colombo")
    assert session_card(booking(mentor=colombo), reader()).there == ""


def test_a_session_next_year_says_so() -> None:
    assert session_card(booking(scheduled_at=START + timedelta(days=60)), reader()).month == "Jan 2027"


def test_a_closed_room_says_when_it_opens_and_until_when_cancelling_is_free() -> None:
    card = session_card(booking(), reader())
    assert card.join == "closed"
    assert card.why_join == "The room opens on Tue at 14:20."
    assert card.why == "Free to cancel until tomorrow 14:30."


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (timedelta(hours=24), "Free to cancel until today 14:30."),
        (timedelta(hours=24, seconds=-1), "Half refunded if you cancel until tomorrow 12:30."),
        (timedelta(hours=2), "Half refunded if you cancel until today 12:30."),
        (timedelta(hours=2, seconds=-1), ""),
    ],
)
def test_what_is_given_back_is_said_for_as_long_as_cancelling_is_possible(
    before: timedelta, why: str
) -> None:
    assert session_card(booking(), reader(now=START - before)).why == why


def test_what_costs_nothing_is_free_to_cancel_until_the_cutoff() -> None:
    near = reader(now=START - timedelta(hours=3))
    assert session_card(booking(price_minor=0), near).why.endswith("Free to cancel until today 12:30.")


@pytest.mark.parametrize(
    ("before", "join", "badge"),
    [
        (timedelta(minutes=10, seconds=1), "closed", "Scheduled"),
        (timedelta(minutes=10), "open", "Room open"),
        (timedelta(minutes=-59), "open", "Room open"),
        (timedelta(minutes=-60), "open", "Ended"),
        (timedelta(minutes=-89), "open", "Ended"),
        (timedelta(minutes=-90), "", "Ended"),
    ],
)
def test_the_room_is_open_from_ten_minutes_before_the_start_until_half_an_hour_after_the_end(
    before: timedelta, join: str, badge: str
) -> None:
    card = session_card(booking(), reader(now=START - before))
    assert (card.join, card.badge) == (join, badge)


def test_a_session_that_goes_on_beyond_its_end_is_said_to_run_over() -> None:
    going_on = booking(status="in_progress")
    late = session_card(going_on, reader(now=START + timedelta(minutes=61)))
    assert (late.join, late.badge) == ("open", "Running over")
    closed = session_card(going_on, reader(now=START + timedelta(minutes=90)))
    assert (closed.join, closed.badge) == ("", "Ended")


def test_a_room_that_is_not_there_yet_is_not_called_open() -> None:
    card = session_card(booking(video_ready=False), reader(now=START))
    assert (card.join, card.badge) == ("open", "Scheduled")


def test_without_a_video_server_nothing_can_be_joined_and_the_card_leaves_it_to_its_page_to_say_so() -> None:
    card = session_card(booking(), reader(now=START, video=False))
    assert (card.join, card.badge, card.why, card.why_join) == ("closed", "Scheduled", "", "")


def test_somebody_who_is_neither_of_the_two_cannot_join() -> None:
    admin = Person(id=uuid4(), name="Admin", timezone="UTC")
    card = session_card(booking(), reader(admin, now=START))
    assert (card.join, card.name, card.mentee_only) == ("", "Ada Lovell", False)
    assert session_details(booking(), reader(admin)).mentee == "Priya Raman"


def test_a_request_says_who_answers_until_when() -> None:
    asked = booking(status="pending", expires_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    mine, theirs = session_card(asked, reader()), session_card(asked, reader(ADA))
    assert (mine.badge, mine.join) == ("Waiting for Ada", "")
    assert mine.why == "Ada has until Tue 13:30 to answer. The time is held for you."
    assert theirs.badge == "Waiting for your answer"
    assert theirs.why == "You have until Tue 08:00 to answer. The time is held for Priya."


def test_a_request_past_its_time_is_no_longer_waited_for() -> None:
    asked = booking(status="pending", expires_at=NOW)
    assert session_card(asked, reader()).badge == "Not answered"


@pytest.mark.parametrize(
    ("status", "badge"),
    [("completed", "Completed"), ("cancelled", "Cancelled"), ("no_show", "No-show")],
)
def test_a_session_that_is_done_with_offers_nothing(status: str, badge: str) -> None:
    card = session_card(booking(status=status), reader())
    assert (card.badge, card.join, card.why, card.mentee_only) == (badge, "", "", False)


def test_the_tile_is_hot_today_while_the_session_is_to_come() -> None:
    assert session_card(booking(), reader(now=START - timedelta(hours=1))).hot
    assert not session_card(booking(status="completed"), reader(now=START)).hot


def test_the_page_of_a_session_names_both_clocks_and_the_price() -> None:
    details = session_details(booking(), reader())
    assert details.here == "Tue 24 November 2026, 14:30 – 15:30 Kolkata"
    assert (details.there, details.distance) == ("09:00 – 10:00 London", "in 2 days")
    assert (details.price, details.charged) == (
        "£60.00 for 60 minutes",
        "You settle £60.00 with Ada yourselves.",
    )
    assert details.room == "The room is ready."
    assert [part.label for part in details.policy] == ["Free to cancel", "Half refunded", "No changes"]


def test_the_policy_is_the_mentees_and_ends_with_the_start() -> None:
    assert session_details(booking(), reader(ADA)).policy == []
    assert session_details(booking(), reader(now=START)).policy == []


def test_a_free_session_says_nothing_about_charging() -> None:
    details = session_details(booking(price_minor=0), reader())
    assert (details.price, details.charged) == ("Free", "")


def test_the_distance_is_now_from_start_to_end_and_then_counts_from_the_end() -> None:
    assert session_details(booking(), reader(now=START)).distance == "now"
    late = reader(now=START + timedelta(hours=3))
    assert session_details(booking(), late).distance == "2 hours ago"


def happening(action: str, by: Person | None, hours: float = 0, **facts: Any) -> TimelineEvent:
    actor = {"actor_id": by.id if by else None, "actor_name": by.name if by else None}
    return TimelineEvent(action=action, at=NOW - timedelta(hours=hours), **actor, **facts)


def test_what_happened_is_told_newest_first_and_by_whom() -> None:
    told = [
        happening("cancelled", PRIYA, reason_category="other", reason_details="A flood"),
        happening(
            "rescheduled", PRIYA, 1, previous_scheduled_at=START, new_scheduled_at=START + timedelta(days=1)
        ),
        happening("booked", PRIYA, 2),
    ]
    mine = timeline(booking(status="cancelled"), reader(), told)
    assert [each.title for each in mine] == ["Cancelled by you", "Moved by you", "Booked by you"]
    assert [each.more for each in mine] == [
        "Other: A flood",
        "Tue 24 Nov 14:30 → Wed 25 Nov 14:30",
        "Ada was told",
    ]
    theirs = timeline(booking(status="cancelled"), reader(ADA), told)
    assert theirs[0].title == "Cancelled by Priya"
    assert theirs[2].more == "You were told"


def test_a_request_that_lapsed_was_nobodys_deed() -> None:
    told = [happening("expired", None), happening("booked", PRIYA, 48)]
    lines = timeline(booking(status="cancelled"), reader(), told)
    assert [each.title for each in lines] == ["Not answered in time", "Requested by you"]


def test_what_has_not_been_answered_yet_stands_first() -> None:
    asked = booking(status="pending", expires_at=NOW + timedelta(hours=1))
    titles = [each.title for each in timeline(asked, reader(), [happening("booked", PRIYA)])]
    assert titles == ["Waiting for Ada", "Requested by you"]


def test_an_end_that_nobody_wrote_down_is_told_from_the_status() -> None:
    lines = timeline(booking(status="no_show"), reader(now=START + timedelta(days=2)), [])
    assert [each.title for each in lines] == ["Marked as a no-show"]


def test_only_what_the_trail_shows_of_address_and_policies_is_told() -> None:
    plain = timeline(booking(), reader(), [happening("edited", PRIYA)])
    assert plain[0].facts == []
    seen = happening(
        "edited",
        PRIYA,
        policy_snapshot=SessionPolicies().model_dump(),
        ip_address="192.0.2.1",
        user_agent="Browser 1",
    )
    facts = timeline(booking(), reader(), [seen])[0].facts
    assert facts[0] == Fact("Cancel until", "2 h before")
    assert facts[3] == Fact("Reason required", "yes")
    assert facts[-2:] == [Fact("Address", "192.0.2.1"), Fact("Browser", "Browser 1")]


def test_an_edit_says_what_stood_there_before() -> None:
    changes = [
        FieldChange(field="title", before="Career", after="Career, and more"),
        FieldChange(field="description", before=None, after="The\n\nplan"),
        FieldChange(field="meetingType", before="video", after="chat"),
    ]
    line = timeline(booking(), reader(), [happening("edited", PRIYA, changes=changes)])[0]
    assert line.title == "Changed by you"
    assert line.more.split("\n") == [
        "Title: “Career” → “Career, and more”",
        "Notes added: “The plan”",
        "Meeting: “video” → “chat”",
    ]
    assert line.facts == []


def test_a_long_text_is_quoted_in_part_and_whole_for_admins() -> None:
    changes = [FieldChange(field="description", before="a" * 2_000, after=None)]
    told = happening("edited", PRIYA, changes=changes, policy_snapshot={"of_the_future": ["x"]})
    line = timeline(booking(), reader(), [told])[0]
    assert line.more == f"Notes removed: “{'a' * 119}…”"
    assert line.facts == [
        Fact("of_the_future", "['x']"),
        Fact("Notes before", "a" * 2_000),
        Fact("Notes after", "–"),
    ]


@pytest.mark.parametrize(
    ("before", "count", "reschedule", "cancel", "why"),
    [
        (timedelta(hours=4), 0, "on", "on", ("", "")),
        (
            timedelta(hours=4, seconds=-1),
            0,
            "off",
            "on",
            ("It could be moved until 4 hours before the start (today 10:30).", ""),
        ),
        (timedelta(hours=8), 2, "off", "on", ("You have moved this session twice, which is the limit.", "")),
        (
            timedelta(hours=2, seconds=-1),
            2,
            "off",
            "off",
            (
                "You have moved this session twice, which is the limit.",
                "It could be cancelled until 2 hours before the start (today 12:30).",
            ),
        ),
    ],
)
def test_a_button_that_cannot_be_pressed_says_why_and_since_when(
    before: timedelta, count: int, reschedule: str, cancel: str, why: tuple[str, str]
) -> None:
    card = session_card(booking(reschedule_count=count), reader(now=START - before))
    assert (card.reschedule, card.cancel) == (reschedule, cancel)
    assert (card.why_reschedule, card.why_cancel) == why
    assert card.moves == f"{count} / 2"


def test_what_has_started_says_so_once() -> None:
    card = session_card(booking(status="in_progress"), reader(now=START))
    assert (card.reschedule, card.cancel, card.edit) == ("off", "off", "")
    assert card.why_reschedule == "It has started, and can no longer be moved or cancelled."
    assert card.why_cancel == ""


def test_the_mentor_gets_other_buttons_than_the_mentee() -> None:
    asked = booking(status="pending", expires_at=START)
    mine, theirs = session_card(asked, reader()), session_card(asked, reader(ADA))
    assert (mine.reschedule, mine.cancel, mine.withdraws, mine.answer) == ("on", "on", True, "")
    assert (theirs.reschedule, theirs.cancel, theirs.answer, theirs.no_show) == ("", "", "on", "")
    assert session_card(booking(), reader(ADA, now=START)).no_show == "on"
    assert session_card(booking(), reader(ADA, now=START - timedelta(seconds=1))).no_show == ""

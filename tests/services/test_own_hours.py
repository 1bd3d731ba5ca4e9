"""Mentors read and replace their own hours; a preview is what mentees see when they have been saved."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.availability.draft import MOST_EXCEPTIONS
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import HoursChanged, NotFound, NotPermitted, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.availability.own_hours import (
    add_exception,
    own_hours,
    remove_exception,
    require_own_exception,
    save_hours,
)
from mentorbook.services.availability.preview import preview_slots, sessions_outside
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import Profile, publish_profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

# The tests' day is Wednesday 13 January 2027.
THURSDAY = date(2027, 1, 14)
MORNING = {"startTime": "09:00", "endTime": "12:00", "type": "AVAILABLE"}
LUNCH = {"startTime": "10:00", "endTime": "10:30", "type": "BREAK"}
SCHEDULE = {
    "timezone": "Europe/London",
    "defaultSessionDuration": 30,
    "bufferTimeBetweenSessions": 15,
    "minAdvanceBookingHours": 1.25,
    "maxAdvanceBookingDays": 30,
    "defaultStartTime": "08:00",
    "defaultEndTime": "10:00",
    "isActive": True,
    "allowInstantBooking": False,
    "requireConfirmation": False,
}


def hours(*days: dict[str, Any], **schedule: Any) -> dict[str, Any]:
    """What a mentor sends."""
    return {"schedule": SCHEDULE | schedule, "weeklyPatterns": list(days)}


def day(number: int, *blocks: dict[str, Any], enabled: bool = True) -> dict[str, Any]:
    """A weekday, 0 for Sunday."""
    return {"dayOfWeek": number, "isEnabled": enabled, "timeBlocks": list(blocks)}


def an_exception(first: str = "2027-01-14", last: str | None = None, **more: Any) -> dict[str, Any]:
    """A day off."""
    return {"startDate": first, "endDate": last or first, "type": "BLOCKED", **more}


def a_bare_mentor() -> Account:
    """A mentor without a schedule."""
    person = a_mentee("Bare", "Asia/Tokyo")
    publish_profile(person.id, Profile("", "", (), Decimal(1), "GBP"))
    return accounts.account(person.id)


def slots_of(mentor: Account, first: date = THURSDAY, days: int = 1) -> list[str]:
    """The free starts of some days, as a mentee in London sees them."""
    query = SlotQuery(mentor.id, first, first + timedelta(days - 1), "Europe/London", 30)
    return [f"{start:%a %H:%M}" for start in list_slots(None, query).starts]


def test_what_is_saved_is_read_and_offered(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    saved = save_hours(mentor, hours(day(4, MORNING, LUNCH), day(5), day(6, MORNING, enabled=False)))
    assert saved == own_hours(mentor)
    said = saved.model_dump(mode="json", by_alias=True)
    assert said["schedule"] == SCHEDULE
    assert [each["dayOfWeek"] for each in said["weeklyPatterns"]] == list(range(7))
    assert [each["isEnabled"] for each in said["weeklyPatterns"]] == [False] * 4 + [True, True, False]
    # A disabled day keeps its blocks, so that it can be enabled again.
    assert said["weeklyPatterns"][6]["timeBlocks"] == [MORNING]
    assert slots_of(mentor) == ["Thu 09:00", "Thu 09:30", "Thu 10:30", "Thu 11:00", "Thu 11:30"]
    # An enabled day without blocks has the default hours.
    assert slots_of(mentor, THURSDAY + timedelta(1), 2) == [
        "Fri 08:00",
        "Fri 08:30",
        "Fri 09:00",
        "Fri 09:30",
    ]


def test_only_mentors_have_hours(db: Database, hands: Hands) -> None:
    for person in (a_mentee(), a_mentee(is_admin=True)):
        for ask in (
            lambda who: own_hours(who),
            lambda who: save_hours(who, {}),
            lambda who: add_exception(who, {}),
            lambda who: remove_exception(who, ""),
            lambda who: preview_slots(who, {}, start_date=THURSDAY, end_date=THURSDAY),
            lambda who: sessions_outside(who, {}),
        ):
            with pytest.raises(NotPermitted):
                ask(person)


def test_exceptions_come_and_go_and_a_new_week_leaves_them_alone(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    save_hours(mentor, hours(day(4, MORNING)))
    off = add_exception(mentor, an_exception(reason="  Holiday  "))
    add_exception(mentor, an_exception(type="AVAILABLE", startTime="10:00", endTime="12:00"))
    assert off.reason == "Holiday"
    assert slots_of(mentor) == ["Thu 10:00", "Thu 10:30", "Thu 11:00", "Thu 11:30"]
    sent = save_hours(mentor, hours(day(4, MORNING))).model_dump(mode="json", by_alias=True)
    # What was answered can be sent back.
    assert off in save_hours(mentor, sent).exceptions
    remove_exception(mentor, str(off.id))
    assert slots_of(mentor)[0] == "Thu 09:00"
    for gone in (off.id, uuid4(), "nonsense"):
        for ask in (remove_exception, require_own_exception):
            with pytest.raises(NotFound):
                ask(mentor, gone)


def test_nobody_removes_the_exception_of_another(db: Database, hands: Hands) -> None:
    mentor, other = a_mentor(), a_mentor("Other")
    off = add_exception(mentor, an_exception())
    with pytest.raises(NotFound):
        remove_exception(other, off.id)
    assert own_hours(mentor).exceptions == [off]


def test_a_mentor_who_has_published_nothing_has_a_week_of_days_off(db: Database, hands: Hands) -> None:
    mentor = a_bare_mentor()
    fresh = own_hours(mentor)
    assert fresh.schedule.timezone == "Asia/Tokyo"
    assert not any(each.is_enabled for each in fresh.weekly_patterns)
    off = add_exception(mentor, an_exception())
    assert own_hours(mentor).exceptions == [off]
    save_hours(mentor, hours(day(5, MORNING)))
    assert slots_of(mentor, THURSDAY, 2)[0] == "Fri 09:00"


def test_a_change_depends_on_what_was_last_seen(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    seen = IfMatch(frozenset({tag_of_answer(own_hours(mentor))}))
    add_exception(mentor, an_exception(), seen)
    for change in (
        lambda: save_hours(mentor, hours(), seen),
        lambda: add_exception(mentor, an_exception(), seen),
        lambda: remove_exception(mentor, own_hours(mentor).exceptions[0].id, seen),
    ):
        with pytest.raises(HoursChanged):
            change()
    assert len(own_hours(mentor).exceptions) == 1
    now_seen = IfMatch(frozenset({tag_of_answer(own_hours(mentor))}))
    assert slots_of(mentor) == []
    remove_exception(mentor, own_hours(mentor).exceptions[0].id, now_seen)


def test_open_pages_hear_of_each_change(db: Database, hands: Hands) -> None:
    mentor, heard = a_mentor(), list[frozenset[UUID]]()
    with change_feed.listening(heard.append):
        save_hours(mentor, hours(day(4, MORNING)))
        off = add_exception(mentor, an_exception())
        remove_exception(mentor, off.id)
        with pytest.raises(ValidationFailed):
            save_hours(mentor, hours(timezone="Nowhere"))
    assert heard == [frozenset({mentor.id, change_feed.MENTORS})] * 3


BLOCK = {"weeklyPatterns": [day(1, MORNING, MORNING | {"startTime": "9:00"})]}
WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a time of a block": (
        hours() | BLOCK,
        {
            "weeklyPatterns.0.timeBlocks.1.startTime": "Monday, block 2: must be a time from 00:00 to 23:59, "
            "such as 09:30"
        },
    ),
    "an unknown type": (
        hours(day(0, MORNING | {"type": "OPEN"})),
        {
            "weeklyPatterns.0.timeBlocks.0.type": "Sunday, block 1: must be 'AVAILABLE', 'BREAK', "
            "'BUFFER' or 'BLOCKED'"
        },
    ),
    "too many blocks": (
        hours(day(2, *[MORNING] * 49)),
        {"weeklyPatterns.0.timeBlocks": "Tuesday: may have at most 48 blocks"},
    ),
    "a day twice": (
        hours(day(2), day(2)),
        {"weeklyPatterns.1.dayOfWeek": "Tuesday: may be there only once"},
    ),
    "a day that is none": (hours(day(7)), {"weeklyPatterns.0.dayOfWeek": "must be 0 to 6, 0 for Sunday"}),
    "a zone": (
        hours(timezone="Mars/Base"),
        {"schedule.timezone": "is not a time zone; use an IANA name such as Europe/London"},
    ),
    "a window": (
        hours(maxAdvanceBookingDays=366),
        {"schedule.maxAdvanceBookingDays": "must be 0 to 365 days"},
    ),
    "a buffer": (
        hours(bufferTimeBetweenSessions=241),
        {"schedule.bufferTimeBetweenSessions": "must be 0 to 240 minutes"},
    ),
    "a notice": (
        hours(minAdvanceBookingHours=float("nan")),
        {"schedule.minAdvanceBookingHours": "must be 0 to 8760 hours"},
    ),
    "a notice beyond reckoning": (
        hours(minAdvanceBookingHours=10**400),
        {"schedule.minAdvanceBookingHours": "must be 0 to 8760 hours"},
    ),
    "a flag": (
        hours(isActive="off"),
        {"schedule.isActive": "should be a valid boolean"},
    ),
    "more days than a week has": (
        {**hours(), "weeklyPatterns": [{"dayOfWeek": 1, "a": 1}] * 8},
        {"weeklyPatterns": "may have at most 7 days"},
    ),
    "a length": (
        hours(defaultSessionDuration=20),
        {"schedule.defaultSessionDuration": "must be 15 to 240 minutes, in steps of 15"},
    ),
    "a stray name": (
        hours() | {"colour": "red"},
        {"colour": "is not a field of this request"},
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_names_its_day_and_block_and_changes_nothing(
    sqlite_db: Database, hands: Hands, what: str
) -> None:
    mentor = a_mentor()
    before = own_hours(mentor)
    sent, fields = WRONG[what]
    with pytest.raises(ValidationFailed) as refused:
        save_hours(mentor, sent)
    assert refused.value.fields == fields
    assert own_hours(mentor) == before


@pytest.mark.parametrize(
    ("sent", "field", "why"),
    [
        (an_exception("2027-01-15", "2027-01-14"), "endDate", "must not be before startDate"),
        (an_exception("2027-01-15", "2028-01-16"), "endDate", "may be at most 365 days after startDate"),
        (an_exception("2027-01-01", "2027-01-12"), "endDate", "must not be in the past"),
        (
            an_exception(startTime="09:00"),
            "endTime",
            "is required with the other time; leave both out for whole days",
        ),
        (an_exception(type="HOLIDAY"), "type", "must be 'AVAILABLE', 'BREAK', 'BUFFER' or 'BLOCKED'"),
        (an_exception(reason="x" * 201), "reason", "may have at most 200 characters"),
        (an_exception("1960-01-01", "2027-01-14"), "startDate", "is out of reach"),
        (an_exception() | {"startDate": 1799884800}, "startDate", "must be a date such as 2026-12-24"),
        (
            an_exception("2027-01-14T00:00:00Z", "2027-01-14"),
            "startDate",
            "must be a date such as 2026-12-24",
        ),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(
    sqlite_db: Database, hands: Hands, sent: dict[str, Any], field: str, why: str
) -> None:
    mentor = a_mentor()
    with pytest.raises(ValidationFailed) as refused:
        add_exception(mentor, sent)
    assert refused.value.fields == {field: why}
    assert own_hours(mentor).exceptions == []


def test_there_is_an_end_to_exceptions(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    for _ in range(MOST_EXCEPTIONS):
        add_exception(mentor, an_exception())
    with pytest.raises(ValidationFailed) as refused:
        add_exception(mentor, an_exception())
    assert refused.value.fields == {"body": "There may be at most 300 exceptions that are not over."}
    assert refused.value.detail == refused.value.fields["body"]
    hands.on(days=2)
    # What is over does not count.
    add_exception(mentor, an_exception("2027-01-20"))


def test_the_preview_shows_what_mentees_will_see_and_saves_nothing(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(22), duration=30))
    before = own_hours(mentor)
    exceptions = [
        an_exception(),
        an_exception(type="AVAILABLE", startTime="09:00", endTime="11:30"),
        an_exception("2027-01-15", "2027-01-15", startTime="09:00", endTime="10:00"),
    ]
    draft = hours(day(4, MORNING), day(5, MORNING, LUNCH)) | {"exceptions": exceptions}
    found = preview_slots(
        mentor, draft, start_date=THURSDAY, end_date=THURSDAY + timedelta(1), timezone="Asia/Kathmandu"
    )
    assert own_hours(mentor) == before
    assert (found.timezone, found.duration) == ("Asia/Kathmandu", 30)
    save_hours(mentor, hours(day(4, MORNING), day(5, MORNING, LUNCH)))
    for each in exceptions:
        add_exception(mentor, each)
    query = SlotQuery(mentor.id, THURSDAY, THURSDAY + timedelta(1), "Asia/Kathmandu")
    assert found.starts == list_slots(None, query).starts
    # The session at 10:00 blocks, and the draft's buffer of 15 minutes around it.
    friday = ["Fri 10:30", "Fri 11:00", "Fri 11:30"]
    assert [f"{start:%a %H:%M}" for start in found.starts] == ["Thu 09:00", "Thu 11:00", *friday]


def test_the_preview_of_a_pause_is_empty(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    draft = hours(day(4, MORNING), isActive=False)
    assert preview_slots(mentor, draft, start_date=THURSDAY, end_date=THURSDAY).starts == ()
    with pytest.raises(ValidationFailed):
        preview_slots(mentor, draft, start_date=THURSDAY, end_date=THURSDAY, timezone="Nowhere")


@pytest.mark.parametrize("is_available", [True, False])
@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("include_unavailable", [True, False])
def test_the_preview_of_what_is_published_is_the_slot_list(
    sqlite_db: Database, hands: Hands, is_available: bool, is_active: bool, include_unavailable: bool
) -> None:
    mentor = a_mentor(is_available=is_available, is_active=is_active)
    found = preview_slots(
        mentor,
        own_hours(mentor).model_dump(mode="json", by_alias=True),
        start_date=THURSDAY,
        end_date=THURSDAY,
        include_unavailable=include_unavailable,
    )
    query = SlotQuery(mentor.id, THURSDAY, THURSDAY, include_unavailable=include_unavailable)
    listed = list_slots(None, query)
    assert (found.starts, found.unavailable) == (listed.starts, listed.unavailable)
    assert bool(found.starts) == (is_available and is_active)


def test_sessions_that_would_lie_outside_are_listed_and_stay(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    inside = create_booking(a_mentee("In"), a_request(mentor, in_hours(22)))
    across = create_booking(a_mentee("Across"), a_request(mentor, in_hours(23.5)))
    outside = create_booking(a_mentee("Out"), a_request(mentor, in_hours(27)))
    draft = hours(day(4, MORNING))
    found = sessions_outside(mentor, draft)
    assert [(each.id, each.mentee_name) for each in found] == [(across.id, "Across"), (outside.id, "Out")]
    save_hours(mentor, draft)
    assert [each.id for each in sessions_outside(mentor, draft)] == [across.id, outside.id]
    assert inside.id not in {each.id for each in found}
    # Notice, window and grid say nothing about what has been booked.
    assert (
        sessions_outside(mentor, hours(day(4, MORNING | {"endTime": "20:00"}), maxAdvanceBookingDays=0)) == []
    )

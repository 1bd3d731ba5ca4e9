"""The availability editor without a browser: steps, what the tab keeps, whose it is, hostile input."""

import asyncio
from base64 import b64encode
from typing import Any
from zlib import compress

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.presenters.availability.preview import AlwaysClosed
from mentorbook.services.availability.own_hours import add_exception, own_hours
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.own_profile import own_profile, save_profile
from mentorbook.state.availability import drafted_hours
from mentorbook.state.availability.drafted_hours import _MOST_KEPT
from mentorbook.state.availability.hours_editor import HoursEditor
from mentorbook.state.availability.hours_preview import HoursPreview
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page


def opened(mentor: Account, **more: Any) -> tuple[Page, HoursEditor]:
    """The page of a mentor, loaded."""
    page = Page(mentor, path="/availability", **more)
    page.do(HoursEditor, "load")
    return page, page.state(HoursEditor)


def week(state: HoursEditor) -> list[str]:
    """The blocks, as `day start–end type`."""
    return [f"{each.day} {each.start}–{each.end} {each.kind}" for each in state.blocks]


def test_steps_are_undone_one_by_one_and_typed_letters_together(sqlite_db: Database, hands: Hands) -> None:
    page, state = opened(a_mentor(weekly=()))
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    page.do(HoursEditor, "add_on", day=1, kind="BREAK")
    page.do(HoursEditor, "type_rule", name="max_advance_booking_days", text="3")
    page.do(HoursEditor, "type_rule", name="max_advance_booking_days", text="30")
    assert week(state) == ["1 540–720 AVAILABLE", "1 600–660 BREAK"]
    assert state.rules.window == "30"
    page.do(HoursEditor, "undo")
    assert state.rules.window == "60"
    page.do(HoursEditor, "undo")
    assert week(state) == ["1 540–720 AVAILABLE"]
    page.do(HoursEditor, "undo")
    assert (week(state), state.is_changed, state.can_undo, state.draft) == ([], False, False, "")
    page.do(HoursEditor, "undo")
    assert week(state) == []


def test_another_log_in_gets_nothing_of_a_draft(sqlite_db: Database, hands: Hands) -> None:
    mentor, other = a_mentor("Moira", weekly=()), a_mentor("Other", weekly=())
    page, state = opened(mentor)
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    kept = state.draft
    assert kept
    for person in (mentor, other):
        again = Page(person, path="/availability", tab="another")
        again.state(HoursEditor).draft = kept
        again.do(HoursEditor, "load")
        assert week(again.state(HoursEditor)) == []
    same = Page(mentor, path="/availability", tab="reloaded", cookie=page.cookie)
    same.state(HoursEditor).draft = kept
    same.do(HoursEditor, "load")
    assert week(same.state(HoursEditor)) == ["1 540–720 AVAILABLE"]


BROKEN = {
    "no packed hours": "hello",
    "a bomb": b64encode(compress(b" " * 50_000_000, 9)).decode()[: _MOST_KEPT + 1],
    "no hours": b64encode(compress(b'{"schedule": 1}')).decode(),
    "hours that may not be": b64encode(
        compress(
            b'{"schedule": {"timezone": "UTC"}, "weeklyPatterns": '
            b'[{"dayOfWeek": 1, "timeBlocks": []}, {"dayOfWeek": 1, "timeBlocks": []}]}'
        )
    ).decode(),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_the_tab_brings_along_may_be_anything(what: str, sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(weekly=())
    page, state = opened(mentor)
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    whole = state.draft
    packed = whole.split('"hours":"')[1].split('"')[0]
    again = Page(mentor, path="/availability", tab="again", cookie=page.cookie)
    again.state(HoursEditor).draft = whole.replace(packed, BROKEN[what])
    again.do(HoursEditor, "load")
    assert week(again.state(HoursEditor)) == []
    assert again.state(HoursEditor).draft == ""


def test_a_draft_of_before_says_that_it_is_outdated(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(weekly=())
    page, state = opened(mentor)
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    add_exception(mentor, {"startDate": "2027-02-01", "endDate": "2027-02-01", "type": "BLOCKED"})
    again = Page(mentor, path="/availability", tab="again", cookie=page.cookie)
    again.state(HoursEditor).draft = state.draft
    again.do(HoursEditor, "load")
    assert again.state(HoursEditor).is_outdated
    again.do(HoursEditor, "save")
    assert own_hours(mentor).weekly_patterns[1].time_blocks == []
    again.do(HoursEditor, "save_anyway")
    assert own_hours(mentor).weekly_patterns[1].time_blocks == []
    again.do(HoursEditor, "save_over")
    saved = own_hours(mentor)
    assert saved.weekly_patterns[1].time_blocks[0].start_time == "09:00"
    # What is saved is what was on show: the exception that the draft did not know is gone, as was said.
    assert saved.exceptions == []
    assert not again.state(HoursEditor).is_changed


def test_whoever_asks_to_be_a_mentor_edits_hours_and_nobody_else(sqlite_db: Database, hands: Hands) -> None:
    asks, mentee = a_mentee("Asks"), a_mentee("Mina")
    request_to_mentor(asks)
    asks = accounts.account(asks.id)
    page, state = opened(asks)
    assert state.phase == "shown"
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    page.do(HoursEditor, "save")
    assert own_hours(asks).weekly_patterns[1].is_enabled
    page, state = opened(mentee)
    assert state.phase == "forbidden"
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    page.do(HoursEditor, "save")
    assert (state.phase, week(state)) == ("forbidden", [])


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a day that is none": ("add_on", {"day": 7, "kind": "AVAILABLE"}, "day"),
    "a block that is gone": (
        "place",
        {"day": 1, "index": 5, "to_day": 1, "start": 0, "end": 60},
        "block",
    ),
    "a type that is none": ("add_at", {"day": 1, "start": 0, "end": 60, "kind": "LUNCH"}, "kind"),
    "an end before the start": ("add_at", {"day": 1, "start": 60, "end": 30, "kind": "BREAK"}, "endTime"),
    "a time that is none": ("type_start", {"text": "noon"}, "block"),
    "a unit that is none": ("choose_unit", {"unit": "days"}, "unit"),
    "a length that is none": ("choose_length", {"minutes": "7"}, "default_session_duration"),
    "an exception without dates": ("add_exception", {"form": {"type": "BLOCKED"}}, "startDate"),
    "a month far away": ("turn_off_month", {"month": "2099-01"}, "month"),
    "a length in other digits": ("choose_length", {"minutes": "²"}, "default_session_duration"),
    "a date that is none": ("pick_day", {"iso": "2027-02-31"}, "startDate"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    what: str, sqlite_db: Database, hands: Hands
) -> None:
    name, payload, field = REFUSED[what]
    page, state = opened(a_mentor(weekly=()))
    page.do(HoursEditor, name, **payload)
    assert field in state.errors, state.errors
    assert state.problem
    assert (week(state), state.is_changed) == ([], False)


def test_a_notice_is_read_in_the_chosen_unit(sqlite_db: Database, hands: Hands) -> None:
    page, state = opened(a_mentor(min_advance_booking_hours=2))
    assert (state.rules.notice, state.rules.notice_unit) == ("2", "hours")
    page.do(HoursEditor, "choose_unit", unit="minutes")
    assert (state.rules.notice, state.rules.notice_unit) == ("2", "minutes")
    page.do(HoursEditor, "type_rule", name="min_advance_booking_hours", text="90")
    assert state.rules.notice_line == "Mentees book at the latest 90 minutes before a session starts."
    page.do(HoursEditor, "type_rule", name="max_advance_booking_days", text="")
    assert state.rules.window_line == "Mentees book as far ahead as they like."
    page.do(HoursEditor, "type_rule", name="max_advance_booking_days", text="1000")
    assert "max_advance_booking_days" in state.errors
    assert state.rules.window == ""


def test_the_preview_follows_the_draft_and_keeps_its_day_and_zone(sqlite_db: Database, hands: Hands) -> None:
    page, _ = opened(a_mentor(weekly=()))
    preview = page.state(HoursPreview)
    assert preview.offered == "0 times in January, as published."
    page.do(HoursPreview, "choose_zone", name="Asia/Kathmandu")
    page.do(HoursPreview, "show_day", iso="2027-01-18")
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    assert (preview.zone, preview.day) == ("Asia/Kathmandu", "2027-01-18")
    assert [slot.time for run in preview.runs for slot in run.slots][:2] == ["14:45", "15:15"]
    assert "more than published" in preview.offered
    page.do(HoursPreview, "show_month", month="2027-02")
    assert preview.day == "2027-02-01"
    page.do(HoursPreview, "show_month", month="2026-01")
    assert preview.month == "2027-02"


def test_who_may_not_be_booked_by_their_profile_is_told_so_beside_their_hours(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor = a_mentor(is_available=False)
    page, state = opened(mentor)
    preview = page.state(HoursPreview)
    assert preview.offered == "0 times in January, as published."
    assert (preview.closed.place, preview.closed.href) == ("Your profile", "/settings/profile")
    assert [run.why for run in preview.runs] == ["your profile says that mentees may not book you"]
    assert state.rules.is_active
    page.do(HoursEditor, "toggle", name="is_active")
    assert (preview.closed.why, preview.closed.rule) == ("You are paused: mentees see no times.", "")
    page.do(HoursEditor, "toggle", name="is_active")
    # The page hears of it, and counts anew what is published.
    save_profile(mentor, own_profile(mentor).model_dump() | {"is_available": True})
    asyncio.run(state._follow())
    assert preview.closed == AlwaysClosed()
    assert preview.offered.endswith("as published.")
    assert not preview.offered.startswith("0 ")
    assert any(run.slots for run in preview.runs)


def blocks_off(page: Page, *days: int) -> None:
    """Switch days off."""
    for day in days:
        page.do(HoursEditor, "enable", day=day, is_on=False)


def test_only_sessions_that_were_listed_are_left_outside(sqlite_db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    for hours, title in ((24, "Thursday"), (48, "Friday")):
        create_booking(mentee, a_request(mentor, in_hours(hours), title=title))
    page, state = opened(mentor)
    blocks_off(page, 4)
    page.do(HoursEditor, "save")
    assert [line.title for line in state.outside] == ["Thursday, with Mina"]
    blocks_off(page, 5)
    assert state.outside == []
    page.do(HoursEditor, "save_anyway")
    assert [line.title for line in state.outside] == ["Thursday, with Mina", "Friday, with Mina"]
    assert own_hours(mentor).weekly_patterns[4].is_enabled
    page.do(HoursEditor, "save_anyway")
    assert not own_hours(mentor).weekly_patterns[4].is_enabled


def test_an_answer_about_sessions_writes_over_nothing_that_was_saved_meanwhile(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor, mentee = a_mentor(), a_mentee("Mina")
    create_booking(mentee, a_request(mentor, in_hours(24)))
    page, state = opened(mentor)
    blocks_off(page, 4)
    page.do(HoursEditor, "save")
    assert state.outside
    other, _ = opened(mentor, tab="other")
    other.do(HoursEditor, "type_rule", name="buffer_time_between_sessions", text="30")
    other.do(HoursEditor, "save")
    assert own_hours(mentor).schedule.buffer_time_between_sessions == 30
    page.do(HoursEditor, "save_anyway")
    assert own_hours(mentor).schedule.buffer_time_between_sessions == 30
    assert state.is_outdated
    # Over it, the sessions are listed all the same.
    page.do(HoursEditor, "save_over")
    assert state.outside
    page.do(HoursEditor, "save_anyway")
    assert own_hours(mentor).schedule.buffer_time_between_sessions == 0
    assert (state.is_changed, state.is_outdated) == (False, False)


def test_a_night_passes_before_it_is_saved(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    add_exception(mentor, {"startDate": "2027-01-13", "endDate": "2027-01-13", "type": "BLOCKED"})
    page, state = opened(mentor)
    page.do(HoursEditor, "type_first", text="2027-01-13")
    page.do(HoursEditor, "add_exception", form={"type": "BREAK"})
    page.do(HoursEditor, "type_first", text="2027-01-20")
    page.do(HoursEditor, "add_exception", form={"type": "BREAK"})
    hands.on(days=1)
    page.do(HoursEditor, "save")
    assert (state.problem, state.is_outdated, state.is_changed) == ("", False, False)
    assert [each.type for each in own_hours(mentor).exceptions] == ["BREAK"]
    hands.on(days=-1)
    assert [each.type for each in own_hours(mentor).exceptions] == ["BLOCKED", "BREAK"]


def test_a_day_off_today_in_the_new_zone_is_saved(sqlite_db: Database, hands: Hands) -> None:
    """When it is noon in London, it is the 14th in Kiritimati and the 13th in Pago Pago."""
    mentor = a_mentor("Moira", "Pacific/Kiritimati", weekly=())
    page, state = opened(mentor)
    page.do(HoursEditor, "choose_zone", name="Pacific/Pago_Pago")
    page.do(HoursEditor, "type_first", text="2027-01-13")
    page.do(HoursEditor, "add_exception", form={"type": "BLOCKED"})
    page.do(HoursEditor, "save")
    assert (state.problem, state.is_changed) == ("", False)
    assert [f"{each.start_date}" for each in own_hours(mentor).exceptions] == ["2027-01-13"]


@pytest.mark.parametrize("text", ["9998-12-01", "2029-05-20", "1971-01-01"])
def test_a_date_far_away_turns_no_calendar(text: str, sqlite_db: Database, hands: Hands) -> None:
    page, state = opened(a_mentor())
    page.do(HoursEditor, "type_first", text=text)
    assert (state.first, state.off_grid.title) == (text, "January 2027")
    assert len(state.off_cells) == 35
    page.do(HoursEditor, "type_first", text="9999-12-31")
    assert "startDate" in state.errors
    assert state.first == text
    page.do(HoursEditor, "type_first", text="2027-01-20")
    assert (state.errors, state.problem, state.first) == ({}, "", "2027-01-20")


def test_what_the_tab_cannot_keep_is_not_replaced_by_what_it_kept_before(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, state = opened(a_mentor(weekly=()))
    page.do(HoursEditor, "add_on", day=1, kind="AVAILABLE")
    assert state.draft
    monkeypatch.setattr(drafted_hours, "_MOST_KEPT", 10)
    page.do(HoursEditor, "add_on", day=2, kind="AVAILABLE")
    assert (state.draft, state.is_too_large) == ("", True)
    page.do(HoursEditor, "save")
    assert (state.is_changed, state.is_too_large) == (False, False)


def test_extra_hours_alone_are_asked_about_when_the_zone_changes(sqlite_db: Database, hands: Hands) -> None:
    page, state = opened(a_mentor(weekly=()))
    page.do(HoursEditor, "type_first", text="2027-01-20")
    form = {"type": "AVAILABLE", "whole": "no", "startTime": "10:00", "endTime": "12:00"}
    page.do(HoursEditor, "add_exception", form=form)
    page.do(HoursEditor, "choose_zone", name="America/New_York")
    (line,) = state.zone_change.days
    assert (line.name, line.wall_times, line.instants) == (
        "20 Jan",
        "10:00 – 12:00",
        "20 Jan, 05:00 – 07:00",
    )
    page.do(HoursEditor, "keep_instants")
    assert state.exceptions[0].what == "Open 05:00 – 07:00"


def test_steps_that_led_back_are_no_draft_that_somebody_could_overwrite(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor = a_mentor()
    page, state = opened(mentor)
    for is_on in (False, True):
        page.do(HoursEditor, "enable", day=1, is_on=is_on)
    assert (state.is_changed, state.can_undo) == (False, True)
    add_exception(mentor, {"startDate": "2027-02-01", "endDate": "2027-02-01", "type": "BLOCKED"})
    page.do(HoursEditor, "load")
    assert (state.is_outdated, state.is_changed, len(state.exceptions)) == (False, False, 1)


def test_a_page_that_was_left_reads_nothing_any_more(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page, state = opened(mentor)
    page.go("/sessions")
    add_exception(mentor, {"startDate": "2027-02-01", "endDate": "2027-02-01", "type": "BLOCKED"})
    asyncio.run(state._follow())
    assert state.exceptions == []
    page.go("/availability")
    asyncio.run(state._follow())
    assert len(state.exceptions) == 1

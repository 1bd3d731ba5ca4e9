"""What is loaded before it is asked for: shown at the press, and never other than what is free."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.domain.availability.mentor_calendar import WeeklyBlock
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.offload import call
from mentorbook.state.booking import booking_modal, session_dialog
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import DETAILS, TIME
from mentorbook.state.booking.reschedule_dialog import RescheduleDialog
from mentorbook.state.booking.slot_selector import SlotSelector
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import page_alarms
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.on_show import go_on, shown

FREE = "2027-01-14T16:00:00Z"


@dataclass(frozen=True)
class Ahead:
    """A page on which a dialog is loaded ahead: its state, and the address that opens it."""

    page: Page
    mentee: Account
    kind: type[rx.State]
    mentor: Account
    opens: str
    payload: dict[str, Any]

    @property
    def state(self) -> Any:
        """The dialog."""
        return self.page.state(self.kind)

    def is_shown(self) -> bool:
        """Whether a press shows what was loaded."""
        return not self.state.loading if self.kind is BookingModal else self.state.phase == "asking"

    def prepare(self) -> str:
        """What the page asks for once it has nothing else to do."""
        return self.page.do(self.kind, "prepare", **self.payload)

    def open(self) -> str:
        """Press the button."""
        return self.page.come(self.kind, self.opens)

    def times(self) -> dict[str, str]:
        """The times of the day of `FREE`."""
        self.page.do(self.kind, "choose_day", iso=FREE[:10])
        return shown(self.state).slots

    def close(self) -> str:
        """Close it by the address."""
        return self.page.come(self.kind, self.opens.partition("?")[0])


def a_profile() -> Ahead:
    """A mentor's page."""
    mentor, mentee = a_mentor(), a_mentee()
    path = f"/mentors/{mentor.id}"
    return Ahead(Page(mentee, path=path), mentee, BookingModal, mentor, f"{path}?book", {})


def a_session() -> Ahead:
    """The page of a session that can be moved."""
    mentor, mentee = a_mentor(), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    path, given = f"/sessions/{booked.id}", {"session_id": str(booked.id)}
    return Ahead(
        Page(mentee, path=path), mentee, RescheduleDialog, mentor, f"{path}?reschedule={booked.id}", given
    )


both = pytest.mark.parametrize("of", [a_profile, a_session])


@both
def test_it_is_shown_at_the_press_and_nothing_is_drawn_anew(
    db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    assert ahead.prepare() == ""
    assert (ahead.is_shown(), ahead.state.is_open, ahead.state.draft) == (True, False, "")
    assert ahead.times()[FREE] == "free"
    turn = ahead.state.turn
    ahead.page.heard()
    ahead.open()
    assert (ahead.is_shown(), ahead.state.is_open, ahead.state.turn) == (True, True, turn)
    assert not [
        name for name in _sent(ahead.page) if name.startswith(("month_", "changed_", "grids", "turn"))
    ]


def _sent(page: Page) -> dict[str, Any]:
    """What the page was sent since it was last asked, by the name of the fact."""
    heard = [each for each in page.heard() if "name" not in each]
    return {
        name.partition("_rx_state_")[0]: value
        for each in heard
        for facts in each.values()
        for name, value in facts.items()
    }


@both
def test_a_change_before_the_press_voids_it_and_later_changes_do_not_reach_it(
    db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    tabs = Tabs(ahead.page)

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            await ahead.page.send(ahead.kind, "prepare", **ahead.payload)
            ahead.page.heard()
            await call(create_booking, a_mentee(), a_request(ahead.mentor, in_hours(28)))
            await settled()
            await ahead.page._report()
            await call(create_booking, a_mentee(), a_request(ahead.mentor, in_hours(32)))
            await settled()

    asyncio.run(run())
    assert not ahead.is_shown()
    assert len(tabs.loaned) == 1
    # It costs a word: nothing is loaded again, and no slots are sent, while nobody asks.
    assert not [name for name in _sent(ahead.page) if name.startswith(("month_", "changed_"))]
    ahead.open()
    assert ahead.is_shown()
    assert ahead.times()
    assert FREE not in ahead.times()


@both
def test_what_was_taken_unheard_is_gone_once_it_is_open(
    db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    ahead.prepare()
    ahead.page.do(ahead.kind, "choose_day", iso="2027-01-14")
    create_booking(a_mentee(), a_request(ahead.mentor, in_hours(28)))
    ahead.open()
    assert shown(ahead.state).slots[FREE] == "gone"


@both
def test_what_can_no_longer_be_booked_by_the_clock_is_not_shown_once_it_is_open(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    ahead.prepare()
    hands.now += timedelta(hours=5)
    ahead.open()
    free: SlotSelector = ahead.state
    assert free._free_starts()[0] >= hands.now


@both
@pytest.mark.parametrize("is_open", [False, True])
def test_the_clock_alone_takes_a_slot_off_the_page(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead], is_open: bool
) -> None:
    ahead = of()

    async def run() -> None:
        with publishing(Tabs(ahead.page)):
            if is_open:
                await ahead.page.visit(ahead.kind, ahead.opens)
            else:
                await ahead.page.send(ahead.kind, "prepare", **ahead.payload)
            alarm = page_alarms._alarms[ahead.mentee.id]
            # What starts at 12:30 can be booked at 12:00 for the last time: half an hour is the notice.
            assert alarm.at == in_hours(0) + timedelta(seconds=1)
            hands.now = alarm.at
            page_alarms._ring(ahead.mentee.id, alarm.at)
            await settled()
            await ahead.page._report()

    asyncio.run(run())
    # Also where nobody has asked for it yet: it comes to every page twice an hour, and a press finds times.
    assert ahead.is_shown()
    assert (ahead.state._free_starts()[0], ahead.state.is_open) == (in_hours(1), is_open)


@both
def test_an_alarm_of_a_clock_that_stands_changes_nothing(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    """The loop's clock may run ahead of the one that times are told by."""
    ahead = of()
    tabs = Tabs(ahead.page)

    async def run() -> None:
        with publishing(tabs):
            await ahead.page.send(ahead.kind, "prepare", **ahead.payload)
            alarm = page_alarms._alarms[ahead.mentee.id]
            page_alarms._ring(ahead.mentee.id, alarm.at)
            await settled()
            assert page_alarms._alarms[ahead.mentee.id].at == alarm.at
            page_alarms._alarms[ahead.mentee.id].handle.cancel()

    asyncio.run(run())
    assert (tabs.loaned, ahead.is_shown()) == ([], True)


def test_a_slot_of_another_day_goes_from_a_page_that_has_been_open_all_along(
    sqlite_db: Database, hands: Hands
) -> None:
    only = in_hours(72)
    on_that_day = WeeklyBlock(only.isoweekday() % 7, "12:00", "13:00", "AVAILABLE")
    mentor, mentee = a_mentor(weekly=(on_that_day,), min_advance_booking_hours=2), a_mentee()
    path = f"/mentors/{mentor.id}?book"
    page = Page(mentee, path=path)
    state: SlotSelector = page.state(BookingModal)

    async def run() -> None:
        with publishing(Tabs(page)):
            await page.visit(BookingModal, path)
            assert state._earliest == only
            while state._earliest == only:
                alarm = page_alarms._alarms[mentee.id]
                hands.now = alarm.at
                page_alarms._ring(mentee.id, alarm.at)
                await settled()
                await page._report()

    asyncio.run(run())
    assert hands.now == only - timedelta(hours=2) + timedelta(seconds=1)
    assert only not in state._free_starts()


@both
def test_what_is_pressed_before_the_server_hears_of_the_opening_counts(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    ahead.prepare()
    turn = ahead.state.turn
    ahead.page.go(ahead.opens)
    ahead.page.do(ahead.kind, "choose_slot", start=FREE)
    if ahead.kind is BookingModal:
        go_on(ahead.page)
    ahead.open()
    assert (ahead.state.chosen, ahead.state.turn) == (FREE, turn)
    assert FREE in ahead.state.draft
    assert getattr(ahead.state, "step", DETAILS) == DETAILS


@both
def test_what_was_pressed_and_is_lost_is_said_at_the_opening(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    ahead.prepare()
    ahead.page.go(ahead.opens)
    ahead.page.do(ahead.kind, "choose_slot", start=FREE)
    create_booking(a_mentee(), a_request(ahead.mentor, in_hours(28)))
    ahead.open()
    assert (ahead.state.lost.time, ahead.state.lost.why) == ("16:00", "was just taken")


@both
def test_it_is_loaded_once_and_anew_after_it_was_closed(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    ahead.prepare()
    turn = ahead.state.turn
    ahead.prepare()
    ahead.open()
    ahead.prepare()
    assert ahead.state.turn == turn
    ahead.close()
    assert (ahead.is_shown(), ahead.state.is_open) == (False, False)
    ahead.prepare()
    assert (ahead.is_shown(), ahead.state.chosen) == (True, "")
    assert ahead.state.turn != turn


@both
def test_who_has_left_the_page_follows_nobody(
    sqlite_db: Database, hands: Hands, of: Callable[[], Ahead]
) -> None:
    ahead = of()
    tabs = Tabs(ahead.page)

    async def run() -> None:
        with publishing(tabs):
            await ahead.page.send(ahead.kind, "prepare", **ahead.payload)
            ahead.page.go("/")
            await ahead.page.send(ahead.kind, "depart")
            live.changed(frozenset({ahead.mentor.id}))
            await settled()

    asyncio.run(run())
    assert (tabs.loaned, ahead.is_shown()) == ([], False)


@both
def test_a_failure_says_nothing_before_somebody_asks(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, of: Callable[[], Ahead]
) -> None:
    ahead = of()

    def broken(*_: object) -> None:
        raise RuntimeError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(booking_modal, "profile", broken)
        patch.setattr(session_dialog, "get_booking", broken)
        assert ahead.prepare() == ""
        assert not ahead.is_shown()
        assert "could not be loaded" in ahead.open()
    ahead.open()
    assert ahead.is_shown()


def test_what_was_typed_for_another_mentor_stays(sqlite_db: Database, hands: Hands) -> None:
    ahead, other = a_profile(), a_mentor("Other")
    ahead.open()
    ahead.page.do(BookingModal, "write_title", text="Typed")
    ahead.close()
    ahead.page.go(f"/mentors/{other.id}")
    ahead.prepare()
    assert not ahead.is_shown()
    ahead.open()
    assert (ahead.state.title, ahead.state.step) == ("Typed", TIME)


def test_a_day_that_the_address_names_is_shown(sqlite_db: Database, hands: Hands) -> None:
    ahead = a_profile()
    ahead.prepare()
    ahead.page.come(BookingModal, f"{ahead.opens}=2027-01-20")
    assert shown(ahead.state).date == "2027-01-20"


@pytest.mark.parametrize("path", ["/", "/mentors/none", "/mentors/00000000-0000-0000-0000-000000000000"])
def test_where_there_is_no_mentor_nothing_is_said(sqlite_db: Database, hands: Hands, path: str) -> None:
    page = Page(a_mentee(), path=path)
    assert page.do(BookingModal, "prepare") == ""
    assert page.state(BookingModal).loading


def test_a_session_that_is_not_ones_own_or_over_is_not_loaded(sqlite_db: Database, hands: Hands) -> None:
    ahead = a_session()
    stranger = Page(a_mentee(), path="/sessions", tab="stranger")
    assert stranger.do(RescheduleDialog, "prepare", **ahead.payload) == ""
    assert stranger.do(RescheduleDialog, "prepare", session_id="none") == ""
    dialog = stranger.state(RescheduleDialog)
    assert (dialog.phase, dialog.move.about, dialog._session) == ("loading", "", None)
    _cancelled(ahead)
    assert ahead.prepare() == ""
    assert (ahead.is_shown(), ahead.state.problem) == (False, "")


def test_a_session_that_was_cancelled_unheard_is_said_at_the_opening(
    sqlite_db: Database, hands: Hands
) -> None:
    ahead = a_session()
    ahead.prepare()
    _cancelled(ahead)
    ahead.open()
    assert ahead.state.phase == "stale"


def _cancelled(ahead: Ahead) -> Booking:
    reason = {"reasonCategory": "schedule_conflict"}
    return cancel_booking(ahead.mentee, ahead.payload["session_id"], reason)

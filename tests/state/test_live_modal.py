"""An open booking modal follows what others do to the mentor's slots."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.slots import CalendarException
from mentorbook.domain.views import Account, Booking
from mentorbook.services import change_feed, many_viewers
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.availability.slots import SlotList, SlotQuery, list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.offload import call
from mentorbook.services.people.own_profile import own_profile, save_profile
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME
from mentorbook.state.socket import live_pages
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.shared_questions import SharedAnswers
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.on_show import shown


def test_a_taken_slot_disappears_from_an_open_modal(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = Page(a_mentee())
    modal = page.state(BookingModal)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            await page.send(BookingModal, "choose_day", iso="2027-01-14")
            await page.send(BookingModal, "choose_slot", start="2027-01-14T12:00:00Z")
            await call(create_booking, a_mentee(), a_request(mentor, in_hours(24)))
            await settled()

    asyncio.run(run())
    states = shown(modal).slots
    assert states["2027-01-14T12:00:00Z"] == "gone"
    assert (modal.step, modal.lost.time, modal.chosen) == (TIME, "12:00", "2027-01-14T11:00:00Z")


def test_a_page_that_loses_a_slot_is_sent_the_day_and_not_the_month(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor = a_mentor()
    page = Page(a_mentee())

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            page.heard()
            await call(create_booking, a_mentee(), a_request(mentor, in_hours(24)))
            await settled()
            await page._report()

    asyncio.run(run())
    sent = {
        name.partition("_rx_state_")[0]: value
        for each in page.heard()
        for value in each.values()
        for name, value in value.items()
    }
    assert list(sent["changed_days"]) == ["2027-01-14"]
    assert not {"month_0", "month_1", "month_2"} & sent.keys()


def offered_of(page: Page) -> set[str]:
    """Which of the two times that are taken meanwhile a page still offers."""
    states = shown(page.state(BookingModal)).slots
    return {time for time in ("12:00", "15:00") if states.get(f"2027-01-14T{time}:00Z", "gone") != "gone"}


def test_pages_that_are_told_later_are_told_what_the_first_were(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, asked = a_mentor(), list[Account | None]()
    pages = [Page(a_mentee(str(number)), tab=f"tab {number}") for number in range(3)]

    def counted(viewer: Account | None, query: SlotQuery) -> SlotList:
        asked.append(viewer)
        return list_slots(viewer, query)

    monkeypatch.setattr(many_viewers, "list_slots", counted)
    monkeypatch.setattr(live_pages, "TABS_AT_ONCE", 1)
    monkeypatch.setattr(live, "_answers", SharedAnswers(60))

    async def run() -> None:
        with publishing(Tabs(*pages)), change_feed.listening(live.changed):
            for page in pages:
                await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
                await page.send(BookingModal, "choose_day", iso="2027-01-14")
                assert offered_of(page) == {"12:00", "15:00"}
            for hours in (24, 27):
                await call(create_booking, a_mentee(), a_request(mentor, in_hours(hours)))
                await settled()

    asyncio.run(run())
    for page in pages:
        assert offered_of(page) == set()
    # Once for each change, and nothing is kept.
    assert asked == [None, None]
    assert live._answers.drawn == {}


def test_a_busy_page_is_told_of_the_last_change_and_not_of_what_others_heard_before(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = a_mentor()
    free, busy = (Page(a_mentee(name), tab=name) for name in ("free", "busy"))
    tabs = Tabs(free, busy)
    monkeypatch.setattr(live_pages, "TABS_AT_ONCE", 1)
    monkeypatch.setattr(live, "_answers", SharedAnswers(60))

    async def run() -> None:
        with publishing(tabs), change_feed.listening(live.changed):
            for page in (free, busy):
                await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
                await page.send(BookingModal, "choose_day", iso="2027-01-14")
                assert offered_of(page) == {"12:00", "15:00"}
            async with tabs.locks["busy"]:
                for hours in (24, 27):
                    await call(create_booking, a_mentee(), a_request(mentor, in_hours(hours)))
                    while (drainer := live._drainer) is None or not drainer.done():  # noqa: ASYNC110 - tells nobody
                        await asyncio.sleep(0.001)
            await settled()

    asyncio.run(asyncio.wait_for(run(), 60))
    for page in (free, busy):
        assert offered_of(page) == set(), page.token


def test_a_slot_whose_notice_ran_out_was_taken_by_nobody(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(min_advance_booking_hours=2)
    page = Page(a_mentee())
    modal = page.state(BookingModal)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            await page.send(BookingModal, "choose_slot", start="2027-01-13T14:00:00Z")
            hands.now += timedelta(minutes=1)
            await call(create_booking, a_mentee(), a_request(mentor, in_hours(4)))
            await settled()

    asyncio.run(run())
    states = shown(modal).slots
    assert "2027-01-13T14:00:00Z" not in states
    assert states["2027-01-13T16:00:00Z"] == "gone"
    assert (modal.lost.time, modal.chosen) == ("14:00", "2027-01-13T14:30:00Z")
    assert modal.lost.why == "can no longer be booked at such short notice"


def test_a_closed_modal_follows_nobody(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = Page(a_mentee())
    tabs = Tabs(page)

    async def run() -> None:
        with publishing(tabs):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            await page.visit(BookingModal, f"/mentors/{mentor.id}")
            live.changed(frozenset({mentor.id}))
            await settled()

    asyncio.run(run())
    assert tabs.loaned == []


def only_on(*dates: date) -> Account:
    """A mentor who is free from ten to eleven on a few dates, and at no other time."""
    free = tuple(CalendarException(each, each, "AVAILABLE", "10:00", "11:00") for each in dates)
    return a_mentor(weekly=(), exceptions=free, max_advance_booking_days=90)


def test_a_month_that_is_no_neighbour_any_more_offers_nothing(sqlite_db: Database, hands: Hands) -> None:
    mentor = only_on(date(2027, 1, 20), date(2027, 3, 10))
    page = Page(a_mentee())
    modal = page.state(BookingModal)
    january, march = (datetime(2027, month, day, 10, tzinfo=UTC) for month, day in ((1, 20), (3, 10)))

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            for month in ("2027-02", "2027-01"):
                await page.send(BookingModal, "show_month", month=month)
            await page.send(BookingModal, "choose_slot", start="2027-01-20T10:00:00Z")
            for taken in (march, january):
                await call(create_booking, a_mentee(), a_request(mentor, taken))
            await settled()

    asyncio.run(run())
    assert (modal.chosen, modal.lost.nearest, modal.earliest) == ("", "", "")


def test_what_was_taken_while_the_details_were_on_show_is_not_free_at_the_times(
    sqlite_db: Database, hands: Hands
) -> None:
    mentor = only_on(date(2027, 1, 20), date(2027, 2, 10))
    page = Page(a_mentee())
    modal = page.state(BookingModal)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            await page.send(BookingModal, "show_month", month="2027-02")
            await page.send(BookingModal, "to_details", start="2027-02-10T10:00:00Z")
            assert modal.step == DETAILS
            taken = a_request(mentor, datetime(2027, 1, 20, 10, tzinfo=UTC))
            await call(create_booking, a_mentee(), taken)
            await settled()
            await page.send(BookingModal, "go_back", step=TIME)

    asyncio.run(run())
    assert [f"{slot:%b %d}" for slot in modal._free_starts()] == ["Feb 10"]
    assert (modal.step, modal.chosen) == (TIME, "2027-02-10T10:00:00Z")
    assert modal.earliest.startswith("Wed 10 Feb")


def test_what_a_mentor_charges_is_followed_to_the_last_step(db: Database, hands: Hands) -> None:
    mentor, seen = a_mentor(rate="60"), list[str]()
    page = Page(a_mentee(), path=f"/mentors/{mentor.id}?book")
    modal = page.state(BookingModal)

    def charge(rate: str) -> None:
        save_profile(mentor, {**own_profile(mentor).model_dump(by_alias=True, mode="json"), "rate": rate})

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(BookingModal, "arrive")
            await page.send(BookingModal, "pick_earliest")
            await page.send(BookingModal, "to_details", start=modal.chosen)
            await page.send(BookingModal, "write_title", text="Owls")
            await call(charge, "70")
            await settled()
            await page.send(BookingModal, "to_confirm")
            seen.append(modal.summary.price)
            await call(charge, "80")
            await settled()
            seen.append(modal.summary.price)
            # A mentor who is gone is told of when it is booked; what is typed stays where it is.
            await call(deactivate, a_mentee("Ada", is_admin=True), mentor.id, {"reason": "Left."})
            await settled()
            seen.append(modal.summary.price)

    asyncio.run(run())
    assert [price.partition(" ")[0] for price in seen] == ["£70.00", "£80.00", "£80.00"]
    assert (modal.step, modal.title) == (CONFIRM, "Owls")


TEN = "2027-01-14T10:00:00Z"
AT_TEN = datetime(2027, 1, 14, 10, tzinfo=UTC)


def _gone(
    mentor: Account, viewer: Account, *deeds: Callable[[], object], confirming: bool = False
) -> tuple[list[str], BookingModal, Page]:
    """What the modal says of its chosen time after each deed, in the details or at the summary."""
    page, said = Page(viewer), list[str]()
    modal = page.state(BookingModal)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.visit(BookingModal, f"/mentors/{mentor.id}?book")
            await page.send(BookingModal, "choose_day", iso="2027-01-14")
            await page.send(BookingModal, "to_details", start=TEN)
            await page.send(BookingModal, "write_title", text="Owls")
            if confirming:
                await page.send(BookingModal, "to_confirm")
            assert modal.gone == ""
            for deed in deeds:
                await call(deed)
                await settled()
                said.append(modal.gone)

    asyncio.run(run())
    return said, modal, page


@pytest.mark.parametrize("confirming", [False, True], ids=["details", "summary"])
def test_a_time_that_is_taken_is_said_in_place_and_what_is_typed_stays(
    db: Database, hands: Hands, confirming: bool
) -> None:
    mentor, other, made = a_mentor(), a_mentee(), list[Booking]()
    said, modal, page = _gone(
        mentor,
        a_mentee(),
        lambda: made.append(create_booking(other, a_request(mentor, AT_TEN))),
        lambda: cancel_booking(other, made[0].id, {"reasonCategory": "schedule_conflict"}),
        lambda: create_booking(other, a_request(mentor, AT_TEN)),
        confirming=confirming,
    )
    assert said == ["10:00 was just taken.", "", "10:00 was just taken."]
    assert (modal.step, modal.title, modal.chosen) == (CONFIRM if confirming else DETAILS, "Owls", TEN)
    page.do(BookingModal, "go_back", step=TIME)
    assert (modal.step, modal.gone, modal.title) == (TIME, "", "Owls")
    assert (modal.lost.time, modal.chosen) == ("10:00", "2027-01-14T09:00:00Z")


def test_a_time_of_which_a_part_is_left_says_how_much(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    half_past = AT_TEN + timedelta(minutes=30)
    taken = a_request(mentor, half_past)
    said, modal, page = _gone(mentor, a_mentee(), lambda: create_booking(a_mentee(), taken))
    assert said == ["A part of this time was just taken: from 10:00, up to 30 min are free."]
    page.do(BookingModal, "choose_duration", minutes=30)
    assert (modal.gone, modal.step, modal.chosen, modal.duration) == ("", DETAILS, TEN, 30)


def test_ones_own_session_at_that_time_was_taken_by_nobody(sqlite_db: Database, hands: Hands) -> None:
    viewer, elsewhere = a_mentee(), a_mentor("Greta")
    said, _, _ = _gone(a_mentor(), viewer, lambda: create_booking(viewer, a_request(elsewhere, AT_TEN)))
    assert said == ["You have another session at that time."]


def test_a_time_that_becomes_too_soon_says_so_by_the_clock_alone(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor(min_advance_booking_hours=2)

    def later() -> None:
        hands.now = AT_TEN - timedelta(minutes=119)
        change_feed.announce([mentor.id])

    assert _gone(mentor, a_mentee(), later)[0] == ["10:00 can no longer be booked at such short notice."]


def test_what_one_has_just_booked_oneself_is_not_said_to_be_taken(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    _, modal, page = _gone(mentor, a_mentee(), confirming=True)

    async def book() -> None:
        tabs = Tabs(page)
        with publishing(tabs), change_feed.listening(live.changed):
            async with tabs.locks[page.token]:
                await page.send(BookingModal, "confirm", terms=modal.summary.terms)
            await settled()

    asyncio.run(book())
    assert (modal.step, modal.gone) == (SUCCESS, "")

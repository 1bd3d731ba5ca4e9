"""The booking modal, step by step, without a browser."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.presenters.booking.booking_modal import CHANGED_SINCE_SHOWN
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.availability.publishing import Hours, publish_hours
from mentorbook.services.booking import bookings
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import Profile, publish_profile
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME
from tests.conftest import Hands
from tests.people import EVERY_DAY, a_mentee, a_mentor, a_request, counts, in_hours
from tests.state.harness import Page
from tests.state.on_show import book, go_on, open_booking, shown, what_is_booked

AT = "2027-01-14T12:00:00Z"


def opened(page: Page, mentor_id: object) -> BookingModal:
    """The modal, open at its first step."""
    assert open_booking(page, mentor_id) == ""
    return page.state(BookingModal)


def at_the_details(page: Page, mentor_id: object, at: str = AT) -> BookingModal:
    """The modal with a time chosen."""
    modal = opened(page, mentor_id)
    page.do(BookingModal, "choose_day", iso=at[:10])
    page.do(BookingModal, "choose_slot", start=at)
    go_on(page)
    assert modal.step == DETAILS
    return modal


def at_the_summary(page: Page, mentor_id: object, at: str = AT) -> BookingModal:
    """The modal, filled in."""
    modal = at_the_details(page, mentor_id, at)
    page.do(BookingModal, "write_title", text="How to fold maps")
    page.do(BookingModal, "write_description", text="I never could.")
    go_on(page)
    assert modal.step == CONFIRM
    return modal


def offered(modal: BookingModal) -> dict[str, str]:
    """The slots on show, and how each stands."""
    return shown(modal).slots


def test_from_opening_to_success(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Moira Hill", zone="Europe/London", rate="60", currency="GBP")
    mentee = a_mentee("Mina", zone="Asia/Kolkata")
    page = Page(mentee, zone="Asia%2FKolkata")
    modal = opened(page, mentor.id)
    assert (modal.is_open, modal.loading, modal.step, modal.zone) == (True, False, TIME, "Asia/Kolkata")
    assert (modal.mentor.name, shown(modal).grid.title, modal.chosen) == ("Moira Hill", "January 2027", "")
    page.do(BookingModal, "choose_day", iso="2027-01-14")
    assert offered(modal)[AT] == "free"
    page.do(BookingModal, "choose_slot", start=AT)
    assert offered(modal)[AT] == "chosen"
    assert modal.chosen_slot.times == "17:30 – 18:30"
    assert modal.chosen_slot.times_there == "12:00 – 13:00 London"
    go_on(page)
    assert [choice.minutes for choice in modal.durations] == list(range(15, 241, 15))
    page.do(BookingModal, "choose_duration", minutes=90)
    page.do(BookingModal, "choose_meeting", kind="audio")
    page.do(BookingModal, "write_title", text="How to fold maps")
    go_on(page)
    assert (modal.step, modal.summary.price, modal.chosen_slot.times) == (CONFIRM, "£90.00", "17:30 – 19:00")
    assert modal.summary.policy
    book(page)
    assert (modal.step, modal.problem) == (SUCCESS, "")
    (booked,) = list_bookings(mentee, BookingQuery()).bookings
    assert str(booked.id) == modal.booked_id
    assert (booked.title, booked.duration, booked.meeting_type) == ("How to fold maps", 90, "audio")
    assert booked.scheduled_at == in_hours(24)


def test_what_is_wrong_stands_at_its_field_and_the_input_stays(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    modal = at_the_details(page, a_mentor().id)
    go_on(page)
    assert (modal.step, modal.title_error) == (DETAILS, "Say in a few words what it is about.")
    page.do(BookingModal, "write_title", text="x" * 130)
    page.do(BookingModal, "write_description", text="y" * 2001)
    go_on(page)
    assert modal.step == DETAILS
    assert (modal.title_error, modal.description_error) == (
        "It may have at most 120 characters.",
        "It may have at most 2,000 characters.",
    )
    assert (len(modal.title), len(modal.description)) == (130, 2001)
    page.do(BookingModal, "write_title", text="Short")
    assert modal.title_error == ""


def test_confirming_twice_books_once(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    at_the_summary(page, a_mentor().id)
    book(page)
    book(page)
    assert counts()["sessions"] == 1


def test_an_answer_that_was_lost_on_the_way_books_once(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(a_mentee())
    modal = at_the_summary(page, a_mentor().id)
    with monkeypatch.context() as patch:

        def lost(*args: Any, **shown: Any) -> None:
            bookings.create_booking(*args, **shown)
            raise RuntimeError("the answer is lost")

        patch.setattr("mentorbook.state.booking.checkout.create_booking", lost)
        assert "Something went wrong" in book(page)
    assert (modal.step, counts()["sessions"]) == (CONFIRM, 1)
    book(page)
    assert (modal.step, counts()["sessions"]) == (SUCCESS, 1)


def test_nothing_is_booked_before_the_summary(db: Database, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    book(page)
    opened(page, mentor.id)
    book(page)
    go_on(page)
    book(page)
    assert counts()["sessions"] == 0


def test_losing_the_race_keeps_the_form_and_offers_the_nearest(db: Database, hands: Hands) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    modal = at_the_summary(page, mentor.id)
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    assert book(page) == ""
    assert (modal.step, modal.is_open, modal.problem) == (TIME, True, "")
    assert (modal.lost.time, modal.lost.nearest) == ("12:00", "11:00")
    assert modal.chosen == "2027-01-14T11:00:00Z"
    assert offered(modal)[AT] == "gone"
    assert (modal.title, modal.description) == ("How to fold maps", "I never could.")
    go_on(page)
    go_on(page)
    book(page)
    assert modal.step == SUCCESS
    assert counts()["sessions"] == 2


def test_losing_the_race_between_time_and_details_is_said_too(db: Database, hands: Hands) -> None:
    mentor, page = a_mentor(), Page(a_mentee())
    modal = opened(page, mentor.id)
    page.do(BookingModal, "choose_day", iso=AT[:10])
    page.do(BookingModal, "choose_slot", start=AT)
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    go_on(page)
    assert (modal.step, modal.lost.time) == (TIME, "12:00")


def test_a_session_of_ones_own_is_named_as_the_reason(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor("One"), a_mentee()
    page = Page(mentee)
    modal = at_the_summary(page, mentor.id)
    create_booking(mentee, a_request(a_mentor("Two"), in_hours(24)))
    book(page)
    assert (modal.step, modal.problem) == (TIME, "You have another session at that time.")
    assert modal.title == "How to fold maps"


def test_the_last_slot_lost_leaves_nothing_chosen(db: Database, hands: Hands) -> None:
    mentor = a_mentor(max_advance_booking_days=0, min_advance_booking_hours=11.0)
    page = Page(a_mentee())
    modal = at_the_summary(page, mentor.id, "2027-01-13T23:00:00Z")
    create_booking(a_mentee(), a_request(mentor, in_hours(11), duration=60))
    book(page)
    assert (modal.step, modal.lost.time, modal.lost.nearest) == (TIME, "23:00", "")
    assert (modal.chosen, modal.title) == ("", "How to fold maps")


def test_too_fast_is_said_at_the_summary(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    page = Page(mentee)
    modal = at_the_summary(page, mentor.id)
    for number in range(3):
        create_booking(mentee, a_request(mentor, in_hours(30 + number)))
    assert book(page) == ""
    assert modal.step == CONFIRM
    assert modal.problem.startswith("You can make 3 bookings a minute.")


def test_a_mentor_who_stopped_meanwhile_is_said_at_the_summary(db: Database, hands: Hands) -> None:
    mentor, page = a_mentor("Moira"), Page(a_mentee())
    modal = at_the_summary(page, mentor.id)
    publish_profile(mentor.id, Profile("", "", (), Decimal(1), is_available=False))
    book(page)
    assert (modal.step, modal.problem) == (CONFIRM, "Moira takes no bookings at the moment.")


def test_an_address_without_it_closes_the_modal(sqlite_db: Database, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = opened(page, mentor.id)
    page.come(BookingModal, f"/mentors/{mentor.id}")
    assert not modal.is_open
    at_the_details(page, mentor.id)
    page.do(BookingModal, "write_title", text="Typed")
    page.do(BookingModal, "discard")
    assert (modal.is_open, modal.title, modal.chosen) == (False, "", "")


def test_what_was_typed_is_for_one_mentor_only(sqlite_db: Database, hands: Hands) -> None:
    page, mentor, other = Page(a_mentee()), a_mentor("One"), a_mentor("Two")
    modal = at_the_details(page, mentor.id)
    page.do(BookingModal, "write_title", text="Typed")
    page.come(BookingModal, "/")
    opened(page, mentor.id)
    assert (modal.step, modal.title) == (TIME, "Typed")
    opened(page, other.id)
    assert modal.title == ""


def test_after_a_success_the_modal_begins_anew(sqlite_db: Database, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_summary(page, mentor.id)
    book(page)
    opened(page, mentor.id)
    assert modal.step == SUCCESS  # loaded anew, it still says so
    page.come(BookingModal, f"/mentors/{mentor.id}")
    opened(page, mentor.id)
    assert (modal.step, modal.title, modal.chosen) == (TIME, "", "")
    assert AT not in offered(modal)


@pytest.mark.parametrize(
    ("handler", "given"),
    [("confirm", {"terms": ""}), ("to_confirm", {}), ("go_back", {"step": 1}), ("pick_earliest", {})],
)
def test_somebody_who_was_logged_out_meanwhile_logs_in_again(
    db: Database, hands: Hands, handler: str, given: dict[str, Any]
) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_summary(page, mentor.id)
    accounts.end_login(page.cookie)
    assert f"/login?next=/mentors/{mentor.id}%3Fbook" in page.do(BookingModal, handler, **given)
    assert (modal.title, counts()["sessions"]) == ("How to fold maps", 0)


def test_a_mentor_who_asks_first_gets_a_request(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    modal = at_the_summary(page, a_mentor("Moira", require_confirmation=True).id)
    assert modal.mentor.asks_first
    book(page)
    assert (modal.step, modal.booked_pending) == (SUCCESS, True)
    assert "Moira has been asked" in modal.next_steps[0].text


@pytest.mark.parametrize("mentor_id", ["", "ada", "00000000-0000-0000-0000-000000000000"])
def test_no_such_mentor_is_said(sqlite_db: Database, hands: Hands, mentor_id: str) -> None:
    page = Page(a_mentee())
    said = open_booking(page, mentor_id)
    assert "toast" in said or page.state(BookingModal).problem == "There is no such mentor."


def test_a_slot_that_is_not_on_show_cannot_be_chosen(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    page = Page(a_mentee())
    modal = opened(page, mentor.id)
    for start in (
        AT,
        "2027-01-14T10:07:00Z",
        "2099-01-01T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "nonsense",
        "",
    ):
        assert page.do(BookingModal, "choose_slot", start=start) == ""
        assert modal.chosen != start or start == ""


def test_a_length_that_does_not_fit_cannot_be_chosen(sqlite_db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    create_booking(a_mentee(), a_request(mentor, in_hours(25.5)))
    page = Page(a_mentee())
    modal = at_the_details(page, mentor.id)
    for minutes in (105, 240, 0, -15, 10**9):
        page.do(BookingModal, "choose_duration", minutes=minutes)
        assert modal.duration == 60
    assert modal.fits_text == "Up to 90 min fit at 12:00."
    page.do(BookingModal, "choose_meeting", kind="telepathy")
    assert modal.meeting_type == "video"


def test_two_tabs_of_one_person_book_a_slot_once(db: Database, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    pages = [Page(mentee, tab=f"tab-{number}") for number in range(2)]
    modals = [at_the_summary(page, mentor.id) for page in pages]

    async def both() -> None:
        await asyncio.gather(*(page.send(BookingModal, "confirm", **what_is_booked(page)) for page in pages))

    asyncio.run(both())
    assert sorted(modal.step for modal in modals) == [TIME, SUCCESS]
    assert counts()["sessions"] == 1


def _dearer(mentor: Account) -> None:
    publish_profile(mentor.id, Profile("", "", (), Decimal(120)))


def _asks_first(mentor: Account) -> None:
    publish_hours(mentor.id, Hours(weekly=EVERY_DAY, schedule={"require_confirmation": True}))


def _gives_back_less(mentor: Account) -> None:
    change_policies(a_mentee("Admin", is_admin=True), {"late_cancellation_refund_percent": 0})


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
@pytest.mark.parametrize("change", [_dearer, _asks_first, _gives_back_less])
def test_what_it_means_by_now_is_read_before_it_is_booked(
    db: Database, hands: Hands, change: Callable[[Account], None], is_told: bool
) -> None:
    """Whether or not the server had heard of it when the press came, the page showed it not."""
    mentor, mentee = a_mentor("Moira", currency="USD"), a_mentee()
    page = Page(mentee)
    modal = at_the_summary(page, mentor.id)
    pressed = what_is_booked(page)
    change(mentor)
    if is_told:
        asyncio.run(modal._follow())
        assert what_is_booked(page) != pressed
    page.do(BookingModal, "confirm", **pressed)
    assert (modal.step, modal.problem, counts()["sessions"]) == (CONFIRM, CHANGED_SINCE_SHOWN, 0)
    assert (modal.mentor.asks_first, modal.summary.price) == (
        change is _asks_first,
        "$120.00" if change is _dearer else "$60.00",
    )
    book(page)
    (booked,) = list_bookings(mentee, BookingQuery()).bookings
    assert (modal.step, modal.problem) == (SUCCESS, "")
    assert booked.price_minor == (12000 if change is _dearer else 6000)
    assert booked.status == ("pending" if change is _asks_first else "scheduled")


def test_another_time_than_the_page_shows_is_not_booked(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    modal = at_the_summary(page, a_mentor().id)
    pressed = what_is_booked(page)
    modal.chosen = "2027-01-14T13:00:00Z"
    page.do(BookingModal, "confirm", **pressed)
    assert (modal.step, modal.problem, counts()["sessions"]) == (CONFIRM, CHANGED_SINCE_SHOWN, 0)

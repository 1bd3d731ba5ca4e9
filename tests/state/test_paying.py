"""Paying in the booking modal, without a browser; on both databases."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.errors import CardRefused
from mentorbook.domain.kinds import PaymentStatus, SessionStatus
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.integrations.demo_payments import TEST_CARDS, DemoPayments
from mentorbook.presenters.booking.hold_words import LAPSED
from mentorbook.presenters.booking.hold_words import TEST_CARDS as SHOWN_CARDS
from mentorbook.services.availability.publishing import Hours, publish_hours
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.money.holds import release_hold
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import Profile, publish_profile
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, DETAILS, SUCCESS, TIME
from tests.conftest import Hands
from tests.paying import DECLINED, deliver, demo_payments, pay_now, session_row, the_payment
from tests.people import EVERY_DAY, a_mentee, a_mentor, a_request, counts, in_hours
from tests.state.harness import Page, visible
from tests.state.on_show import book, go_on
from tests.state.test_booking import AT, at_the_details

CARD = {"card-number": DEMO_CARD, "card-expiry": "12/34", "card-code": "123", "card-name": "Mina"}


@pytest.fixture
def provider(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    """What takes the money."""
    with demo_payments(tmp_path, monkeypatch) as provider:
        yield provider


def at_the_payment(page: Page, mentor: object, at: str = AT) -> BookingModal:
    """The modal, with the time held."""
    modal = at_the_details(page, mentor, at)
    page.do(BookingModal, "write_title", text="How to fold maps")
    go_on(page)
    return modal


def test_going_to_confirm_holds_the_time_and_paying_books_it(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee("Mina"), a_mentor("Moira Hill")
    page = Page(mentee, zone="Asia%2FKolkata")
    modal = at_the_payment(page, mentor.id)
    assert (modal.step, modal.hold.time, modal.hold.can_extend) == (CONFIRM, "17:30", True)
    assert (modal.hold.seen_at, modal.hold.until) == (
        in_hours(0).isoformat(),
        in_hours(10 / 60).isoformat(),
    )
    assert (modal.hold.way, modal.hold.pay_then) == ("demo", "Pay £60.00 and book")
    assert modal.hold.taken == "Authorised on your card now, taken after the session."
    assert counts()["claims"] == 2
    book(page)  # only `pay` books it
    assert modal.step == CONFIRM
    page.do(BookingModal, "pay", form=CARD)
    assert (modal.step, modal.booked_pending, modal.hold.until) == (SUCCESS, False, "")
    (booked,) = list_bookings(mentee, BookingQuery()).bookings
    assert (booked.status, booked.payment_status) == (SessionStatus.SCHEDULED, PaymentStatus.AUTHORISED)
    page.do(BookingModal, "pay", form=CARD)
    assert counts()["sessions"] == 1


def test_a_mentor_who_decides_first_is_asked_with_the_payment(provider: DemoPayments) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor("Grace Okafor", require_confirmation=True).id)
    assert modal.hold.pay_then == "Pay £60.00 and ask Grace"
    page.do(BookingModal, "pay", form=CARD)
    assert (modal.step, modal.booked_pending) == (SUCCESS, True)


def test_what_is_far_away_is_charged_now(provider: DemoPayments) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id, "2027-01-21T12:00:00Z")
    assert modal.hold.taken == "Charged to your card now."


def test_free_mentors_are_booked_without_a_hold(provider: DemoPayments) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor(rate="0").id)
    assert (modal.step, modal.hold.until, counts()["sessions"]) == (CONFIRM, "", 0)
    book(page)
    assert modal.step == SUCCESS


def test_a_declined_card_is_said_at_the_form_and_the_time_stays_held(provider: DemoPayments) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id)
    until = modal.hold.until
    said = page.do(BookingModal, "pay", form=CARD | {"card-number": DECLINED})
    assert modal.card_errors == {"number": "The card was declined."}
    assert "card_number" in said
    assert (modal.step, modal.hold.until, modal.title) == (CONFIRM, until, "How to fold maps")
    page.do(BookingModal, "pay", form=CARD)
    assert (modal.step, modal.card_errors) == (SUCCESS, {})


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("number", "12", "number of a test card"),
        ("number", "4242 4242 4242 424x", "number of a test card"),
        ("expiry", "13/34", "month and year"),
        ("expiry", "12/26", "month and year"),
        ("expiry", "1234", "month and year"),
        ("code", "12", "three or four digits"),
        ("code", "１２３", "three or four digits"),
        ("name", " ", "name on the card"),
    ],
)
def test_a_field_that_is_wrong_is_said_before_anything_is_asked(
    provider: DemoPayments, field: str, text: str, said: str
) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id)
    page.do(BookingModal, "pay", form=CARD | {f"card-{field}": text})
    assert list(modal.card_errors) == [field]
    assert said in modal.card_errors[field]
    assert session_row(list_bookings(a_reader(page), BookingQuery()).bookings[0]).payment_status is None


def a_reader(page: Page) -> Any:
    """Whose page it is."""
    held = page.state(BookingModal)._held
    assert held is not None
    return accounts.account(held.mentee.id)


def test_a_card_is_nowhere_once_it_was_pressed(
    provider: DemoPayments, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id)
    page.do(BookingModal, "pay", form=CARD | {"card-number": DECLINED, "card-name": "Zebedee Q"})
    kept = json.dumps(
        [visible(modal), {k: str(v) for k, v in vars(modal).items()}, page.heard()], default=str
    )
    for part in (DECLINED, DECLINED.replace(" ", ""), "Zebedee"):
        assert part not in kept
        assert part not in caplog.text
        assert part not in modal.draft


def test_the_cards_that_are_named_do_what_is_said(provider: DemoPayments) -> None:
    named = {card.number.replace(" ", ""): card.does for card in SHOWN_CARDS}
    assert named.keys() <= TEST_CARDS.keys()
    assert [number for number, does in named.items() if does == "pays"] == [DEMO_CARD.replace(" ", "")]
    assert all((does == "pays") == (TEST_CARDS[number] == "") for number, does in named.items())
    held = create_booking(a_mentee(), a_request(a_mentor(), in_hours(48)))
    for number, does in named.items():
        if does != "pays":
            with pytest.raises(CardRefused):
                pay_now(accounts.account(held.mentee.id), held, number)


def test_going_back_gives_the_time_back(provider: DemoPayments) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_payment(page, mentor.id)
    page.do(BookingModal, "go_back", step=DETAILS)
    assert (modal.step, modal.hold.until, modal.title) == (DETAILS, "", "How to fold maps")
    assert counts()["claims"] == 0
    assert [choice.minutes for choice in modal.durations] == list(range(15, 241, 15))
    go_on(page)
    assert (modal.step, counts()["claims"]) == (CONFIRM, 2)
    page.do(BookingModal, "go_back", step=TIME)
    assert (modal.step, modal.chosen, counts()["claims"]) == (TIME, AT, 0)


def test_closing_gives_the_time_back(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    for close in ("arrive", "depart", "discard"):
        page = Page(mentee, tab=close)
        at_the_payment(page, mentor.id)
        assert counts()["claims"] == 2
        page.go(f"/mentors/{mentor.id}")
        page.do(BookingModal, close)
        assert counts()["claims"] == 0, close
        assert page.state(BookingModal).hold.until == ""


def test_a_reload_goes_on_with_the_same_hold(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    page = Page(mentee)
    modal = at_the_payment(page, mentor.id)
    until = modal.hold.until
    hands.on(minutes=4)
    page.do(BookingModal, "arrive")
    assert (modal.step, modal.hold.until, modal.hold.seen_at) == (CONFIRM, until, hands.now.isoformat())
    # Or the server was another one since: the tab has the draft.
    other = Page(mentee, tab="other", path=f"/mentors/{mentor.id}?book", cookie=page.cookie)
    other.state(BookingModal).draft = modal.draft
    other.do(BookingModal, "arrive")
    again = other.state(BookingModal)
    assert (again.step, again.hold.until, again.title) == (CONFIRM, until, "How to fold maps")
    assert again.summary.price == "£60.00"
    assert counts()["sessions"] == 1
    other.do(BookingModal, "pay", form=CARD)
    assert (again.step, counts()["sessions"]) == (SUCCESS, 1)


def test_a_time_is_kept_longer_once(provider: DemoPayments, hands: Hands) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id)
    hands.on(minutes=9)
    page.do(BookingModal, "keep_longer")
    assert (modal.hold.until, modal.hold.can_extend) == (in_hours(20 / 60).isoformat(), False)
    page.do(BookingModal, "keep_longer")
    assert "kept this time longer already" in modal.pay_problem
    assert modal.hold.until == in_hours(20 / 60).isoformat()


def test_a_hold_that_lapsed_is_said_and_held_again_with_all_that_was_typed(
    provider: DemoPayments, hands: Hands
) -> None:
    page = Page(a_mentee())
    modal = at_the_payment(page, a_mentor().id)
    hands.on(minutes=10)
    page.do(BookingModal, "pay", form=CARD)
    assert (modal.step, modal.hold.is_lapsed, modal.hold.until) == (CONFIRM, True, "")
    page.do(BookingModal, "pay", form=CARD)
    book(page)
    assert modal.hold.is_lapsed
    page.do(BookingModal, "hold_again")
    assert (modal.hold.is_lapsed, modal.hold.until) == (False, in_hours(20 / 60).isoformat())
    page.do(BookingModal, "pay", form=CARD)
    assert modal.step == SUCCESS


def test_where_somebody_was_faster_the_nearest_time_is_offered(provider: DemoPayments, hands: Hands) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_payment(page, mentor.id)
    page.do(BookingModal, "arrive")
    # Nobody has taken what one holds oneself.
    assert (modal.gone, modal.hold.is_lapsed) == ("", False)
    hands.on(minutes=10)
    deliver(provider)
    create_booking(a_mentee("Faster"), a_request(mentor, in_hours(24)))
    page.do(BookingModal, "arrive")
    assert (modal.gone, modal.hold.is_lapsed) == ("12:00 was just taken.", True)
    page.do(BookingModal, "hold_again")
    assert (modal.step, modal.lost.time) == (TIME, "12:00")
    assert modal.chosen not in ("", AT)
    assert (modal.title, modal.hold.is_lapsed) == ("How to fold maps", False)


def test_a_page_that_is_reloaded_after_the_hold_lapsed_says_so(provider: DemoPayments, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    page = Page(mentee)
    modal = at_the_payment(page, mentor.id)
    hands.on(minutes=10)
    deliver(provider)
    other = Page(mentee, tab="other", path=f"/mentors/{mentor.id}?book", cookie=page.cookie)
    other.state(BookingModal).draft = modal.draft
    other.do(BookingModal, "arrive")
    again = other.state(BookingModal)
    assert (again.step, again.problem, again.title) == (DETAILS, LAPSED, "How to fold maps")
    assert counts()["claims"] == 0


def test_what_was_paid_or_given_back_elsewhere_is_followed(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    for end, expected in ((pay_now, SUCCESS), (lambda who, held: release_hold(who, held.id), CONFIRM)):
        page = Page(mentee, tab=str(expected))
        modal = at_the_payment(page, mentor.id, AT if expected == SUCCESS else "2027-01-15T12:00:00Z")
        assert modal._held is not None
        end(mentee, modal._held)
        page.do(BookingModal, "arrive")
        assert (modal.step, modal.hold.is_lapsed) == (expected, expected == CONFIRM)


def test_going_back_from_what_was_just_paid_elsewhere_shows_it(provider: DemoPayments) -> None:
    mentee = a_mentee()
    page = Page(mentee)
    modal = at_the_payment(page, a_mentor().id)
    assert modal._held is not None
    pay_now(mentee, modal._held)
    page.do(BookingModal, "go_back", step=DETAILS)
    assert modal.step == SUCCESS
    assert the_payment(modal._booked.id if modal._booked else modal._held.id).status == "authorised"


def test_a_fourth_hold_is_refused_where_it_is_asked_for(provider: DemoPayments) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    for hours in (48, 50, 52):
        create_booking(mentee, a_request(mentor, in_hours(hours)))
    page = Page(mentee)
    modal = at_the_payment(page, mentor.id)
    assert modal.step == DETAILS
    assert modal.problem.startswith("You have 3 times held already.")


def test_the_price_of_the_hold_stands_whatever_the_mentor_asks_by_now(provider: DemoPayments) -> None:
    page, mentor = Page(a_mentee()), a_mentor()
    modal = at_the_payment(page, mentor.id)
    publish_profile(mentor.id, Profile("Dear", "", (), Decimal(90), "GBP"))
    page.do(BookingModal, "arrive")
    assert (modal.summary.price, modal.summary.price_label) == ("£60.00", "60 min at £60.00 an hour")


def test_whether_the_mentor_is_asked_stands_with_the_hold(provider: DemoPayments) -> None:
    page, mentor = Page(a_mentee()), a_mentor("Moira")
    modal = at_the_payment(page, mentor.id)
    publish_hours(mentor.id, Hours(weekly=EVERY_DAY, schedule={"require_confirmation": True}))
    publish_profile(mentor.id, Profile("Dear", "", (), Decimal(90), "GBP"))
    page.do(BookingModal, "arrive")
    assert (modal.hold.pay_then, modal.mentor.asks_first) == ("Pay £60.00 and book", False)
    assert modal.mentor.rate == "£60.00 an hour"
    assert modal.summary.back != ""
    page.do(BookingModal, "pay", form=CARD)
    assert (modal.step, modal.booked_pending) == (SUCCESS, False)


def test_a_price_that_came_up_meanwhile_is_read_before_it_is_paid(provider: DemoPayments) -> None:
    page, mentor = Page(a_mentee()), a_mentor(rate="0")
    modal = at_the_payment(page, mentor.id)
    publish_profile(mentor.id, Profile("Dear", "", (), Decimal(90), "GBP"))
    book(page)
    assert (modal.step, modal.hold.pay_then) == (CONFIRM, "Pay £90.00 and book")
    assert modal.problem == "The price has changed just now. Look at it before you pay."

"""A session that is paid at Stripe, as the modal and the session's page tell it; without a browser."""

import asyncio
from collections.abc import Iterator

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.ports import PaymentProvider
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, SUCCESS
from mentorbook.state.booking.session_page import SessionPage
from tests.conftest import Hands
from tests.paying import deliver, pay_now, stripe_payments, the_payment
from tests.people import a_mentee, a_mentor
from tests.servers.stripe_double import Fault, StripeDouble, running_stripe
from tests.state.harness import Page
from tests.state.test_booking import at_the_summary


@pytest.fixture
def double(sqlite_db: Database, hands: Hands) -> Iterator[StripeDouble]:
    with running_stripe(hands) as double:
        yield double


@pytest.fixture(autouse=True)
def provider(double: StripeDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaymentProvider]:
    with stripe_payments(double, monkeypatch) as provider:
        yield provider


def sent_away(page: Page) -> str:
    """Press the button that leads to Stripe; returns the id of the held session."""
    modal = at_the_summary(page, a_mentor("Moira Hill").id)
    assert (modal.hold.way, modal.hold.pay_then) == ("stripe", "Pay £60.00 and book")
    said = page.do(BookingModal, "pay", form={})
    assert modal._held is not None
    url = the_payment(modal._held.id).url
    assert url
    assert "window.location.assign" in said
    assert url in said
    assert modal.step == CONFIRM
    return str(modal._held.id)


def back_on_its_page(page: Page, session: str) -> SessionPage:
    """Come back from Stripe."""
    page.go(f"/sessions/{session}")
    page.do(SessionPage, "load")
    return page.state(SessionPage)


def test_the_button_leads_to_stripe_and_the_way_back_books(double: StripeDouble) -> None:
    mentee = a_mentee("Mina")
    page = Page(mentee)
    session = sent_away(page)
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    double.books.pay(the_payment(held).reference or "")
    shown = back_on_its_page(page, session)
    assert (shown.hold.returned, shown.paid) == (True, "")
    page.do(SessionPage, "check_payment")
    assert (shown.hold.until, shown.paid) == ("", "Paid. The session is booked.")
    assert get_booking(mentee, session).status == "scheduled"


def test_who_comes_back_without_having_paid_can_go_there_again(double: StripeDouble) -> None:
    page = Page(a_mentee("Mina"))
    session = sent_away(page)
    shown = back_on_its_page(page, session)
    page.do(SessionPage, "check_payment")
    assert (shown.hold.returned, shown.hold.pay, shown.paid) == (False, "Pay £60.00", "")
    # It is asked about once each time that the page is come to: what is told meanwhile does not ask again.
    asyncio.run(shown._follow())
    assert not shown.hold.returned
    assert "window.location.assign" in page.do(SessionPage, "pay", form={})


def test_who_comes_back_twice_is_asked_about_twice(double: StripeDouble) -> None:
    mentee = a_mentee("Mina")
    page = Page(mentee)
    session = sent_away(page)
    back_on_its_page(page, session)
    page.do(SessionPage, "check_payment")
    page.do(SessionPage, "pay", form={})
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    double.books.pay(the_payment(held).reference or "")
    shown = back_on_its_page(page, session)
    assert shown.hold.returned
    page.do(SessionPage, "check_payment")
    assert (shown.hold.until, shown.paid) == ("", "Paid. The session is booked.")


def test_what_stripe_tells_later_is_said_on_the_page(double: StripeDouble, provider: PaymentProvider) -> None:
    mentee = a_mentee("Mina")
    page = Page(mentee)
    session = sent_away(page)
    shown = back_on_its_page(page, session)
    page.do(SessionPage, "check_payment")
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    double.books.pay(the_payment(held).reference or "")
    pay_now(mentee, held, None)
    page.do(SessionPage, "load")
    assert shown.paid == "Paid. The session is booked."


def test_the_modal_goes_on_where_it_was_paid_meanwhile(double: StripeDouble) -> None:
    mentee = a_mentee("Mina")
    page = Page(mentee)
    sent_away(page)
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    double.books.pay(the_payment(held).reference or "")
    pay_now(mentee, held, None)
    page.do(BookingModal, "arrive")
    assert page.state(BookingModal).step == SUCCESS


def test_a_stripe_that_is_down_is_said_and_the_time_stays_held(double: StripeDouble) -> None:
    page = Page(a_mentee("Mina"))
    modal = at_the_summary(page, a_mentor().id)
    double.fail(Fault.UNAVAILABLE)
    page.do(BookingModal, "pay", form={})
    assert modal.pay_problem.startswith("The payment provider cannot be reached at the moment.")
    assert (modal.step, modal.hold.until != "") == (CONFIRM, True)
    double.fail(None)
    assert "window.location.assign" in page.do(BookingModal, "pay", form={})
    assert modal.pay_problem == ""


def test_a_hold_that_lapsed_while_one_was_away_says_so(
    double: StripeDouble, provider: PaymentProvider, hands: Hands
) -> None:
    page = Page(a_mentee("Mina"))
    session = sent_away(page)
    shown = back_on_its_page(page, session)
    hands.on(minutes=10)
    page.do(SessionPage, "check_payment")
    assert (shown.hold.until, shown.paid) == ("", "")
    deliver(provider)
    page.do(SessionPage, "load")
    assert shown.card.badge == "Not paid"

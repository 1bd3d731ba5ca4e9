"""Paying on Stripe's page: there, back, and what the session's page says meanwhile. Its page is no part of
this app, so a plain one stands in its place; Stripe itself is a server that does as it does."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from mentorbook.domain.kinds import PaymentStatus
from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from mentorbook.services.clock import now
from tests.e2e.checking import barriers
from tests.e2e.visitor import PHONE, Visitor, Visits
from tests.paying import stripe_payments, the_payment
from tests.people import a_mentee, a_mentor
from tests.servers.stripe_double import StripeDouble, running_stripe

START = datetime(2027, 1, 25, 10, 0, tzinfo=UTC)
THERE = "https://checkout.stripe.test/**"


@pytest.fixture(scope="module")
def stripe() -> Iterator[StripeDouble]:
    """One for all tests, whose names of payments are its own, as the app is one for all."""
    with running_stripe(now) as double:
        yield double


@pytest.fixture
def double(stripe: StripeDouble, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeDouble]:
    """Stripe, as far as the app asks it."""
    with stripe_payments(stripe, monkeypatch):
        yield stripe


def gone_to_stripe(visitor: Visitor) -> None:
    """Go through the modal, to the page where one pays."""
    visitor.context.route(THERE, lambda route: route.fulfill(content_type="text/html", body="<h1>Pay</h1>"))
    visitor.come_to_confirm(a_mentor("Moira Hill", "Europe/London"), START)
    expect(visitor.part("hold-note")).to_be_visible()
    expect(visitor.page.get_by_text("You pay on Stripe’s page, and come back here.")).to_be_visible()
    expect(visitor.part("card-form")).to_have_count(0)
    assert barriers(visitor.page) == []
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_role("heading", name="Pay")).to_be_visible()


@pytest.mark.promise(2)
@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_who_has_paid_there_is_booked_on_the_way_back(
    visits: Visits, double: StripeDouble, size: tuple[int, int]
) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    visitor = visits(mentee, size=size)
    gone_to_stripe(visitor)
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    double.books.pay(the_payment(held).reference or "")
    visitor.go(f"/sessions/{held.id}")
    expect(visitor.part("just-paid")).to_have_text("Paid. The session is booked.")
    expect(visitor.part("session-details", status="scheduled")).to_be_visible()
    assert the_payment(held).status == PaymentStatus.CAPTURED
    assert barriers(visitor.page) == []


def test_who_has_not_can_go_there_again_or_back_to_the_modal(visits: Visits, double: StripeDouble) -> None:
    mentee = a_mentee("Mina", "Asia/Kolkata")
    visitor = visits(mentee)
    gone_to_stripe(visitor)
    visitor.page.go_back()
    visitor.ready()
    expect(visitor.part("hold-note")).to_be_visible()
    (held,) = list_bookings(mentee, BookingQuery()).bookings
    visitor.go(f"/sessions/{held.id}")
    expect(visitor.part("held-session")).to_contain_text("15:30 is held for you for")
    expect(visitor.part("confirm-booking")).to_have_text("Pay £60.00")
    assert barriers(visitor.page) == []
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_role("heading", name="Pay")).to_be_visible()

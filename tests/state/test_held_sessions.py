"""A session that is held or paid, on its own page and in the cancel dialog; on both databases."""

from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.booking.cancel_dialog import CancelDialog
from mentorbook.state.booking.session_page import SessionPage
from tests.conftest import Hands
from tests.paying import DECLINED, pay_now, session_row
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours
from tests.state.harness import Page
from tests.state.on_show import cancel
from tests.state.test_paying import CARD, provider

__all__ = ["provider"]


def test_a_held_time_is_paid_on_its_own_page(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    page = Page(mentee, path=f"/sessions/{held.id}")
    page.do(SessionPage, "load")
    shown = page.state(SessionPage)
    assert (shown.hold.pay, shown.card.badge, shown.paid) == ("Pay £60.00", "Held for you", "")
    page.do(SessionPage, "keep_longer")
    assert shown.hold.until == in_hours(20 / 60).isoformat()
    page.do(SessionPage, "pay", form=CARD | {"card-number": DECLINED})
    assert shown.card_errors == {"number": "The card was declined."}
    page.do(SessionPage, "pay", form=CARD)
    assert (shown.hold.until, shown.card.status) == ("", "scheduled")
    assert shown.paid == "Paid. The session is booked."
    assert shown.details.charged.startswith("Authorised on your card, taken after the session.")


def test_a_page_whose_hold_lapsed_says_so(provider: DemoPayments, hands: Hands) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    page = Page(mentee, path=f"/sessions/{held.id}")
    page.do(SessionPage, "load")
    hands.on(minutes=10)
    page.do(SessionPage, "pay", form=CARD)
    shown = page.state(SessionPage)
    assert (shown.hold.until, shown.hold.is_lapsed) == ("", True)
    page.do(SessionPage, "load")
    assert (shown.card.badge, shown.card.pay) == ("Not paid", "")


def test_a_held_time_is_given_back_from_its_card_without_a_reason(provider: DemoPayments) -> None:
    mentee = a_mentee()
    held = create_booking(mentee, a_request(a_mentor(), in_hours(48)))
    page = Page(mentee)
    page.come(CancelDialog, f"/sessions?cancel={held.id}")
    assert page.state(CancelDialog).words.title == "Give this time back?"
    said = cancel(page)
    assert "The time is given back. Nothing was charged." in said
    assert (get_booking(mentee, held.id).status, counts()["claims"]) == ("cancelled", 0)


def test_what_the_dialog_showed_is_what_is_given_back(provider: DemoPayments, hands: Hands) -> None:
    """Early and late, charged and only authorised; the page says the same amount afterwards."""
    mentee, mentor = a_mentee(), a_mentor()
    far = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(200))))
    near = pay_now(mentee, create_booking(mentee, a_request(mentor, in_hours(48))))
    cases = (
        (far, in_hours(1), "You get £60.00 back.", "Paid. All of £60.00 is given back.", 6000),
        (
            near,
            in_hours(40),
            "You are charged £30.00 of £60.00.",
            "Authorised on your card. £30.00 of £60.00 is given back.",
            3000,
        ),
    )
    for booking, moment, back, after, minor in cases:
        hands.now = moment
        page = Page(mentee, tab=str(booking.id))
        page.come(CancelDialog, f"/sessions?cancel={booking.id}")
        assert page.state(CancelDialog).words.back == back
        page.do(CancelDialog, "choose_reason", kind="no_longer_needed")
        cancel(page)
        assert session_row(booking).refunded_minor == minor
        page.go(f"/sessions/{booking.id}")
        page.do(SessionPage, "load")
        assert page.state(SessionPage).details.charged.startswith(after)

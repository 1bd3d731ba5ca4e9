"""Paying with the demo's cards: the time is held, charged once, and given back as it was said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from mentorbook.domain.views import Account
from mentorbook.services.booking.booking_queries import BookingQuery, get_booking, list_bookings
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.kept_mail import mails_to, text_of
from tests.e2e.visitor import PHONE, Visitor, Visits, sessions_of
from tests.paying import DECLINED, demo_payments, pay_now, session_row
from tests.people import a_mentee, a_mentor, a_request, in_hours

START = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)
FAR = datetime(2027, 1, 25, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paid_here(visits: Visits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app, which runs in this process, takes the demo's cards while a test runs."""
    with demo_payments(tmp_path, monkeypatch):
        yield


@pytest.fixture
def mentor() -> Account:
    """Somebody who asks for £60.00 an hour."""
    return a_mentor("Moira Hill", "Europe/London")


@pytest.fixture
def mentee() -> Account:
    """Somebody who pays."""
    return a_mentee("Mina", "Asia/Kolkata")


def left(visitor: Visitor) -> int:
    """How many seconds the page says are left."""
    minutes, seconds = visitor.part("hold-left").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def card(visitor: Visitor) -> Locator:
    """The number's field."""
    return visitor.page.get_by_label("Card number")


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), False), (PHONE, True), ((360, 740), False)])
def test_a_card_is_declined_and_another_one_pays(
    visits: Visits, mentor: Account, mentee: Account, size: tuple[int, int], dark: bool
) -> None:
    visitor = visits(mentee, size=size, dark=dark)
    visitor.come_to_confirm(mentor, START, title="Owls")
    expect(visitor.part("hold-note")).to_contain_text("15:30 is held for you for")
    assert 590 < left(visitor) <= 600
    expect(visitor.part("demo-payment")).to_have_text("Demo: no money moves, only test cards work.")
    expect(visitor.part("when-taken")).to_have_text("Authorised on your card now, taken after the session.")
    expect(visitor.part("confirm-booking")).to_have_text("Pay £60.00 and book")
    expect(card(visitor)).to_have_value("4242 4242 4242 4242")
    for label, purpose in (
        ("Card number", "cc-number"),
        ("Expires", "cc-exp"),
        ("Security code", "cc-csc"),
        ("Name on the card", "cc-name"),
    ):
        expect(visitor.page.get_by_label(label)).to_have_attribute("autocomplete", purpose)
    expect(visitor.page.get_by_label("Name on the card")).to_have_value("Mina")
    visitor.page.get_by_text("Which test cards there are").click()
    expect(visitor.page.get_by_text("4000 0000 0000 9995")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    if size[0] < 600:
        assert small_targets(visitor.page, '[data-testid="card-form"]') == []
    card(visitor).fill(DECLINED)
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_text("The card was declined.")).to_be_visible()
    expect(card(visitor)).to_be_focused()
    expect(card(visitor)).to_have_value(DECLINED)
    expect(card(visitor)).to_have_attribute("aria-invalid", "true")
    assert barriers(visitor.page) == []
    assert DECLINED not in visitor.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    card(visitor).fill("5555 5555 5555 4444")
    card(visitor).press("Enter")
    expect(visitor.part("booking-success")).to_contain_text("You are booked with Moira")
    (booked,) = list_bookings(mentee, BookingQuery()).bookings
    assert (booked.status, booked.payment_status) == ("scheduled", "authorised")
    visitor.part("open-session").click()
    expect(visitor.part("session-details")).to_be_visible()
    expect(visitor.page.get_by_text("Authorised on your card, taken after the session.")).to_be_visible()
    assert visitor.errors == []


@pytest.mark.promise(2)
def test_a_hold_lapses_while_somebody_waits_for_the_time(
    visits: Visits, mentor: Account, mentee: Account, hands: Hands
) -> None:
    other = visits(a_mentee("Olga", "Asia/Kolkata"))
    other.open_modal(mentor)
    other.part("calendar-day", date=f"{START:%Y-%m-%d}").click()
    expect(other.slot(START)).to_be_visible()
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, START, title="Owls", description="Where do they sleep?")
    expect(visitor.part("hold-note")).to_be_visible()
    expect(other.part("time-slot", start=f"{START:%Y-%m-%dT%H:%M:%SZ}", state="free")).to_have_count(0)
    hands.on(minutes=10)
    expect(visitor.part("hold-lapsed")).to_contain_text("What you typed is kept.")
    expect(visitor.part("confirm-booking")).to_have_count(0)
    assert barriers(visitor.page) == []
    # It is there for whoever waited, at once; and who was slower is offered the nearest.
    other.slot(START).click()
    other.continue_to_details()
    other.continue_to_confirm()
    expect(other.part("hold-note")).to_be_visible()
    expect(visitor.part("time-gone")).to_contain_text("was just taken. What you typed is kept.")
    visitor.part("choose-another-time").click()
    expect(visitor.page.get_by_text("is the nearest free time")).to_be_visible()
    visitor.part("step-next").click()
    expect(visitor.part("session-title")).to_have_value("Owls")
    expect(visitor.part("session-description")).to_have_value("Where do they sleep?")


@pytest.mark.promise(2)
def test_a_hold_that_lapsed_is_held_again(
    visits: Visits, mentor: Account, mentee: Account, hands: Hands
) -> None:
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, START)
    expect(visitor.part("hold-note")).to_be_visible()
    hands.on(minutes=10)
    visitor.part("hold-again").click()
    expect(visitor.part("hold-note")).to_be_visible()
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()


@pytest.mark.promise(1)
def test_the_countdown_goes_on_after_a_reload_and_is_extended_once(
    visits: Visits, mentor: Account, mentee: Account, hands: Hands
) -> None:
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, START, title="Owls")
    expect(visitor.part("hold-note")).to_be_visible()
    hands.on(minutes=4)
    visitor.reload()
    expect(visitor.part("hold-note")).to_be_visible()
    visitor.until(lambda: 340 < left(visitor) <= 360)
    visitor.part("keep-longer").click()
    visitor.until(lambda: 940 < left(visitor) <= 960)
    expect(visitor.part("keep-longer")).to_have_count(0)
    expect(visitor.part("booking-summary")).to_contain_text("Owls")
    assert sessions_of(mentee) == 1
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()


def test_the_last_moments_are_said_aloud(
    visits: Visits, mentor: Account, mentee: Account, hands: Hands
) -> None:
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, START)
    said = visitor.part("hold-note").locator("[aria-live=polite]")
    expect(said).to_have_text("")
    for seconds, words in ((480, "2 minutes left to pay."), (570, "30 seconds left to pay.")):
        hands.now = in_hours(0) + timedelta(seconds=seconds)
        visitor.reload()
        expect(said).to_have_text(words)


@pytest.mark.promise(2)
@pytest.mark.parametrize("way", ["back", "escape", "x", "browser"])
def test_leaving_gives_the_time_back(visits: Visits, mentor: Account, mentee: Account, way: str) -> None:
    visitor = visits(mentee)
    visitor.come_to_confirm(mentor, START, title="Owls")
    expect(visitor.part("hold-note")).to_be_visible()
    assert counts_of(mentee) == 1
    if way == "back":
        visitor.part("step-back").click()
        expect(visitor.part("session-title")).to_have_value("Owls")
    else:
        if way == "escape":
            visitor.page.keyboard.press("Escape")
        elif way == "x":
            visitor.part("booking-modal").get_by_role("button", name="Close").click()
        else:
            visitor.page.go_back()
        expect(visitor.page.get_by_text("The time is given back, and what you typed")).to_be_visible()
        assert counts_of(mentee) == 1
        visitor.part("discard-booking").click()
        expect(visitor.part("booking-modal")).to_have_count(0)
    visitor.until(lambda: counts_of(mentee) == 0)


def counts_of(mentee: Account) -> int:
    """How many times are held for somebody."""
    held = list_bookings(mentee, BookingQuery(when="coming")).bookings
    return sum(each.held_until is not None for each in held)


def test_a_mentor_who_decides_is_asked_and_the_page_pays_too(
    visits: Visits, mentee: Account, hands: Hands
) -> None:
    grace = a_mentor("Grace Okafor", "Europe/London", require_confirmation=True)
    visitor = visits(mentee)
    visitor.come_to_confirm(grace, FAR)
    expect(visitor.part("confirm-booking")).to_have_text("Pay £60.00 and ask Grace")
    expect(visitor.part("when-taken")).to_have_text("Charged to your card now.")
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_contain_text("You have asked Grace")


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), True), (PHONE, False)])
def test_a_held_time_is_paid_on_its_page(
    visits: Visits, mentor: Account, mentee: Account, size: tuple[int, int], dark: bool
) -> None:
    held = create_booking(mentee, a_request(mentor, START, title="Owls"))
    visitor = visits(mentee, size=size, dark=dark)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_contain_text("Held for you")
    assert barriers(visitor.page) == []
    visitor.part("pay-session").click()
    expect(visitor.part("held-session")).to_contain_text("15:30 is held for you for")
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0
    card(visitor).fill(DECLINED)
    visitor.part("confirm-booking").click()
    expect(visitor.page.get_by_text("The card was declined.")).to_be_visible()
    card(visitor).fill("4242424242424242")
    visitor.part("confirm-booking").click()
    expect(visitor.part("just-paid")).to_have_text("Paid. The session is booked.")
    assert get_booking(mentee, held.id).status == "scheduled"
    assert barriers(visitor.page) == []


def test_a_held_time_is_given_back_from_the_list(visits: Visits, mentor: Account, mentee: Account) -> None:
    held = create_booking(mentee, a_request(mentor, START, title="Owls"))
    visitor = visits(mentee)
    visitor.go("/sessions")
    visitor.page.get_by_role("button", name="Give the time back Owls").click()
    expect(visitor.part("cancel-dialog")).to_contain_text("Give this time back?")
    expect(visitor.part("cancel-reason")).to_have_count(0)
    assert barriers(visitor.page) == []
    visitor.part("confirm-cancel").click()
    expect(visitor.page.get_by_text("You have no coming sessions")).to_be_visible()
    assert get_booking(mentee, held.id).status == "cancelled"


@pytest.mark.parametrize(
    ("start", "at", "back", "button", "after", "mailed", "minor"),
    [
        (
            FAR,
            0,
            "You get £60.00 back.",
            "Cancel and refund £60.00",
            "All of £60.00 is given back.",
            "You get your £60.00 back.",
            6000,
        ),
        (
            FAR,
            20,
            "You get £30.00 of £60.00 back.",
            "Cancel and refund £30.00",
            "£30.00 of £60.00 is given back.",
            "You get £30.00 of your £60.00 back.",
            3000,
        ),
        (
            START,
            0,
            "You are not charged.",
            "Cancel without a charge",
            "All of £60.00 is given back.",
            "You get your £60.00 back.",
            6000,
        ),
        (
            START,
            20,
            "You are charged £30.00 of £60.00.",
            "Cancel and pay £30.00",
            "£30.00 of £60.00 is given back.",
            "You get £30.00 of your £60.00 back.",
            3000,
        ),
    ],
)
def test_dialog_page_mail_and_statement_say_the_same(
    visits: Visits,
    mentor: Account,
    mentee: Account,
    hands: Hands,
    start: datetime,
    at: int,
    back: str,
    button: str,
    after: str,
    mailed: str,
    minor: int,
) -> None:
    held = create_booking(mentee, a_request(mentor, start, title="Owls"))
    # Beside Playwright, whose loop runs in this thread.
    with ThreadPoolExecutor(1) as beside:
        booked = beside.submit(pay_now, mentee, held).result()
    if at:
        hands.now = start - timedelta(hours=at)
    visitor = visits(mentee)
    visitor.go(f"/sessions/{booked.id}?cancel={booked.id}")
    expect(visitor.part("cancel-refund")).to_contain_text(back)
    expect(visitor.part("confirm-cancel")).to_have_text(button)
    assert barriers(visitor.page) == []
    visitor.part("cancel-reason").get_by_role("radio", name="Schedule conflict").check()
    visitor.part("confirm-cancel").click()
    expect(visitor.part("cancel-dialog")).to_have_count(0)
    expect(visitor.page.get_by_text(after)).to_be_visible()
    assert session_row(booked).refunded_minor == minor
    visitor.until(lambda: any(mailed in " ".join(text_of(mail).split()) for mail in mails_to(mentee.email)))
    visitor.go("/settings/payments")
    given = "Given back" if minor == 6000 else "£30.00 given back"
    expect(visitor.part("payment-status")).to_have_text(given)
    expect(visitor.part("payment-sums").get_by_text(f"£{minor // 100}.00").first).to_be_visible()


def test_a_free_mentor_is_booked_without_paying(visits: Visits, mentee: Account) -> None:
    visitor = visits(mentee)
    visitor.come_to_confirm(a_mentor("Frida", "Europe/London", rate="0"), START)
    expect(visitor.part("hold-note")).to_have_count(0)
    expect(visitor.part("card-form")).to_have_count(0)
    expect(visitor.part("confirm-booking")).to_have_text("Book this session")
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_be_visible()

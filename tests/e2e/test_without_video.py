"""Without a video server no page promises a room, and each says so once; what cancelling gives back is said
until the end."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from mentorbook.presenters.booking.phrases import NO_VIDEO
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers
from tests.e2e.visitor import Visits, booked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def test_confirm_success_and_cards_agree_that_there_is_no_room(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, TEN + timedelta(days=1))
    booked(mentee, mentor, TEN + timedelta(days=2))
    visitor = visits(mentee)
    said, promised = visitor.page.get_by_text(NO_VIDEO), visitor.page.get_by_text("room opens")
    visitor.come_to_confirm(mentor, TEN)
    expect(said).to_have_count(1)
    visitor.part("confirm-booking").click()
    expect(visitor.part("booking-success")).to_contain_text(f"The session begins. {NO_VIDEO}")
    expect(promised).to_have_count(0)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_have_count(3)
    # Once, above the cards; and whoever asks a button why hears it too.
    expect(said).to_have_count(1)
    for number in range(3):
        expect(visitor.part("join-session").nth(number)).to_have_accessible_description(NO_VIDEO)
    expect(promised).to_have_count(0)
    visitor.part("session-card").first.get_by_role("link", name="A session", exact=True).click()
    expect(visitor.part("session-details")).to_be_visible()
    expect(said).to_have_count(1)
    expect(visitor.part("join-session")).to_have_accessible_description(NO_VIDEO)
    assert barriers(visitor.page) == []


def test_the_lobby_without_a_video_server_says_what_to_do_and_lets_one_try_the_devices(
    visits: Visits,
) -> None:
    mentor = a_mentor("Moira")
    session = booked(a_mentee("Mina"), mentor, NOON + timedelta(minutes=30))
    visitor = visits(mentor)
    visitor.go(f"/room/{session.id}")
    expect(visitor.part("room-status")).to_contain_text(NO_VIDEO)
    expect(visitor.part("room-status")).to_contain_text("agree on another way to meet")
    expect(visitor.part("join-room")).to_have_count(0)
    # This browser has neither camera nor microphone, or may not use them.
    visitor.part("start-check").click()
    expect(visitor.part("camera-problem")).to_be_visible()
    expect(visitor.part("microphone-problem")).to_be_visible()
    assert barriers(visitor.page) == []


def test_one_writes_without_a_video_server(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    meeting = booked(mentee, mentor, TEN)
    chat = booked(mentee, a_mentor("Greta"), TEN + timedelta(hours=2), meetingType="chat")
    hands.now = TEN
    visitor = visits(mentee)
    visitor.go(f"/room/{meeting.id}")
    expect(visitor.part("chat-text")).to_have_count(0)
    visitor.page.get_by_role("link", name="Write to Moira on the page of the session").click()
    expect(visitor.part("session-details")).to_be_visible()
    visitor.part("chat-text").fill("Where shall we meet?")
    visitor.part("chat-text").press("Enter")
    expect(visitor.part("chat-message")).to_have_text("Where shall we meet?")

    hands.now = TEN + timedelta(hours=2)
    visitor.go(f"/room/{chat.id}")
    expect(visitor.part("room-status")).to_contain_text("You and Greta need none")
    expect(visitor.part("room-status")).not_to_contain_text("another way")
    visitor.part("chat-text").fill("Here I am")
    visitor.part("chat-text").press("Enter")
    expect(visitor.part("chat-message")).to_have_text("Here I am")
    assert barriers(visitor.page) == []


def test_what_is_given_back_is_said_in_the_last_day(visits: Visits, hands: Hands) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    start = NOON + timedelta(hours=30)
    session = booked(mentee, mentor, start)
    visitor = visits(mentee)
    visitor.go(f"/sessions/{session.id}")
    whole = "all of £60.00 back. That holds until today 18:00."
    expect(visitor.part("session-refund")).to_contain_text(whole)
    hands.now = start - timedelta(hours=10)
    visitor.reload()
    half = "half, £30.00, back. That holds until today 16:00."
    expect(visitor.part("session-refund")).to_contain_text(half)
    visitor.part("cancel-session").click()
    expect(visitor.part("cancel-refund")).to_contain_text(half)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_contain_text("Half refunded if you cancel until today 16:00.")

"""What two people write to each other: seen by both at once, kept in every breakdown, and only text."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Route, expect

from mentorbook.domain.views import Account
from mentorbook.services.meeting.messages import read_messages, write_message
from tests.conftest import Hands
from tests.e2e.checking import barriers
from tests.e2e.line import RECONNECTS_WITHIN_MS, Line
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor
from tests.worlds import a_conversation

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
HOSTILE = "<img src=x onerror=window.hacked=1> {alert(1)} </script><script>window.hacked=1</script> data:x"
PLACE = """(bubble) =>
    bubble.getBoundingClientRect().top - bubble.closest("[role=log]").getBoundingClientRect().top"""
MESSAGES = re.compile("/messages$")
_numbers = itertools.count(1)


class Talk:
    """Two people at the page of their session, whose room is open."""

    def __init__(self, visits: Visits, hands: Hands, size: tuple[int, int] = DESKTOP) -> None:
        self.mina, self.moira = a_mentee("Mina", "Asia/Kolkata"), a_mentor(f"Moira{next(_numbers)}")
        self.session = booked(self.mina, self.moira, TEN, title="Owls").id
        hands.now = TEN + timedelta(minutes=1)
        self.path = f"/sessions/{self.session}"
        self.hers = visits(self.mina, size=size)

    def kept(self) -> list[str]:
        """What is in the database."""
        return [each.text for each in read_messages(self.mina, self.session).messages]

    def writes(self, who: Account, text: str) -> None:
        """Write behind the browser's back."""
        write_message(who, self.session, {"text": text})


def say(visitor: Visitor, text: str) -> None:
    """Type and press Enter."""
    visitor.part("chat-text").fill(text)
    visitor.part("chat-text").press("Enter")


def messages(visitor: Visitor) -> Locator:
    """The bubbles."""
    return visitor.part("chat-message")


@pytest.fixture
def talk(visits: Visits, hands: Hands) -> Talk:
    """A conversation that has not begun."""
    return Talk(visits, hands)


def test_both_read_at_once_what_either_writes_and_later_too(visits: Visits, hands: Hands, talk: Talk) -> None:
    mina, moira = talk.hers, visits(talk.moira)
    for visitor in (mina, moira):
        visitor.go(talk.path)
    say(mina, "Hello")
    expect(messages(moira)).to_have_text(["Hello"])
    moira.part("chat-text").fill("Hello, Mina.")
    moira.part("chat-text").press("Shift+Enter")
    moira.part("chat-text").press_sequentially("See https://example.com/a.")
    moira.part("chat-send").click()
    expect(messages(mina)).to_have_text(["Hello", "Hello, Mina.\nSee https://example.com/a."])
    link = mina.page.get_by_role("link", name="https://example.com/a")
    expect(link).to_have_attribute("href", "https://example.com/a")
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    log = mina.page.get_by_role("log", name="Messages")
    expect(log).to_contain_text("You 15:31")
    expect(log).to_contain_text(f"{talk.moira.name} 15:31")
    expect(moira.part("chat-log")).to_contain_text("Mina 10:01")
    assert barriers(mina.page) == []

    hands.now = TEN + timedelta(days=3)
    mina.reload()
    expect(messages(mina)).to_have_count(2)
    expect(mina.part("chat-text")).to_have_count(0)
    expect(mina.part("chat-closed")).to_contain_text("Nothing more can be written here")
    expect(mina.part("chat-log")).to_contain_text("Thu 14 Jan")
    assert barriers(mina.page) == []
    assert mina.errors == moira.errors == []
    admin = visits(a_mentee("Ada", is_admin=True))
    admin.go(talk.path)
    expect(admin.part("session-details")).to_be_visible()
    expect(admin.part("session-chat")).to_have_count(0)


def test_what_is_written_is_only_text(talk: Talk) -> None:
    talk.writes(talk.moira, HOSTILE)
    talk.hers.go(talk.path)
    expect(messages(talk.hers)).to_have_text([HOSTILE])
    say(talk.hers, HOSTILE)
    expect(messages(talk.hers)).to_have_text([HOSTILE, HOSTILE])
    assert talk.hers.page.evaluate("window.hacked === undefined")
    expect(talk.hers.part("chat-log").locator("a, img, script")).to_have_count(0)


def test_a_message_stands_there_before_the_server_has_it(talk: Talk) -> None:
    waiting: list[Route] = []
    talk.hers.tab.route(MESSAGES, lambda route: waiting.append(route))
    talk.hers.go(talk.path)
    say(talk.hers, "One")
    say(talk.hers, "Two")
    expect(messages(talk.hers)).to_have_text(["One", "Two"])
    expect(talk.hers.part("chat-text")).to_have_value("")
    expect(talk.hers.part("chat-log").get_by_text("Sending …")).to_have_count(2)
    talk.hers.until(lambda: len(waiting) == 1)  # one after the other: they arrive as they were written
    waiting[0].continue_()
    talk.hers.until(lambda: len(waiting) == 2)
    waiting[1].continue_()
    expect(talk.hers.part("chat-log").get_by_text("Sending …")).to_have_count(0)
    assert talk.kept() == ["One", "Two"]
    expect(messages(talk.hers)).to_have_text(["One", "Two"])


def test_what_could_not_be_sent_says_so_and_is_sent_again(talk: Talk) -> None:
    page = talk.hers.page
    talk.hers.tab.route(MESSAGES, lambda route: route.abort())
    talk.hers.go(talk.path)
    say(talk.hers, "Hello")
    failed = page.get_by_role("alert").filter(has_text="Not sent. The connection was lost.")
    expect(failed).to_be_visible()
    assert barriers(page) == []
    page.unroute(MESSAGES)
    failed.get_by_role("button", name="Send again").click()
    expect(failed).to_have_count(0)
    talk.hers.until(lambda: talk.kept() == ["Hello"])

    talk.hers.tab.route(
        MESSAGES, lambda route: route.fulfill(status=429, json={"detail": "You are writing very fast."})
    )
    say(talk.hers, "Too fast")
    refused = page.get_by_role("alert").filter(has_text="Not sent. You are writing very fast.")
    refused.get_by_role("button", name="Delete").click()
    expect(messages(talk.hers)).to_have_text(["Hello"])


def test_what_was_written_after_a_message_that_failed_waits_for_it(talk: Talk) -> None:
    page, refusals = talk.hers.page, iter([503, 429])

    def refuse_twice(route: Route) -> None:
        status = next(refusals, None)
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, json={"detail": "Not now."})

    talk.hers.tab.route(MESSAGES, refuse_twice)
    talk.hers.go(talk.path)
    for text in ("One", "Two"):
        say(talk.hers, text)
    log = talk.hers.part("chat-log")
    for _ in range(2):
        expect(page.get_by_role("alert").filter(has_text="Not sent.")).to_have_count(1)
        expect(log.get_by_text("Waits for the message before it.")).to_have_count(1)
        assert talk.kept() == []
        page.get_by_role("button", name="Send again").click()
    talk.hers.until(lambda: talk.kept() == ["One", "Two"])
    expect(messages(talk.hers)).to_have_text(["One", "Two"])


def test_an_answer_that_was_lost_makes_no_second_message(talk: Talk) -> None:
    page = talk.hers.page

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    talk.hers.tab.route(MESSAGES, lose)
    talk.hers.go(talk.path)
    say(talk.hers, "Hello")
    # The page follows what is kept, and so it learns that the message is there after all.
    talk.hers.until(lambda: talk.kept() == ["Hello"])
    expect(messages(talk.hers)).to_have_text(["Hello"])
    expect(page.get_by_text("Not sent.")).to_have_count(0)
    page.unroute(MESSAGES)
    talk.hers.reload()
    expect(messages(talk.hers)).to_have_text(["Hello"])
    assert talk.kept() == ["Hello"]


def test_a_reload_a_restart_and_a_lost_line_lose_nothing(talk: Talk) -> None:
    hers, page = talk.hers, talk.hers.page
    line = Line(hers)
    talk.hers.tab.route(MESSAGES, lambda route: route.abort())
    hers.go(talk.path)
    say(hers, "Unsent")
    expect(page.get_by_role("alert").filter(has_text="Not sent.")).to_be_visible()
    hers.part("chat-text").fill("Half typed")
    line.restart()
    line.wait_until_back()
    expect(hers.part("chat-text")).to_have_value("Half typed")
    expect(messages(hers)).to_have_text(["Unsent"])
    page.unroute(MESSAGES)
    hers.reload()
    expect(hers.part("chat-text")).to_have_value("Half typed")
    hers.until(lambda: talk.kept() == ["Unsent"])

    hers.context.set_offline(True)
    expect(hers.part("offline-note")).to_be_visible(timeout=RECONNECTS_WITHIN_MS)
    say(hers, "Written offline")
    expect(page.get_by_text("Not sent. The connection was lost.")).to_be_visible()
    hers.context.set_offline(False)
    expect(hers.part("offline-note")).to_have_count(0, timeout=RECONNECTS_WITHIN_MS)
    hers.until(lambda: talk.kept() == ["Unsent", "Written offline"])
    expect(messages(hers)).to_have_text(["Unsent", "Written offline"])
    expect(page.get_by_text("Not sent.")).to_have_count(0)


def test_nothing_unsent_is_left_to_who_logs_in_next(talk: Talk) -> None:
    talk.hers.go(talk.path)
    talk.hers.part("chat-text").fill("My secret")
    talk.hers.until(lambda: "My secret" in talk.hers.page.evaluate("Object.values(sessionStorage).join()"))
    talk.hers.part("account-menu").click()
    talk.hers.part("log-out").click()
    talk.hers.page.wait_for_url(re.compile("/$|/login"))
    talk.hers.ready()
    assert "My secret" not in talk.hers.page.evaluate("Object.values(sessionStorage).join()")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_keeps_to_its_end_unless_somebody_reads_further_up(
    visits: Visits, hands: Hands, size: tuple[int, int]
) -> None:
    talk = Talk(visits, hands, size)
    a_conversation(talk.session, talk.mina, talk.moira, length=130)
    hers, log = talk.hers, talk.hers.part("chat-log")
    hers.go(talk.path)
    expect(messages(hers)).to_have_count(100)
    at_end = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    hers.until(lambda: log.evaluate(at_end))
    talk.writes(talk.moira, "The latest")
    expect(messages(hers)).to_have_count(101)
    hers.until(lambda: log.evaluate(at_end))

    log.evaluate("(log) => { log.scrollTop = 0; }")
    below = hers.page.get_by_role("button", name="New messages")
    expect(below).to_have_count(0)
    talk.writes(talk.moira, "Later still")
    expect(below).to_be_visible()
    assert log.evaluate("(log) => log.scrollTop") == 0
    first = messages(hers).first
    expect(first).to_have_text("30")
    before = first.evaluate(PLACE)
    hers.part("chat-earlier").click()
    expect(messages(hers)).to_have_count(132)
    same = hers.page.locator("[data-testid=chat-message]", has_text=re.compile("^30$"))
    assert abs(same.evaluate(PLACE) - before) < 60  # what stood above it, the button, is gone
    expect(hers.part("chat-earlier")).to_have_count(0)
    below.click()
    hers.until(lambda: log.evaluate(at_end))
    expect(below).to_have_count(0)
    assert barriers(hers.page) == []

"""One's sessions as a list: what is looked for first, by day, and three cards to a phone's screen."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from mentorbook.domain.booking.actions import MENTEE_ONLY
from mentorbook.domain.views import Account
from mentorbook.presenters.booking.phrases import NO_VIDEO
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.keys import Keys
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.people import a_mentee, a_mentor

SMALL = (360, 640)
LONG = "Reviewing a storage design, page by page, with all that was said about it before and after"
# From the heading over the first card to the end of the third, and what header and bar leave of the screen.
SPACE = """() => {
    const cards = [...document.querySelectorAll("[data-testid=session-card]")].slice(0, 3);
    const first = cards[0].closest("section")?.querySelector("h2") ?? cards[0];
    const used = cards[2].getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    const bar = document.querySelector("nav.bar").getBoundingClientRect().top;
    return [used, bar - document.querySelector("header.top").getBoundingClientRect().bottom];
}"""
# The tops of the buttons that are shown on each card.
LINES = """() => [...document.querySelectorAll("[data-testid=session-card] > .acts")].map((acts) =>
    new Set([...acts.children].filter((each) => each.checkVisibility())
        .map((each) => Math.round(each.getBoundingClientRect().top))).size)"""


def _three_days(mentee: Account, mentor: Account) -> None:
    for number, start in enumerate((NOON + timedelta(hours=6), *(NOON + timedelta(days=n) for n in (2, 3)))):
        booked(mentee, mentor, start, title=f"{number} {LONG}")


def _fits(page: Page) -> None:
    used, there_is = page.evaluate(SPACE)
    assert used <= there_is
    assert set(page.evaluate(LINES)) == {1}
    assert beyond_the_edge(page) == 0


@pytest.mark.parametrize("size", [SMALL, PHONE], ids=["360x640", "390x844"])
@pytest.mark.parametrize("who", ["mentee", "mentor", "asked"])
def test_three_cards_fit_on_a_phone(visits: Visits, size: tuple[int, int], who: str) -> None:
    """Each on a day of its own, with names and titles that are long."""
    mentor = a_mentor("Moira MacGillivray-Featherstonehaugh", require_confirmation=who == "asked")
    mentee = a_mentee("Wilhelmina Christabel of the Northern Archipelago", "Asia/Kolkata")
    _three_days(mentee, mentor)
    visitor = visits(mentee if who == "mentee" else mentor, size=size)
    visitor.go("/sessions")
    expect(visitor.part("session-card")).to_have_count(3)
    _fits(visitor.page)
    assert small_targets(visitor.page, "[data-testid=session-card] > .acts") == []
    if size == PHONE:
        # Without scrolling, too.
        expect(visitor.part("session-card").nth(2)).to_be_in_viewport(ratio=1)


def test_a_phone_shows_what_can_be_done_and_keeps_the_rest_behind_a_menu(
    visits: Visits, hands: Hands
) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    start = NOON + timedelta(hours=5)
    booked(mentee, mentor, start, title="Owls")
    hands.now = start - timedelta(hours=3)
    visitor = visits(mentee, size=PHONE)
    visitor.go("/sessions")
    expect(visitor.part("cancel-session")).to_be_visible()
    # No room and no moving any more, so no button for them; but they are there for whoever asks.
    for name in ("join-session", "reschedule-session"):
        expect(visitor.part(name)).to_be_hidden()
        expect(visitor.part(name)).to_have_attribute("aria-disabled", "true")
    visitor.part("more-actions").click()
    moving = visitor.page.get_by_role("menuitem", name="Reschedule")
    expect(moving).to_contain_text("It could be moved until 4 hours before the start (today 13:00).")
    expect(visitor.page.get_by_role("menuitem", name="Join")).to_contain_text(NO_VIDEO)
    assert barriers(visitor.page) == []
    assert small_targets(visitor.page, "[role=menu]") == []
    assert beyond_the_edge(visitor.page) == 0
    moving.click(force=True)
    expect(moving).to_be_visible()
    visitor.page.get_by_role("menuitem", name="Open the session").click()
    expect(visitor.page.get_by_role("heading", name="Owls", level=1)).to_be_visible()
    assert visitor.errors == []


def test_the_menu_works_by_keyboard(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, NOON + timedelta(days=2), title="Owls")
    visitor = visits(mentor, size=PHONE)
    keys = Keys(visitor)
    visitor.go("/sessions")
    expect(visitor.part("mentee-only-message")).to_be_visible()
    keys.tab_to("more-actions")
    keys.page.keyboard.press("Enter")
    menu = visitor.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Join")).to_be_focused()
    keys.page.keyboard.press("ArrowDown")
    only = menu.get_by_role("menuitem", name="Cancel or reschedule")
    expect(only).to_be_focused()
    expect(only).to_have_attribute("aria-disabled", "true")
    expect(only).to_contain_text(MENTEE_ONLY)
    # Pressed, it does nothing; the menu stays for the reason to be read.
    keys.page.keyboard.press("Enter")
    expect(only).to_be_focused()
    keys.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    keys.rests_on("more-actions")
    assert visitor.errors == []


def test_wide_screens_have_no_menu(visits: Visits) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booked(mentee, mentor, NOON + timedelta(days=2))
    visitor = visits(mentee)
    visitor.go("/sessions")
    expect(visitor.part("join-session")).to_be_visible()
    expect(visitor.part("more-actions")).to_be_hidden()


def _sections(visitor: Visitor) -> list[str]:
    return visitor.page.locator("main section h2").all_inner_texts()


def test_requests_come_first_and_the_others_stand_under_their_days(visits: Visits, hands: Hands) -> None:
    """In the reader's zone: what is the evening of today in London is tomorrow in Kolkata."""
    mentor = a_mentor("Moira", "Europe/London", require_confirmation=True)
    mentee, other = a_mentee("Mina", "Asia/Kolkata"), a_mentor("Olga", "Europe/London")
    booked(mentee, other, NOON + timedelta(hours=8), title="Tonight")
    booked(mentor, other, NOON + timedelta(hours=9), title="Her own")
    booked(mentee, mentor, NOON + timedelta(days=9), title="Asked")
    theirs, mine = visits(mentor), visits(mentee)
    theirs.go("/sessions")
    expect(theirs.part("waiting-requests").get_by_role("listitem")).to_have_count(1)
    expect(theirs.part("waiting-requests")).to_contain_text("Asked")
    assert [" ".join(text.split()) for text in _sections(theirs)] == [
        "Waiting for your answer 1",
        "Today, Wednesday 13 January",
    ]
    mine.go("/sessions")
    expect(mine.part("session-day")).to_have_count(2)
    assert _sections(mine) == ["Tomorrow, Thursday 14 January", "Friday 22 January"]
    # Answered, it takes its place among the days.
    theirs.part("accept-session").click()
    expect(theirs.part("waiting-requests")).to_have_count(0)
    assert _sections(theirs) == ["Today, Wednesday 13 January", "Friday 22 January"]
    assert barriers(theirs.page) == []
    # At midnight in Kolkata tomorrow becomes today on the open page, which nobody touches.
    midnight = datetime(2027, 1, 13, 18, 30, tzinfo=UTC)
    hands.now = midnight - timedelta(seconds=1)
    mine.reload()
    expect(mine.page.get_by_role("heading", name="Tomorrow, Thursday 14 January")).to_be_visible()
    hands.now = midnight + timedelta(seconds=1)
    expect(mine.page.get_by_role("heading", name="Today, Thursday 14 January")).to_be_visible()
    assert theirs.errors == mine.errors == []

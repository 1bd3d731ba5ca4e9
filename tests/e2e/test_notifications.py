"""Many notifications: the old ones can be read, and "Mark all read" means all of them."""

from datetime import timedelta

from playwright.sync_api import expect

from mentorbook.db.engine import write_transaction
from mentorbook.domain.kinds import NoticeKind
from mentorbook.domain.views import Account, NoticeFacts
from mentorbook.services.notifications import NewNotice, add_notices, count_unread
from tests.conftest import NOON, Hands
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.visitor import PHONE, Visits, booked
from tests.people import a_mentee, a_mentor

MANY = 120


def _told_often(person: Account, hands: Hands) -> None:
    """MANY notices besides the one of a booking, the first of them the oldest."""
    session = booked(person, a_mentor("Moira"), NOON + timedelta(days=2))
    for number in range(MANY):
        hands.on(seconds=1)
        facts = NoticeFacts(session_title=f"Owls, part {number}", other_name="Moira")
        kind = NoticeKind.SESSION_RESCHEDULED
        with write_transaction() as transaction:
            add_notices(transaction, [NewNotice(person.id, kind, facts, session.id, None, None)])


def test_more_than_a_hundred_can_all_be_read(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    _told_often(mentee, hands)
    visitor = visits(mentee)
    items, pager = visitor.part("notification-item"), visitor.page.get_by_role("navigation", name="Pages")
    visitor.go("/notifications")
    expect(items.first).to_contain_text(f"Owls, part {MANY - 1}”")
    expect(pager).to_contain_text("Page 1 of 5")
    # What is shown counts as read; what is further back does not.
    expect(visitor.part("notification-count")).to_have_text("91")
    pager.get_by_role("link", name="Last page").click()
    expect(items).to_have_count(1)
    expect(items).to_contain_text("Booking confirmed")
    expect(visitor.part("notification-count")).to_have_text("90")
    expect(pager.get_by_role("link", name="Last page")).to_have_attribute("aria-disabled", "true")
    pager.get_by_role("link", name="Previous page").click()
    expect(items.last).to_contain_text("Owls, part 0”")
    visitor.reload()
    expect(pager).to_contain_text("Page 4 of 5")
    assert barriers(visitor.page) == []
    # Nothing on this page is new any more, and yet there is something to mark.
    expect(visitor.part("notification-count")).to_have_text("60")
    visitor.page.get_by_role("button", name="Mark all read").click()
    expect(visitor.part("notification-count")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="Mark all read")).to_have_count(0)
    assert count_unread(mentee) == 0
    assert visitor.errors == []


def test_the_bell_marks_all_of_them_and_the_pages_fit_a_phone(visits: Visits, hands: Hands) -> None:
    mentee = a_mentee("Mina")
    _told_often(mentee, hands)
    visitor = visits(mentee, size=PHONE)
    visitor.go("/notifications?page=9")
    expect(visitor.page.get_by_text("Page 5 of 5")).to_be_visible()
    assert small_targets(visitor.page, "nav.pager") == []
    assert beyond_the_edge(visitor.page) == 0
    visitor.part("notification-bell").click()
    expect(visitor.part("notification-count")).to_have_text("99+")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Mark all read").click()
    expect(visitor.part("notification-count")).to_have_count(0)
    assert count_unread(mentee) == 0


def test_without_any_there_is_a_way_on(visits: Visits) -> None:
    visitor = visits(a_mentee())
    visitor.go("/")
    visitor.part("notification-bell").click()
    visitor.page.get_by_role("dialog").get_by_role("link", name="Find a mentor").click()
    expect(visitor.page.get_by_role("heading", name="No notifications")).to_have_count(0)
    visitor.go("/notifications")
    visitor.page.get_by_role("link", name="Find a mentor").click()
    expect(visitor.page.get_by_role("heading", name="Find a mentor", level=1)).to_be_visible()

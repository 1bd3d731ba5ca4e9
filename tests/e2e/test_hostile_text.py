"""What people type is text wherever it is shown."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from mentorbook.services.booking.booking_queries import BookingQuery, list_bookings
from tests.e2e.visitor import Visits
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)
IMAGE = "<img src=x onerror=window.hacked=1>"
HOSTILE = IMAGE + " 🦉👩‍🚀 {alert(1)} ${1} </script><script>window.hacked=1</script>"
NAME = "<b onclick=1>Mallory</b> 🦊"


def test_hostile_text_is_shown_as_it_is(visits: Visits) -> None:
    mentor, mentee = a_mentor(), a_mentee(NAME.replace(" ", "\u00a0"))
    mine, theirs = visits(mentee), visits(mentor)
    theirs.go("/sessions")
    mine.come_to_confirm(mentor, TEN, title=HOSTILE, description=HOSTILE)
    expect(mine.part("booking-summary")).to_contain_text(HOSTILE)
    mine.part("confirm-booking").click()
    expect(mine.part("booking-success")).to_be_visible()
    session = list_bookings(mentee, BookingQuery()).bookings[0]
    assert session.title == HOSTILE
    for visitor in (mine, theirs):
        visitor.go("/sessions")
        expect(visitor.part("session-card")).to_contain_text(HOSTILE)
        visitor.part("notification-bell").click()
        expect(visitor.part("notification-item")).to_contain_text(HOSTILE)
        visitor.go("/notifications")
        expect(visitor.part("notification-item")).to_contain_text(HOSTILE)
        visitor.go(f"/sessions/{session.id}")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
        expect(visitor.page.get_by_role("main")).to_contain_text(HOSTILE)
        visitor.go(f"/room/{session.id}")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
        assert visitor.page.evaluate("window.hacked === undefined")
        assert visitor.page.evaluate("document.querySelectorAll('img, main b[onclick]').length") == 0
        assert visitor.errors == []


def test_a_hostile_search_is_only_words(visits: Visits) -> None:
    visitor = visits()
    visitor.go("/?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E%27%22%60%24%7B1%7D%5C")
    expect(visitor.page.get_by_role("searchbox")).to_have_value(IMAGE + "'\"`${1}\\")
    expect(visitor.page.get_by_text("No mentor matches")).to_be_visible()
    assert visitor.page.evaluate("window.hacked === undefined")

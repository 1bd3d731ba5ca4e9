"""A mentor's weekly hours lead to the times of their days."""

from playwright.sync_api import expect

from mentorbook.domain.slots import WeeklyBlock
from tests.conftest import Hands
from tests.e2e.checking import barriers
from tests.e2e.visitor import Visits
from tests.people import a_mentee, a_mentor

# NOON is a Wednesday: that day's hours are over, and there are others on Thursday and Saturday.
HOURS = tuple(WeeklyBlock(day, "09:00", "11:00", "AVAILABLE") for day in (3, 4, 6))


def test_each_day_with_hours_leads_to_its_times(visits: Visits, hands: Hands) -> None:
    mentor = a_mentor("Moira", weekly=HOURS)
    visitor = visits(a_mentee("Mina"))
    visitor.go(f"/mentors/{mentor.id}")
    days = visitor.part("open-day")
    expect(days).to_have_count(2)
    expect(visitor.page.get_by_text("No more today")).to_be_visible()
    for number, date in enumerate(("2027-01-14", "2027-01-16")):
        expect(days.nth(number)).to_have_attribute("href", f"/mentors/{mentor.id}?book={date}")
    expect(days.first).to_have_accessible_name("09:00 – 11:00 book on Thu 14 Jan")
    assert barriers(visitor.page) == []
    # Whoever is not logged in comes back to that day afterwards.
    stranger = visits()
    stranger.go(f"/mentors/{mentor.id}")
    expect(stranger.part("open-day").first).to_have_attribute(
        "href", f"/login?next=/mentors/{mentor.id}?book=2027-01-14"
    )
    assert barriers(stranger.page) == []
    assert visitor.errors == stranger.errors == []


def test_hours_lead_nowhere_where_nobody_can_book(visits: Visits) -> None:
    mentor = a_mentor("Moira", weekly=HOURS, is_available=False)
    for person in (a_mentee("Mina"), mentor):
        visitor = visits(person)
        visitor.go(f"/mentors/{mentor.id}")
        expect(visitor.page.get_by_text("09:00 – 11:00").first).to_be_visible()
        expect(visitor.part("open-day")).to_have_count(0)

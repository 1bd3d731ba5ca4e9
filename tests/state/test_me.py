"""Who the frame of the page says one is."""

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.people.me import Me
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page


def test_a_stranger_is_shown_in_the_browsers_zone(db: Database, hands: Hands) -> None:
    page = Page(zone="Asia%2FTokyo")
    assert "sessionStorage.removeItem" in page.do(Me, "arrive")
    me = page.state(Me)
    assert (me.ready, me.signed_in, me.name, me.zone, me.city) == (True, False, "", "Asia/Tokyo", "Tokyo")


def test_a_member_is_shown_with_roles_zone_and_unread_count(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Moira Hill", zone="Europe/London")
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    page = Page(mentor, zone="Asia%2FTokyo")
    page.do(Me, "arrive_member")
    me = page.state(Me)
    assert (me.ready, me.signed_in, me.name, me.initials) == (True, True, "Moira Hill", "MH")
    assert (me.zone, me.is_mentor, me.is_admin, me.unread) == ("Europe/London", True, False, 1)


def test_a_strangers_members_page_goes_to_the_log_in_and_never_shows(db: Database, hands: Hands) -> None:
    page = Page(path="/sessions")
    assert "/login?next=/sessions" in page.do(Me, "arrive_member")
    assert not page.state(Me).ready


def test_somebody_elses_account_leaves_nothing_behind(db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Mina", is_admin=True))
    page.do(Me, "arrive")
    other = Page()
    other.root = page.root
    other.go("/")
    other.do(Me, "arrive")
    me = page.state(Me)
    assert (me.signed_in, me.name, me.email, me.is_admin, me.unread) == (False, "", "", False, 0)


def test_leaving_ends_the_log_in_by_a_full_navigation(sqlite_db: Database, hands: Hands) -> None:
    said = Page(a_mentee()).do(Me, "leave")
    assert "/api/auth/logout" in said
    assert "window.location.assign('/')" in said.replace("\\", "")

"""A state says which address its content is of, and never of one page that it is another."""

from typing import Any

import pytest
import reflex as rx

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.address import asked_page
from mentorbook.state.booking.session_list import SessionList
from mentorbook.state.booking.session_page import SessionPage
from mentorbook.state.people.mentor_page import ProfilePage
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.state.harness import Page


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/sessions", "/sessions  "),
        ("/sessions?tab=past&page=2&cancel=1", "/sessions past 2"),
        ("/sessions?page=3&tab=", "/sessions  3"),
        ("/sessions?tab=past&tab=coming", "/sessions coming "),
        ("/sessions?tab=%C3%A4&page=%ED%A0%80", "/sessions  "),
        ("/sessions?tab=a%20b&page=%D9%A3", "/sessions  "),
    ],
)
def test_the_address_is_read_as_the_browser_reads_it(path: str, asked: str) -> None:
    assert asked_page(Page(path=path).state(SessionList), "tab", "page") == asked


def said(page: Page, kind: type[rx.State]) -> list[dict[str, Any]]:
    """What a browser knows of a state after each message, one on top of the other."""
    known: dict[str, Any] = {}
    after = []
    for message in page.heard():
        news = message.get(kind.get_full_name(), {})
        known |= {name.removesuffix("_rx_state_"): value for name, value in news.items()}
        after.append(dict(known))
    return after


def test_no_message_shows_one_session_at_the_address_of_another(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    ids = [str(create_booking(mentee, a_request(mentor, in_hours(hours))).id) for hours in (24, 48)]
    page = Page(mentee)
    for each in (*ids, *ids):
        page.go(f"/sessions/{each}")
        page.do(SessionPage, "load")
    shown = [known for known in said(page, SessionPage) if known.get("phase") == "shown"]
    assert [known["card"]["id"] for known in shown] == [*ids, *ids]
    assert [known["asked"] for known in shown] == [f"/sessions/{each}" for each in (*ids, *ids)]


def test_no_message_shows_one_tab_at_the_address_of_another(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(24)))
    page = Page(mentee)
    tabs = ("coming", "past", "coming", "cancelled")
    for tab in tabs:
        page.go(f"/sessions?tab={tab}")
        page.do(SessionList, "load")
    shown = [known for known in said(page, SessionList) if known.get("phase") == "shown"]
    assert [known["asked"] for known in shown] == [f"/sessions {tab} " for tab in tabs]
    assert [len(known["days"]) + len(known["cards"]) for known in shown] == [1, 0, 1, 0]


def test_the_same_list_at_another_address_is_said_to_be_there(db: Database, hands: Hands) -> None:
    page = Page(a_mentee(), path="/sessions")
    page.do(SessionList, "load")
    page.go("/sessions?tab=coming&page=1")
    page.do(SessionList, "load")
    assert page.state(SessionList).asked == "/sessions coming 1"


def test_no_message_shows_one_mentor_at_the_address_of_another(db: Database, hands: Hands) -> None:
    mentors = [str(a_mentor(name).id) for name in ("Moira", "Odile")]
    page = Page(a_mentee())
    for each in mentors:
        page.go(f"/mentors/{each}")
        page.do(ProfilePage, "arrive")
        page.do(ProfilePage, "depart")
    shown = [known for known in said(page, ProfilePage) if known.get("phase") == "shown"]
    assert [(known["details"]["id"], known["asked"]) for known in shown] == [
        (each, f"/mentors/{each}") for each in mentors
    ]

"""The mentor's part of the settings: asking, waiting, the answer, and the steps of the set-up."""

import asyncio

from mentorbook.db.engine import Database
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import approve_mentor, decline_mentor
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import MOST_REQUESTS, request_to_mentor, withdraw_request
from mentorbook.services.people.own_profile import save_profile
from mentorbook.state.people.mentoring import Mentoring
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.harness import Page, Tabs, publishing, settled

SAID = {"headline": "Maps", "expertise": ["Cartography"], "rate": "60", "currency": "GBP"}


def done(page: Page) -> list[str]:
    """The steps that are done."""
    return [step.key for step in page.state(Mentoring).section.steps if step.is_done]


def test_asking_shows_since_when_and_the_steps(db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Noor", "Asia/Kolkata"))
    page.do(Mentoring, "load")
    state = page.state(Mentoring)
    assert (state.phase, state.section.status, state.section.steps) == ("shown", "none", [])
    before = state.answered
    page.do(Mentoring, "ask")
    assert (state.section.status, state.section.since) == ("requested", "Wed 13 Jan, 17:30")
    assert state.answered["ask"] != before.get("ask")
    assert [step.href for step in state.section.steps] == [
        "/settings/profile",
        "/availability",
        "/settings/profile#card-preview",
    ]
    assert done(page) == []
    page.do(Mentoring, "withdraw")
    assert (state.section.status, state.section.steps) == ("none", [])


def test_steps_are_done_by_what_is_saved_anywhere(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    request_to_mentor(person)
    save_profile(accounts.account(person.id), SAID)
    page = Page(person, tab="another device")
    page.do(Mentoring, "load")
    assert done(page) == ["profile"]
    mentor = a_mentor()
    other = Page(mentor, tab="mentor")
    other.do(Mentoring, "load")
    assert done(other) == ["profile", "hours", "page"]
    assert other.state(Mentoring).section.steps[2].href == f"/mentors/{mentor.id}"


def test_an_open_page_hears_the_answer(db: Database, hands: Hands) -> None:
    admin, person = a_mentee("Admin", is_admin=True), a_mentee("Noor")
    page = Page(person)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(Mentoring, "load")
            await page.send(Mentoring, "ask")
            decline_mentor(admin, person.id, {"reason": "Say more."})
            await settled()
            section = page.state(Mentoring).section
            assert (section.status, section.reason, section.since) == ("declined", "Say more.", "")
            await page.send(Mentoring, "ask")
            await settled()
            assert page.state(Mentoring).section.status == "requested"

    asyncio.run(run())


def test_what_an_admin_decided_meanwhile_is_shown_beside_the_refusal(db: Database, hands: Hands) -> None:
    admin, person = a_mentee("Admin", is_admin=True), a_mentee("Noor")
    page = Page(person)
    page.do(Mentoring, "ask")
    approve_mentor(admin, person.id)
    page.do(Mentoring, "withdraw")
    state = page.state(Mentoring)
    assert state.problem == "You are a mentor already, so there is no request to withdraw."
    assert state.section.status == "approved"


def test_asking_too_often_is_told_in_words(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    for _ in range(MOST_REQUESTS):
        request_to_mentor(person)
        withdraw_request(person)
    page = Page(person)
    page.do(Mentoring, "ask")
    assert page.state(Mentoring).problem == "You have asked several times today. Ask again tomorrow."
    assert page.state(Mentoring).section.status == "none"

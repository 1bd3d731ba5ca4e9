"""The page of all people, without a browser: what it hears of, what it asks, what it keeps."""

import asyncio
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import MentorStatus
from mentorbook.services import change_feed
from mentorbook.services.admin import account_changes
from mentorbook.services.admin.people import list_people, person
from mentorbook.services.change_feed import ACCOUNTS, announce
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import request_to_mentor, withdraw_request
from mentorbook.state.admin import people_list
from mentorbook.state.admin.people_list import PeopleList
from mentorbook.state.admin.person_panel import PersonPanel
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.harness import Page, Tabs, publishing, settled

PEOPLE = "/admin/people"


def names(page: Page) -> list[str]:
    """Who stands in the list."""
    return [row.name for row in page.state(PeopleList).rows]


def test_a_request_appears_and_goes_again_without_a_reload(db: Database, hands: Hands) -> None:
    admin, noor = a_mentee("Ada", is_admin=True), a_mentee("Noor")
    page = Page(admin, path=f"{PEOPLE}?status=requested")
    seen = []

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(PeopleList, "load")
            for deed in (request_to_mentor, withdraw_request):
                await call(deed, noor)
                await settled()
                seen.append(names(page))

    asyncio.run(run())
    assert seen == [["Noor"], []]


def test_however_many_accounts_change_the_list_is_read_few_times(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, read = Page(a_mentee("Ada", is_admin=True), path=PEOPLE), []
    asked = list_people

    def counted(*values: Any) -> Any:
        read.append(values)
        return asked(*values)

    monkeypatch.setattr(people_list, "list_people", counted)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(PeopleList, "load")
            for number in range(30):
                a_mentee(f"New{number:02}")
                announce([ACCOUNTS])
            await settled()

    asyncio.run(run())
    assert 2 <= len(read) <= 3
    assert page.state(PeopleList).total == 31


def test_a_new_account_is_heard_of(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "hash_password", str)
    page = Page(a_mentee("Ada", is_admin=True), path=f"{PEOPLE}?search=Noor")
    given = {"name": "Noor", "email": "noor@people.test", "password": "a long new password"}

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(PeopleList, "load")
            await call(accounts.register, {**given, "timezone": "UTC"}, address="192.0.2.1")
            await settled()

    asyncio.run(run())
    assert names(page) == ["Noor"]


def test_a_page_that_was_left_is_not_read_any_more(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Ada", is_admin=True), path=PEOPLE)

    async def run() -> None:
        with publishing(Tabs(page)):
            await page.send(PeopleList, "load")
            await page.send(PersonPanel, "load")
            page.go("/sessions")
            await page.send(PeopleList, "depart")
            await page.send(PersonPanel, "depart")
            a_mentee("Later")
            live.changed(frozenset({ACCOUNTS}))
            await settled()

    asyncio.run(run())
    assert names(page) == ["Ada"]


def test_the_panel_shows_what_another_admin_has_done_meanwhile(db: Database, hands: Hands) -> None:
    ada, other, noor = a_mentee("Ada", is_admin=True), a_mentee("Other", is_admin=True), a_mentee("Noor")
    request_to_mentor(noor)
    page = Page(ada, path=f"{PEOPLE}?person={noor.id}&change=mentor_declined")
    panel = page.state(PersonPanel)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(PersonPanel, "load")
            assert "mentor_declined" in panel.details.questions
            await call(account_changes.approve_mentor, other, noor.id)
            await settled()

    asyncio.run(run())
    assert panel.details.mentoring == "Mentor"
    assert "mentor_declined" not in panel.details.questions
    # Who was quicker than that is told, in place, and the account is as it is.
    page.do(PersonPanel, "write_reason", text="Too late")
    said = page.do(PersonPanel, "carry_out", person_id=str(noor.id), change="mentor_declined")
    assert (said, panel.problem) == ("", "No request to be a mentor waits for an answer.")
    assert person(ada, noor.id).mentor_status == MentorStatus.APPROVED


def test_what_is_refused_is_said_in_place(db: Database, hands: Hands) -> None:
    ada, noor = a_mentee("Ada", is_admin=True), a_mentee("Noor")
    page = Page(ada, path=f"{PEOPLE}?person={ada.id}")
    panel = page.state(PersonPanel)
    page.do(PersonPanel, "load")
    for change, words in (
        ("admin_withdrawn", "You cannot take the admin's role from yourself."),
        ("mentor_approved", "They have not asked to be a mentor. Invite them instead."),
    ):
        before = panel.turn
        assert page.do(PersonPanel, "carry_out", person_id=str(ada.id), change=change) == ""
        assert panel.problem == words
        assert panel.turn != before
    # A reason is asked for at its field.
    page.go(f"{PEOPLE}?person={noor.id}&change=deactivated")
    page.do(PersonPanel, "load")
    assert "account-reason" in page.do(PersonPanel, "carry_out", person_id=str(noor.id), change="deactivated")
    assert (panel.reason_error, panel.problem) == ("Say in a few words why.", "")
    assert person(ada, noor.id).events == []


def test_a_reason_belongs_to_one_person_and_one_change(sqlite_db: Database, hands: Hands) -> None:
    ada, noor = a_mentee("Ada", is_admin=True), a_mentee("Noor")
    request_to_mentor(noor)
    page, other = Page(ada, path=PEOPLE), a_mentor("Moira")
    panel = page.state(PersonPanel)

    def asks(whom: Any, change: str) -> str:
        page.go(f"{PEOPLE}?person={whom.id}&change={change}")
        page.do(PersonPanel, "load")
        return panel.reason

    assert asks(noor, "deactivated") == ""
    page.do(PersonPanel, "write_reason", text="For the record alone")
    assert asks(noor, "mentor_declined") == ""
    page.do(PersonPanel, "write_reason", text="Say more.")
    # A new state, as after a restart, takes up what the browser has kept.
    kept = panel.draft
    page = Page(ada, path=PEOPLE, tab="again", cookie=page.cookie)
    panel = page.state(PersonPanel)
    panel.draft = kept
    assert asks(noor, "mentor_declined") == "Say more."
    page.do(PersonPanel, "carry_out", person_id=str(noor.id), change="mentor_declined")
    assert person(ada, noor.id).decline_reason == "Say more."
    assert (panel.reason, panel.draft) == ("", "")
    assert asks(other, "deactivated") == ""


def test_nonsense_in_the_address_is_no_account(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Ada", is_admin=True))
    for asked in ("nonsense", "');alert(1);('", "x" * 300, str(page.root.router.session.client_token)):
        page.go(f"{PEOPLE}?person={asked}")
        page.do(PersonPanel, "load")
        assert page.state(PersonPanel).phase == "missing"
        assert len(page.state(PersonPanel).asked_for) <= 40
    page.go(PEOPLE)
    # What it is called goes into a script as a text, whatever is in it.
    assert "alert(1)" not in page.do(PersonPanel, "load")
    assert page.state(PersonPanel).phase == "closed"

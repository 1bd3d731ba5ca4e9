"""What one hears of: the section of the settings, and the page of the link in a mail."""

import asyncio
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import NoticeKind, NoticeTopic, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.mail import opened_addresses
from mentorbook.services.mail.preferences import change_choices, mail_choices, notice_choices
from mentorbook.services.mail.secret_addresses import renew_secret, secret_of
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.state.people.mail_choice import MailChoice
from mentorbook.state.people.me import Me
from mentorbook.state.people.preferences import Preferences
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.services.test_preferences import told
from tests.state.harness import Page, Tabs, publishing, settled, visible

ALL = [topic.value for topic in NoticeTopic]
OFF = {"topic": "reminders", "way": "by_mail", "is_on": False}


def on_page(person: Account | None, **options: Any) -> Page:
    """Somebody's settings, loaded."""
    page = Page(person, path="/settings", **options)
    page.do(Preferences, "load")
    return page


def test_topics_that_cannot_concern_one_are_left_out(sqlite_db: Database, hands: Hands) -> None:
    mina, asker = a_mentee("Mina"), a_mentee("Asker")
    request_to_mentor(asker)
    shown = on_page(mina).state(Preferences).topics
    assert shown == [topic for topic in ALL if topic != "mentoring"]
    for person in (asker, a_mentor(), a_mentee("Admin", is_admin=True)):
        assert on_page(person).state(Preferences).topics == ALL
    # What somebody has turned off, by the link in a mail, can be turned on again here.
    change_choices(mina, {"topics": [{"topic": "mentoring", "byMail": False}]})
    assert on_page(mina).state(Preferences).topics == ALL


def test_a_press_is_saved_and_leaves_what_the_page_shows(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = on_page(mina)
    state = page.state(Preferences)
    turn = state.turn
    page.do(Preferences, "switch", **OFF)
    page.do(Preferences, "switch", topic="changes", way="in_app", is_on=False)
    assert state.turn == turn
    assert sorted(key for key, is_on in state.is_on.items() if not is_on) == [
        "changes_in_app",
        "reminders_by_mail",
    ]
    ways = {choice.topic: (choice.in_app, choice.by_mail) for choice in notice_choices(mina).topics}
    assert (ways[NoticeTopic.REMINDERS], ways[NoticeTopic.CHANGES]) == ((True, False), (False, True))


def test_what_could_not_be_saved_is_shown_as_it_is(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = on_page(a_mentee())
    state = page.state(Preferences)
    turn, before = state.turn, state.is_on
    assert "error" in page.do(Preferences, "switch", topic="weather", way="in_app", is_on=False)
    assert state.turn != turn
    assert state.is_on == before


@pytest.mark.parametrize(
    "values",
    [{"way": "by_post"}, {"topic": "x" * 21}, {"is_on": "no"}, {"is_on": None}, {"topic": ["reminders"]}],
)
def test_a_browser_cannot_send_anything_else(
    sqlite_db: Database, hands: Hands, values: dict[str, Any]
) -> None:
    mina = a_mentee()
    assert "error" in on_page(mina).do(Preferences, "switch", **OFF | values)
    assert all(choice.in_app and choice.by_mail for choice in notice_choices(mina).topics)


def test_another_tab_and_its_bell_follow(sqlite_db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    told(mina, NoticeKind.REMINDER_DAY)
    here, there, other = (
        Page(who, path="/settings", tab=n) for who, n in ((mina, "a"), (mina, "b"), (noor, "c"))
    )

    async def run() -> None:
        tabs = Tabs(here, there, other)
        with publishing(tabs), change_feed.listening(live.changed):
            for page in (here, there, other):
                await page.send(Me, "arrive_member")
                await page.send(Preferences, "load")
            assert there.state(Me).unread == 1
            turns = {page.token: page.state(Preferences).turn for page in (here, there, other)}
            # As in the app, a tab is not reloaded while it handles an event of its own.
            async with tabs.locks[here.token]:
                await here.send(Preferences, "switch", topic="reminders", way="in_app", is_on=False)
            await settled()
            assert not there.state(Preferences).is_on["reminders_in_app"]
            assert there.state(Me).unread == here.state(Me).unread == 0
            # There what was pressed before is void, here what was pressed stands.
            changed = [
                each.token
                for each in (here, there, other)
                if each.state(Preferences).turn != turns[each.token]
            ]
            assert changed == ["b"]

    asyncio.run(run())


# The page of the link


def by_link(person: Account, topic: str = "reminders", viewer: Account | None = None) -> Page:
    """The page that the link in a mail to `person` opens, in whoever's browser."""
    secret = secret_of(person.id, SecretPurpose.UNSUBSCRIBE)
    page = Page(viewer, path=f"/unsubscribe?key={secret}&topic={topic}")
    page.do(MailChoice, "arrive")
    return page


def mail_of(person: Account) -> list[str]:
    """The topics of which somebody gets mail."""
    secret = secret_of(person.id, SecretPurpose.UNSUBSCRIBE)
    return [topic for topic, is_on in mail_choices(secret, "192.0.2.9").wanted.items() if is_on]


def test_the_link_shows_whose_mail_it_is_and_changes_nothing(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    for viewer in (None, mina, noor):
        state = by_link(mina, viewer=viewer).state(MailChoice)
        assert (state.phase, state.topic, state.topics[0]) == ("shown", "reminders", "reminders")
        assert sorted(state.topics) == sorted(ALL)
        local, _, domain = mina.email.partition("@")
        assert state.email == f"{local[0]}…{local[-1]}@{domain}"
        assert all(state.is_on.values())
    assert mail_of(mina) == ALL


def test_the_secret_and_the_address_are_not_told_to_the_page(sqlite_db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = by_link(mina)
    shown = str(visible(page.state(MailChoice)))
    assert "…" in shown
    assert mina.email not in shown
    assert mina.email not in str(page.deltas)
    assert secret_of(mina.id, SecretPurpose.UNSUBSCRIBE) not in shown


def test_one_press_stops_the_topic_another_all_and_each_can_be_undone(db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = by_link(mina, viewer=a_mentee("Noor"))
    state = page.state(MailChoice)
    page.do(MailChoice, "switch", topic="reminders", is_on=False)
    assert (state.told, state.can_undo) == ("You get no more mail about reminders.", True)
    rest = [topic for topic in ALL if topic != "reminders"]
    assert mail_of(mina) == rest
    page.do(MailChoice, "stop_all")
    stopped = "You get no more of these mails, except what corrects your calendar."
    assert (state.told, mail_of(mina)) == (stopped, [])
    page.do(MailChoice, "undo")
    assert (state.told, state.can_undo) == ("All is as it was before.", False)
    assert mail_of(mina) == rest
    page.do(MailChoice, "switch", topic="changes", is_on=False)
    change_choices(mina, {"topics": [{"topic": "bookings", "byMail": False}]})
    page.do(MailChoice, "undo")
    # What was changed elsewhere meanwhile stays.
    assert mail_of(mina) == [topic for topic in rest if topic != "bookings"]
    change_choices(mina, {"topics": [{"topic": "bookings", "byMail": True}]})
    page.do(MailChoice, "arrive")
    assert [topic for topic, is_on in state.is_on.items() if is_on] == rest
    page.do(MailChoice, "switch", topic="reminders", is_on=True)
    assert (state.told, mail_of(mina)) == ("You get mail about reminders again.", ALL)
    # A page that was loaded anew undoes nothing, but its switches do.
    page.do(MailChoice, "arrive")
    page.do(MailChoice, "undo")
    assert mail_of(mina) == ALL
    assert all(choice.in_app for choice in notice_choices(mina).topics)


@pytest.mark.parametrize("key", ["", "none", "x" * 5000, "%00", "%F0%9F", "former", "calendar"])
def test_a_key_that_opens_nothing_is_told_in_one_sentence(db: Database, hands: Hands, key: str) -> None:
    mina = a_mentee()
    former = secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)
    renew_secret(mina.id, SecretPurpose.UNSUBSCRIBE)
    keys = {"former": former, "calendar": secret_of(mina.id, SecretPurpose.CALENDAR)}
    page = Page(path=f"/unsubscribe?key={keys.get(key, key)}&topic=reminders")
    state = page.state(MailChoice)
    for handler, values in (
        ("arrive", {}),
        ("switch", {"topic": "changes", "is_on": False}),
        ("stop_all", {}),
        ("undo", {}),
    ):
        page.do(MailChoice, handler, **values)
        assert (state.phase, state.email, state.is_on) == ("gone", "", {})
    assert mail_of(mina) == ALL


def test_a_link_that_is_renewed_while_its_page_is_open_says_so(sqlite_db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = by_link(mina)
    renew_secret(mina.id, SecretPurpose.UNSUBSCRIBE)
    page.do(MailChoice, "stop_all")
    assert (page.state(MailChoice).phase, mail_of(mina)) == ("gone", ALL)


def test_whoever_tries_too_often_reads_for_how_long_to_wait(sqlite_db: Database, hands: Hands) -> None:
    mina = a_mentee()
    page = by_link(mina)
    state = page.state(MailChoice)
    for _ in range(opened_addresses.MOST_OPENED):
        page.do(MailChoice, "switch", topic="changes", is_on=True)
    before, turn = state.is_on, state.turn
    page.do(MailChoice, "switch", topic="changes", is_on=False)
    assert (state.phase, state.is_on, state.told) == ("shown", before, "")
    assert state.problem.startswith("Too many calls. Try again in ")
    assert state.turn != turn
    page.do(MailChoice, "arrive")
    assert (state.phase, state.problem[:15]) == ("failed", "Too many calls.")
    hands.on(minutes=2)
    page.do(MailChoice, "arrive")
    assert (state.phase, state.problem) == ("shown", "")


@pytest.mark.parametrize("topic", ["weather", "", "x" * 30])
def test_an_address_without_a_topic_shows_all(sqlite_db: Database, hands: Hands, topic: str) -> None:
    page = by_link(a_mentee(), topic)
    state = page.state(MailChoice)
    assert (state.phase, state.topic, state.topics) == ("shown", "", ALL)
    page.do(MailChoice, "switch", topic=topic, is_on=False)
    assert all(state.is_on.values())

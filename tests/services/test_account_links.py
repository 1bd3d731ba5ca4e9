"""Links that work once, and the password that is forgotten."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import AccountLink, KnownDevice, LoginSession, User
from mentorbook.domain.errors import LinkVoid, NotFound, WrongCredentials
from mentorbook.domain.kinds import LinkPurpose, SecretPurpose
from mentorbook.logs import LineFormatter
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.booking.calendar_feed import sessions_by_secret
from mentorbook.services.mail.secret_addresses import known_secret, renew_secret, secret_of
from mentorbook.services.people import accounts, known_devices, own_email
from mentorbook.services.people.account_links import MOST_LINKS, add_link, look_at_link
from mentorbook.services.people.credentials import Browser, replace_password
from mentorbook.settings import Settings
from tests.conftest import Hands
from tests.letters import Letters, token_of
from tests.people import a_mentee, who_logs_in
from tests.services.link_deeds import (
    CHANGE,
    CONFIRM,
    HERE,
    NEW,
    OLD,
    RESET,
    a_link_for,
    ask,
    follow,
    forget,
    mina,
    reset,
    rows,
    user,
)

pytestmark = pytest.mark.usefixtures("plain_passwords")


def test_a_forgotten_password_is_chosen_anew(db: Database, hands: Hands, letters: Letters) -> None:
    person = mina()
    token = accounts.start_login(person.id, address=None, agent=None)
    known_devices.remember(token, "")
    forget(f" {person.email.upper()} ")
    (mail,) = letters.delivered()
    assert (mail.to_address, mail.to_name, mail.subject) == (person.email, "Mina", "Choose a new password")
    assert look_at_link({"token": token_of(mail)}, RESET).account_email == person.email
    heard: list[frozenset[object]] = []
    with change_feed.listening(heard.append):
        reset(token_of(mail))
    assert heard == [frozenset({person.id, change_feed.ACCOUNTS})]
    assert who_logs_in({"email": person.email, "password": NEW}).id == person.id
    with pytest.raises(WrongCredentials):
        who_logs_in({"email": person.email, "password": OLD})
    assert rows(LoginSession) == rows(KnownDevice) == rows(AccountLink) == []
    assert user(person).email_confirmed_at == hands.now
    assert letters.subjects() == [(person.email, "Your password was changed")]


@pytest.mark.parametrize("way", ["forgotten", "in the settings"])
def test_a_new_password_ends_the_address_of_the_calendar(
    db: Database, hands: Hands, letters: Letters, way: str
) -> None:
    person, other = mina(), mina("Noor")
    former, kept = (renew_secret(each.id, SecretPurpose.CALENDAR) for each in (person, other))
    of_mail = secret_of(person.id, SecretPurpose.UNSUBSCRIBE)
    if way == "forgotten":
        reset(a_link_for(person, RESET, letters))
    else:
        token = accounts.start_login(person.id, address=None, agent=None)
        body = {"currentPassword": OLD, "newPassword": NEW}
        replace_password(person, body, Browser(HERE, login=token))
    with pytest.raises(NotFound):
        sessions_by_secret(former, HERE)
    assert known_secret(person.id, SecretPurpose.CALENDAR) is None
    (mail,) = letters.delivered()
    assert "address for your calendar program, it no longer works" in " ".join(mail.text.split())
    # What opens nothing but the choice of mail stays, and so does everybody else's.
    assert secret_of(person.id, SecretPurpose.UNSUBSCRIBE) == of_mail
    assert sessions_by_secret(kept, HERE) == (other.id, [])


def test_a_link_works_once_and_takes_all_others_of_its_kind_with_it(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person, other = mina(), mina("Noor")
    for each in (person, person, other):
        forget(each.email)
    first, second, others = [
        token_of(mail) for mail in sorted(letters.delivered(), key=lambda mail: mail.to_address)
    ]
    # The later as well as the earlier: whichever mail is opened.
    reset(second)
    for token in (first, second, "unknown", "é" * 50):
        with pytest.raises(LinkVoid) as refused:
            reset(token, OLD)
        assert refused.value.detail == LinkVoid.message
    assert user(person).password_hash == NEW.upper()
    reset(others)


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [(RESET, timedelta(hours=1)), (CONFIRM, timedelta(days=3)), (CHANGE, timedelta(days=1))],
)
def test_a_link_is_good_for_a_time(
    db: Database, hands: Hands, letters: Letters, purpose: LinkPurpose, lasts: timedelta
) -> None:
    token = a_link_for(mina(), purpose, letters)
    hands.on(seconds=lasts.total_seconds() - 1)
    look_at_link({"token": token}, purpose)
    hands.on(seconds=1)
    with pytest.raises(LinkVoid):
        look_at_link({"token": token}, purpose)
    with pytest.raises(LinkVoid):
        (reset if purpose == RESET else follow)(token)


@pytest.mark.parametrize("made", [RESET, CONFIRM, CHANGE])
def test_a_link_does_only_what_it_was_made_for(
    db: Database, hands: Hands, letters: Letters, made: LinkPurpose
) -> None:
    person = mina()
    token = a_link_for(person, made, letters)
    with pytest.raises(LinkVoid):
        (follow if made == RESET else reset)(token)
    assert user(person).password_hash == OLD.upper()
    assert user(person).email_confirmed_at is None


def test_a_mail_that_is_tried_again_has_another_link_and_both_work_once(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    letters.down = True
    forget(person.email)
    letters.delivered()
    hands.on(minutes=2)
    letters.down = False
    letters.delivered()
    first, second = [token_of(mail) for mail in letters.tried]
    assert first != second
    assert letters.tried[0].message_id == letters.tried[1].message_id
    look_at_link({"token": first}, RESET)
    reset(second)
    with pytest.raises(LinkVoid):
        reset(first)


def test_however_often_a_mail_is_tried_so_many_links_are_kept(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    letters.down = True
    forget(person.email)
    for _ in range(MOST_LINKS + 5):
        letters.delivered()
        hands.on(minutes=1)
    tokens = [token_of(mail) for mail in letters.tried]
    assert len(tokens) > MOST_LINKS
    assert len(rows(AccountLink)) == MOST_LINKS
    look_at_link({"token": tokens[-1]}, RESET)


def test_a_stranger_who_asks_often_takes_no_link_that_an_admin_made(db: Database, hands: Hands) -> None:
    person = mina()
    with write_transaction() as session:
        by_hand = add_link(session, session.get_one(User, person.id), RESET, person.email, is_mailed=False)
        for _ in range(MOST_LINKS + 1):
            mailed = add_link(session, session.get_one(User, person.id), RESET, person.email)
    look_at_link({"token": by_hand}, RESET)
    look_at_link({"token": mailed}, RESET)
    assert len(rows(AccountLink)) == MOST_LINKS + 1


def test_the_secret_stands_in_the_mail_and_nowhere_else(
    db: Database, hands: Hands, letters: Letters, caplog: pytest.LogCaptureFixture
) -> None:
    person = mina()
    with caplog.at_level(logging.DEBUG):
        forget(person.email)
        own_email.send_confirmation(person, address=HERE)
        ask(person, "new@people.test")
        letters.down = True
        letters.delivered()
        hands.on(minutes=2)
        letters.down = False
        letters.delivered()
        tokens = [token_of(mail) for mail in letters.tried if "token=" in mail.text]
        assert len(tokens) == 6
        reset(next(token for token in tokens if _does(token, RESET)))
    logged = "\n".join(LineFormatter().format(record) for record in caplog.records)
    with read_transaction() as session:
        tables = SQLModel.metadata.sorted_tables
        stored = "\n".join(str(row) for table in tables for row in session.execute(select(table)))
    assert person.email in stored
    for token in tokens:
        assert token not in stored
        assert token not in logged


def _does(token: str, purpose: LinkPurpose) -> bool:
    try:
        look_at_link({"token": token}, purpose)
    except LinkVoid:
        return False
    return True


def test_who_may_not_log_in_gets_no_link(
    db: Database, hands: Hands, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, demo = mina("Gone"), mina("Demo")
    forget(gone.email)
    before = letters.token_to(gone.email)
    deactivate(a_mentee("Ada", is_admin=True), gone.id, {"reason": "Because"})
    with write_transaction() as session:
        session.get_one(User, demo.id).is_demo = True
    public = Settings(base_url="https://book.example")
    monkeypatch.setattr("mentorbook.services.people.account_links.settings", public)
    for email in (gone.email, demo.email, "nobody@people.test"):
        forget(email)
    assert letters.delivered() == []
    with pytest.raises(LinkVoid):
        reset(before)
    monkeypatch.undo()
    forget(demo.email)
    assert letters.subjects() == [(demo.email, "Choose a new password")]


def test_a_link_of_an_account_that_has_another_address_by_now_is_void(
    db: Database, hands: Hands, letters: Letters
) -> None:
    """The command line or a later version may change it without voiding what was mailed."""
    person = mina()
    forget(person.email)
    token = letters.token_to(person.email)
    with write_transaction() as session:
        session.get_one(User, person.id).email = "moved@people.test"
    with pytest.raises(LinkVoid):
        reset(token)

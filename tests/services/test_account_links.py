"""Links that work once: for a forgotten password, to confirm an address, to change it."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import AccountLink, KnownDevice, LoginSession, User
from mentorbook.domain.errors import LinkVoid, NotFound, RateLimited, ValidationFailed, WrongCredentials
from mentorbook.domain.kinds import LinkPurpose, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.logs import LineFormatter
from mentorbook.services import change_feed
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.booking.calendar_feed import sessions_by_secret
from mentorbook.services.mail.preferences import change_mail, mail_choices
from mentorbook.services.mail.secret_addresses import known_secret, renew_secret, secret_of
from mentorbook.services.people import accounts, known_devices, mail_limits, own_email, password_reset
from mentorbook.services.people.account_links import MOST_LINKS, look_at_link
from mentorbook.services.people.credentials import Browser, replace_password
from mentorbook.settings import Settings
from tests.conftest import Hands
from tests.letters import Letters, token_of
from tests.people import a_mentee, who_logs_in

OLD, NEW, HERE = "the old password", "the new password", "192.0.2.1"
RESET, CONFIRM, CHANGE = LinkPurpose.RESET_PASSWORD, LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes no time."""
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password.upper() == stored)


@pytest.fixture
def letters() -> Letters:
    """The mail of the test."""
    return Letters()


def mina(name: str = "Mina") -> Account:
    """Somebody who logs in with OLD."""
    person = a_mentee(name)
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = OLD.upper()
    return person


def user(person: Account) -> User:
    """Their row."""
    with read_transaction() as session:
        return session.get_one(User, person.id)


def rows(table: type[SQLModel]) -> list[SQLModel]:
    """All rows of a table."""
    with read_transaction() as session:
        return list(session.scalars(select(table)))


def forget(email: str, address: str = HERE) -> None:
    """Ask for a new password."""
    password_reset.ask_for_reset({"email": email}, address=address)


def reset(token: str, password: str = NEW) -> None:
    """Choose one."""
    password_reset.reset_password({"token": token, "newPassword": password})


def ask(person: Account, email: str, password: str = OLD, address: str = HERE) -> None:
    """Ask for another address."""
    body = {"currentPassword": password, "newEmail": email}
    own_email.ask_to_change(person, body, address=address)


def follow(token: str) -> str:
    """Follow a link to confirm; the account's address after it."""
    return own_email.confirm_email({"token": token}).email


def a_link_for(person: Account, purpose: LinkPurpose, letters: Letters) -> str:
    """The secret of a link that was mailed to somebody."""
    if purpose == CHANGE:
        ask(person, "new@people.test")
        return letters.token_to("new@people.test")
    if purpose == CONFIRM:
        own_email.send_confirmation(person, address=HERE)
    else:
        forget(person.email)
    return letters.token_to(person.email)


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


def test_asking_is_limited_by_address_and_by_network_alike_for_all(db: Database, hands: Hands) -> None:
    person = mina()
    for email in (person.email, "nobody@people.test"):
        for number in range(mail_limits.MOST_TO_ADDRESS):
            forget(email, f"198.51.100.{number}")
        with pytest.raises(RateLimited) as refused:
            forget(email, "203.0.113.5")
        assert refused.value.detail == "Too many mails have been asked for. Try again in 60 minutes."
    for number in range(mail_limits.MOST_FROM_NETWORK):
        forget(f"{number}@people.test", f"2001:db8::{number:x}")
    with pytest.raises(RateLimited):
        forget("another@people.test", "2001:db8::ffff")
    hands.on(hours=1)
    forget(person.email)


def test_an_address_is_confirmed_after_registering(db: Database, hands: Hands, letters: Letters) -> None:
    person = accounts.register({"email": "Mina@People.test", "password": OLD, "name": "Mina"}, address=HERE)
    (mail,) = letters.delivered()
    assert (mail.to_address, mail.subject) == ("mina@people.test", "Confirm your address")
    assert own_email.own_email(person).confirmed_at is None
    # Nothing is locked until then, and asking again makes another link of which either works.
    own_email.send_confirmation(person, address=HERE)
    again = letters.token_to(person.email)
    heard: list[frozenset[object]] = []
    with change_feed.listening(heard.append):
        assert own_email.confirm_email({"token": token_of(mail)}).is_new is False
    assert person.id in heard[0]
    assert own_email.own_email(person).confirmed_at == hands.now
    for token in (again, token_of(mail)):
        with pytest.raises(LinkVoid):
            follow(token)
    own_email.send_confirmation(person, address=HERE)
    assert letters.delivered() == []
    assert rows(LoginSession) == []


def test_asking_again_is_limited(db: Database, hands: Hands) -> None:
    person = mina()
    for number in range(mail_limits.MOST_BY_ACCOUNT):
        own_email.send_confirmation(person, address=f"198.51.100.{number}")
    with pytest.raises(RateLimited):
        own_email.send_confirmation(person, address="203.0.113.5")
    hands.on(hours=1)
    own_email.send_confirmation(person, address=HERE)


def test_what_strangers_ask_for_uses_up_nothing_of_who_is_logged_in(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person, new = mina(), "new@people.test"
    for email in (person.email, new):
        for number in range(mail_limits.MOST_TO_ADDRESS):
            forget(email, f"198.51.100.{number}")
        with pytest.raises(RateLimited):
            forget(email, "203.0.113.5")
    for number in range(mail_limits.MOST_FROM_NETWORK):
        forget(f"{number}@people.test")
    with pytest.raises(RateLimited):
        forget("another@people.test")
    letters.delivered()
    own_email.send_confirmation(person, address=HERE)
    ask(person, new)
    assert sorted(letters.subjects()) == [
        (person.email, "A new address was asked for"),
        (person.email, "Confirm your address"),
        (new, "Confirm your new address"),
    ]


def test_changes_are_limited_by_account_by_network_and_by_target_alike_for_all(
    db: Database, hands: Hands
) -> None:
    person, known = mina(), mina("Noor").email
    for number in range(mail_limits.MOST_BY_ACCOUNT):
        ask(person, f"{number}@people.test", address=f"198.51.100.{number}")
    with pytest.raises(RateLimited):
        ask(person, "another@people.test", address="203.0.113.5")
    others = [mina(f"Other {number}") for number in range(mail_limits.MOST_TO_ADDRESS + 1)]
    for target in (known, "nobody@people.test"):
        for number, each in enumerate(others[1:]):
            ask(each, target, address=f"198.51.100.{number}")
        with pytest.raises(RateLimited) as refused:
            ask(others[0], target, address="203.0.113.5")
        assert refused.value.detail == "Too many mails have been asked for. Try again in 60 minutes."
        # Whoever has an account there can still be mailed a link for a new password.
        forget(target, "203.0.113.5")
    crowd = [mina(f"Crowd {number}") for number in range(mail_limits.MOST_FROM_NETWORK + 1)]
    for number, each in enumerate(crowd[1:]):
        ask(each, f"crowd{number}@people.test")
    with pytest.raises(RateLimited):
        ask(crowd[0], "crowd@people.test")
    ask(crowd[-1], "crowd@people.test", address="203.0.113.7")


def test_an_address_is_changed_when_the_link_is_followed(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person, new = mina(), "new@people.test"
    forget(person.email)
    to_old = letters.token_to(person.email)
    ask(person, new)
    pending = own_email.own_email(person)
    assert (pending.email, pending.wanted) == (person.email, new)
    assert pending.wanted_until == hands.now + timedelta(days=1)
    sent = letters.delivered()
    assert sorted((mail.to_address, mail.subject) for mail in sent) == [
        (person.email, "A new address was asked for"),
        (new, "Confirm your new address"),
    ]
    assert new not in next(mail.text for mail in sent if mail.to_address == person.email)
    (token,) = [token_of(mail) for mail in sent if mail.to_address == new]
    assert own_email.confirm_email({"token": token}).is_new
    changed = own_email.own_email(person)
    assert (changed.email, changed.wanted, changed.confirmed_at) == (new, None, hands.now)
    assert letters.subjects() == [(person.email, "Your address was changed")]
    for void in (to_old, token):
        with pytest.raises(LinkVoid):
            (reset if void == to_old else follow)(void)
    assert rows(AccountLink) == []
    assert who_logs_in({"email": new, "password": OLD}).id == person.id


def test_links_in_mail_to_the_former_address_change_no_mail_any_more(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    former = secret_of(person.id, SecretPurpose.UNSUBSCRIBE)
    calendar = renew_secret(person.id, SecretPurpose.CALENDAR)
    token = a_link_for(person, CHANGE, letters)
    assert mail_choices(former, HERE)
    follow(token)
    with pytest.raises(NotFound):
        mail_choices(former, HERE)
    with pytest.raises(NotFound):
        change_mail(former, HERE, {})
    # Mail to the new address has a link of its own, and the calendar goes on.
    assert mail_choices(secret_of(person.id, SecretPurpose.UNSUBSCRIBE), HERE)
    assert known_secret(person.id, SecretPurpose.CALENDAR) == calendar


def test_a_change_is_withdrawn_and_asking_anew_voids_what_was_asked_before(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    ask(person, "one@people.test")
    one = letters.token_to("one@people.test")
    ask(person, "two@people.test")
    two = letters.token_to("two@people.test")
    with pytest.raises(LinkVoid):
        follow(one)
    own_email.withdraw_change(person)
    assert own_email.own_email(person).wanted is None
    with pytest.raises(LinkVoid):
        follow(two)
    ask(person, "three@people.test")
    own_email.withdraw_change(person)
    # What was withdrawn before the mail was written is not mailed.
    assert [mail for mail in letters.delivered() if "three" in mail.to_address] == []
    assert user(person).email == person.email


@pytest.mark.parametrize("how", ["reset", "settings"])
def test_a_new_password_ends_a_change_that_somebody_else_began(
    db: Database, hands: Hands, letters: Letters, how: str
) -> None:
    person = mina()
    forget(person.email)
    link = letters.token_to(person.email)
    ask(person, "thief@people.test")
    stolen = letters.token_to("thief@people.test")
    if how == "reset":
        reset(link)
    else:
        replace_password(person, {"currentPassword": OLD, "newPassword": NEW}, Browser(HERE))
        with pytest.raises(LinkVoid):
            reset(link)
    with pytest.raises(LinkVoid):
        follow(stolen)
    assert own_email.own_email(person).wanted is None
    assert letters.subjects() == [(person.email, "Your password was changed")]


def test_asking_for_an_address_needs_the_password_and_another_address(db: Database, hands: Hands) -> None:
    person = mina()
    for body, field in (
        ({"currentPassword": "wrong", "newEmail": "new@people.test"}, "currentPassword"),
        ({"currentPassword": OLD, "newEmail": person.email.upper()}, "newEmail"),
        ({"currentPassword": OLD, "newEmail": "nonsense"}, "newEmail"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            own_email.ask_to_change(person, body, address=HERE)
        assert list(refused.value.fields) == [field]
    assert rows(OutboxMessage) == []


def test_the_owner_of_an_address_hears_that_somebody_wanted_it(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person, owner = mina(), mina("Noor")
    ask(person, owner.email)
    assert own_email.own_email(person).wanted == owner.email
    assert letters.subjects() == [
        (person.email, "A new address was asked for"),
        (owner.email, "Somebody wanted to use your address"),
    ]
    assert rows(AccountLink) == []
    assert user(person).email == person.email


def test_an_address_that_was_taken_meanwhile_is_told_like_any_link_that_does_not_work(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    ask(person, "new@people.test")
    token = letters.token_to("new@people.test")
    accounts.register({"email": "new@people.test", "password": OLD, "name": "Noor"}, address=HERE)
    with pytest.raises(LinkVoid) as refused:
        follow(token)
    assert refused.value.detail == LinkVoid.message
    assert user(person).email == person.email


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

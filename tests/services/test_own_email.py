"""One's own address: confirmed and changed by links that work once."""

from datetime import timedelta

import pytest

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database
from mentorbook.db.people import AccountLink, LoginSession
from mentorbook.domain.errors import LinkVoid, NotFound, ValidationFailed
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.services import change_feed
from mentorbook.services.mail.preferences import change_mail, mail_choices
from mentorbook.services.mail.secret_addresses import known_secret, renew_secret, secret_of
from mentorbook.services.people import accounts, own_email
from mentorbook.services.people.credentials import Browser, replace_password
from tests.conftest import Hands
from tests.letters import Letters, token_of
from tests.people import who_logs_in
from tests.services.link_deeds import (
    CHANGE,
    HERE,
    NEW,
    OLD,
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

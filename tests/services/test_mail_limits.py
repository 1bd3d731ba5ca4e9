"""How many mails with links can be asked for, and by whom."""

import pytest
from sqlalchemy import select

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.errors import RateLimited
from mentorbook.services.people import mail_limits, own_email
from tests.conftest import Hands
from tests.letters import Letters
from tests.services.link_deeds import HERE, ask, forget, mina

pytestmark = pytest.mark.usefixtures("plain_passwords")


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


def test_everybody_together_has_so_many_mailed_in_a_minute_and_nobody_is_told(
    db: Database, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(mail_limits.MOST_RESETS + 40):
        forget(f"{number}@people.test", f"198.51.{number}.7")
    with read_transaction() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == mail_limits.MOST_RESETS == 60
    assert len(caplog.records) == 1
    hands.on(minutes=1)
    forget("mina@people.test", "203.0.113.5")
    with read_transaction() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 61


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

"""How many mails with links can be asked for, and by whom."""

import pytest
from sqlalchemy import event, select

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction
from mentorbook.domain.errors import RateLimited
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.services import rate_counters
from mentorbook.services.mail import unowned_links
from mentorbook.services.people import mail_limits, own_email
from mentorbook.services.people.account_links import look_at_link
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
    for number in range(20):
        for time in range(4):
            forget(f"{number}@people.test", f"198.51.{number}.{time}")
    # Sixty, and those of the last five addresses that had not been asked for.
    assert asked_of() == 60 + 5
    assert len(caplog.records) == 1
    hands.on(minutes=1)
    forget("0@people.test", "203.0.113.5")
    assert asked_of() == 66


def a_flood() -> None:
    """More links than everybody together may ask for, from as many networks, for addresses of any kind."""
    for number in range(mail_limits.MOST_RESETS + 20):
        forget(f"{number}@elsewhere.test", f"198.51.{number}.7")


def asked_of(email: str = "") -> int:
    """How many links the worker was told to mail, to one address or to all."""
    with read_transaction() as session:
        payloads = [row.payload for row in session.scalars(select(OutboxMessage))]
    return sum(payload["email"] == email or not email for payload in payloads)


def test_a_flood_of_strangers_keeps_nobody_from_a_link(db: Database, hands: Hands, letters: Letters) -> None:
    person = mina()
    a_flood()
    forget(person.email, "203.0.113.5")
    assert letters.subjects() == [(person.email, "Choose a new password")]


def test_nobodys_mail_waits_behind_links_for_addresses_without_an_account(
    db: Database, hands: Hands, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unowned_links, "_BATCH", 20)
    person = mina()
    a_flood()
    forget(person.email, "203.0.113.5")
    own_email.send_confirmation(person, address=HERE)
    unowned_links.drop_unowned_links()
    assert (asked_of(), asked_of(person.email)) == (2, 2)
    letters.delivered()
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _connection: commits.append(1))
    unowned_links.drop_unowned_links()
    assert commits == []


def test_a_flood_that_begins_with_somebodys_address_leaves_them_a_link_that_works(
    db: Database, hands: Hands, letters: Letters
) -> None:
    person = mina()
    forget(person.email, "198.51.100.7")
    token = letters.token_to(person.email)
    hands.on(seconds=mail_limits.LATELY - 1)
    a_flood()
    forget(person.email, "203.0.113.5")
    assert asked_of(person.email) == 1
    hands.on(seconds=1)
    forget(person.email, "203.0.113.5")
    assert asked_of(person.email) == 2
    hands.on(minutes=29)
    assert look_at_link({"token": token}, LinkPurpose.RESET_PASSWORD).email == person.email


def test_what_is_mailed_in_a_flood_depends_on_no_account(db: Database, hands: Hands) -> None:
    """Else whoever has mail of their own would see by it that somebody else's was counted."""
    known, found = mina().email, list[tuple[int, int]]()
    for asked in (known, "nobody@people.test"):
        rate_counters.forget()
        own = mina("Probe").email
        forget(own, "203.0.113.5")
        for number in range(mail_limits.MOST_RESETS - 2):
            forget(f"{number}@elsewhere.test", f"198.51.{number}.7")
        forget(asked, "203.0.113.6")
        forget(own, "203.0.113.7")
        found.append((asked_of(asked), asked_of(own)))
    assert found == [(1, 1), (1, 1)]


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

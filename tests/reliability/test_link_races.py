"""Links that are followed at the same moment: one is used, and an address has one account."""

import time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.people import AccountLink, User
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.views import Account
from mentorbook.services.people import account_links, accounts, own_email, password_reset
from mentorbook.services.people.login_throttle import digest
from tests.conftest import Hands
from tests.letters import a_link
from tests.people import a_mentee
from tests.reliability.test_change_races import at_once

AT_ONCE = 20


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes no time."""
    monkeypatch.setattr(accounts, "hash_password", str)


def followed(tokens: list[str]) -> list[str]:
    """Follow all at the same moment, each with a password of its own; what came of each."""

    def follow(token: str, number: int) -> Any:
        body = {"token": token, "newPassword": f"password number {number}"}
        return lambda: password_reset.reset_password(body)

    return at_once(*(follow(token, number) for number, token in enumerate(tokens)))


def password_of(person: Account) -> str:
    with read_transaction() as session:
        return session.get_one(User, person.id).password_hash


@pytest.mark.parametrize("different", [False, True], ids=["one link", "links of one purpose"])
def test_of_many_who_follow_at_once_one_wins(db: Database, hands: Hands, different: bool) -> None:
    for _ in range(3):
        person = a_mentee()
        made = [a_link(person.id) for _ in range(AT_ONCE if different else 1)]
        tokens = made if different else made * AT_ONCE
        answers = followed(tokens)
        assert sorted(answers) == ["done"] + ["link_void"] * (AT_ONCE - 1)
        assert password_of(person) == f"password number {answers.index('done')}"
        with read_transaction() as session:
            assert session.scalars(select(AccountLink)).all() == []


def test_without_the_second_look_several_would(
    postgres_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: it is the lock of the account, and the look at the link behind it."""

    def look_without_a_lock(session: Any, token: str, *_: LinkPurpose) -> account_links.UsedLink:
        found = select(AccountLink).where(col(AccountLink.token_hash) == digest(token))
        link = session.scalars(found).one()
        user = session.get_one(User, link.user_id)
        time.sleep(0.2)
        return account_links.UsedLink(user, LinkPurpose.RESET_PASSWORD, link.email, True)

    monkeypatch.setattr(password_reset, "use_link", look_without_a_lock)
    assert followed([a_link(a_mentee().id)] * 5).count("done") > 1


def test_two_accounts_that_take_an_address_at_once_do_not_both_get_it(db: Database, hands: Hands) -> None:
    for number in range(5):
        email, people = f"wanted-{number}@people.test", [a_mentee("One"), a_mentee("Other")]
        tokens = [a_link(person.id, LinkPurpose.CHANGE_EMAIL, email) for person in people]
        answers = at_once(*(partial(own_email.confirm_email, {"token": token}) for token in tokens))
        assert sorted(answers) == ["done", "link_void"]
        winner, loser = people if answers[0] == "done" else people[::-1]
        assert accounts.account(winner.id).email == email
        assert accounts.account(loser.id).email == loser.email

"""Nothing that a visitor or a member can ask for tells whether an address has an account."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.errors import DomainError
from mentorbook.services import rate_counters
from mentorbook.services.people import accounts, mail_limits, own_email, password_reset
from tests.conftest import Hands
from tests.people import a_mentee
from tests.statements import statements

OLD = "the old password"
UNKNOWN = "nobody@people.test"


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes no time."""
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password == stored)


def forget(email: str) -> None:
    """Ask for a new password."""
    password_reset.ask_for_reset({"email": email}, address="192.0.2.1")


def change_to(email: str) -> object:
    """Somebody, another each time, asks to use an address."""
    person = a_mentee("Mina")
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = OLD
    with statements() as said:
        body = {"currentPassword": OLD, "newEmail": email}
        found = own_email.ask_to_change(person, body, address="192.0.2.1")
    return said, found.wanted == email, found.confirmed_at


def forget_in_a_flood(email: str) -> int:
    """Ask for a new password while strangers ask for more than all together may; how many are mailed."""
    rate_counters.mail_counts().clear("reset_password of everybody")
    for _ in range(mail_limits.MOST_RESETS):
        rate_counters.mail_counts().add("reset_password of everybody", 60)
    forget(email)
    with read_transaction() as session:
        return sum(row.payload["email"] == email for row in session.scalars(select(OutboxMessage)))


def told(deed: Callable[[str], object], email: str) -> list[object]:
    """All that comes of a deed until it is refused: what was asked of the database, answers, refusals."""
    rate_counters.forget()
    found: list[object] = []
    for _ in range(7):
        try:
            with statements() as said:
                answer = deed(email)
            found += [None if deed is change_to else said, answer]
        except DomainError as error:
            found.append((error.code, error.detail, error.extra))
    return found


@pytest.mark.parametrize("deed", [forget, forget_in_a_flood, change_to])
def test_it_is_the_same_for_an_address_with_an_account_and_for_one_without(
    db: Database, hands: Hands, deed: Callable[[str], object]
) -> None:
    owner = a_mentee("Noor")
    with_account, without = told(deed, owner.email), told(deed, UNKNOWN)
    assert with_account == without
    assert any(isinstance(each, tuple) and each[0] == "rate_limited" for each in without)


def test_a_difference_would_be_seen(db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control: the account is looked up where it is asked for."""
    owner, ask = a_mentee("Noor"), password_reset.ask_for_reset

    def look_first(request: dict[str, str], *, address: str) -> None:
        with read_transaction() as session:
            known = session.scalar(select(User).where(User.email == request["email"]))  # type: ignore[arg-type]
        if known is not None:
            ask(request, address=address)

    monkeypatch.setattr(password_reset, "ask_for_reset", look_first)
    assert told(forget, owner.email) != told(forget, UNKNOWN)


def test_what_is_written_is_the_same_but_for_the_address(db: Database, hands: Hands) -> None:
    owner = a_mentee("Noor")
    for email in (owner.email, UNKNOWN):
        forget(email)
    with read_transaction() as session:
        first, second = session.scalars(select(OutboxMessage)).all()
    assert [row.payload for row in (first, second)] == [
        {"purpose": "reset_password", "email": email} for email in (owner.email, UNKNOWN)
    ]
    assert (first.kind, first.available_at, first.stream) == (second.kind, second.available_at, second.stream)

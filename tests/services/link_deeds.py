"""What people do about links that are mailed, for tests of services."""

from sqlalchemy import select
from sqlmodel import SQLModel

from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.domain.views import Account
from mentorbook.services.people import own_email, password_reset
from tests.letters import Letters
from tests.people import a_mentee

OLD, NEW, HERE = "the old password", "the new password", "192.0.2.1"
RESET, CONFIRM, CHANGE = LinkPurpose.RESET_PASSWORD, LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL


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

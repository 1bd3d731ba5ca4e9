"""Which browsers an account knows."""

from sqlalchemy import func, select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import KnownDevice
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts, known_devices
from tests.conftest import Hands
from tests.people import a_mentee


def log_in(person: Account, device: str | None = None) -> str:
    """The device cookie of a browser that logs in."""
    token = accounts.start_login(person.id, address=None, agent=None)
    return known_devices.remember(token, accounts.cookie_hash(device))


def knows(person: Account, device: str) -> bool:
    """Whether a try with this cookie is the account's own browser's."""
    known = accounts.cookie_hash(device)
    attempt = accounts.begin_log_in({"email": person.email, "password": "x"}, address="a", device=known)
    return attempt.guesser.device is not None


def known_to(person: Account) -> int:
    """How many browsers are known to somebody."""
    with read_transaction() as session:
        of_person = select(func.count()).where(col(KnownDevice.user_id) == person.id)
        return session.scalar(of_person) or 0


def test_a_browser_is_known_after_its_first_log_in(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    device = log_in(mina)
    assert knows(mina, device)
    assert not knows(noor, device)
    with read_transaction() as session:
        assert device not in repr(session.scalars(select(KnownDevice)).all())


def test_the_next_log_in_takes_the_other_accounts_along(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    first = log_in(mina)
    second = log_in(noor, first)
    third = log_in(mina, second)
    assert (knows(mina, third), knows(noor, third)) == (True, True)
    assert not any(knows(person, copy) for person in (mina, noor) for copy in (first, second))
    assert (known_to(mina), known_to(noor)) == (1, 1)


def test_a_made_up_cookie_is_not_taken_over(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    assert log_in(mina, "planted") != "planted"
    assert not knows(mina, "planted")


def test_an_account_knows_its_twenty_latest_browsers_of_a_year(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    theirs, cookies = log_in(noor), []
    for _ in range(known_devices.MOST_DEVICES + 3):
        hands.on(minutes=1)
        cookies.append(log_in(mina))
    assert known_to(mina) == known_devices.MOST_DEVICES
    assert [knows(mina, each) for each in (cookies[0], cookies[3], cookies[-1])] == [False, True, True]
    hands.on(days=366)
    log_in(mina)
    assert known_to(mina) == 1
    assert knows(noor, theirs)


def test_the_others_are_forgotten(db: Database, hands: Hands) -> None:
    mina, noor = a_mentee("Mina"), a_mentee("Noor")
    here, there, theirs = log_in(mina), log_in(mina), log_in(noor)
    with write_transaction() as session:
        known_devices.forget_others(session, mina.id, accounts.cookie_hash(here))
    assert (knows(mina, here), knows(mina, there), knows(noor, theirs)) == (True, False, True)


def test_a_token_that_is_no_log_in_makes_nobody_known(db: Database, hands: Hands) -> None:
    known_devices.remember("nonsense", "")
    with read_transaction() as session:
        assert session.scalars(select(KnownDevice)).all() == []

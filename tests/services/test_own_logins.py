"""One's own log-ins and password: what one sees, what ends, and that nobody else's does."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from sqlalchemy import text, update

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import LoginSession, User
from mentorbook.domain.errors import (
    DatabaseBusy,
    DomainError,
    NotAuthenticated,
    NotFound,
    RateLimited,
    ValidationFailed,
    WrongCredentials,
)
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.people import accounts, known_devices, login_throttle, logins
from mentorbook.services.people.accounts import cookie_hash
from mentorbook.services.people.credentials import Browser, replace_password
from tests.conftest import Hands
from tests.people import a_mentee, who_logs_in

OLD, NEW = "the old password", "the new password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes no time."""
    monkeypatch.setattr(accounts, "hash_password", str.upper)
    monkeypatch.setattr(accounts, "check_password", lambda password, stored: password.upper() == stored)


def with_password(name: str = "Mina") -> Account:
    """Somebody who can log in with OLD."""
    person = a_mentee(name)
    with write_transaction() as session:
        session.get_one(User, person.id).password_hash = OLD.upper()
    return person


def log_in(person: Account, agent: str | None = None) -> str:
    """A new browser of somebody's."""
    return accounts.start_login(person.id, address="192.0.2.1", agent=agent)


def change(person: Account, token: str | None = None, device: str | None = None, **given: str) -> int:
    """Change the password from a browser; how many log-ins that ended."""
    body = {"currentPassword": OLD, "newPassword": NEW} | given
    browser = Browser("192.0.2.1", cookie_hash(token), cookie_hash(device))
    return replace_password(person, body, browser).ended


def test_the_list_names_browser_address_and_time(db: Database, hands: Hands) -> None:
    mina = with_password()
    accounts.issue_ticket(mina.id, address=None, agent=None)
    began = hands.now
    other = log_in(mina, FIREFOX)
    hands.on(hours=3)
    here = log_in(mina)
    log_in(with_password("Noor"))
    first, second = logins.list_logins(mina, cookie_hash(here))
    assert (first.is_current, first.browser) == (True, "Unknown browser")
    assert (second.is_current, second.browser, second.ip_address) == (
        False,
        "Firefox on Windows",
        "192.0.2.1",
    )
    assert (second.created_at, second.used_at) == (began, began)
    assert [login.is_current for login in logins.list_logins(mina, cookie_hash(other))] == [True, False]
    assert [login.is_current for login in logins.list_logins(mina, "")] == [False, False]
    hands.on(days=31)
    assert logins.list_logins(mina, cookie_hash(here)) == []


def test_use_is_noted_once_an_hour(db: Database, hands: Hands) -> None:
    mina = with_password()
    here = log_in(mina)

    def used() -> object:
        return logins.list_logins(mina, cookie_hash(here))[0].used_at

    began = hands.now
    hands.on(minutes=59)
    assert logins.in_use(here) == mina
    assert used() == began
    hands.on(minutes=62)
    assert logins.in_use(here) == mina
    assert used() == hands.now
    noted = hands.now
    hands.on(minutes=30)
    logins.in_use(here)
    assert used() == noted
    assert logins.in_use("nonsense") is None


def test_a_use_that_a_busy_database_did_not_note_is_noted_with_the_next(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina = with_password()
    here = log_in(mina)
    hands.on(hours=2)

    def busy() -> NoReturn:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(logins, "write_transaction", busy)
        assert logins.in_use(here) == mina
    assert logins.list_logins(mina, "")[0].used_at < hands.now
    assert logins.in_use(here) == mina
    assert logins.list_logins(mina, "")[0].used_at == hands.now


def test_one_log_in_ends_and_open_pages_hear_of_it(db: Database, hands: Hands) -> None:
    mina = with_password()
    here, there = log_in(mina), log_in(mina)
    heard: list[UUID] = []
    with change_feed.listening(heard.extend):
        logins.end_one(mina, str(logins.list_logins(mina, cookie_hash(here))[1].id))
    assert (accounts.account_by_token(here), accounts.account_by_token(there)) == (mina, None)
    assert heard == [mina.id]


@pytest.mark.parametrize("login_id", ["", "nonsense", "\x00", str(UUID(int=7)), None, 7])
def test_what_is_no_log_in_of_ones_own_is_not_found(db: Database, hands: Hands, login_id: object) -> None:
    with pytest.raises(NotFound):
        logins.end_one(with_password(), login_id)


def test_another_persons_log_in_is_not_found(db: Database, hands: Hands) -> None:
    mina, noor = with_password(), with_password("Noor")
    theirs = log_in(noor)
    with pytest.raises(NotFound):
        logins.end_one(mina, logins.list_logins(noor, cookie_hash(theirs))[0].id)
    assert accounts.account_by_token(theirs) == noor


def test_everywhere_else_and_everywhere(db: Database, hands: Hands) -> None:
    mina, noor = with_password(), with_password("Noor")
    here, there, theirs = log_in(mina), log_in(mina), log_in(noor)
    ticket = accounts.issue_ticket(mina.id, address=None, agent=None)
    assert logins.end_logins(mina.id, except_login=cookie_hash(here)) == 1
    assert [accounts.account_by_token(token) for token in (here, there, theirs)] == [mina, None, noor]
    with pytest.raises(NotAuthenticated):
        accounts.redeem_ticket(ticket)
    assert logins.end_logins(mina.id) == 1
    assert [accounts.account_by_token(token) for token in (here, theirs)] == [None, noor]


def test_a_changed_password_ends_every_other_log_in(db: Database, hands: Hands) -> None:
    mina, noor = with_password(), with_password("Noor")
    here, there, theirs = log_in(mina), log_in(mina), log_in(noor)
    known, stolen = known_devices.remember(here, ""), known_devices.remember(there, "")
    heard: list[UUID] = []
    with change_feed.listening(heard.extend):
        assert change(mina, here, known) == 1
    assert heard == [mina.id]
    assert [accounts.account_by_token(token) for token in (here, there, theirs)] == [mina, None, noor]
    given = {"email": mina.email, "password": NEW}
    assert who_logs_in(given) == mina
    for device, is_known in ((known, True), (stolen, False)):
        attempt = accounts.begin_log_in(given, address="a", device=cookie_hash(device))
        assert (attempt.guesser.device is not None) is is_known
    assert who_logs_in({"email": noor.email, "password": OLD}) == noor


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"currentPassword": "wrong"}, "currentPassword"),
        ({"currentPassword": ""}, "currentPassword"),
        ({"newPassword": "short"}, "newPassword"),
        ({"newPassword": "x" * 257}, "newPassword"),
        ({"newPassword": OLD}, "newPassword"),
        ({"newPassword": "half a pair \ud83d"}, "newPassword"),
        ({"more": "x"}, "more"),
    ],
)
def test_a_wrong_change_names_its_field_and_changes_nothing(
    db: Database, hands: Hands, given: dict[str, str], field: str
) -> None:
    mina = with_password()
    here, there = log_in(mina), log_in(mina)
    with pytest.raises(ValidationFailed) as refused:
        change(mina, here, **given)
    assert list(refused.value.fields) == [field]
    assert accounts.account_by_token(there) == mina
    assert who_logs_in({"email": mina.email, "password": OLD}) == mina


def test_guessing_the_present_password_is_slowed_down(db: Database, hands: Hands) -> None:
    mina = with_password()
    here = log_in(mina)
    for _ in range(login_throttle.FREE_TRIES):
        with pytest.raises(ValidationFailed):
            change(mina, here, currentPassword="wrong")
    with pytest.raises(RateLimited):
        change(mina, here)
    assert who_logs_in({"email": mina.email, "password": OLD}) == mina
    hands.on(seconds=login_throttle.LONGEST_WAIT)
    assert change(mina, here) == 0


def test_a_log_in_that_was_under_way_with_the_former_password_fails(db: Database, hands: Hands) -> None:
    mina = with_password()
    given = {"email": mina.email, "password": OLD}
    queueing = accounts.begin_log_in(given, address="a")
    checked = accounts.finish_log_in(accounts.begin_log_in(given, address="a"))
    change(mina)
    for proven in (checked, accounts.finish_log_in(queueing)):
        with pytest.raises(WrongCredentials):
            accounts.start_login(mina.id, address=None, agent=None, proven=proven)
    assert logins.list_logins(mina, "") == []
    proven = accounts.finish_log_in(accounts.begin_log_in(given | {"password": NEW}, address="a"))
    assert (
        accounts.account_by_token(accounts.start_login(mina.id, address=None, agent=None, proven=proven))
        == mina
    )


def while_others_wait(database: Database, work: Callable[[], object]) -> Future[object]:
    """Start it in a thread; returns once it waits for a row that a transaction of PostgreSQL holds."""
    future: Future[object] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except DomainError as error:
            future.set_exception(error)

    threading.Thread(target=run).start()
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    patience = time.monotonic() + 30
    with database.engine.connect() as connection:
        while not connection.scalar(waiting):
            connection.rollback()
            assert time.monotonic() < patience, "nothing waits"
            assert not future.done(), "it did not wait"
            time.sleep(0.01)
    return future


def test_a_log_in_waits_for_a_change_of_password_that_is_not_yet_committed(
    postgres_db: Database, hands: Hands
) -> None:
    mina = with_password()
    given = {"email": mina.email, "password": OLD}
    proven = accounts.finish_log_in(accounts.begin_log_in(given, address="a"))
    with write_transaction() as session:
        session.get_one(User, mina.id, with_for_update=True).password_hash = NEW.upper()
        session.flush()
        logins.delete_logins(session, mina.id, except_login="")
        late = while_others_wait(
            postgres_db, lambda: accounts.start_login(mina.id, address=None, agent=None, proven=proven)
        )
    with pytest.raises(WrongCredentials):
        late.result(30)
    assert logins.list_logins(mina, "") == []


def test_a_ticket_that_is_being_exchanged_ends_with_the_others(postgres_db: Database, hands: Hands) -> None:
    mina = with_password()
    accounts.issue_ticket(mina.id, address=None, agent=None)
    with write_transaction() as session:
        session.execute(
            update(LoginSession).values(
                ticket_hash=None, token_hash=cookie_hash("token"), expires_at=hands.now + timedelta(days=1)
            )
        )
        ending = while_others_wait(postgres_db, lambda: logins.end_logins(mina.id))
    assert ending.result(30) == 1
    assert accounts.account_by_token("token") is None


def test_an_account_has_fifty_log_ins_and_the_one_used_longest_ago_ends(db: Database, hands: Hands) -> None:
    mina, noor = with_password(), with_password("Noor")
    theirs, used = log_in(noor), log_in(mina)
    hands.on(minutes=1)
    unused = log_in(mina)
    hands.on(hours=2)
    assert logins.in_use(used) == mina
    heard: list[UUID] = []
    with change_feed.listening(heard.extend):
        latest = [log_in(mina) for _ in range(accounts.MOST_LOGINS - 2)]
        assert heard == [mina.id] * (accounts.MOST_LOGINS - 2)
        heard.clear()
        latest.append(log_in(mina))
        # Of the one that ended, and of the one that is there instead.
        assert heard == [mina.id] * 2
    assert len(logins.list_logins(mina, "")) == accounts.MOST_LOGINS
    assert [accounts.account_by_token(token) for token in (used, unused, theirs)] == [mina, None, noor]
    assert all(accounts.account_by_token(token) == mina for token in latest)


def test_lapsed_log_ins_make_room_without_ending_any(db: Database, hands: Hands) -> None:
    mina = with_password()
    kept = log_in(mina)
    for _ in range(accounts.MOST_LOGINS - 1):
        accounts.issue_ticket(mina.id, address=None, agent=None)
    hands.on(seconds=31)
    log_in(mina)
    assert accounts.account_by_token(kept) == mina


def test_of_two_changes_at_once_one_is_made(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second had checked the former password before the first was through."""
    mina = with_password()

    def slowly(password: str) -> str:
        if password == NEW:
            change(mina, newPassword="quicker than you")
        return password.upper()

    monkeypatch.setattr(accounts, "hash_password", slowly)
    with pytest.raises(ValidationFailed, match="changed meanwhile"):
        change(mina)
    assert who_logs_in({"email": mina.email, "password": "quicker than you"}) == mina

"""Changes of accounts at the same moment: one admin is left, and nothing slips in beside a deactivation."""

from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import LoginSession, User
from mentorbook.domain.views import Account
from mentorbook.services.admin import account_changes
from mentorbook.services.admin.account_changes import (
    deactivate,
    set_admin,
)
from mentorbook.services.people.accounts import start_login
from tests.conftest import Hands
from tests.people import a_mentee
from tests.reliability.test_change_races import at_once
from tests.services.test_account_changes import WHY, an_admin


def admins_left() -> int:
    """How many admins can still log in."""
    with read_transaction() as session:
        left = select(col(User.id)).where(col(User.is_admin), col(User.deactivated_at).is_(None))
        return len(session.scalars(left).all())


def against_each_other(one: Account, other: Account, round_: int = 0) -> list[str]:
    """Two admins, who are the last, take the role from each other at the same moment."""
    if round_ % 2:
        return at_once(
            lambda: deactivate(one, other.id, WHY), lambda: set_admin(other, one.id, {"isAdmin": False})
        )
    return at_once(
        lambda: set_admin(one, other.id, {"isAdmin": False}),
        lambda: set_admin(other, one.id, {"isAdmin": False}),
    )


def two_admins() -> tuple[Account, Account]:
    """The only two."""
    with write_transaction() as session:
        for user in session.scalars(select(User)):
            user.is_admin = False
    return an_admin("One"), an_admin("Other")


def test_one_admin_is_left_whatever_two_do_to_each_other(db: Database, hands: Hands) -> None:
    for round_ in range(20):
        assert sorted(against_each_other(*two_admins(), round_)) == ["done", "not_permitted"]
        assert admins_left() == 1


def test_without_asking_again_none_would_be_left(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: it is the second look, within the transaction, that keeps one."""
    monkeypatch.setattr(account_changes, "_refuse_former_admin", lambda *_: None)
    assert against_each_other(*two_admins()) == ["done", "done"]
    assert admins_left() == 0


def test_without_the_lock_none_would_be_left(
    postgres_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: both look before either has changed anything. SQLite has one writer anyway."""
    look, barrier = account_changes._refuse_former_admin, Barrier(2, timeout=20)

    def look_together(*args: Any) -> None:
        look(*args)
        barrier.wait()

    monkeypatch.setattr(account_changes, "_refuse_former_admin", look_together)
    monkeypatch.setattr(account_changes, "_one_at_a_time", lambda _session: None)
    assert against_each_other(*two_admins()) == ["done", "done"]
    assert admins_left() == 0


def test_a_log_in_and_a_deactivation_at_once_leave_no_log_in(db: Database, hands: Hands) -> None:
    admin = an_admin()
    for _ in range(20):
        noor = a_mentee("Noor")

        def log_in(noor: Account = noor) -> None:
            start_login(noor.id, address=None, agent=None)

        def end(noor: Account = noor) -> None:
            deactivate(admin, noor.id, WHY)

        answers = at_once(log_in, end)
        assert answers[1] == "done"
        with read_transaction() as session:
            left = select(LoginSession).where(col(LoginSession.user_id) == noor.id)
            assert session.scalars(left).all() == []

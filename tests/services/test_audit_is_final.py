"""Audit rows are final: no statement changes, deletes, replaces or truncates them, on either database."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction, write_transaction
from mentorbook.db.people import AccountAuditLog
from mentorbook.db.sessions import PolicyChange, SessionAuditLog
from mentorbook.services.booking.bookings import create_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

AUDITS = ["session_audit_log", "policy_changes", "account_audit_log"]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_is_in_the_audit_log_stays_as_it_is(db: Database, hands: Hands, change: str) -> None:
    session_id = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24))).id
    with write_transaction() as session:
        session.add(
            SessionAuditLog(
                session_id=session_id, action="cancelled", created_at=hands.now, policy_snapshot={}
            )
        )
    statement: Any = delete(SessionAuditLog)
    if change == "update":
        statement = update(SessionAuditLog).values(action="nothing")
    with pytest.raises(DBAPIError, match="audit rows are final"), write_transaction() as session:
        session.execute(statement)
    with read_transaction() as session:
        assert session.scalars(select(col(SessionAuditLog.action))).all() == ["cancelled"]


def an_audit_row(table: str, hands: Hands) -> None:
    """Put one row into an audit table."""
    if table == "session_audit_log":
        session_id = create_booking(a_mentee(), a_request(a_mentor(), in_hours(24))).id
        row: Any = SessionAuditLog(
            session_id=session_id, action="cancelled", created_at=hands.now, policy_snapshot={}
        )
    elif table == "account_audit_log":
        admin, subject = a_mentee("Admin", is_admin=True), a_mentee()
        row = AccountAuditLog(
            actor_id=admin.id, subject_id=subject.id, action="invited", details={}, created_at=hands.now
        )
    else:
        admin = a_mentee("Admin", is_admin=True)
        row = PolicyChange(key="a", old_value=1, new_value=2, user_id=admin.id, created_at=hands.now)
    with write_transaction() as session:
        session.add(row)


def rows_of(table: str) -> list[Any]:
    """What a table holds."""
    with read_transaction() as session:
        return [tuple(row) for row in session.execute(text(f"SELECT * FROM {table}"))]


@pytest.mark.parametrize("table", AUDITS)
@pytest.mark.parametrize("statement", ["TRUNCATE {table}", "TRUNCATE users CASCADE"])
def test_audit_rows_cannot_be_truncated(
    postgres_db: Database, hands: Hands, table: str, statement: str
) -> None:
    an_audit_row(table, hands)
    before = rows_of(table)
    with pytest.raises(DBAPIError, match="audit rows are final"), write_transaction() as session:
        session.execute(text(statement.format(table=table)))
    assert rows_of(table) == before != []
    with write_transaction() as session:
        session.execute(text("TRUNCATE worker_beats"))  # positive control


@pytest.mark.parametrize("table", AUDITS)
@pytest.mark.parametrize("named", ["id", "rowid"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_audit_rows_cannot_be_replaced(
    sqlite_db: Database, hands: Hands, table: str, named: str, verb: str
) -> None:
    an_audit_row(table, hands)
    before = rows_of(table)
    columns = ", ".join(column["name"] for column in inspect(sqlite_db.engine).get_columns(table)[1:])
    other = "id" if named == "id" else f"'{uuid4().hex}'"
    replace_ = f"{verb} INTO {table} (rowid, id, {columns}) SELECT"
    number = "rowid + 1" if named == "id" else "rowid"
    with pytest.raises(DBAPIError, match="audit rows are final"), write_transaction() as session:
        session.execute(text(f"{replace_} {number}, {other}, {columns} FROM {table}"))
    assert rows_of(table) == before != []
    with write_transaction() as session:
        # Positive control: with an id and a rowid of its own it is a further row like any other.
        session.execute(text(f"{replace_} rowid + 1, '{uuid4().hex}', {columns} FROM {table}"))
    assert len(rows_of(table)) == 2


@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}"])
def test_what_was_done_to_accounts_stays_as_it_is(db: Database, hands: Hands, statement: str) -> None:
    an_audit_row("account_audit_log", hands)
    before = rows_of("account_audit_log")
    with pytest.raises(DBAPIError, match="audit rows are final"), write_transaction() as session:
        session.execute(text(statement.format("account_audit_log")))
    assert rows_of("account_audit_log") == before != []


def test_audit_rows_cannot_be_overwritten_on_conflict(db: Database, hands: Hands) -> None:
    an_audit_row("session_audit_log", hands)
    before = rows_of("session_audit_log")
    columns = ", ".join(column["name"] for column in inspect(db.engine).get_columns("session_audit_log"))
    with pytest.raises(DBAPIError, match="audit rows are final"), write_transaction() as session:
        session.execute(
            text(
                f"INSERT INTO session_audit_log ({columns}) SELECT {columns} FROM session_audit_log "
                "WHERE true ON CONFLICT (id) DO UPDATE SET action = 'nothing'"
            )
        )
    assert rows_of("session_audit_log") == before

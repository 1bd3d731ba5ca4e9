"""Audit rows cannot be truncated or replaced; edits keep both texts; what lapses is found by its age."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AUDITS = ("session_audit_log", "policy_changes")
INDEXES = (
    ("login_sessions_by_end", "login_sessions", "expires_at"),
    ("idempotency_keys_by_age", "idempotency_keys", "created_at"),
    ("notifications_by_age", "notifications", "created_at"),
)
POSTGRES_GUARD = """
CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""
# REPLACE deletes what is in its way without a DELETE trigger. It may be the id or the hidden rowid that is in
# the way; a rowid that nobody has named reads as -1 here.
SQLITE_GUARD = """
CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (
    SELECT 1 FROM {table} AS other
    WHERE other.id = NEW.id OR (NEW.rowid > 0 AND other.rowid = NEW.rowid)
)
BEGIN
    SELECT RAISE(ABORT, 'audit rows are final');
END"""


def upgrade() -> None:
    guard = POSTGRES_GUARD if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARD
    for table in AUDITS:
        op.execute(guard.format(table=table))
    op.add_column("session_audit_log", sa.Column("changes", sa.JSON(), nullable=True))
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    op.drop_column("session_audit_log", "changes")
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for table in AUDITS:
        name = f"{table}_is_not_truncated ON {table}" if is_postgres else f"{table}_is_not_replaced"
        op.execute(f"DROP TRIGGER {name}")

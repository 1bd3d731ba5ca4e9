"""Accounts can be deactivated; what admins do to accounts is on record, final like the audit of sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

POSTGRES_GUARDS = (
    """CREATE TRIGGER account_audit_log_is_final BEFORE UPDATE OR DELETE ON account_audit_log
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER account_audit_log_is_not_truncated BEFORE TRUNCATE ON account_audit_log
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
# REPLACE deletes without a DELETE trigger; see the third migration.
SQLITE_GUARDS = (
    """CREATE TRIGGER account_audit_log_is_final_UPDATE BEFORE UPDATE ON account_audit_log
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
    """CREATE TRIGGER account_audit_log_is_final_DELETE BEFORE DELETE ON account_audit_log
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
    """CREATE TRIGGER account_audit_log_is_not_replaced BEFORE INSERT ON account_audit_log
       WHEN EXISTS (
           SELECT 1 FROM account_audit_log AS other
           WHERE other.id = NEW.id OR (NEW.rowid > 0 AND other.rowid = NEW.rowid)
       )
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
)


def upgrade() -> None:
    op.add_column("users", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "account_audit_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=True),
        sa.Column("user_agent", sa.String(300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["subject_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_of_account", "account_audit_log", ["subject_id", "created_at"])
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for guard in POSTGRES_GUARDS if is_postgres else SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("account_audit_log")
    # An earlier version would let them in again: nobody has this password.
    op.execute("UPDATE users SET password_hash = '!' WHERE deactivated_at IS NOT NULL")
    op.drop_column("users", "deactivated_at")

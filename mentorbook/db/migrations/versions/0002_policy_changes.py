"""Who changed which policy, from what to what; final like the audit of sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_GUARD = """
CREATE TRIGGER policy_changes_is_final_{event} BEFORE {event} ON policy_changes
BEGIN
    SELECT RAISE(ABORT, 'audit rows are final');
END"""


def upgrade() -> None:
    op.create_table(
        "policy_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("old_value", sa.JSON(), nullable=False),
        sa.Column("new_value", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=True),
        sa.Column("user_agent", sa.String(300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("policy_changes_by_time", "policy_changes", ["created_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """CREATE TRIGGER policy_changes_is_final BEFORE UPDATE OR DELETE ON policy_changes
               FOR EACH ROW EXECUTE FUNCTION refuse_change()"""
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_GUARD.format(event=event))


def downgrade() -> None:
    op.drop_table("policy_changes")

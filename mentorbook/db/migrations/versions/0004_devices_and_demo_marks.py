"""Browsers that have logged in before, when a log-in was last used, and which accounts are the demo's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", "user_id", name="one_row_a_device"),
    )
    op.create_index("known_devices_of_user", "known_devices", ["user_id"])
    op.create_index("known_devices_by_use", "known_devices", ["used_at"])
    op.add_column("login_sessions", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("is_demo", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Until now only the address told: `.test` is nobody's real domain, and this one is the demo's.
    op.execute("UPDATE users SET is_demo = true WHERE email LIKE '%@mentorbook.test'")


def downgrade() -> None:
    op.drop_column("users", "is_demo")
    op.drop_column("login_sessions", "used_at")
    op.drop_table("known_devices")

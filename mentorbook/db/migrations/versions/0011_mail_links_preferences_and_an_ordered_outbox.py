"""The outbox keeps an order and knows which provider is down; mail links, preferences, secret addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    _outbox()
    op.create_table(
        "provider_health",
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("probe_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.String(300), nullable=True),
        sa.PrimaryKeyConstraint("provider"),
    )
    op.create_table(
        "notice_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "topic"),
    )
    op.create_table(
        "secret_addresses",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "purpose"),
        sa.UniqueConstraint("secret"),
    )
    op.create_table(
        "account_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("links_of_account", "account_links", ["user_id", "purpose"])
    op.create_index("links_by_end", "account_links", ["expires_at"])
    op.add_column("users", sa.Column("email_confirmed_at", INSTANT, nullable=True))
    op.add_column("users", sa.Column("wanted_email", sa.String(254), nullable=True))
    op.add_column("users", sa.Column("email_wanted_at", INSTANT, nullable=True))


def _outbox() -> None:
    op.add_column("outbox", sa.Column("stream", sa.String(100), nullable=True))
    op.add_column("outbox", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("due_at", INSTANT, nullable=True))
    # What waits was due when it was written; a day from now it is given up as anything else.
    op.execute("UPDATE outbox SET due_at = created_at")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("due_at", existing_type=INSTANT, nullable=False)
    op.create_index(
        "outbox_in_order",
        "outbox",
        ["stream", "created_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "outbox_of_session",
        "outbox",
        ["session_id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_column("users", "email_wanted_at")
    op.drop_column("users", "wanted_email")
    op.drop_column("users", "email_confirmed_at")
    op.drop_table("account_links")
    op.drop_table("secret_addresses")
    op.drop_table("notice_preferences")
    op.drop_table("provider_health")
    op.drop_index("outbox_of_session", "outbox")
    op.drop_index("outbox_in_order", "outbox")
    # An earlier version would give these up as unknown.
    op.execute("DELETE FROM outbox WHERE kind NOT IN ('room.create', 'room.delete')")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("due_at")
        table.drop_column("session_id")
        table.drop_column("stream")

"""The outbox keeps an order and knows which provider is down; mail links, preferences, secret addresses.

Sessions that were booked before reminders were there are reminded of as well.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from mentorbook.db.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")
_BATCH = 1000
# As `services/booking/reminders.py` writes them at this revision.
_REMINDERS = {"reminder_day": timedelta(hours=24), "reminder_hour": timedelta(hours=1)}
_SESSIONS = sa.table(
    "sessions",
    sa.column("id", sa.Uuid()),
    sa.column("status", sa.String()),
    sa.column("scheduled_at", UtcDateTime()),
    sa.column("reschedule_count", sa.Integer()),
)
_OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("payload", sa.JSON()),
    sa.column("dedupe_key", sa.String()),
    sa.column("session_id", sa.Uuid()),
    sa.column("available_at", UtcDateTime()),
    sa.column("due_at", UtcDateTime()),
    sa.column("attempts", sa.Integer()),
    sa.column("state", sa.String()),
    sa.column("created_at", UtcDateTime()),
)


def upgrade() -> None:
    moment = datetime.now(UTC)
    _outbox(moment)
    _add_reminders(moment)
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


def _outbox(moment: datetime) -> None:
    op.add_column("outbox", sa.Column("stream", sa.String(100), nullable=True))
    op.add_column("outbox", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("due_at", INSTANT, nullable=True))
    op.execute(_OUTBOX.update().values(due_at=_OUTBOX.c.created_at))
    # What waits has a day from now, however long it has waited: it is given up a day after it was due.
    op.execute(_OUTBOX.update().where(_OUTBOX.c.state == "waiting").values(due_at=moment))
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


def _add_reminders(moment: datetime) -> None:
    """Write the reminders still to come of every confirmed session."""
    connection, last = op.get_bind(), None
    coming = (
        sa.select(_SESSIONS.c.id, _SESSIONS.c.scheduled_at, _SESSIONS.c.reschedule_count)
        .where(_SESSIONS.c.status == "scheduled", _SESSIONS.c.scheduled_at > moment)
        .order_by(_SESSIONS.c.id)
        .limit(_BATCH)
    )
    while rows := connection.execute(coming if last is None else coming.where(_SESSIONS.c.id > last)).all():
        reminders = [reminder for row in rows for reminder in _reminders_of(row, moment)]
        if reminders:
            connection.execute(_OUTBOX.insert(), reminders)
        last = rows[-1].id


def _reminders_of(row: Any, moment: datetime) -> list[dict[str, Any]]:
    due = {kind: row.scheduled_at - before for kind, before in _REMINDERS.items()}
    return [
        {
            "id": uuid4(),
            "kind": "reminder",
            "payload": {"sessionId": str(row.id), "kind": kind, "startsAt": row.scheduled_at.isoformat()},
            "dedupe_key": f"reminder:{row.id}:{kind}:{row.reschedule_count}",
            "session_id": row.id,
            "available_at": at,
            "due_at": at,
            "attempts": 0,
            "state": "waiting",
            "created_at": moment,
        }
        for kind, at in due.items()
        if at > moment
    ]


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

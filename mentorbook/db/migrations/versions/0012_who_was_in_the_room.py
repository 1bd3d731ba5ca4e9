"""Who was in the room of a session, what was written there, and whose absence is known."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_OF_SESSIONS = ("mentor_attended_at", "mentee_attended_at", "mentor_absent_at")


def upgrade() -> None:
    op.create_table(
        "session_attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("connection", sa.String(64), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "connection", name="attendance_once"),
    )
    op.create_table(
        "session_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "user_id", "key", name="message_once"),
    )
    op.create_index("messages_of_session", "session_messages", ["session_id", "sent_at"])
    op.create_table(
        "video_events",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("video_events_by_age", "video_events", ["received_at"])
    for name in _OF_SESSIONS:
        op.add_column("sessions", sa.Column(name, INSTANT, nullable=True))


def downgrade() -> None:
    for name in reversed(_OF_SESSIONS):
        op.drop_column("sessions", name)
    op.drop_table("video_events")
    op.drop_table("session_messages")
    op.drop_table("session_attendance")

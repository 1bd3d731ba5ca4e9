"""Every table of the design, and the two guards that no code can go round.

Claims: nobody is in two places. Audit: nothing that was written down changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
RATE = sa.Numeric(12, 3).with_variant(sa.Integer(), "sqlite")

POSTGRES_GUARDS = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE session_claims
       ADD CONSTRAINT session_claims_length
       CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '1 day'),
       ADD CONSTRAINT session_claims_no_overlap
       EXCLUDE USING gist (user_id WITH =, tstzrange(starts_at, ends_at) WITH &&)""",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'audit rows are final'; END $$""",
    """CREATE TRIGGER session_audit_log_is_final
       BEFORE UPDATE OR DELETE ON session_audit_log
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)

# Instants are text of one fixed shape on SQLite, so text order is time order. A claim is a day at most,
# which lets the triggers look at a small stretch of the index only.
SQLITE_CLAIM_GUARD = """
CREATE TRIGGER session_claims_no_overlap_{event} BEFORE {event} ON session_claims
BEGIN
    SELECT RAISE(ABORT, 'session_claims_length')
    WHERE NEW.ends_at <= NEW.starts_at OR julianday(NEW.ends_at) - julianday(NEW.starts_at) > 1.000001;
    SELECT RAISE(ABORT, 'session_claims_no_overlap')
    WHERE EXISTS (
        SELECT 1 FROM session_claims AS other
        WHERE other.user_id = NEW.user_id
          AND other.starts_at < NEW.ends_at
          AND other.starts_at > datetime(NEW.starts_at, '-1 day', '-1 second')
          AND other.ends_at > NEW.starts_at
          AND NOT {itself}
    );
END"""
SQLITE_AUDIT_GUARD = """
CREATE TRIGGER session_audit_log_is_final_{event} BEFORE {event} ON session_audit_log
BEGIN
    SELECT RAISE(ABORT, 'audit rows are final');
END"""


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRES_GUARDS:
            op.execute(statement)
        return
    for event, itself in (("INSERT", "0"), ("UPDATE", "other.rowid = OLD.rowid")):
        op.execute(SQLITE_CLAIM_GUARD.format(event=event, itself=itself))
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_AUDIT_GUARD.format(event=event))


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False),
        sa.Column("available_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("last_error", sa.String(300), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    op.create_index("outbox_due", "outbox", ["state", "available_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("hours_version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "worker_beats",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("user_id", "key"),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("ticket_hash", sa.String(64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=True),
        sa.Column("user_agent", sa.String(300), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_hash"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("login_sessions_of_user", "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "mentors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("headline", sa.String(120), nullable=False),
        sa.Column("bio", sa.String(4000), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("rate", RATE, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(2000), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "session_policies",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "mentor_availability_schedules",
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("default_session_duration", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("min_advance_booking_hours", sa.Float(), nullable=False),
        sa.Column("max_advance_booking_days", sa.Integer(), nullable=True),
        sa.Column("default_start_time", sa.String(5), nullable=False),
        sa.Column("default_end_time", sa.String(5), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("allow_instant_booking", sa.Boolean(), nullable=False),
        sa.Column("require_confirmation", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("buffer_minutes BETWEEN 0 AND 240", name="buffer_in_range"),
        sa.CheckConstraint("min_advance_booking_hours >= 0", name="notice_not_negative"),
        sa.ForeignKeyConstraint(
            ["mentor_id"],
            ["mentors.id"],
        ),
        sa.PrimaryKeyConstraint("mentor_id"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("description", sa.String(2000), nullable=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("scheduled_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("meeting_url", sa.String(300), nullable=False),
        sa.Column("meeting_type", sa.String(5), nullable=False),
        sa.Column("location", sa.String(200), nullable=True),
        sa.Column("room_created_at", INSTANT, nullable=True),
        sa.Column("rate", RATE, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancellation_reason", sa.String(1000), nullable=True),
        sa.Column("rescheduled_from", INSTANT, nullable=True),
        sa.Column("reschedule_count", sa.Integer(), nullable=False),
        sa.Column("recording_config", sa.JSON(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'scheduled', 'in_progress', 'completed', 'cancelled', 'no_show')",
            name="known_status",
        ),
        sa.CheckConstraint("duration BETWEEN 15 AND 240", name="duration_in_range"),
        sa.CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        sa.ForeignKeyConstraint(
            ["cancelled_by"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mentee_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"],
            ["mentors.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sessions_by_status", "sessions", ["status", "scheduled_at"], unique=False)
    op.create_index("sessions_made_by_mentee", "sessions", ["mentee_id", "created_at"], unique=False)
    op.create_index("sessions_of_mentee", "sessions", ["mentee_id", "scheduled_at"], unique=False)
    op.create_index("sessions_of_mentor", "sessions", ["mentor_id", "scheduled_at"], unique=False)
    op.create_table(
        "mentor_availability_exceptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("type", sa.String(10), nullable=False),
        sa.Column("start_time", sa.String(5), nullable=True),
        sa.Column("end_time", sa.String(5), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.CheckConstraint("end_date >= start_date", name="dates_in_order"),
        sa.ForeignKeyConstraint(
            ["mentor_id"],
            ["mentor_availability_schedules.mentor_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "exceptions_of_mentor", "mentor_availability_exceptions", ["mentor_id", "end_date"], unique=False
    )
    op.create_table(
        "mentor_weekly_patterns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("day_of_week", sa.Integer(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("time_blocks", sa.JSON(), nullable=False),
        sa.CheckConstraint("day_of_week BETWEEN 0 AND 6", name="day_in_week"),
        sa.ForeignKeyConstraint(
            ["mentor_id"],
            ["mentor_availability_schedules.mentor_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mentor_id", "day_of_week", name="one_pattern_a_day"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.String(300), nullable=False),
        sa.Column("happens_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notifications_of_user", "notifications", ["user_id", "created_at"], unique=False)
    op.create_table(
        "session_audit_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("reason_category", sa.String(40), nullable=True),
        sa.Column("reason_details", sa.String(1000), nullable=True),
        sa.Column("previous_scheduled_at", INSTANT, nullable=True),
        sa.Column("new_scheduled_at", INSTANT, nullable=True),
        sa.Column("policy_snapshot", sa.JSON(), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=True),
        sa.Column("user_agent", sa.String(300), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_of_session", "session_audit_log", ["session_id", "created_at"], unique=False)
    op.create_table(
        "session_claims",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("session_id", "user_id"),
    )

    op.create_index("claims_of_person", "session_claims", ["user_id", "starts_at"])
    _guard()


def downgrade() -> None:
    op.drop_table("session_claims")
    op.drop_index("audit_of_session", table_name="session_audit_log")
    op.drop_table("session_audit_log")
    op.drop_index("notifications_of_user", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("mentor_weekly_patterns")
    op.drop_index("exceptions_of_mentor", table_name="mentor_availability_exceptions")
    op.drop_table("mentor_availability_exceptions")
    op.drop_index("sessions_of_mentor", table_name="sessions")
    op.drop_index("sessions_of_mentee", table_name="sessions")
    op.drop_index("sessions_made_by_mentee", table_name="sessions")
    op.drop_index("sessions_by_status", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("mentor_availability_schedules")
    op.drop_table("session_policies")
    op.drop_table("mentors")
    op.drop_index("login_sessions_of_user", table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_table("idempotency_keys")
    op.drop_table("worker_beats")
    op.drop_table("users")
    op.drop_index("outbox_due", table_name="outbox")
    op.drop_table("outbox")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")

"""Payments, refunds and their books; sessions that are held while they are paid."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_IN_FORCE = sa.text("status NOT IN ('closed', 'voided', 'refunded')")
POSTGRES_GUARDS = (
    """CREATE TRIGGER payment_entries_is_final BEFORE UPDATE OR DELETE ON payment_entries
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER payment_entries_is_not_truncated BEFORE TRUNCATE ON payment_entries
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
# REPLACE deletes without a DELETE trigger; see the third migration.
SQLITE_GUARDS = (
    """CREATE TRIGGER payment_entries_is_final_UPDATE BEFORE UPDATE ON payment_entries
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
    """CREATE TRIGGER payment_entries_is_final_DELETE BEFORE DELETE ON payment_entries
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
    """CREATE TRIGGER payment_entries_is_not_replaced BEFORE INSERT ON payment_entries
       WHEN EXISTS (
           SELECT 1 FROM payment_entries AS other
           WHERE other.id = NEW.id OR (NEW.rowid > 0 AND other.rowid = NEW.rowid)
       )
       BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END""",
)


def upgrade() -> None:
    for column in (
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("hold_extended_at", INSTANT, nullable=True),
        sa.Column("status_once_paid", sa.String(12), nullable=True),
        sa.Column("refund_terms", sa.JSON(), nullable=True),
        sa.Column("payment_status", sa.String(12), nullable=True),
        sa.Column("payment_way", sa.String(10), nullable=True),
        sa.Column("paid_minor", sa.Integer(), nullable=True),
        sa.Column("refunded_minor", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("sessions", column)
    _create_payments()
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.String(500), nullable=True),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("is_release", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(255), nullable=True),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name="something_back"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.ForeignKeyConstraint(["ordered_by"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", name="refund_of_reference"),
    )
    op.create_index("refunds_of_payment", "refunds", ["payment_id"])
    op.create_index("refunds_by_status", "refunds", ["status", "created_at"])
    op.create_table(
        "payment_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("entries_of_payment", "payment_entries", ["payment_id", "created_at"])
    _create_what_is_told()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_GUARDS if is_postgresql else SQLITE_GUARDS:
        op.execute(statement)


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("payer_email", sa.String(254), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(255), nullable=True),
        sa.Column("url", sa.String(2000), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_authorisation", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("capture_at", INSTANT, nullable=True),
        sa.Column("captured_minor", sa.Integer(), nullable=False),
        sa.Column("returned_minor", sa.Integer(), nullable=False),
        sa.Column("released_minor", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="something_to_pay"),
        sa.CheckConstraint("captured_minor BETWEEN 0 AND amount_minor", name="captured_in_range"),
        sa.CheckConstraint("returned_minor BETWEEN 0 AND captured_minor", name="returned_in_range"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("way", "reference", name="payment_of_reference"),
    )
    op.create_index(
        "one_payment_in_force",
        "payments",
        ["session_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_index("payments_of_session", "payments", ["session_id"])
    op.create_index("payments_of_payer", "payments", ["payer_id", "created_at"])
    op.create_index("payments_of_mentor", "payments", ["mentor_id", "created_at"])
    op.create_index("payments_by_status", "payments", ["status", "updated_at"])


def _create_what_is_told() -> None:
    """Create the tables of what the provider tells: events, and differences from the tables."""
    op.create_table(
        "payment_events",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payment_events_by_age", "payment_events", ["received_at"])
    op.create_table(
        "payment_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ours", sa.String(300), nullable=False),
        sa.Column("theirs", sa.String(300), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", "kind", name="one_difference_of_a_kind"),
    )


def downgrade() -> None:
    for table in ("payment_differences", "payment_events", "payment_entries", "refunds", "payments"):
        op.drop_table(table)
    for name in (
        "refunded_minor",
        "paid_minor",
        "payment_way",
        "payment_status",
        "refund_terms",
        "status_once_paid",
        "hold_extended_at",
        "held_until",
    ):
        op.drop_column("sessions", name)

"""People ask to be mentors; who is one already is approved."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


HOURS = (
    "mentor_availability_exceptions",
    "mentor_weekly_patterns",
    "mentor_availability_schedules",
)
WAITING = "SELECT id FROM mentors WHERE status <> 'approved'"


def upgrade() -> None:
    op.add_column("mentors", sa.Column("status", sa.String(10), nullable=False, server_default="requested"))
    op.add_column("mentors", sa.Column("decline_reason", sa.String(500), nullable=True))
    op.execute("UPDATE mentors SET status = 'approved'")


def downgrade() -> None:
    # Without a status everybody in the table is a mentor: who was not approved asks anew.
    for table in HOURS:
        op.execute(f"DELETE FROM {table} WHERE mentor_id IN ({WAITING})")  # noqa: S608 - constants
    op.execute("DELETE FROM mentors WHERE status <> 'approved'")
    op.drop_column("mentors", "decline_reason")
    op.drop_column("mentors", "status")

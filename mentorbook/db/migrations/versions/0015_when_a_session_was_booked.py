"""Sessions know when they were booked: when they were made, or paid where they were held first."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The first payment that was made is the one that booked it.
_FILL = """
UPDATE sessions SET booked_at = COALESCE(
    (SELECT MIN(payments.paid_at) FROM payments WHERE payments.session_id = sessions.id), created_at
) WHERE held_until IS NULL
"""


def upgrade() -> None:
    op.add_column("sessions", sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_FILL)
    op.drop_index("sessions_made_by_mentee", table_name="sessions")
    op.create_index("sessions_booked_by_mentee", "sessions", ["mentee_id", "booked_at", "created_at"])


def downgrade() -> None:
    op.drop_index("sessions_booked_by_mentee", table_name="sessions")
    op.create_index("sessions_made_by_mentee", "sessions", ["mentee_id", "created_at"])
    op.drop_column("sessions", "booked_at")

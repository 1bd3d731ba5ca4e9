"""People ask to be mentors; who is one already is approved."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentors", sa.Column("status", sa.String(10), nullable=False, server_default="requested"))
    op.add_column("mentors", sa.Column("decline_reason", sa.String(500), nullable=True))
    op.execute("UPDATE mentors SET status = 'approved'")


def downgrade() -> None:
    # Without the status everybody would be shown: nobody is offered who was not approved.
    op.execute("UPDATE mentors SET is_available = false WHERE status <> 'approved'")
    op.drop_column("mentors", "decline_reason")
    op.drop_column("mentors", "status")

"""Mentors have a picture; it is said since when a request to be one waits."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentors", sa.Column("picture", sa.String(32), nullable=True))
    op.add_column("mentors", sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE mentors SET requested_at = created_at WHERE status = 'requested'")


def downgrade() -> None:
    op.drop_column("mentors", "requested_at")
    op.drop_column("mentors", "picture")

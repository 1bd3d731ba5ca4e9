"""Mentors name their city, the languages they speak and links to elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentors", sa.Column("city", sa.String(80), nullable=True))
    for name in ("languages", "links"):
        op.add_column("mentors", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for name in ("links", "languages", "city"):
        op.drop_column("mentors", name)

"""Times that were held to be paid are found by their age, so that those never paid can go."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_HELD = sa.text("held_until IS NOT NULL")


def upgrade() -> None:
    op.create_index("holds_by_age", "sessions", ["held_until"], sqlite_where=_HELD, postgresql_where=_HELD)


def downgrade() -> None:
    op.drop_index("holds_by_age", table_name="sessions")

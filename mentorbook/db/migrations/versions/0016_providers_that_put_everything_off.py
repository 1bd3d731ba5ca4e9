"""Of a provider it is known which messages it has put off in a row."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_health", sa.Column("put_off", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("provider_health", "put_off")

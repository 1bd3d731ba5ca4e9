"""Notifications hold a kind and facts; what was written in words stays readable as it was.

Going back writes the words of then where they are known, and else the session's title.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# How each database makes JSON of columns, and text of what stands under a key of it.
_MAKE = {"sqlite": "json_object('title', title, 'text', body)"}
_MAKE_ELSE = "json_build_object('title', title, 'text', body)"


def upgrade() -> None:
    op.add_column("notifications", sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
    made = _MAKE.get(_dialect(), _MAKE_ELSE)
    op.execute(f"UPDATE notifications SET facts = {made}")  # noqa: S608 - constants of this file
    op.drop_column("notifications", "title")
    op.drop_column("notifications", "body")


def downgrade() -> None:
    op.add_column("notifications", sa.Column("title", sa.String(120), nullable=False, server_default=""))
    op.add_column("notifications", sa.Column("body", sa.String(300), nullable=False, server_default=""))
    title, text, session = (_value(key) for key in ("title", "text", "session_title"))
    op.execute(
        f"UPDATE notifications SET title = COALESCE({title}, 'News of a session'),"  # noqa: S608 - as above
        f" body = COALESCE({text}, {session}, '')"
    )
    op.drop_column("notifications", "facts")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _value(key: str) -> str:
    return f"json_extract(facts, '$.{key}')" if _dialect() == "sqlite" else f"facts->>'{key}'"

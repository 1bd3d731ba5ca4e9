"""How Alembic reaches the database: over the connection that `mentorbook.db.migrate` hands in."""

from alembic import context

from mentorbook.db.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=False
)
with context.begin_transaction():
    context.run_migrations()

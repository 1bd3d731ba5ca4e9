"""Alembic migrations, the same scripts on both databases."""

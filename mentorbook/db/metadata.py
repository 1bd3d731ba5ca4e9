"""All tables in one place, for migrations and tests."""

from sqlmodel import SQLModel

from mentorbook.db import delivery, people, sessions

__all__ = ["delivery", "metadata", "people", "sessions"]

metadata = SQLModel.metadata

"""All tables in one place, for migrations and tests."""

from sqlmodel import SQLModel

from mentorbook.db import delivery, meeting, money, people, sessions

__all__ = ["delivery", "meeting", "metadata", "money", "people", "sessions"]

metadata = SQLModel.metadata

"""All tables in one place, for migrations and tests."""

from sqlmodel import SQLModel

from mentorbook.db import delivery, meeting, people, sessions

__all__ = ["delivery", "meeting", "metadata", "people", "sessions"]

metadata = SQLModel.metadata

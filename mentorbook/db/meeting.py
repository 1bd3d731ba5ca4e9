"""Tables of the meeting: who was in a session's room, what was written there, events already seen."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from mentorbook.db.types import UtcDateTime


class SessionAttendance(SQLModel, table=True):
    """One stay of one person in the room of a session; without `left_at` they are in it.

    `connection` is what the video server calls the stay, so that what it tells twice is kept once.
    """

    __tablename__ = "session_attendance"
    __table_args__ = (UniqueConstraint("session_id", "connection", name="attendance_once"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="sessions.id")
    user_id: UUID = Field(foreign_key="users.id")
    connection: str = Field(max_length=64)
    joined_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionMessage(SQLModel, table=True):
    """What one of a session's two people wrote to the other in its room; `key` is the writer's, so that what
    is sent twice is kept once."""

    __tablename__ = "session_messages"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id", "key", name="message_once"),
        Index("messages_of_session", "session_id", "sent_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="sessions.id")
    user_id: UUID = Field(foreign_key="users.id")
    text: str = Field(max_length=2000)
    key: str = Field(max_length=64)
    sent_at: datetime = Field(sa_type=UtcDateTime)


class VideoEvent(SQLModel, table=True):
    """An event of the video server that has been taken in; it is not again, however often it comes."""

    __tablename__ = "video_events"
    __table_args__ = (Index("video_events_by_age", "received_at"),)

    id: str = Field(primary_key=True, max_length=64)
    received_at: datetime = Field(sa_type=UtcDateTime)

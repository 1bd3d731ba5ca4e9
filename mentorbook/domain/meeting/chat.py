"""What the two people of a session write to each other: what may be sent, and what is read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mentorbook.domain.schemas import Request, Text
from mentorbook.domain.views import View

MESSAGE_LENGTH = 2000
# A page of a conversation; the newest one is what is shown first.
PAGE_LENGTH = 100


class WriteMessage(Request):
    """One message, of 1 to 2000 characters besides the space around it."""

    text: Annotated[Text, Field(min_length=1, max_length=MESSAGE_LENGTH)]


class ChatMessage(View):
    """A message as it is kept; `key` is only given to who wrote it, under which it was sent."""

    id: UUID
    user_id: UUID
    text: str
    sent_at: datetime
    key: str | None = None


class ChatPage(View):
    """Messages of one session, oldest first; `has_earlier` says whether there are more before them."""

    messages: tuple[ChatMessage, ...]
    has_earlier: bool

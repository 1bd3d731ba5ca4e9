"""Make the outbox's messages about accounts: who is to get a link, and who hears what has happened."""

from typing import Any
from uuid import UUID, uuid4

from mentorbook.domain.kinds import AccountMail, LinkPurpose, MessageKind
from mentorbook.services.outbox import NewMessage


def link_message(purpose: LinkPurpose, email: str, user_id: UUID | None = None) -> NewMessage:
    """Return the message by which the worker makes a link and mails it to `email`.

    No link is made before, so that none is ever stored. Without `user_id` it is for whoever has the address.
    """
    payload: dict[str, Any] = {"purpose": purpose.value, "email": email}
    if user_id is not None:
        payload["userId"] = str(user_id)
    return NewMessage(MessageKind.MAIL_LINK, payload, f"link:{uuid4()}")


def news_message(about: AccountMail, user_id: UUID, email: str) -> NewMessage:
    """Return the message by which `email`, which is or was the account's address, hears of something."""
    payload = {"about": about.value, "userId": str(user_id), "email": email}
    return NewMessage(MessageKind.MAIL_ACCOUNT, payload, f"news:{uuid4()}")

"""The mail of the app under test: files, since no mail server is set."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mentorbook.settings import settings


def mails_to(email: str) -> list[EmailMessage]:
    """The mails that the app has kept for an address."""
    found = []
    for path in Path(settings.data_dir, "mail").glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if message["To"].addresses[0].addr_spec == email:
            found.append(message)
    return found


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail; nothing where it has none."""
    text = mail.get_body(("plain",))
    return text.get_content() if text is not None else ""

"""A mail as bytes (RFC 5322), with its calendar invitation where mail programs look for it."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mentorbook.domain.mail import Attachment, Mail, one_line
from mentorbook.domain.ports import MailRefused

SENDER_NAME = "MentorBook"


def mime_message(mail: Mail, sender: str) -> bytes:
    """Return the mail as multipart/mixed [alternative [plain, html, calendar], invite.ics], or as the
    alternatives alone where nothing is to be put into a calendar.

    What people wrote can be in any header: line breaks and other control characters become spaces. Raises
    `MailRefused` for an address that is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(SENDER_NAME, sender)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    # Nobody's absence note is an answer to it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.invitation is not None:
        _invite(message, mail.invitation)
    return _unsubscribe_lines(mail) + message.as_bytes()


def ascii_address(address: str) -> str:
    """Return an address with its domain as mail servers know it (IDNA). Raises `MailRefused`."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise _not_an_address() from error


def _unsubscribe_lines(mail: Mail) -> bytes:
    """Return the lines by which mail programs unsubscribe, as they stand in the standards.

    The library would fold so long an address in a way that mail programs read in no such line.
    """
    if not mail.unsubscribe_url or not mail.unsubscribe_url.isascii():
        return b""
    lines = (
        f"List-Unsubscribe: <{mail.unsubscribe_url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )
    return lines.encode()


def _invite(message: EmailMessage, invitation: Attachment) -> None:
    # Twice: some programs read the part beside the text, others only a file.
    text = invitation.content.decode()
    message.add_alternative(
        text, subtype="calendar", params={"method": invitation.method}, cte="quoted-printable"
    )
    message.make_mixed()
    message.add_attachment(invitation.content, maintype="application", subtype="ics", filename="invite.ics")


def _address(name: str, address: str) -> Address:
    try:
        return Address(one_line(name), addr_spec=ascii_address(address))
    except (ValueError, HeaderParseError) as error:
        raise _not_an_address() from error


def _not_an_address() -> MailRefused:
    return MailRefused("The address is none that mail can be sent to", is_final=True, by_server=False)

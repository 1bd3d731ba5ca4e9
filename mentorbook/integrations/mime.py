"""A mail as bytes (RFC 5322), with its calendar invitation where mail programs look for it."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mentorbook.domain.mail import Attachment, Mail, ascii_domain, one_line
from mentorbook.domain.ports import MailRefused

SENDER_NAME = "MentorBook"
_OWN_HEADERS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


def mime_message(mail: Mail, sender: str) -> bytes:
    """Return the mail as multipart/mixed [alternative [plain, html, calendar], invite.ics], or as the
    alternatives alone where nothing is to be put into a calendar.

    What people wrote can be in any header: line breaks and other control characters become spaces. Raises
    `MailRefused` for an address that is none, and for text that would add a header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(SENDER_NAME, sender)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = _header_text(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    # Nobody's absence note is an answer to it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.invitation is not None:
        _invite(message, mail.invitation)
    content = _own_headers_only(message)
    return _unsubscribe_lines(mail) + content


def ascii_address(address: str) -> str:
    """Return an address with its domain as mail servers know it (IDNA). Raises `MailRefused`."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{ascii_domain(domain)}"
    except UnicodeError as error:
        raise _not_an_address() from error


def _header_text(text: str) -> str:
    """Return what somebody wrote as the text of a header.

    The library decodes what looks like an encoded word (RFC 2047), line breaks in it included, and writes
    them as they are: so nothing may look like one.
    """
    return one_line(text).replace("=?", "=\u200b?")


def _own_headers_only(message: EmailMessage) -> bytes:
    """Return the message as bytes, if it has exactly the headers that were set."""
    try:
        content = message.as_bytes()
    except (UnicodeError, ValueError, HeaderParseError) as error:
        raise _not_writable() from error
    lines = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [
        line.partition(b":")[0].decode("ascii", "replace").lower() for line in lines if line[:1] not in b" \t"
    ]
    if not _OWN_HEADERS.issuperset(names) or len(names) != len(set(names)):
        raise _not_writable()
    return content


def _not_writable() -> MailRefused:
    return MailRefused("What people wrote does not fit into a mail's headers", is_final=True, by_server=False)


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
        return Address(_header_text(name), addr_spec=ascii_address(address))
    except (ValueError, HeaderParseError) as error:
        raise _not_an_address() from error


def _not_an_address() -> MailRefused:
    return MailRefused("The address is none that mail can be sent to", is_final=True, by_server=False)

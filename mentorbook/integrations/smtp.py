"""SMTP: the server that mail is handed to."""

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from mentorbook.domain.mail import Mail
from mentorbook.domain.ports import MailRefused, ProviderDown
from mentorbook.integrations.mime import ascii_address, mime_message

# For a whole mail, connecting included: a server that hangs keeps nobody longer.
_TIMEOUT = 15
_FAREWELL = 2
_ENHANCED = re.compile(r"[45]\.(\d{1,3})\.(\d{1,3})")
_NO_SUCH_ADDRESS = (550, 551, 553)
# Of the codes about addresses (RFC 3463, X.1) those about that of the sender.
_OF_SENDER, _OF_MAILBOX = ("7", "8"), "2"
_FOR_GOOD = 500
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Mail through one SMTP server, for `domain.ports.Mailer`.

    `url` is `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte; `sender` is the
    address that mail comes from.

    A password is never sent in clear, except to this machine.
    """

    url: str = field(repr=False)
    sender: str

    async def send(self, mail: Mail) -> None:
        """Hand the mail to the server. Raises `ProviderDown`, `MailRefused`."""
        content = await asyncio.to_thread(mime_message, mail, self.sender)
        server = SMTP(**self._server())
        try:
            async with asyncio.timeout(_TIMEOUT):
                await server.connect()
                await server.sendmail(ascii_address(self.sender), [ascii_address(mail.to_address)], content)
        except TimeoutError as error:
            raise ProviderDown(f"The mail server did not answer within {_TIMEOUT} s") from error
        except SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0]) from error
        except (SMTPRecipientRefused, SMTPDataError) as error:
            raise _refused(error) from error
        except SMTPConnectError as error:
            raise ProviderDown("The mail server cannot be reached") from error
        except SMTPResponseException as error:
            raise ProviderDown(f"The mail server answered {error.code}: {error.message}") from error
        except (SMTPException, OSError) as error:
            raise ProviderDown(f"The mail server broke off: {type(error).__name__}") from error
        finally:
            # Whatever becomes of the farewell: the mail is the server's already, or was refused.
            await _hang_up(server)

    def _server(self) -> dict[str, Any]:
        parts = urlsplit(self.url)
        is_tls = parts.scheme == "smtps"
        host = parts.hostname or "localhost"
        is_here = _is_this_machine(host)
        username = unquote(parts.username) if parts.username else None
        return {
            "hostname": host,
            "port": parts.port or _PORTS[parts.scheme],
            "username": username,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": is_tls,
            # Where it is offered; insisted upon where a password would else be in clear.
            "start_tls": False if is_tls else True if username and not is_here else None,
            # What listens on this machine often has a certificate of its own making.
            "validate_certs": not is_here,
            "timeout": _TIMEOUT,
        }


async def _hang_up(server: SMTP) -> None:
    with contextlib.suppress(TimeoutError, SMTPException, OSError):
        async with asyncio.timeout(_FAREWELL):
            await server.quit()
    server.close()


def _refused(error: SMTPResponseException) -> Exception:
    """Return what the answer means: that there is no such address is final, any other may pass.

    A 5xx about a recipient may as well be about us (a block list, relaying) or about a mailbox that is full:
    the enhanced code of RFC 3463 says so, and 5.1 alone is the address. What is neither about address nor
    mailbox may hold for every mail.
    """
    words = f"The mail server refused it, {error.code}: {error.message}"
    subject, detail = found.groups() if (found := _ENHANCED.match(error.message)) else ("", "")
    says_address = subject == "1" and detail not in _OF_SENDER if subject else error.code in _NO_SUCH_ADDRESS
    is_address = says_address and isinstance(error, SMTPRecipientRefused)
    return MailRefused(
        words,
        is_final=is_address and error.code >= _FOR_GOOD,
        is_put_off=not is_address and subject != _OF_MAILBOX,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

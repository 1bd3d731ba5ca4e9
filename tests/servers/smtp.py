"""A real SMTP server on loopback that can be made to fail as servers do."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_port


class Fault(StrEnum):
    """What is wrong with the server."""

    REFUSED = "refused"
    BUSY = "busy"  # 451 to every recipient
    HANGS = "hangs"
    RESET = "reset"  # in the middle of the mail
    DROPPED = "dropped"  # it has the mail, and the connection ends before it says so
    NO_SUCH_MAILBOX = "no such mailbox"
    FULL = "full"  # 452 4.2.2 to every recipient
    BLOCKED = "blocked"  # 554 5.7.1 to every recipient
    GREYLISTS = "greylists"  # the first try of each recipient is put off
    NO_FAREWELL = "no farewell"  # it has the mail, and never answers QUIT


class MailServer:
    """Where mail arrives; `received` are the mails in the order in which they came."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self.asked = 0
        self.fault: Fault | None = None
        self._seen: set[str] = set()
        self._released = threading.Event()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address for `MENTORBOOK_SMTP_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    def fail(self, fault: Fault | None) -> None:
        """Fail from now on, or no longer."""
        self.fault = fault
        if fault is Fault.REFUSED:
            self.stop()
        elif self._controller is None:
            self.start()
        if fault not in (Fault.HANGS, Fault.NO_FAREWELL):
            self._released.set()
        else:
            self._released.clear()

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Hang up, and listen no longer."""
        self._released.set()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Take the recipient, or not."""
        self.asked += 1
        match self.fault:
            case Fault.BUSY:
                return "451 4.3.0 Try again later"
            case Fault.GREYLISTS if address not in self._seen:
                self._seen.add(address)
                return "451 4.7.1 Greylisted"
            case Fault.NO_SUCH_MAILBOX:
                return "550 5.1.1 No such mailbox"
            case Fault.FULL:
                return "452 4.2.2 Over quota"
            case Fault.BLOCKED:
                return "554 5.7.1 Your address is on a block list"
            case Fault.HANGS:
                await asyncio.to_thread(self._released.wait, 30)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Say goodbye, or not."""
        if self.fault is Fault.NO_FAREWELL:
            await asyncio.to_thread(self._released.wait, 30)
        return "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail, or not."""
        if self.fault is Fault.RESET:
            _reset(server)
            return "250 OK"
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        message["X-Recipient"] = envelope.rcpt_tos[0]
        self.received.append(message)
        if self.fault is Fault.DROPPED:
            _reset(server)
        return "250 OK"


def _reset(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """A server that takes all mail until it is told to fail."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()

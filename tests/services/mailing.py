"""A worker that sends by a real mail server, and what has arrived there."""

import asyncio
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Event

from mentorbook.domain.kinds import Provider
from mentorbook.domain.views import Account, Booking
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services.booking.bookings import create_booking
from mentorbook.worker import Worker
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.servers.smtp import MailServer

BUSINESS = "no-reply@book.example"


def worker(server: MailServer) -> Worker:
    """A worker that sends by this server."""
    return Worker(None, SmtpMailer(server.url, BUSINESS))


def deliver(server: MailServer) -> None:
    """Work until nothing is due."""

    async def rounds() -> None:
        working = worker(server)
        while await working.round():
            pass

    asyncio.run(rounds())


def work_for(server: MailServer, hands: Hands, rounds: int, every: int = 1) -> None:
    """Work so many rounds, one every so many seconds by the clock: mail in each, all else in every tenth,
    which takes six times as long and is nothing to mail."""

    async def work() -> None:
        working = worker(server)
        for number in range(rounds):
            await (working.round() if number % 10 == 0 else working._deliver_due(Provider.MAIL))
            hands.on(seconds=every)

    asyncio.run(work())


def booked(hours: int = 72, **mentor: Any) -> tuple[Account, Account, Booking]:
    """A mentor, a mentee and their session."""
    one, other = a_mentor("Ada Löfgren", **mentor), a_mentee("Priya")
    return one, other, create_booking(other, a_request(one, in_hours(hours)))


def to(server: MailServer, person: Account) -> list[EmailMessage]:
    """The mails that a person has got."""
    return [mail for mail in server.received if mail["X-Recipient"] == person.email]


def event_of(mail: EmailMessage) -> tuple[str, Event]:
    """Method and event of the invitation in a mail."""
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == part.get_param("method")
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return str(calendar["METHOD"]), event


def sent(mail: EmailMessage) -> str:
    """The plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())

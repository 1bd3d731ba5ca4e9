"""What child processes do until they are killed: an app that books and changes, a worker that delivers."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from mentorbook.db.engine import connect
from mentorbook.domain.errors import DomainError
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import clock, outbox
from mentorbook.services.booking import bookings
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.worker import Worker
from tests.people import a_request


def ahead_by(seconds: float) -> Any:
    """The machine's clock, so far ahead."""
    return clock.stand_at(lambda: datetime.now(UTC) + timedelta(seconds=seconds))


def book_and_change(url: str, mentor: UUID, mentee: UUID, turn: int, ahead: float, told: Connection) -> None:
    """Book, move and cancel, as a web app does; tell each change once it is confirmed, and each refusal."""
    connect(url)
    bookings.MOST_A_MINUTE = 1_000_000
    dice = random.Random(turn)
    with ahead_by(ahead):
        who = accounts.account(mentee)
        first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=30)
        own = list[UUID]()

        def some_time() -> datetime:
            return first + timedelta(minutes=30 * dice.randrange(2_000))

        while True:
            deed = dice.choice(("book", "book", "book", "move", "cancel")) if own else "book"
            try:
                if deed == "book":
                    request = a_request(mentor, some_time(), duration=30)
                    own.append(bookings.create_booking(who, request).id)
                    told.send(("booked", own[-1]))
                elif deed == "move":
                    moved = dice.choice(own)
                    reschedule_booking(who, moved, {"scheduledAt": some_time().isoformat()})
                    told.send(("moved", moved))
                else:
                    gone = own.pop(dice.randrange(len(own)))
                    cancel_booking(who, gone, {"reasonCategory": "no_longer_needed"})
                    told.send(("cancelled", gone))
            except DomainError:
                told.send(("refused", None))


def deliver(url: str, server: str, ahead: float, told: Connection) -> None:
    """Work as a worker of its own does."""
    connect(url)
    with ahead_by(ahead):
        told.send("working")
        asyncio.run(Worker(None, SmtpMailer(server, "no-reply@book.example")).run())


class Careless(Worker):
    """Marks what it has not sent yet."""

    async def _deliver(self, message: outbox.Message) -> None:
        await call(outbox.record, [outbox.Outcome(message)])
        await super()._deliver(message)


def deliver_carelessly(url: str, server: str, ahead: float, told: Connection) -> None:
    """Work as a worker that marks first."""
    connect(url)
    with ahead_by(ahead):
        told.send("working")
        asyncio.run(Careless(None, SmtpMailer(server, "no-reply@book.example")).run())

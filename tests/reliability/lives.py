"""What child processes do until they are killed: an app that books, changes and is paid, a worker."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from mentorbook.db.engine import connect
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import DEMO_CARD, ChargeOrder, OpenedCharge
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services import clock, outbox
from mentorbook.services.booking import bookings
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.money import holds, paying
from mentorbook.services.money.provider import paid_by
from mentorbook.services.offload import call
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.people import a_request

_PAUSE = 0.1  # seconds
# So few times that some are asked for again, and refused, in the life of a test.
_TIMES = 300


def ahead_by(seconds: float) -> Any:
    """The machine's clock, so far ahead."""
    return clock.stand_at(lambda: datetime.now(UTC) + timedelta(seconds=seconds))


def book_and_change(
    url: str, mentor: UUID, mentee: UUID, turn: int, ahead: float, hurry: Event, told: Connection
) -> None:
    """Book, move and cancel, as a web app does; tell each change once it is confirmed, and each refusal.

    One change comes right after the other from `hurry` on; before it now and then, as clients ask for them.
    """
    connect(url)
    bookings.MOST_A_MINUTE = 1_000_000
    dice = random.Random(turn)
    with ahead_by(ahead):
        who = accounts.account(mentee)
        first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=30)
        own = list[UUID]()

        def some_time() -> datetime:
            return first + timedelta(minutes=30 * dice.randrange(_TIMES))

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
            hurry.wait(_PAUSE)


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


class Eager(DemoPayments):
    """Takes the money before anybody has written down under which key it is taken."""

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Open a charge under a key of its own, and pay it."""
        opened = await super().open(replace(order, payment_id=uuid4()))
        await self.present(opened.reference, DEMO_CARD)
        return opened


def pay_and_cancel(
    url: str, file: str, mentor: UUID, mentee: UUID, turn: int, ahead: float, told: Connection
) -> None:
    """Hold, pay, and sometimes cancel, as a web app does; tell each once it is confirmed."""
    _pay(url, DemoPayments(Path(file), clock.now), mentor, mentee, turn, ahead, told)


def pay_eagerly(
    url: str, file: str, mentor: UUID, mentee: UUID, turn: int, ahead: float, told: Connection
) -> None:
    """Pay as an app that asks the provider first."""
    _pay(url, Eager(Path(file), clock.now), mentor, mentee, turn, ahead, told)


def _pay(
    url: str,
    provider: DemoPayments,
    mentor: UUID,
    mentee: UUID,
    turn: int,
    ahead: float,
    told: Connection,
) -> None:
    connect(url)
    settings.payments = PaymentWay.DEMO
    # Whoever dies leaves times held, and whoever lives is quicker than people are.
    bookings.MOST_A_MINUTE = holds.MOST_HOLDS_A_MINUTE = holds.MOST_HOLDS = paying.MOST_TRIES = 1_000_000
    dice = random.Random(turn)
    with ahead_by(ahead), paid_by(provider), asyncio.Runner() as loop:
        who = accounts.account(mentee)
        first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=30)
        while True:
            try:
                start = first + timedelta(minutes=30 * dice.randrange(2_000))
                held = bookings.create_booking(who, a_request(mentor, start, duration=30)).id
                loop.run(paying.pay(who, held, DEMO_CARD))
                told.send(("booked", held))
                if dice.random() < 0.4:
                    cancel_booking(who, held, {"reasonCategory": "no_longer_needed"})
                    told.send(("cancelled", held))
            except DomainError:
                told.send(("refused", None))


def follow_payments(url: str, file: str, ahead: float, told: Connection) -> None:
    """Work as a worker of its own does that has a payment provider."""
    connect(url)
    settings.payments = PaymentWay.DEMO
    with ahead_by(ahead):
        told.send("working")
        asyncio.run(Worker(None, None, DemoPayments(Path(file), clock.now)).run())

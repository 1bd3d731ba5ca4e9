"""A small and a large MentorBook, in which the same questions must cost the same."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from mentorbook.db.delivery import OutboxMessage
from mentorbook.db.engine import write_transaction
from mentorbook.db.meeting import SessionMessage
from mentorbook.db.money import Payment, Refund
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.kinds import PaymentStatus, PaymentWay, RefundReason, RefundStatus
from mentorbook.domain.views import Account
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.clock import now
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

REASON = {"reasonCategory": "schedule_conflict"}


@dataclass(frozen=True)
class World:
    """Its people, and sessions of Mina with Moira, who says yes at once, and with Greta, who is asked."""

    mina: Account
    moira: Account
    greta: Account
    admin: Account
    coming: UUID
    other: UUID
    begun: UUID
    asked: UUID
    asked_too: UUID
    dead: UUID
    dead_too: UUID
    paid: UUID
    payment: UUID


def a_world(hands: Hands, *, size: int) -> World:
    """`size` mentors beside the two, and as many sessions of Mina's in each of her lists."""
    mina, moira, greta = a_mentee("Mina"), a_mentor("Moira"), a_mentor("Greta", require_confirmation=True)
    admin = a_mentee("Admin", is_admin=True)
    for number in range(size):
        # On every page somebody has nothing this week, and is looked for further ahead.
        a_mentor(f"Mentor{number:02}", min_advance_booking_hours=0.5 if number % 10 else 10 * 24)

    def book(mentor: Account, hours: float) -> UUID:
        hands.on(minutes=1)
        return create_booking(mina, a_request(mentor, in_hours(hours))).id

    with _a_week_before(hands):
        for number in range(size):
            cancel_booking(mina, book(moira, 800 + number), REASON)
            paid = book(moira, -100 + number)
            payment = a_payment(paid, given_back=1000)
        begun = book(moira, 0)
    a_conversation(begun, mina, moira, length=101)
    for number in range(size):
        book(moira, 200 + 2 * number)
    return World(
        mina,
        moira,
        greta,
        admin,
        coming=book(moira, 48),
        other=book(moira, 51),
        begun=begun,
        asked=book(greta, 72),
        asked_too=book(greta, 75),
        dead=a_dead_letter(),
        dead_too=a_dead_letter(),
        paid=paid,
        payment=payment,
    )


def a_conversation(session_id: UUID, *people: Account, length: int) -> None:
    """So many messages in a session, in which the people take turns."""
    rows = [
        SessionMessage(
            session_id=session_id,
            user_id=people[number % len(people)].id,
            text=f"{number}",
            key=f"{number}",
            sent_at=now() + timedelta(seconds=number - length - 60),
        )
        for number in range(length)
    ]
    with write_transaction() as session:
        session.add_all(rows)


def a_payment(session_id: UUID, *, given_back: int = 0, currency: str = "GBP", **values: Any) -> UUID:
    """A payment of £60.00 for a session, taken from the card, of which some may have been given back."""
    with write_transaction() as session:
        row = session.get_one(MentoringSession, session_id)
        payment = Payment(
            session_id=row.id,
            payer_id=row.mentee_id,
            mentor_id=row.mentor_id,
            title=row.title,
            payer_email="payer@people.test",
            way=PaymentWay.DEMO,
            reference=f"demo_{row.id.hex}",
            currency=currency,
            is_authorisation=False,
            paid_at=now(),
            created_at=now(),
            updated_at=now(),
            **{"amount_minor": 6000, "captured_minor": 6000, "status": PaymentStatus.CAPTURED, **values},
        )
        row.payment_status, row.refunded_minor = payment.status, given_back
        session.add(payment)
        session.flush()
        if given_back:
            session.add(
                Refund(
                    payment_id=payment.id,
                    amount_minor=given_back,
                    reason=RefundReason.BY_HAND,
                    status=RefundStatus.DONE,
                    created_at=now(),
                    done_at=now(),
                )
            )
            payment.returned_minor = given_back
        return payment.id


def a_dead_letter(**values: Any) -> UUID:
    """A message of the outbox that was given up."""
    identifier = uuid4()
    row = {"kind": "room.delete", "payload": {}, "attempts": 9, "last_error": "refused", **values}
    with write_transaction() as session:
        session.add(
            OutboxMessage(
                id=identifier,
                dedupe_key=str(identifier),
                available_at=now(),
                due_at=now(),
                created_at=now(),
                state="dead",
                **row,
            )
        )
    return identifier


@contextlib.contextmanager
def _a_week_before(hands: Hands) -> Iterator[None]:
    present = hands.now
    hands.on(days=-7)
    yield
    hands.now = present + timedelta(minutes=5)

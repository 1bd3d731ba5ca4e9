"""Tables of money: payments, what is given back of them, and their books."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from mentorbook.db.types import UtcDateTime
from mentorbook.domain.kinds import PaymentStatus

_IN_FORCE = text(
    f"status NOT IN ('{PaymentStatus.CLOSED}', '{PaymentStatus.VOIDED}', '{PaymentStatus.REFUNDED}')"
)


class Payment(SQLModel, table=True):
    """One payment for a session, in minor units; a session has one at most that is in force.

    The id is known to the provider and is the key under which it is opened, so that an answer that is lost
    opens nothing twice. `reference` is what the provider calls it, `url` where its payer pays. With
    `is_authorisation` the amount is held on the card, and captured when `capture_at` has come.
    `title` and `payer_email` are as the provider was told, which compares what it is told again.
    `captured_minor` is what the provider has taken, `returned_minor` what it has given back of that, and
    `released_minor` what it has let go without taking it.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("way", "reference", name="payment_of_reference"),
        CheckConstraint("amount_minor > 0", name="something_to_pay"),
        CheckConstraint("captured_minor BETWEEN 0 AND amount_minor", name="captured_in_range"),
        CheckConstraint("returned_minor BETWEEN 0 AND captured_minor", name="returned_in_range"),
        Index(
            "one_payment_in_force",
            "session_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index("payments_of_session", "session_id"),
        Index("payments_of_payer", "payer_id", "created_at"),
        Index("payments_of_mentor", "mentor_id", "created_at"),
        Index("payments_by_status", "status", "updated_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="sessions.id")
    payer_id: UUID = Field(foreign_key="users.id")
    mentor_id: UUID = Field(foreign_key="mentors.id")
    title: str = Field(max_length=200)
    payer_email: str = Field(max_length=254)
    way: str = Field(max_length=10)
    reference: str | None = Field(default=None, max_length=255)
    url: str | None = Field(default=None, max_length=2000)
    amount_minor: int
    currency: str = Field(max_length=3)
    is_authorisation: bool
    status: str = Field(max_length=12)
    capture_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    captured_minor: int = 0
    returned_minor: int = 0
    released_minor: int = 0
    problem: str | None = Field(default=None, max_length=300)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Refund(SQLModel, table=True):
    """Money that is given back of a payment, in minor units; the id is the key under which it is asked for.

    `is_release` when it was held on the card only, and has never been taken. `note` is what an admin says.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("reference", name="refund_of_reference"),
        CheckConstraint("amount_minor > 0", name="something_back"),
        Index("refunds_of_payment", "payment_id"),
        Index("refunds_by_status", "status", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    payment_id: UUID = Field(foreign_key="payments.id")
    amount_minor: int
    reason: str = Field(max_length=20)
    note: str | None = Field(default=None, max_length=500)
    ordered_by: UUID | None = Field(default=None, foreign_key="users.id")
    status: str = Field(max_length=8)
    is_release: bool = False
    reference: str | None = Field(default=None, max_length=255)
    problem: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PaymentEntry(SQLModel, table=True):
    """One thing that happened to a payment; the database refuses to change or delete it."""

    __tablename__ = "payment_entries"
    __table_args__ = (Index("entries_of_payment", "payment_id", "created_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    payment_id: UUID = Field(foreign_key="payments.id")
    refund_id: UUID | None = Field(default=None, foreign_key="refunds.id")
    kind: str = Field(max_length=20)
    amount_minor: int
    created_at: datetime = Field(sa_type=UtcDateTime)


class PaymentEvent(SQLModel, table=True):
    """An event of the payment provider that has been taken in; it is not again, however often it comes."""

    __tablename__ = "payment_events"
    __table_args__ = (Index("payment_events_by_age", "received_at"),)

    id: str = Field(primary_key=True, max_length=255)
    received_at: datetime = Field(sa_type=UtcDateTime)


class PaymentDifference(SQLModel, table=True):
    """What the provider and the tables say differently of a payment, while they do.

    `reference` is what the provider calls the charge; `payment_id` is empty where the tables know nothing of
    it. `ours` and `theirs` are what each says, in minor units or as a status.
    """

    __tablename__ = "payment_differences"
    __table_args__ = (UniqueConstraint("reference", "kind", name="one_difference_of_a_kind"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str = Field(max_length=255)
    payment_id: UUID | None = Field(default=None, foreign_key="payments.id")
    kind: str = Field(max_length=20)
    ours: str = Field(default="", max_length=300)
    theirs: str = Field(default="", max_length=300)
    currency: str = Field(default="", max_length=3)
    found_at: datetime = Field(sa_type=UtcDateTime)

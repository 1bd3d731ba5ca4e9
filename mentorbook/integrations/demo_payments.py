"""The payment provider of the demo: it takes test cards only, and keeps honest books in a file of its own."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.money.payments import Charge, ChargeEvent, ChargeOrder, ChargeStatus, OpenedCharge
from mentorbook.domain.ports import CardDeclined, CardForm, Clock, NotGenuine, PaymentRefused
from mentorbook.integrations.demo_books import DemoBooks, as_charge, as_text, found

# Stripe's test numbers, with what their holder is told; nothing where the card is good.
TEST_CARDS = {
    "4242424242424242": "",
    "5555555555554444": "",
    "378282246310005": "",
    "4000000000000002": "The card was declined.",
    "4000000000009995": "The card was declined: there is not enough money on it.",
    "4000000000000069": "The card was declined: it has expired.",
    "4000000000000127": "The card was declined: its security code is wrong.",
}
NO_TEST_CARD = "This is a demo: only test cards work here, such as 4242 4242 4242 4242."
_PAID = (ChargeStatus.AUTHORISED, ChargeStatus.CAPTURED)


class DemoPayments:
    """Charges in a SQLite file, for `domain.ports.PaymentProvider` and `CardForm`.

    Several processes may share the file. No number of a card is kept, nor who pays or what for.
    """

    way = PaymentWay.DEMO

    def __init__(self, file: Path, now: Clock) -> None:
        """Keep the books in `file`, which is made with the first charge, and take the present from `now`."""
        self._books, self._now = DemoBooks(file, now), now
        self.card_form: CardForm | None = self

    async def open(self, order: ChargeOrder) -> OpenedCharge:
        """Open a charge, which is paid here and has no address. Raises `ProviderDown`, `PaymentRefused`."""
        return await asyncio.to_thread(self._open, order)

    async def charge(self, reference: str) -> Charge:
        """Return a charge as it is now. Raises `ProviderDown`, `PaymentRefused`."""
        return await self._changed(reference, lambda books, charge: None)

    async def close(self, reference: str) -> Charge:
        """Close a charge that nobody has paid; any other stays as it is. Raises as `charge`."""

        def change(books: sqlite3.Connection, charge: Charge) -> None:
            if charge.status == ChargeStatus.OPEN:
                _set(books, reference, status=ChargeStatus.CLOSED)

        return await self._changed(reference, change)

    async def capture(self, reference: str, amount_minor: int) -> Charge:
        """Capture so much of what is authorised, and release the rest; 0 releases all. Raises as `charge`."""

        def change(books: sqlite3.Connection, charge: Charge) -> None:
            was = (charge.status, charge.captured_minor)
            status = ChargeStatus.CAPTURED if amount_minor else ChargeStatus.VOIDED
            if was == (status, amount_minor):
                return
            if charge.status != ChargeStatus.AUTHORISED:
                raise PaymentRefused(f"nothing is held: the charge is {charge.status}")
            if not 0 <= amount_minor <= charge.amount_minor:
                raise PaymentRefused(f"{amount_minor} is not within the {charge.amount_minor} that are held")
            _set(books, reference, status=status, captured_minor=amount_minor)

        return await self._changed(reference, change)

    async def refund(self, reference: str, refund_id: UUID, amount_minor: int) -> Charge:
        """Give back so much of what was taken. Raises as `charge`."""

        def change(books: sqlite3.Connection, charge: Charge) -> None:
            known = books.execute(
                "SELECT charge, amount_minor FROM refunds WHERE refund_id = ?", (str(refund_id),)
            ).fetchone()
            if known is not None:
                if tuple(known) != (reference, amount_minor):
                    raise PaymentRefused("this refund was ordered before, of something else")
                return
            left = charge.captured_minor - charge.returned_minor
            if not 0 < amount_minor <= left:
                raise PaymentRefused(f"{amount_minor} cannot be given back: {left} are left")
            books.execute(
                "INSERT INTO refunds (refund_id, reference, charge, amount_minor) VALUES (?, ?, ?, ?)",
                (str(refund_id), f"demo_refund_{uuid4().hex}", reference, amount_minor),
            )

        return await self._changed(reference, change)

    async def present(self, reference: str, number: str) -> Charge:
        """Pay an open charge with a test card; one that is paid stays so.

        Raises `CardDeclined`, and as `charge`.
        """
        refusal = TEST_CARDS.get("".join(number.replace("-", " ").split()), NO_TEST_CARD)

        def change(books: sqlite3.Connection, charge: Charge) -> None:
            if charge.status in _PAID:
                return
            if charge.status != ChargeStatus.OPEN:
                raise PaymentRefused(f"it can be paid no more: the charge is {charge.status}")
            if refusal:
                raise CardDeclined(refusal)
            if _is_authorisation(books, reference):
                _set(books, reference, status=ChargeStatus.AUTHORISED, authorised_at=as_text(self._now()))
            else:
                _set(books, reference, status=ChargeStatus.CAPTURED, captured_minor=charge.amount_minor)

        return await self._changed(reference, change)

    async def charges_since(self, moment: datetime) -> list[Charge]:
        """List the charges that were opened since then, the oldest first. Raises `ProviderDown`."""

        def listed() -> list[Charge]:
            with self._books.transaction() as books:
                rows = books.execute(
                    "SELECT * FROM charges WHERE created_at >= ? ORDER BY created_at, reference",
                    (as_text(moment),),
                ).fetchall()
                return [as_charge(books, row) for row in rows]

        return await asyncio.to_thread(listed)

    def read_event(self, body: bytes, signature: str) -> ChargeEvent:
        """Raise `NotGenuine`: the demo calls nobody."""
        raise NotGenuine("the demo calls nobody")

    async def close_connections(self) -> None:
        """Do nothing: each call has a connection of its own."""

    def _open(self, order: ChargeOrder) -> OpenedCharge:
        terms = (order.amount_minor, order.currency, order.is_authorisation)
        if order.amount_minor <= 0:
            raise PaymentRefused("there is nothing to pay")
        with self._books.transaction() as books:
            books.execute(
                "INSERT INTO charges (reference, payment_id, amount_minor, currency, is_authorisation,"
                " status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (payment_id) DO NOTHING",
                (
                    f"demo_{uuid4().hex}",
                    str(order.payment_id),
                    *terms,
                    ChargeStatus.OPEN,
                    as_text(self._now()),
                ),
            )
            opened = books.execute(
                "SELECT amount_minor, currency, is_authorisation, reference FROM charges"
                " WHERE payment_id = ?",
                (str(order.payment_id),),
            ).fetchone()
            if tuple(opened)[:3] != terms:
                raise PaymentRefused("this payment was opened before, on other terms")
            return OpenedCharge(str(opened["reference"]))

    async def _changed(self, reference: str, change: Callable[[sqlite3.Connection, Charge], None]) -> Charge:
        """Return a charge after a change that nobody else's comes between."""

        def done() -> Charge:
            with self._books.transaction() as books:
                change(books, found(books, reference))
                return found(books, reference)

        return await asyncio.to_thread(done)


def _set(books: sqlite3.Connection, reference: str, **values: str | int) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    # The names are those of keyword arguments above.
    books.execute(f"UPDATE charges SET {columns} WHERE reference = ?", (*values.values(), reference))  # noqa: S608


def _is_authorisation(books: sqlite3.Connection, reference: str) -> bool:
    row = books.execute("SELECT is_authorisation FROM charges WHERE reference = ?", (reference,)).fetchone()
    return bool(row["is_authorisation"])

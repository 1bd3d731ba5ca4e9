"""What every operation of payments may ask of the database, with few payments and with many."""

from datetime import timedelta
from pathlib import Path

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door
from tests.conftest import Hands, forget
from tests.paying import demo_payments, pay_now, the_payment
from tests.people import a_mentee, a_mentor, a_request, in_hours
from tests.statements import statements

OPERATIONS_OF_MONEY: dict[str, int] = {
    "POST /api/bookings/{booking_id}/hold/extend": 7,
    "POST /api/bookings/{booking_id}/payment": 41,
    "GET /api/payments": 4,
    "GET /api/payments.csv": 3,
    "GET /api/payments/{payment_id}": 3,
    "GET /api/earnings": 3,
    "GET /api/earnings.csv": 2,
    "GET /api/admin/payments": 4,
    "GET /api/admin/payments.csv": 3,
    "GET /api/admin/payments/differences": 2,
    "POST /api/admin/sessions/{booking_id}/refund": 18,
}
MONEY = {"amountMinor": 100, "reason": "Because"}


@pytest.mark.parametrize("size", [1, 30], ids=["few", "many"])
def test_every_operation_of_money_keeps_its_budget(
    size: int,
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = {"mina": a_mentee(), "moira": a_mentor(), "admin": a_mentee("Admin", is_admin=True)}
    mina, moira = people["mina"], people["moira"]
    callers = {name: calling(person) for name, person in people.items()}
    # That a log-in is in use is written down once an hour.
    for caller in callers.values():
        caller.get("/api/auth/me")
    with demo_payments(tmp_path, monkeypatch):
        for number in range(size):
            hands.now += timedelta(minutes=1)
            paid = pay_now(mina, create_booking(mina, a_request(moira, in_hours(200 + 2 * number))))
        held = create_booking(mina, a_request(moira, in_hours(100)))
        calls = [
            ("mina", "POST", "/api/bookings/{booking_id}/hold/extend", held.id, None),
            ("mina", "POST", "/api/bookings/{booking_id}/payment", held.id, {"card": DEMO_CARD}),
            ("mina", "GET", "/api/payments", None, None),
            ("mina", "GET", "/api/payments.csv", None, None),
            ("mina", "GET", "/api/payments/{payment_id}", the_payment(paid).id, None),
            ("moira", "GET", "/api/earnings", None, None),
            ("moira", "GET", "/api/earnings.csv", None, None),
            ("admin", "GET", "/api/admin/payments", None, None),
            ("admin", "GET", "/api/admin/payments.csv", None, None),
            ("admin", "GET", "/api/admin/payments/differences", None, None),
            ("admin", "POST", "/api/admin/sessions/{booking_id}/refund", paid.id, MONEY),
        ]
        asked: dict[str, int] = {}
        for who, method, operation, about, body in calls:
            path = operation.format(booking_id=about, payment_id=about)
            forget()
            with statements() as said:
                answer = callers[who].request(method, path, **({"json": body} if body else {}))
            assert answer.status_code < 400, (method, path, answer.text)
            asked[f"{method} {operation}"] = len(said)
    assert asked == OPERATIONS_OF_MONEY

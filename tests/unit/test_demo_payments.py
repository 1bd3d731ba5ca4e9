"""The demo's payment provider: an honest one, but for its cards."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Coroutine
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from mentorbook.domain.kinds import PaymentWay, RefundStatus
from mentorbook.domain.money.payments import Charge, ChargeOrder, ChargeStatus
from mentorbook.domain.ports import (
    CardDeclined,
    CardForm,
    NotGenuine,
    PaymentProvider,
    PaymentRefused,
    ProviderDown,
)
from mentorbook.integrations.demo_books import HELD_FOR
from mentorbook.integrations.demo_payments import NO_TEST_CARD, DemoPayments
from tests.conftest import NOON, Hands
from tests.paying import without_ids

GOOD = "4242424242424242"
T = TypeVar("T")


def run(doing: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(doing)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "demo_payments.db"


@pytest.fixture
def demo(file: Path, hands: Hands) -> DemoPayments:
    return DemoPayments(file, hands)


def an_order(**changes: Any) -> ChargeOrder:
    given: dict[str, Any] = {
        "payment_id": uuid4(),
        "amount_minor": 6000,
        "currency": "GBP",
        "is_authorisation": False,
        "title": "Career talk with Ada",
        "payer_email": "mia@people.test",
        "return_url": "https://book.example/sessions/1",
    }
    return ChargeOrder(**(given | changes))


def opened(demo: DemoPayments, **changes: Any) -> str:
    return run(demo.open(an_order(**changes))).reference


def paid(demo: DemoPayments, **changes: Any) -> str:
    reference = opened(demo, **changes)
    run(demo.present(reference, GOOD))
    return reference


def held(demo: DemoPayments) -> str:
    return paid(demo, is_authorisation=True)


def stands(charge: Charge) -> tuple[ChargeStatus, int, int]:
    """Status, what was taken, what was given back."""
    return charge.status, charge.captured_minor, charge.returned_minor


def test_it_is_a_provider_and_a_card_form(demo: DemoPayments) -> None:
    provider: PaymentProvider = demo
    form: CardForm = demo
    assert (provider.way, form) == (PaymentWay.DEMO, demo)


def test_a_charge_is_opened_once_under_its_payment(demo: DemoPayments) -> None:
    order = an_order(currency="JPY")
    first, again = run(demo.open(order)), run(demo.open(order))
    assert first == again
    assert first.url is None
    (only,) = run(demo.charges_since(NOON))
    assert only == Charge(
        reference=first.reference,
        payment_id=order.payment_id,
        status=ChargeStatus.OPEN,
        amount_minor=6000,
        currency="JPY",
        created_at=NOON,
    )


@pytest.mark.parametrize(
    "other", [{"amount_minor": 6001}, {"currency": "EUR"}, {"is_authorisation": True}], ids=str
)
def test_the_same_payment_is_not_opened_on_other_terms(demo: DemoPayments, other: dict[str, Any]) -> None:
    order = an_order()
    run(demo.open(order))
    with pytest.raises(PaymentRefused):
        run(demo.open(an_order(payment_id=order.payment_id, **other)))
    (only,) = run(demo.charges_since(NOON))
    assert (only.amount_minor, only.currency) == (6000, "GBP")


def test_nothing_is_no_charge(demo: DemoPayments) -> None:
    with pytest.raises(PaymentRefused):
        opened(demo, amount_minor=0)


@pytest.mark.parametrize(
    "number", ["4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005", "\t4242\u00a04242 42424242 "]
)
def test_good_cards_pay(demo: DemoPayments, number: str) -> None:
    charge = run(demo.present(opened(demo), number))
    assert stands(charge) == (ChargeStatus.CAPTURED, 6000, 0)


def test_an_authorisation_takes_nothing_yet(demo: DemoPayments) -> None:
    assert stands(run(demo.charge(held(demo)))) == (ChargeStatus.AUTHORISED, 0, 0)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("4000000000000002", "declined"),
        ("4000000000009995", "not enough money"),
        ("4000000000000069", "expired"),
        ("4000000000000127", "security code"),
        ("4111111111111111", "only test cards"),
        ("", "only test cards"),
        ("4242424242424242 and more", "only test cards"),
    ],
)
def test_bad_cards_do_not_and_another_may(demo: DemoPayments, number: str, said: str) -> None:
    reference = opened(demo)
    with pytest.raises(CardDeclined, match=said):
        run(demo.present(reference, number))
    assert run(demo.charge(reference)).status == ChargeStatus.OPEN
    assert run(demo.present(reference, GOOD)).status == ChargeStatus.CAPTURED


def test_what_is_paid_stays_paid(demo: DemoPayments) -> None:
    reference = paid(demo)
    before = run(demo.charge(reference))
    assert run(demo.present(reference, GOOD)) == before
    assert run(demo.present(reference, "4000000000000002")) == before
    assert run(demo.close(reference)) == before


def test_what_is_closed_is_paid_no_more(demo: DemoPayments) -> None:
    reference = opened(demo)
    assert stands(run(demo.close(reference))) == (ChargeStatus.CLOSED, 0, 0)
    assert run(demo.close(reference)).status == ChargeStatus.CLOSED
    with pytest.raises(PaymentRefused):
        run(demo.present(reference, GOOD))
    assert run(demo.charge(reference)).status == ChargeStatus.CLOSED


@pytest.mark.parametrize("amount", [1, 3000, 6000])
def test_a_part_is_captured_and_the_rest_let_go(demo: DemoPayments, amount: int) -> None:
    reference = held(demo)
    for _ in range(2):
        assert stands(run(demo.capture(reference, amount))) == (ChargeStatus.CAPTURED, amount, 0)
    for other in (amount - 1, amount + 1, 0):
        with pytest.raises(PaymentRefused):
            run(demo.capture(reference, other))
    with pytest.raises(PaymentRefused):
        run(demo.refund(reference, uuid4(), amount + 1))


def test_capturing_nothing_lets_all_go(demo: DemoPayments) -> None:
    reference = held(demo)
    for _ in range(2):
        assert stands(run(demo.capture(reference, 0))) == (ChargeStatus.VOIDED, 0, 0)
    for refused in (demo.capture(reference, 6000), demo.present(reference, GOOD)):
        with pytest.raises(PaymentRefused):
            run(refused)


@pytest.mark.parametrize("amount", [-1, 6001])
def test_no_more_is_captured_than_is_held(demo: DemoPayments, amount: int) -> None:
    reference = held(demo)
    with pytest.raises(PaymentRefused):
        run(demo.capture(reference, amount))
    assert run(demo.charge(reference)).status == ChargeStatus.AUTHORISED


def test_nothing_is_captured_of_what_nobody_has_paid(demo: DemoPayments) -> None:
    reference = opened(demo, is_authorisation=True)
    for amount in (0, 6000):
        with pytest.raises(PaymentRefused):
            run(demo.capture(reference, amount))


def test_what_was_charged_at_once_is_captured_already(demo: DemoPayments) -> None:
    assert stands(run(demo.capture(paid(demo), 6000))) == (ChargeStatus.CAPTURED, 6000, 0)


def test_a_hold_lapses_after_seven_days(demo: DemoPayments, hands: Hands) -> None:
    reference = opened(demo, is_authorisation=True)
    hands.on(days=3)
    run(demo.present(reference, GOOD))
    hands.now += HELD_FOR - timedelta(seconds=1)
    assert run(demo.charge(reference)).status == ChargeStatus.AUTHORISED
    hands.on(seconds=1)
    assert run(demo.charge(reference)).status == ChargeStatus.VOIDED
    with pytest.raises(PaymentRefused):
        run(demo.capture(reference, 6000))


def test_what_is_captured_does_not_lapse(demo: DemoPayments, hands: Hands) -> None:
    reference = held(demo)
    run(demo.capture(reference, 6000))
    hands.on(days=8)
    assert run(demo.charge(reference)).status == ChargeStatus.CAPTURED


def test_refunds_are_made_once_and_never_of_more_than_was_taken(demo: DemoPayments) -> None:
    reference, first, second = paid(demo), uuid4(), uuid4()
    for _ in range(2):
        assert run(demo.refund(reference, first, 2500)).returned_minor == 2500
    with pytest.raises(PaymentRefused):
        run(demo.refund(reference, first, 2400))
    with pytest.raises(PaymentRefused):
        run(demo.refund(reference, second, 3501))
    charge = run(demo.refund(reference, second, 3500))
    assert stands(charge) == (ChargeStatus.CAPTURED, 6000, 6000)
    assert [(each.refund_id, each.status) for each in charge.refunds] == [
        (first, RefundStatus.DONE),
        (second, RefundStatus.DONE),
    ]
    assert len({each.reference for each in charge.refunds}) == 2
    with pytest.raises(PaymentRefused):
        run(demo.refund(reference, uuid4(), 1))


@pytest.mark.parametrize("amount", [0, -5])
def test_refunds_are_of_something(demo: DemoPayments, amount: int) -> None:
    with pytest.raises(PaymentRefused):
        run(demo.refund(paid(demo), uuid4(), amount))


def test_a_refund_is_of_one_charge(demo: DemoPayments) -> None:
    refund = uuid4()
    run(demo.refund(paid(demo), refund, 100))
    with pytest.raises(PaymentRefused):
        run(demo.refund(paid(demo), refund, 100))


def test_nothing_is_given_back_of_what_was_only_held(demo: DemoPayments) -> None:
    with pytest.raises(PaymentRefused):
        run(demo.refund(held(demo), uuid4(), 1))


def test_an_unknown_charge_is_refused(demo: DemoPayments) -> None:
    for asked in (
        demo.charge("demo_x"),
        demo.close("demo_x"),
        demo.capture("demo_x", 1),
        demo.refund("demo_x", uuid4(), 1),
        demo.present("demo_x", GOOD),
    ):
        with pytest.raises(PaymentRefused):
            run(asked)


def test_the_books_survive_a_restart(demo: DemoPayments, file: Path, hands: Hands) -> None:
    reference = paid(demo)
    run(demo.refund(reference, uuid4(), 100))
    before = run(demo.charge(reference))
    assert run(DemoPayments(file, hands).charge(reference)) == before


def test_charges_are_listed_by_when_they_were_opened(demo: DemoPayments, hands: Hands) -> None:
    first = opened(demo)
    hands.on(hours=1)
    second = paid(demo)
    assert [each.reference for each in run(demo.charges_since(NOON))] == [first, second]
    assert [each.reference for each in run(demo.charges_since(hands.now))] == [second]
    hands.on(seconds=1)
    assert run(demo.charges_since(hands.now)) == []


def test_nothing_of_a_card_or_its_holder_is_written(demo: DemoPayments, file: Path) -> None:
    reference = opened(demo)
    with pytest.raises(CardDeclined):
        run(demo.present(reference, "4000000000009995"))
    run(demo.present(reference, GOOD))
    with closing(sqlite3.connect(file)) as books:
        written = "\n".join(books.iterdump())
    assert reference in written
    assert without_ids(written) != written
    for secret in (GOOD, "4242", "9995", "mia@people.test", "Career"):
        assert secret not in without_ids(written)


def test_the_books_are_their_owners_alone(demo: DemoPayments, file: Path) -> None:
    opened(demo)
    with closing(sqlite3.connect(file)) as books:
        books.execute("SELECT * FROM charges").fetchall()
        files = sorted(file.parent.iterdir())
        assert [each.name for each in files] == [file.name, f"{file.name}-shm", f"{file.name}-wal"]
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_books_that_cannot_be_written_are_a_provider_that_is_down(tmp_path: Path, hands: Hands) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(ProviderDown) as down:
        opened(DemoPayments(in_the_way / "demo_payments.db", hands))
    assert str(tmp_path) not in str(down.value)


# What each of several processes does at once.
ONE_OF_SEVERAL = """
import asyncio, datetime, pathlib, sys, uuid
from mentorbook.domain.money.payments import ChargeOrder
from mentorbook.domain.ports import PaymentRefused
from mentorbook.integrations.demo_payments import DemoPayments

file, payment_id, refund_id, card = sys.argv[1:]
noon = datetime.datetime(2027, 1, 13, 12, tzinfo=datetime.UTC)

async def pays():
    demo = DemoPayments(pathlib.Path(file), lambda: noon)
    order = ChargeOrder(uuid.UUID(payment_id), 6000, "GBP", False, "A session", "mia@people.test", "http://x/")
    reference = (await demo.open(order)).reference
    await demo.present(reference, card)
    await demo.refund(reference, uuid.UUID(refund_id), 4000)
    try:
        await demo.refund(reference, uuid.uuid4(), 2000)
        print(reference, "given back")
    except PaymentRefused:
        print(reference, "refused")

asyncio.run(pays())
"""


def test_several_processes_share_the_books(file: Path) -> None:
    """All begin on a file that is not there yet."""
    command = [sys.executable, "-c", ONE_OF_SEVERAL, str(file), str(uuid4()), str(uuid4()), GOOD]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(each.communicate(timeout=60)[0].strip() for each in others)
    (charge,) = run(DemoPayments(file, lambda: NOON).charges_since(NOON))
    assert stands(charge) == (ChargeStatus.CAPTURED, 6000, 6000)
    assert said == [f"{charge.reference} given back"] + 3 * [f"{charge.reference} refused"]


def test_the_demo_calls_nobody(demo: DemoPayments) -> None:
    with pytest.raises(NotGenuine):
        demo.read_event(b"{}", "t=1,v1=00")
    run(demo.close_connections())
    assert "4242 4242 4242 4242" in NO_TEST_CARD

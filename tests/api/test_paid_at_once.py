"""A booking that demo payments pay at once: under a key it is booked once, paid once, and answered alike."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.money import provider
from mentorbook.services.money.paying import MOST_TRIES
from tests.api.conftest import Caller, Door
from tests.conftest import Hands
from tests.money_laws import broken_laws
from tests.paying import demo_payments, entries_of, pay_now
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

KEY = {"Idempotency-Key": "k1"}
MOVE = {"scheduledAt": in_hours(40).isoformat()}
PAID_ONCE = [("opened", 6000), ("authorised", 6000)]


@pytest.fixture
def payments(
    db: Database, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoPayments]:
    with demo_payments(tmp_path, monkeypatch) as taker:
        yield taker
        assert broken_laws(taker) == []


@pytest.fixture
def mina(payments: DemoPayments) -> Account:
    return a_mentee("Mina")


@pytest.fixture
def wanted(payments: DemoPayments) -> dict[str, Any]:
    return a_request(a_mentor(), in_hours(24))


def first_answer(answer: httpx.Response) -> dict[str, Any]:
    """What never changes of it: what may be done next is of this moment."""
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert told.pop("actions")
    return told | {"etag": answer.headers["etag"], "location": answer.headers["location"]}


def booked(caller: Caller, wanted: dict[str, Any]) -> httpx.Response:
    return caller.post("/api/bookings", wanted, headers=KEY)


def test_a_retry_gives_the_first_answer_however_often_and_whatever_came_since(
    hands: Hands, calling: Door, mina: Account, wanted: dict[str, Any]
) -> None:
    caller = calling(mina)
    first = first_answer(booked(caller, wanted))
    assert (first["heldUntil"], first["paymentStatus"]) == (None, "authorised")
    hands.on(minutes=1)
    reschedule_booking(mina, first["id"], MOVE)
    again = [first_answer(booked(caller, wanted)) for _ in range(MOST_TRIES + 1)]
    assert again == [first] * len(again)
    assert caller.get(first["location"]).json()["scheduledAt"] != first["scheduledAt"]
    assert (counts()["sessions"], entries_of(UUID(first["id"]))) == (1, PAID_ONCE)
    # Nor do retries use up what the account may try to pay.
    assert caller.post(f"{first['location']}/payment").status_code == 200


def test_a_retry_of_what_was_killed_before_it_paid_pays(
    hands: Hands, calling: Door, mina: Account, wanted: dict[str, Any]
) -> None:
    held = create_booking(mina, wanted, KEY["Idempotency-Key"])
    caller = calling(mina)
    first = first_answer(booked(caller, wanted))
    assert (first["id"], first["heldUntil"], first["paymentStatus"]) == (str(held.id), None, "authorised")
    assert first_answer(booked(caller, wanted)) == first
    assert (counts()["sessions"], entries_of(held)) == (1, PAID_ONCE)


def test_a_retry_of_what_was_killed_after_it_paid_does_not_pay_again(
    hands: Hands, calling: Door, mina: Account, wanted: dict[str, Any]
) -> None:
    paid = pay_now(mina, create_booking(mina, wanted, KEY["Idempotency-Key"]))
    caller = calling(mina)
    first = first_answer(booked(caller, wanted))
    hands.on(minutes=1)
    reschedule_booking(mina, paid.id, MOVE)
    assert first_answer(booked(caller, wanted)) == first
    assert (first["id"], entries_of(paid)) == (str(paid.id), PAID_ONCE)


def test_retries_at_the_same_time_have_one_answer_and_one_payment(
    calling: Door, mina: Account, wanted: dict[str, Any]
) -> None:
    caller = calling(mina)

    async def at_once() -> list[httpx.Response]:
        posts = (caller.client.post("/api/bookings", json=wanted, headers=KEY) for _ in range(6))
        return await asyncio.gather(*posts)

    answers = [first_answer(each) for each in caller.run(at_once())]
    assert answers == [first_answer(booked(caller, wanted))] * 6
    assert (counts()["sessions"], entries_of(UUID(answers[0]["id"]))) == (1, PAID_ONCE)


def test_a_retry_pays_once_the_provider_is_there(
    calling: Door, mina: Account, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = calling(mina)
    with monkeypatch.context() as patch:
        patch.setattr(provider, "_plugged", [])
        away = booked(caller, wanted)
    assert (away.status_code, int(away.headers["retry-after"])) == (503, away.json()["retryAfter"])
    first = first_answer(booked(caller, wanted))
    assert (counts()["sessions"], entries_of(UUID(first["id"]))) == (1, PAID_ONCE)


def test_what_is_to_be_held_is_answered_as_held_also_when_it_is_paid(
    calling: Door, mina: Account, wanted: dict[str, Any]
) -> None:
    caller, held = calling(mina), wanted | {"hold": True}
    first = first_answer(booked(caller, held))
    assert first["heldUntil"] is not None
    assert first_answer(booked(caller, held)) == first
    pay_now(mina, UUID(first["id"]))
    assert first_answer(booked(caller, held)) == first
    assert entries_of(UUID(first["id"])) == PAID_ONCE

"""How paying is refused: what is held too often, a card, a hold that lapsed, a provider that is not there."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from mentorbook.domain.kinds import PaymentWay
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.clock import now
from mentorbook.services.money import provider
from mentorbook.services.money.paying import MOST_TRIES
from mentorbook.settings import settings
from tests.api.world import Scene, World
from tests.people import a_request, in_hours


def paid_here(world: World, *, by_provider: bool = True) -> None:
    """Have sessions be paid with test cards from here on, perhaps without anybody who takes them."""
    world.monkeypatch.setattr(settings, "payments", PaymentWay.DEMO)
    if by_provider:
        there = DemoPayments(Path(mkdtemp()) / "demo.db", now)
        world.monkeypatch.setattr(provider, "_plugged", [there])


def held(world: World, **options: Any) -> httpx.Response:
    """The operation on a session that is held for the mentee."""
    request = a_request(world.mentor, in_hours(50))
    world.booking = create_booking(world.mentee, request)
    return world.by(world.mentee, **options)


def with_a_bad_card(world: World) -> httpx.Response:
    paid_here(world)
    return held(world, json={"card": "4000000000000002"})


def after_the_hold(world: World) -> httpx.Response:
    paid_here(world)
    held(world)
    world.hands.on(minutes=11)
    return world.by(world.mentee)


def paying_without_a_provider(world: World) -> httpx.Response:
    paid_here(world, by_provider=False)
    return held(world)


def paying_too_often(world: World) -> httpx.Response:
    for _ in range(MOST_TRIES):
        assert world.by(world.mentee).status_code == 409
    return world.by(world.mentee)


def an_old_tag_of_a_hold(world: World) -> httpx.Response:
    paid_here(world)
    return held(world, headers={"If-Match": '"old"'})


def booking_without_a_provider(world: World) -> httpx.Response:
    paid_here(world, by_provider=False)
    return world.by(world.mentee, json=a_request(world.mentor, in_hours(50)))


def a_retry_after_the_hold(world: World) -> httpx.Response:
    paid_here(world, by_provider=False)
    wanted, key = a_request(world.mentor, in_hours(50)), {"Idempotency-Key": "the same"}
    assert world.by(world.mentee, json=wanted, headers=key).status_code == 503
    world.hands.on(minutes=11)
    return world.by(world.mentee, json=wanted, headers=key)


def a_fourth_hold(world: World) -> httpx.Response:
    paid_here(world)
    for hours in (50, 60, 70):
        create_booking(world.mentee, a_request(world.mentor, in_hours(hours)))
    return world.by(world.mentee, json=a_request(world.mentor, in_hours(80)))


def another_refund_under_a_key(world: World) -> httpx.Response:
    paid_here(world)
    wanted = a_request(world.mentor, in_hours(50))
    paid = world.calling(world.mentee).request("POST", "/api/bookings", json=wanted).json()
    address, admin = world.path.format(booking_id=paid["id"]), world.calling(world.admin)
    bodies = [{"amountMinor": amount, "reason": "Because"} for amount in (100, 200)]
    key = {"Idempotency-Key": "the same"}
    answers = [admin.request("POST", address, json=body, headers=key) for body in bodies]
    assert answers[0].status_code == 200, answers[0].text
    return answers[1]


PAY: dict[str, Scene] = {
    "not_permitted": lambda world: world.by(world.mentor),
    "invalid_status": lambda world: world.by(world.mentee),
    "changed_meanwhile": an_old_tag_of_a_hold,
    "card_declined": with_a_bad_card,
    "hold_lapsed": after_the_hold,
    "rate_limited": paying_too_often,
    "payment_unavailable": paying_without_a_provider,
}
EXTEND: dict[str, Scene] = {
    "not_permitted": lambda world: world.by(world.mentor),
    "invalid_status": lambda world: world.by(world.mentee),
    "changed_meanwhile": an_old_tag_of_a_hold,
}
GIVE_BACK: dict[str, Scene] = {
    "invalid_status": lambda world: world.by(world.admin, json=world.body()),
    "idempotency_mismatch": another_refund_under_a_key,
    "changed_meanwhile": lambda world: world.by(
        world.admin, json=world.body(), headers={"If-Match": '"old"'}
    ),
}
HOLD: dict[str, Scene] = {
    "too_many_holds": a_fourth_hold,
    "hold_lapsed": a_retry_after_the_hold,
    "payment_unavailable": booking_without_a_provider,
}

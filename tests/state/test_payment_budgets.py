"""What paying asks of the database, from the held time to the booked session: exactly so much, however many
sessions there are."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import SUCCESS
from tests.conftest import Hands
from tests.paying import demo_payments
from tests.people import a_request, in_hours
from tests.state.harness import Page
from tests.state.visiting import call
from tests.state.visits import SLOT
from tests.worlds import World, a_world

CARD = {"form": {"card-number": DEMO_CARD, "card-expiry": "12/34", "card-code": "123", "card-name": "Mina"}}

# By the modal and by the page; the first two are named in `test_statement_budgets.py` too, where they hold
# nothing.
PAYING = {
    "booking_modal.to_confirm": 16,
    "booking_modal.go_back": 14,
    "booking_modal.keep_longer": 7,
    "booking_modal.hold_again": 15,
    "booking_modal.pay": 42,
    "session_page.keep_longer": 7,
    "session_page.check_payment": 29,
    "session_page.pay": 41,
}


@pytest.fixture(params=[3, 45], ids=["few", "many"])
def world(
    request: pytest.FixtureRequest,
    sqlite_db: Database,
    hands: Hands,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """A small and a large one, in which sessions are paid."""
    made = a_world(hands, size=request.param)
    with demo_payments(tmp_path, monkeypatch):
        yield made


def test_paying_keeps_its_budget(world: World, hands: Hands) -> None:
    most: dict[str, int] = {}

    async def press(page: Page, name: str, payload: dict[str, Any]) -> None:
        most[name] = max(most.get(name, 0), len(await call(page, name, payload)))

    async def go() -> None:
        page = Page(world.mina, path=f"/mentors/{world.moira.id}?book")
        await call(page, "booking_modal.arrive", {})
        await call(page, "booking_modal.choose_slot", SLOT)
        await call(page, "booking_modal.to_details", SLOT)
        await call(page, "booking_modal.write_title", {"text": "to"})
        await press(page, "booking_modal.to_confirm", {})
        await press(page, "booking_modal.go_back", {"step": 2})
        await press(page, "booking_modal.to_confirm", {})
        await press(page, "booking_modal.keep_longer", {})
        hands.on(minutes=20)
        await call(page, "booking_modal.arrive", {})
        await press(page, "booking_modal.hold_again", {})
        await press(page, "booking_modal.pay", CARD)
        assert page.state(BookingModal).step == SUCCESS

    asyncio.run(go())

    async def on_its_page() -> None:
        page = Page(world.mina, path=f"/sessions/{held.id}", tab="page")
        await call(page, "session_page.load", {})
        await press(page, "session_page.keep_longer", {})
        await press(page, "session_page.check_payment", {})
        await press(page, "session_page.pay", CARD)

    held = create_booking(world.mina, a_request(world.moira, in_hours(36)))
    asyncio.run(on_its_page())
    assert get_booking(world.mina, held.id).status == SessionStatus.SCHEDULED
    assert most == PAYING

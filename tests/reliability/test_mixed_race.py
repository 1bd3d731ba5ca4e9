"""The first promise through both doors at once: half of the callers over HTTP, half in the booking modal."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

import httpx
import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.presenters.reader import Reader
from mentorbook.services.booking import bookings
from mentorbook.settings import settings
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.checkout import CONFIRM, SUCCESS, TIME
from mentorbook.state.booking.page_reader import reader_for
from tests.api.conftest import ORIGIN, gated, logged_in
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours, overlapping_claims
from tests.reliability.races import CALLERS, ROUNDS, no_guard
from tests.state.harness import Page
from tests.state.on_show import what_is_booked

# Few slots to draw, so that the time goes into the race.
EVEN_HOURS = tuple(
    WeeklyBlock(day, f"{hour:02}:00", f"{hour + 1:02}:00", "AVAILABLE")
    for day in range(7)
    for hour in range(0, 24, 2)
)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same fifty people race again and again: let them."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 10_000)


class Field:
    """Fifty people who want the same hour."""

    def __init__(self, mentor: Account) -> None:
        self.mentor = mentor
        self._http_first = False
        self.reader: Reader | None = None
        self.pages = [Page(a_mentee(), tab=f"tab-{number}") for number in range(CALLERS // 2)]
        cookies = [{settings.cookie: logged_in(a_mentee())} for _ in range(CALLERS - len(self.pages))]
        app = gated()
        self.clients = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app, raise_app_exceptions=False),
                base_url=ORIGIN,
                cookies=cookie,
            )
            for cookie in cookies
        ]

    async def race(self, at: datetime) -> Counter[str]:
        """One round; counts how it ended for each."""
        for page in self.pages:
            self._ready(page, at)
        modals = [self._confirm(page) for page in self.pages]
        calls = [self._post(client, at) for client in self.clients]
        # Turn about, so that neither door is always first.
        self._http_first = not self._http_first
        pairs = zip(calls, modals, strict=True) if self._http_first else zip(modals, calls, strict=True)
        return Counter(await asyncio.gather(*(each for pair in pairs for each in pair)))

    def _ready(self, page: Page, at: datetime) -> None:
        """The modal as it stands at its last step: what led there is tested elsewhere."""
        modal = page.state(BookingModal)
        modal._mentor, modal.month, modal.day = self.mentor.id, f"{at:%Y-%m}", f"{at:%Y-%m-%d}"
        modal.is_open, modal.loading, modal.step, modal.problem = True, False, CONFIRM, ""
        modal._reader, modal._lost, modal.title, modal.duration = self.reader, None, "A session", 60
        modal.chosen, modal._key = at.isoformat().replace("+00:00", "Z"), f"{page.token} {at}"

    async def _confirm(self, page: Page) -> str:
        sent = await page.send(BookingModal, "confirm", **what_is_booked(page))
        modal = page.state(BookingModal)
        assert sent == [], sent
        if modal.step == SUCCESS:
            return "booked"
        assert (modal.step, modal.title, modal.problem) == (TIME, "A session", "")
        return "just taken" if modal.lost.time else "nothing said"

    async def _post(self, client: httpx.AsyncClient, at: datetime) -> str:
        answer = await client.post("/api/bookings", json=a_request(self.mentor, at))
        return "booked" if answer.status_code == 201 else f"{answer.status_code} {answer.json()['error']}"

    async def close(self) -> None:
        """Hang up."""
        for client in self.clients:
            await client.aclose()


def run(field: Field, starts: list[datetime]) -> list[Counter[str]]:
    """One race after the other."""

    async def rounds() -> list[Counter[str]]:
        profile, field.reader = await _profile(field), await reader_for(a_mentee(), zone="UTC")
        for page in field.pages:
            page.state(BookingModal)._profile = profile
        try:
            return [await field.race(at) for at in starts]
        finally:
            await field.close()

    return asyncio.run(rounds())


async def _profile(field: Field) -> Any:
    page = field.pages[0]
    await page.visit(BookingModal, f"/mentors/{field.mentor.id}?book")
    return page.state(BookingModal)._profile


def test_through_both_doors_exactly_one_wins(db: Database, hands: Hands) -> None:
    field = Field(a_mentor(weekly=EVEN_HOURS, buffer_minutes=15, max_advance_booking_days=6))
    answers = run(field, [in_hours(24 + 2 * number) for number in range(ROUNDS)])
    for answer in answers:
        assert answer["booked"] == 1
        assert answer["just taken"] + answer["409 slot_taken"] == CALLERS - 1, answer
    assert counts()["sessions"] == ROUNDS
    assert counts()["claims"] == 2 * ROUNDS
    assert overlapping_claims() == 0
    lost_in_modals = sum(answer["just taken"] for answer in answers)
    # Both doors must really have been in the race: each has won some of it.
    assert (CALLERS // 2 - 1) * ROUNDS < lost_in_modals < CALLERS // 2 * ROUNDS


def test_without_the_guard_many_get_in_through_both_doors(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: with the guard off, the test above must fail."""
    monkeypatch.setattr(bookings, "_refuse_unless_offered", lambda *_: None)
    field = Field(a_mentor())
    with no_guard(db):
        (answer,) = run(field, [in_hours(24)])
    assert answer["booked"] > 1
    assert overlapping_claims() > 0

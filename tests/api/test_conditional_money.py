"""If-Match where money or a recording is at stake: a condition that does not hold moves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.meeting.recording import recording_of
from mentorbook.settings import Settings
from tests.api.conftest import Caller, Door, told
from tests.conftest import Hands
from tests.paying import demo_payments, pay_now, payments_of, refunds_of
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours


@dataclass(frozen=True)
class Deed:
    """A call about a session that is held, paid or open: by whom, and whether the booking looks different."""

    method: str
    path: str
    body: Any = None
    state: str = "held"
    who: str = "mentee"
    is_of_the_booking: bool = True


DEEDS = [
    Deed("POST", "/api/bookings/{}/payment", {"card": DEMO_CARD}),
    Deed("POST", "/api/bookings/{}/hold/extend"),
    Deed("POST", "/api/admin/sessions/{}/refund", {"amountMinor": 100, "reason": "Because"}, "paid", "admin"),
    Deed("PUT", "/api/bookings/{}/recording", {"consent": True}, "open", is_of_the_booking=False),
]
EVERY = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.path.rpartition("}/")[2])


@dataclass(frozen=True)
class Stage:
    """One session and those who have to do with it."""

    deed: Deed
    booking: Booking
    people: dict[str, Account]
    callers: dict[str, Caller]

    def asked(self, **headers: str) -> httpx.Response:
        """Ask for it."""
        body = {"json": self.deed.body} if self.deed.body else {}
        path = self.deed.path.format(self.booking.id)
        return self.callers[self.deed.who].request(self.deed.method, path, headers=headers, **body)

    def seen(self) -> httpx.Response:
        """The booking as it is."""
        return self.callers[self.deed.who].get(f"/api/bookings/{self.booking.id}")

    def facts(self) -> Any:
        """What must not change when the condition does not hold."""
        paid = [(each.status, each.captured_minor) for each in payments_of(self.booking)]
        back = [each.amount_minor for each in refunds_of(self.booking)]
        return counts(), paid, back, recording_of(self.people["mentee"], self.booking.id)


@pytest.fixture
def staged(
    db: Database, hands: Hands, calling: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Deed], Stage]]:
    """Makes the session that a deed needs."""
    monkeypatch.setattr(Settings, "can_record", property(lambda _: True))

    def stage(deed: Deed) -> Stage:
        people = {
            "mentor": a_mentor(rate="0" if deed.state == "open" else "60"),
            "mentee": a_mentee("Mina"),
            "admin": a_mentee("Ada", is_admin=True),
        }
        booking = create_booking(people["mentee"], a_request(people["mentor"], in_hours(24)))
        if deed.state == "paid":
            pay_now(people["mentee"], booking)
        if deed.state == "open":
            hands.now = in_hours(23.9)
        return Stage(deed, booking, people, {name: calling(each) for name, each in people.items()})

    with demo_payments(tmp_path, monkeypatch):
        yield stage


@EVERY
def test_on_condition_of_what_was_seen_it_is_done(
    staged: Callable[[Deed], Stage], hands: Hands, deed: Deed
) -> None:
    stage = staged(deed)
    tag = stage.seen().headers["etag"]
    hands.on(minutes=1)
    made = stage.asked(**{"If-Match": f'"other", {tag}'})
    assert made.status_code == 200, made.text
    now = stage.seen().headers["etag"]
    assert (now != tag) == deed.is_of_the_booking
    assert made.headers.get("etag") == (now if deed.is_of_the_booking else None)


@EVERY
def test_on_condition_of_something_else_nothing_moves(
    staged: Callable[[Deed], Stage], hands: Hands, deed: Deed
) -> None:
    stage = staged(deed)
    stale = stage.seen().headers["etag"]
    update_booking(stage.people["mentee"], stage.booking.id, {"title": "Changed in between"})
    present, before = stage.seen(), stage.facts()
    for condition in (stale, f"W/{present.headers['etag']}", '"never"'):
        refused = stage.asked(**{"If-Match": condition})
        assert (refused.status_code, told(refused)["error"]) == (412, "changed_meanwhile")
        assert refused.json()["booking"] == present.json()
        assert refused.headers["etag"] == present.headers["etag"]
    assert stage.facts() == before
    # What the refusal showed is what it can depend on.
    assert stage.asked(**{"If-Match": refused.headers["etag"]}).status_code == 200


@EVERY
def test_a_star_asks_for_nothing_and_a_malformed_condition_is_named(
    staged: Callable[[Deed], Stage], deed: Deed
) -> None:
    stage = staged(deed)
    before = stage.facts()
    refused = stage.asked(**{"If-Match": "not quoted"})
    assert (refused.status_code, list(told(refused)["fields"])) == (422, ["If-Match"])
    assert stage.facts() == before
    assert stage.asked(**{"If-Match": "*"}).status_code == 200


@EVERY
def test_whether_it_is_there_is_said_before_what_is_wrong_with_the_condition(
    staged: Callable[[Deed], Stage], deed: Deed
) -> None:
    stage = staged(deed)
    absent = stage.booking.model_copy(update={"id": uuid4()})
    elsewhere = Stage(deed, absent, stage.people, stage.callers)
    assert elsewhere.asked(**{"If-Match": "not quoted"}).status_code == 404


def test_changed_meanwhile_is_said_before_that_it_is_paid(staged: Callable[[Deed], Stage]) -> None:
    """Somebody pays in another tab: this one sees what it is by now, and nothing is paid again."""
    stage = staged(DEEDS[0])
    tag = stage.seen().headers["etag"]
    pay_now(stage.people["mentee"], stage.booking)
    late = stage.asked(**{"If-Match": tag})
    assert (late.status_code, late.json()["booking"]["heldUntil"]) == (412, None)
    assert stage.asked().status_code == 200


def test_a_repeated_refund_gives_its_first_answer(staged: Callable[[Deed], Stage], hands: Hands) -> None:
    stage = staged(DEEDS[2])
    headers = {"If-Match": stage.seen().headers["etag"], "Idempotency-Key": "once"}
    hands.on(minutes=1)
    first, again = stage.asked(**headers), stage.asked(**headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]
    assert [each.amount_minor for each in refunds_of(stage.booking)] == [100]

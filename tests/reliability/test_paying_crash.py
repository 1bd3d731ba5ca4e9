"""Kills at random moments while people pay: no money comes in or goes back that the tables do not know of,
and whoever saw a payment confirmed has their session."""

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import HOLD_LASTS
from mentorbook.domain.kinds import PaymentWay, SessionStatus
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services import clock
from mentorbook.services.money.reconciliation import reconcile
from mentorbook.settings import settings
from mentorbook.worker import Worker
from tests.money_laws import broken_laws
from tests.people import a_mentee, a_mentor
from tests.reliability import lives
from tests.reliability.test_crash import KILLS, LEASE, Confirmed, begun, durable, rows

__all__ = ["durable"]


@pytest.fixture(autouse=True)
def with_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are paid with the demo's cards."""
    monkeypatch.setattr(settings, "payments", PaymentWay.DEMO)


def killed_again_and_again(url: str, file: Path, pay: Any, kills: int) -> Confirmed:
    """Let an app and a worker begin, and kill both a little later; again and again."""
    dice, confirmed = random.Random(11), Confirmed()
    mentor, mentee = a_mentor(max_advance_booking_days=None), a_mentee()
    for turn in range(kills):
        ahead = turn * LEASE
        app, told = begun(pay, url, str(file), mentor.id, mentee.id, turn, ahead)
        worker, _ = begun(lives.follow_payments, url, str(file), ahead)
        for child in dice.sample((app, worker), 2):
            if child is app:
                confirmed.hear(told, dice.randrange(4))
            time.sleep(dice.uniform(0.0, 0.1))
            child.kill()
            child.join()
        confirmed.hear_the_rest(told)
        told.close()
    return confirmed


def finish(file: Path, ahead: float) -> None:
    """Have one more worker follow what is left, and see the holds of the dead lapse."""

    async def rounds() -> None:
        worker = Worker(None, None, DemoPayments(file, clock.now))
        while await worker.round():
            pass

    for later in (0.0, HOLD_LASTS.total_seconds() + 1, HOLD_LASTS.total_seconds() + LEASE):
        with lives.ahead_by(ahead + later):
            asyncio.run(rounds())


@pytest.mark.promise(5)
def test_after_every_kill_all_money_is_accounted_for(durable: Database, tmp_path: Path) -> None:
    url, file = durable.url.render_as_string(hide_password=False), tmp_path / "payments.db"
    confirmed = killed_again_and_again(url, file, lives.pay_and_cancel, KILLS)
    finish(file, (KILLS + 1) * LEASE)
    provider = DemoPayments(file, clock.now)
    assert broken_laws(provider) == []
    assert asyncio.run(reconcile(provider)) == []
    sessions = {row.id: row for row in rows(MentoringSession)}
    assert confirmed.booked <= set(sessions)
    for identifier in confirmed.booked:
        # A cancellation that was carried out may not have been told any more.
        assert sessions[identifier].held_until is None
        assert sessions[identifier].status in (SessionStatus.SCHEDULED, SessionStatus.CANCELLED)
    for identifier in confirmed.cancelled:
        assert sessions[identifier].status == SessionStatus.CANCELLED
    unheard = [row for row in sessions.values() if row.id not in confirmed.booked]
    assert min(len(confirmed.booked), len(confirmed.cancelled), len(unheard)) > 5


def test_money_that_is_taken_before_its_key_is_written_is_in_no_table(
    sqlite_db: Database, tmp_path: Path
) -> None:
    """Positive control: writing down first what will be asked for is what the test above is about."""
    url, lost = sqlite_db.url.render_as_string(hide_password=False), list[str]()
    # A kill falls into the gap or it does not.
    for turn in range(6):
        file = tmp_path / f"payments-{turn}.db"
        killed_again_and_again(url, file, lives.pay_eagerly, 8)
        lost = [each for each in broken_laws(DemoPayments(file, clock.now)) if each.endswith("in no table")]
        if lost:
            break
    assert lost

"""The page of the machinery, without a browser: it follows, says what was done, and shows others nothing."""

import asyncio

import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.money import PaymentDifference
from mentorbook.domain.errors import DatabaseBusy
from mentorbook.domain.kinds import DifferenceKind, PaymentWay
from mentorbook.services import change_feed
from mentorbook.services.admin import system
from mentorbook.services.admin.system import retry_all
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.admin.system import SystemPage
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.page_alarms import page_alarms
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.deeds import booked
from tests.state.harness import Page, Tabs, publishing, settled
from tests.worlds import a_dead_letter, a_payment

SYSTEM = "/admin/system"


def test_what_another_admin_does_is_seen_without_a_reload(db: Database, hands: Hands) -> None:
    admin, other = a_mentee("Ada", is_admin=True), a_mentee("Noor", is_admin=True)
    a_dead_letter()
    page, seen = Page(admin, path=SYSTEM), []

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(SystemPage, "load")
            seen.append(len(page.state(SystemPage).letters))
            await call(retry_all, other)
            await settled()
            seen.append(len(page.state(SystemPage).letters))

    asyncio.run(run())
    assert seen == [1, 0]


def test_a_database_that_is_busy_once_does_not_stop_the_looks(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, phases = Page(a_mentee("Ada", is_admin=True), path=SYSTEM), []

    def busy(*_: object, **__: object) -> None:
        raise DatabaseBusy

    async def look() -> None:
        hands.now = page_alarms._alarms[change_feed.SYSTEM].at
        page_alarms._ring(change_feed.SYSTEM, hands.now)
        await settled()
        phases.append(page.state(SystemPage).phase)

    async def run() -> None:
        with publishing(Tabs(page)):
            await page.send(SystemPage, "load")
            with monkeypatch.context() as patch:
                patch.setattr(system, "system_state", busy)
                await look()
            a_dead_letter()
            await look()
            page_alarms._alarms[change_feed.SYSTEM].handle.cancel()

    asyncio.run(run())
    assert phases == ["failed", "shown"]
    assert len(page.state(SystemPage).letters) == 1


def test_what_somebody_else_has_dealt_with_is_said(db: Database, hands: Hands) -> None:
    page, dead = Page(a_mentee("Ada", is_admin=True), path=SYSTEM), a_dead_letter()

    async def run() -> None:
        await page.send(SystemPage, "load")
        await page.send(SystemPage, "discard", message_id=str(dead))
        assert page.state(SystemPage).told == "It is deleted, and will not be sent."
        await page.send(SystemPage, "retry", message_id=str(dead))
        assert page.state(SystemPage).told == "Somebody else has dealt with it meanwhile."
        assert page.state(SystemPage).letters == []

    asyncio.run(run())


def test_differences_are_shown_and_looked_for_when_asked(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "payments", PaymentWay.DEMO)
    session = booked(a_mentee("Mina"), a_mentor("Moira", rate="0"), 50)
    identifier = a_payment(session.id)
    page = Page(a_mentee("Ada", is_admin=True), path=SYSTEM)

    async def run() -> None:
        with publishing(Tabs(page)), change_feed.listening(live.changed):
            await page.send(SystemPage, "load")
            shown = page.state(SystemPage)
            assert (shown.differences, shown.can_compare) == ([], True)
            await page.send(SystemPage, "compare")
            assert "A worker is asked to do it now." in shown.comparison
            with write_transaction() as transaction:
                transaction.add(
                    PaymentDifference(
                        reference="demo_1",
                        payment_id=identifier,
                        kind=DifferenceKind.CAPTURED,
                        ours="5000",
                        theirs="6000",
                        currency="GBP",
                        found_at=hands.now,
                    )
                )
            change_feed.announce([change_feed.SYSTEM])
            await settled()
            (line,) = shown.differences
            assert line.words == "£50.00 was taken by our books, and £60.00 by the provider’s."
            assert (line.href, line.since) == (f"/sessions/{session.id}", "Since Wed 13 Jan, 12:00")

    asyncio.run(run())


def test_nobody_else_is_shown_anything(db: Database, hands: Hands) -> None:
    a_dead_letter()
    page = Page(a_mentor(), path=SYSTEM)
    asyncio.run(page.send(SystemPage, "load"))
    assert (page.state(SystemPage).phase, page.state(SystemPage).letters) == ("loading", [])

"""The table of rights, over the handlers of pages: role, action, status, time.

Every role calls the handlers in this process; the mentee, who may do most, does so over a raw socket as well.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.conftest import Hands
from tests.rights import MOMENTS, ROLES, START, STATUSES, Cell, Role, Stage, cells, stored
from tests.security.at_hand import TabAtHand, Talks, following_nobody
from tests.security.served import STILL
from tests.security.wire import STATES, Served, Tab, an_event, served

LEADS_TO = {"cancel": "cancelled", "no_show": "no_show", "accept": "scheduled", "decline": "cancelled"}


def shown_by_cancelling(cell: Cell) -> dict[str, Any]:
    """What the button that cancels says of a session of the stage, and what it gives back."""
    is_request = stored(cell.status) == "pending"
    back = 6000 if is_request or cell.moment <= timedelta(hours=-24) else 3000
    return {"said": "Withdraw this request" if is_request else "Cancel this session", "refund_minor": back}


def steps(cell: Cell, which: UUID, stage: Stage) -> list[Any]:
    """What a page would send to do this, from the button to the last word."""
    one, at, here = {"session_id": str(which)}, stage.free_time(), f"/sessions/{which}"
    iso = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    move = {"start": iso, "minutes": 60, "refund_minor": 0}
    # Which dialog is open stands in the address.
    names = {"no_show": "no-show", "mentor_absent": "mentor-absent"}
    there = f"{here}?{names.get(cell.action, cell.action)}={which}"
    calls: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "cancel": [
            ("booking___cancel_dialog____cancel_dialog.arrive", {}),
            ("booking___cancel_dialog____cancel_dialog.choose_reason", {"kind": "schedule_conflict"}),
            ("booking___cancel_dialog____cancel_dialog.confirm", shown_by_cancelling(cell)),
        ],
        "reschedule": [
            ("booking___reschedule_dialog____reschedule_dialog.arrive", {}),
            ("booking___reschedule_dialog____reschedule_dialog.choose_day", {"iso": f"{at:%Y-%m-%d}"}),
            ("booking___reschedule_dialog____reschedule_dialog.choose_slot", {"start": iso}),
            ("booking___reschedule_dialog____reschedule_dialog.confirm", move),
        ],
        "edit": [
            ("booking___edit_dialog____edit_dialog.arrive", {}),
            ("booking___edit_dialog____edit_dialog.write_title", {"text": f"Another, {iso}"}),
            ("booking___edit_dialog____edit_dialog.save", {}),
        ],
        "no_show": [
            ("booking___answer_dialog____answer_dialog.arrive", {}),
            ("booking___answer_dialog____answer_dialog.confirm", one),
        ],
        "mentor_absent": [
            ("booking___answer_dialog____answer_dialog.arrive", {}),
            ("booking___answer_dialog____answer_dialog.confirm", one),
        ],
        "accept": [("booking___answer_dialog____answer_dialog.accept", one)],
        "decline": [
            ("booking___answer_dialog____answer_dialog.arrive", {}),
            ("booking___answer_dialog____answer_dialog.confirm", one),
        ],
        "join": [("booking___session_page____session_page.load", {})],
    }
    events = [an_event(f"{STATES}{name}", payload, there) for name, payload in calls[cell.action]]
    is_dialog = calls[cell.action][0][0].endswith(".arrive")
    closed = an_event(f"{STATES}{calls[cell.action][0][0]}", {}, here)
    return [*events, closed] if is_dialog else events


def spoke(heard: list[Any]) -> bool:
    """Whether a person at the other end would have read why not."""
    said = json.dumps(heard)
    return any(
        re.search(mark, said)
        for mark in ("__toast", "location.assign", '"phase_rx_state_": "stale"', r'"problem_rx_state_": "\w')
    )


def rows(sessions: dict[Cell, UUID]) -> dict[Cell, dict[str, Any]]:
    with read_transaction() as session:
        found = session.scalars(
            select(MentoringSession).where(col(MentoringSession.id).in_(sessions.values()))
        )
        by_id = {row.id: row.model_dump() for row in found}
    return {cell: by_id[which] for cell, which in sessions.items()}


async def _play(tab: Talks, mine: dict[Cell, UUID], stage: Stage) -> dict[Cell, list[Any]]:
    return {cell: await tab.say(*steps(cell, which, stage)) for cell, which in mine.items()}


async def _over_the_table(
    tabs: Mapping[Role, Talks], stage: Stage, status: str, stand_at: Callable[[datetime], None]
) -> list[Any]:
    """What went otherwise than the table says for the roles of these tabs."""
    wrong: list[Any] = []
    for moment in MOMENTS:
        stand_at(START + moment)
        mine = [cell for cell in cells(status, moment) if cell.role in tabs]
        sessions = dict(zip(mine, stage.sessions(status, len(mine)), strict=True))
        before = rows(sessions)
        heard: dict[Cell, list[Any]] = {}
        for role, tab in tabs.items():
            its = {cell: which for cell, which in sessions.items() if cell.role == role}
            heard |= await _play(tab, its, stage)
        after = rows(sessions)
        for cell, said in heard.items():
            got = _outcome(cell, before[cell], after[cell], said)
            if got != (cell.expected == "yes"):
                wrong.append((cell, got, said))
            if cell.action != "join" and not got and not spoke(said):
                wrong.append((cell, "silent", said))
    return wrong


def _outcome(cell: Cell, before: dict[str, Any], after: dict[str, Any], said: list[Any]) -> bool:
    """Whether it was done; for joining, whether the page has an open door."""
    if cell.action == "join":
        assert after == before
        # The page of an earlier moment may be reloaded by its alarm: only this session's card counts.
        doors = [card["join"] for card in _cards(said) if card.get("id") == str(before["id"])]
        return doors[-1:] == ["open"]
    if after == before:
        return False
    assert after["status"] == LEADS_TO.get(cell.action, stored(cell.status))
    return True


def _cards(said: Any) -> Iterator[dict[str, Any]]:
    """Every card of a session in what a page was told, in order."""
    if isinstance(said, dict):
        if "card_rx_state_" in said:
            yield said["card_rx_state_"]
        for value in said.values():
            yield from _cards(value)
    elif isinstance(said, list | tuple):
        for value in said:
            yield from _cards(value)


def _cookie(person: Account | None) -> str | None:
    return accounts.start_login(person.id, address=None, agent=None) if person else None


@pytest.fixture
def with_video(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a video server, so that sessions have rooms; it is never asked."""
    for name, value in STILL.items():
        monkeypatch.setattr(settings, name, value)


@pytest.mark.usefixtures("with_video")
@pytest.mark.parametrize("status", STATUSES)
def test_handlers_do_exactly_what_the_table_allows(sqlite_db: Database, hands: Hands, status: str) -> None:
    stage = Stage()
    tabs = {role: TabAtHand(_cookie(stage.people[role]), f"{role}-{status}") for role in ROLES}

    def stand_at(moment: datetime) -> None:
        hands.now = moment

    with following_nobody():
        assert asyncio.run(_over_the_table(tabs, stage, status, stand_at)) == []


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app without a worker: nothing moves sessions on but what a test does."""
    with served(tmp_path_factory.mktemp("rights"), "--still") as app:
        yield app


@pytest.mark.parametrize("status", STATUSES)
def test_a_mentee_at_the_socket_does_what_the_table_allows(app: Served, hands: Hands, status: str) -> None:
    stage = Stage()

    async def run() -> list[Any]:
        async with Tab(app, _cookie(stage.mentee), f"mentee-{status}") as tab:
            return await _over_the_table({"mentee": tab}, stage, status, app.stand_at)

    assert asyncio.run(run()) == []

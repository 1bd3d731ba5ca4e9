"""The table of rights, over REST: role, action, status, time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from mentorbook.db.engine import Database
from tests.api.conftest import Caller, Door
from tests.conftest import Hands
from tests.doubles import RecordingRooms
from tests.rights import MOMENTS, RIGHTS, ROLES, START, STATUSES, Stage, cells

Call = Callable[[Caller, str, datetime], httpx.Response]

WHY = {"reasonCategory": "schedule_conflict"}
CALLS: dict[str, Call] = {
    "reschedule": lambda caller, path, at: caller.post(f"{path}/reschedule", {"scheduledAt": at.isoformat()}),
    "cancel": lambda caller, path, at: caller.post(f"{path}/cancel", WHY),
    "edit": lambda caller, path, at: caller.request("PUT", path, json={"title": f"Another, {at}"}),
    "no_show": lambda caller, path, at: caller.post(f"{path}/no-show"),
    "mentor_absent": lambda caller, path, at: caller.post(f"{path}/mentor-absent"),
    "join": lambda caller, path, at: caller.post(f"{path}/join"),
    "accept": lambda caller, path, at: caller.post(f"{path}/accept"),
    "decline": lambda caller, path, at: caller.post(f"{path}/decline"),
}


def said(answer: httpx.Response) -> dict[str, str]:
    """What the session's `actions` say, action by action."""
    if answer.status_code != 200:
        return dict.fromkeys(RIGHTS, answer.json()["error"])
    actions: dict[str, Any] = answer.json()["actions"]
    assert set(actions) == set(RIGHTS)
    return {name: "yes" if each["allowed"] else each["code"] for name, each in actions.items()}


@pytest.mark.parametrize("status", STATUSES)
def test_endpoints_do_exactly_what_the_table_allows(
    sqlite_db: Database, hands: Hands, calling: Door, rooms: RecordingRooms, status: str
) -> None:
    stage, wrong = Stage(), []
    callers = {role: calling(stage.people[role]) for role in ROLES}
    which: UUID = stage.a_session(status)
    for moment in MOMENTS:
        hands.now = START + moment
        told = {role: said(callers[role].get(f"/api/bookings/{which}")) for role in ROLES}
        for cell in cells(status, moment):
            got = told[cell.role][cell.action]
            if got != cell.expected:
                wrong.append((cell, "said", got))
            answer = CALLS[cell.action](callers[cell.role], f"/api/bookings/{which}", stage.free_time())
            done = "yes" if answer.status_code == 200 else answer.json()["error"]
            if done != cell.expected:
                wrong.append((cell, "did", done))
            if done == "yes" and cell.action != "join":
                stage.leave(which)
                which = stage.a_session(status)
    assert wrong == []

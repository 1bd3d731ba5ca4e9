"""The table of rights, over the services: role, action, status, time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import DomainError
from mentorbook.domain.views import Account
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show, report_absent_mentor
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.rights import MOMENTS, RIGHTS, START, STATUSES, Cell, Stage, cells, stored

AuditEntry = Callable[[Account, UUID, datetime], Any]

# Joining itself changes nothing; here it is what a session says of it.
DEEDS: dict[str, AuditEntry] = {
    "reschedule": lambda actor, which, at: reschedule_booking(actor, which, {"scheduledAt": at.isoformat()}),
    "cancel": lambda actor, which, at: cancel_booking(actor, which, {"reasonCategory": "schedule_conflict"}),
    "edit": lambda actor, which, at: update_booking(actor, which, {"title": f"Another, {at}"}),
    "no_show": lambda actor, which, at: mark_no_show(actor, which),
    "mentor_absent": lambda actor, which, at: report_absent_mentor(actor, which),
    "accept": lambda actor, which, at: accept_booking(actor, which),
    "decline": lambda actor, which, at: decline_booking(actor, which),
}
LEADS_TO = {"cancel": "cancelled", "no_show": "no_show", "accept": "scheduled", "decline": "cancelled"}


def said(actor: Account, which: UUID) -> dict[str, str]:
    """What the session itself says to somebody about each action: `yes` or the code of the refusal."""
    try:
        states = get_booking(actor, which).actions
    except DomainError as error:
        return dict.fromkeys(RIGHTS, error.code)
    return {action: "yes" if state.allowed else str(state.code) for action, state in states.items()}


def done(cell: Cell, actor: Account, which: UUID, at: datetime) -> str:
    """Do it; `yes` or the code of the refusal."""
    try:
        DEEDS[cell.action](actor, which, at)
    except DomainError as error:
        return error.code
    return "yes"


def kept(which: UUID) -> dict[str, Any]:
    with read_transaction() as session:
        return session.get_one(MentoringSession, which).model_dump()


@pytest.mark.parametrize("status", STATUSES)
def test_services_do_exactly_what_the_table_allows(db: Database, hands: Hands, status: str) -> None:
    stage, wrong, allowed = Stage(), [], 0
    which = stage.a_session(status)
    before = kept(which)
    for moment in MOMENTS:
        hands.now = START + moment
        # A service is never called for nobody.
        told = {role: said(actor, which) for role, actor in stage.people.items() if actor is not None}
        for cell in cells(status, moment):
            actor = stage.people[cell.role]
            if actor is None:
                continue
            answer = told[cell.role][cell.action]
            if cell.expected == "yes":
                assert kept(which) == before, "what was refused until now has changed it"
            got = answer if cell.action == "join" else done(cell, actor, which, stage.free_time())
            if {answer, got} != {cell.expected}:
                wrong.append((cell, answer, got))
            if got != "yes" or cell.action == "join":
                continue
            allowed += 1
            assert kept(which)["status"] == LEADS_TO.get(cell.action, stored(status))
            assert kept(which) != before
            stage.leave(which)
            which = stage.a_session(status)
            before = kept(which)
        assert kept(which) == before, "what was refused at this moment has changed it"
    assert wrong == []
    assert bool(allowed) == (status != "cancelled")

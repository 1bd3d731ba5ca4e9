"""A state machine over everything that may happen to sessions, on both databases.

Whatever the order: claims are those of live sessions, counts are those of the audit trail, nobody is in two
places, and no status follows another that the table of transitions does not know.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import select

from mentorbook.db.engine import connect, database, read_transaction
from mentorbook.db.sessions import MentoringSession, SessionAuditLog, SessionClaim
from mentorbook.domain.booking.transitions import TRANSITIONS
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.services import clock
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.booking import bookings, lifecycle
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import NOON, Hands, forget, make_forgetful
from tests.people import a_mentee, a_mentor, a_request, overlapping_claims
from tests.servers.copies import Copies

WHY = {"reasonCategory": "no_longer_needed"}
STARTS = integers(1, 40).map(lambda number: NOON + timedelta(hours=30 + number))
WHICH = integers(0, 30)


class Life(RuleBasedStateMachine):
    """Two mentors (one asks first, one has a buffer), three mentees, an admin, and the clock."""

    new_database: Callable[[], str]

    @initialize()
    def begin(self) -> None:
        """An empty database and the people."""
        self.hands = Hands()
        self.round_at = self.hands.now
        self.standing = clock.stand_at(self.hands)
        self.standing.__enter__()
        forget()
        make_forgetful(connect(type(self).new_database()))
        self.mentors = [a_mentor("Asks", require_confirmation=True), a_mentor("Quick", buffer_minutes=30)]
        self.mentees = [a_mentee(name) for name in ("One", "Two", "Three")]
        self.admin = a_mentee("Admin", is_admin=True)
        self.known: dict[UUID, str] = {}
        self.seen: Counter[str] = Counter()

    def try_to(self, name: str, deed: Callable[[], Any]) -> None:
        """Do it if it is allowed; a refusal must be one of ours, never a fault."""
        try:
            deed()
        except DomainError as refusal:
            self.seen[f"{name} {refusal.code}"] += 1
        else:
            self.seen[name] += 1

    def some_session(self, which: int) -> Any:
        """One of the sessions there are, or nothing."""
        with read_transaction() as session:
            rows = session.scalars(select(MentoringSession).order_by(MentoringSession.created_at)).all()  # type: ignore[arg-type]
        return rows[which % len(rows)] if rows else None

    def on_one(self, which: int, name: str, deed: Callable[[Any, Any, Any], Any]) -> None:
        """Apply a deed to some session with its two people."""
        row = self.some_session(which)
        if row is not None:
            mentor = next(each for each in self.mentors if each.id == row.mentor_id)
            mentee = next(each for each in self.mentees if each.id == row.mentee_id)
            self.try_to(name, lambda: deed(row, mentor, mentee))

    @rule(mentor=integers(0, 1), mentee=integers(0, 2), at=STARTS, minutes=sampled_from([30, 60, 120]))
    def book(self, mentor: int, mentee: int, at: Any, minutes: int) -> None:
        """Somebody books."""
        request = a_request(self.mentors[mentor], at, duration=minutes)
        self.try_to("book", lambda: create_booking(self.mentees[mentee], request))

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        """The mentor says yes."""
        self.on_one(which, "accept", lambda row, mentor, _: accept_booking(mentor, row.id))

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        """The mentor says no."""
        self.on_one(which, "decline", lambda row, mentor, _: decline_booking(mentor, row.id))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        """The mentee cancels."""
        self.on_one(which, "cancel", lambda row, _, mentee: cancel_booking(mentee, row.id, WHY))

    @rule(which=WHICH, at=STARTS)
    def move(self, which: int, at: Any) -> None:
        """The mentee moves it."""
        body = {"scheduledAt": at.isoformat()}
        self.on_one(which, "move", lambda row, _, mentee: reschedule_booking(mentee, row.id, body))

    @rule(which=WHICH)
    def no_show(self, which: int) -> None:
        """The mentor waited."""
        self.on_one(which, "no_show", lambda row, mentor, _: mark_no_show(mentor, row.id))

    @rule(hours=sampled_from([0, 2, 4, 48]), most=integers(0, 3))
    def change_the_rules(self, hours: int, most: int) -> None:
        """The admin changes policies."""
        wanted = {"cancellation_cutoff_hours": hours, "max_reschedules_per_session": most}
        self.try_to("rules", lambda: change_policies(self.admin, wanted))

    @rule(hours=sampled_from([0.1, 1, 7, 30]))
    def let_time_pass(self, hours: float) -> None:
        """The clock goes on, and the worker with it."""
        self.hands.on(hours=hours)
        lifecycle.expire_requests()
        lifecycle.advance_sessions()
        self.round_at = self.hands.now

    @rule()
    def restart(self) -> None:
        """The process ends and another begins on the same database."""
        forget()
        connect(database().url.render_as_string(hide_password=False))

    @invariant()
    def holds(self) -> None:
        """What must be true at every moment."""
        if not hasattr(self, "known"):
            return
        with read_transaction() as session:
            rows = session.scalars(select(MentoringSession)).all()
            claims = session.scalars(select(SessionClaim)).all()
            moves = Counter(
                deed.session_id
                for deed in session.scalars(select(SessionAuditLog))
                if deed.action == "rescheduled"
            )
        live = {row.id: row for row in rows if row.status in LIVE_STATUSES}
        # A session that is over holds its time for as long as the mentor's buffer after it.
        held = {claim.session_id for claim in claims} - set(live)
        over = {row.id: row for row in rows if row.id in held}
        assert {row.status for row in over.values()} <= {"completed"}
        assert Counter(claim.session_id for claim in claims) == dict.fromkeys([*live, *over], 2)
        ends = {each: max(claim.ends_at for claim in claims if claim.session_id == each) for each in over}
        assert all(over[each].ends_at < end and end > self.round_at for each, end in ends.items())
        for claim in claims:
            row = {**live, **over}[claim.session_id]
            assert claim.starts_at == row.scheduled_at
            assert claim.user_id in (row.mentor_id, row.mentee_id)
        assert {row.id: row.reschedule_count for row in rows if row.reschedule_count} == moves
        assert overlapping_claims() == 0
        for row in rows:
            before = self.known.get(row.id)
            if before is not None and before != row.status:
                steps = TRANSITIONS[before]  # type: ignore[index]
                # The worker may take two steps within one round: begun and over.
                assert row.status in steps or any(row.status in TRANSITIONS[step] for step in steps)
            self.known[row.id] = row.status

    def teardown(self) -> None:
        """The clock is everybody's again."""
        if hasattr(self, "standing"):
            self.standing.__exit__(None, None, None)


def run(new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, examples: int) -> None:
    """Run the machine on databases of one kind."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    machine = type("LifeHere", (Life,), {"new_database": staticmethod(new_database)})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=quiet
        ),
    )


def test_sessions_live_by_the_rules_on_sqlite(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1_000_000))

    def fresh() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    run(fresh, monkeypatch, examples=40)


def test_sessions_live_by_the_rules_on_postgresql(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    lent: list[str] = []

    def fresh() -> str:
        if lent:
            copies.take_back(lent.pop())
        lent.append(copies.lend())
        return lent[-1]

    run(fresh, monkeypatch, examples=25)
    database().close()
    copies.take_back(lent.pop())


def test_the_machine_meets_most_of_what_can_happen(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk that never cancelled or moved anything would prove nothing: a long one must do everything."""
    monkeypatch.setattr(bookings, "MOST_A_MINUTE", 1_000)
    shutil.copy(sqlite_template, tmp_path / "walk.db")
    machine = type(
        "Walk", (Life,), {"new_database": staticmethod(lambda: f"sqlite:///{tmp_path / 'walk.db'}")}
    )()
    machine.begin()
    dice = random.Random(7)
    try:
        for _ in range(250):
            at = NOON + timedelta(hours=30 + dice.randrange(1, 40))
            machine.book(dice.randrange(2), dice.randrange(3), at, dice.choice([30, 60, 120]))
            deed = dice.choice([machine.accept, machine.decline, machine.cancel, machine.no_show])
            deed(dice.randrange(500))
            machine.move(dice.randrange(500), at + timedelta(hours=3))
            if dice.random() < 0.2:
                machine.let_time_pass(dice.choice([0.1, 1, 3]))
            machine.holds()
    finally:
        machine.teardown()
    done = {name for name in machine.seen if " " not in name}
    assert done >= {"book", "accept", "decline", "cancel", "move", "no_show"}

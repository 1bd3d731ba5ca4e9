"""Everybody who has to do with money, in any order: hold, pay, lapse, answer, cancel, move, give back, a
line with faults, restarts."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import ColumnElement, select, true
from sqlmodel import col

from mentorbook.db.engine import connect, read_transaction
from mentorbook.db.money import Payment
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import LIVE_STATUSES, PaymentWay, SessionStatus
from mentorbook.domain.money.payments import DEMO_CARD, ChargeEvent
from mentorbook.domain.ports import PaymentProvider
from mentorbook.domain.views import Account
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.services import clock
from mentorbook.services.booking import bookings
from mentorbook.services.booking.approval import accept_booking, decline_booking
from mentorbook.services.booking.attendance import mark_no_show, report_absent_mentor
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.money import books, events, holds, paying, provider
from mentorbook.services.money.holds import extend_hold, release_hold
from mentorbook.services.money.paying import pay
from mentorbook.services.money.reconciliation import reconcile
from mentorbook.services.money.refunds import refund_by_hand
from mentorbook.settings import settings as app_settings
from mentorbook.worker import Worker
from tests.conftest import NOON, Hands, forget, make_forgetful
from tests.money_laws import broken_laws
from tests.people import a_mentee, a_mentor, a_request
from tests.reliability.faulty_payments import Faulty

WHY = {"reasonCategory": "schedule_conflict"}
CARDS = (DEMO_CARD, "4000 0000 0000 0002", None)
Deed = Callable[..., object]
ANY = true()
IS_HELD = col(MentoringSession.held_until).is_not(None)
IS_BOOKED = ~IS_HELD & col(MentoringSession.status).in_(LIVE_STATUSES)
IS_ASKED = IS_BOOKED & (col(MentoringSession.status) == SessionStatus.PENDING)
# Ahead: late and early by the policies, to be authorised or taken at once.
HOURS = st.integers(3, 40) | st.integers(41, 400)
# An admin may pay back what still takes place.
ALLOWED = {"a live session has been paid back"}


class BrokenLaw(Exception):
    """Some money is not accounted for."""


class Money(RuleBasedStateMachine):
    """Two mentees, a mentor who books at once and one who is asked, an admin, and a provider with faults.

    `lend` gives the address of an empty database for one story.
    """

    lend: ClassVar[Callable[[Path], AbstractContextManager[str]]]

    @initialize(
        booked=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), HOURS), min_size=3, max_size=6)
    )
    def open_for_business(self, booked: list[tuple[int, int, int]]) -> None:
        """Begin with people, some sessions of theirs, and a provider that works.

        A story may leave out any of the rules below, and would else often be about nothing.
        """
        self.ends = contextlib.ExitStack()
        self.folder = Path(self.ends.enter_context(TemporaryDirectory()))
        url = self.ends.enter_context(type(self).lend(self.folder))
        self.loop = self.ends.enter_context(asyncio.Runner())
        self.hands = Hands()
        self.hands.now = NOON
        self.ends.enter_context(clock.stand_at(self.hands))
        patch = self.ends.enter_context(pytest.MonkeyPatch.context())
        for module, name in (
            (bookings, "MOST_A_MINUTE"),
            (holds, "MOST_HOLDS_A_MINUTE"),
            (paying, "MOST_TRIES"),
        ):
            patch.setattr(module, name, 10_000)
        patch.setattr(app_settings, "payments", PaymentWay.DEMO)
        self.plugged: list[PaymentProvider] = []
        patch.setattr(provider, "_plugged", self.plugged)
        forget()
        self.database = connect(url)
        make_forgetful(self.database)
        self.ends.callback(self.database.close)
        self.mentees = [a_mentee("Mina"), a_mentee("Otto")]
        self.mentors = [a_mentor("Moira"), a_mentor("Greta", require_confirmation=True)]
        self.admin = a_mentee("Admin", is_admin=True)
        self.restart()
        for who, whom, hours in booked:
            self.book(who, whom, hours)

    def teardown(self) -> None:
        """With the line good again and time gone by, every law holds."""
        try:
            self.provider.fault = ""
            for _ in range(4):
                self.hands.on(minutes=11)
                self._work()
            asyncio.run(reconcile(self.provider))
            self._work()
            self._check(is_quiet=True)
            if differences := asyncio.run(reconcile(self.provider)):
                raise BrokenLaw(differences)
        finally:
            self.ends.close()
            forget()

    @rule()
    def restart(self) -> None:
        """The app ends, and begins again; what was not written is gone."""
        forget()
        self.provider = Faulty(self.folder / "demo_payments.db")
        self.plugged[:] = [self.provider]
        self.worker = Worker(None, None, self.provider)

    @rule(fault=st.sampled_from(["", "", "down", "lost"]))
    def change_the_line(self, fault: str) -> None:
        """The line to the provider gets good or bad."""
        self.provider.fault = fault

    @rule(minutes=st.sampled_from([1, 9, 11, 60, 24 * 60, 3 * 24 * 60]))
    def time_goes_by(self, minutes: int) -> None:
        """Time goes by, and the worker may not have gone round since."""
        self.hands.on(minutes=minutes)

    @rule()
    def the_worker_goes_round(self) -> None:
        """What is due is done, as far as the line lets it."""
        self._work()

    @rule(who=st.integers(0, 1), whom=st.integers(0, 1), hours=HOURS)
    def hold(self, who: int, whom: int, hours: int) -> None:
        """Somebody goes to the confirm step."""
        at = (self.hands.now + timedelta(hours=hours)).replace(minute=0)
        self._try(create_booking, self.mentees[who], a_request(self.mentors[whom], at))

    @rule(who=st.integers(0, 1), whom=st.integers(0, 1), hours=HOURS)
    def book(self, who: int, whom: int, hours: int) -> None:
        """Somebody holds a time and pays for it at once, as most do."""
        at = (self.hands.now + timedelta(hours=hours)).replace(minute=0)
        self._try(self._book, self.mentees[who], a_request(self.mentors[whom], at))

    @rule(which=st.integers(0, 5), card=st.sampled_from(CARDS))
    def pay(self, which: int, card: str | None) -> None:
        """Somebody pays, or begins to."""
        if row := self._one(which, IS_HELD):
            self._try(self._pay, self._mentee(row), row.id, card)

    @rule(which=st.integers(0, 5))
    def pay_elsewhere(self, which: int) -> None:
        """Somebody pays a payment that was begun, whenever, and we do not hear of it."""
        payment = self._payment(which)
        if payment is not None and payment.reference:
            with contextlib.suppress(Exception):
                asyncio.run(DemoPayments.present(self.provider, payment.reference, DEMO_CARD))

    @rule(who=st.integers(0, 1), whom=st.integers(0, 1), hours=HOURS, is_taken=st.booleans())
    def pay_too_late(self, who: int, whom: int, hours: int, is_taken: bool) -> None:
        """Somebody pays, of which nobody hears until the hold has lapsed; another may book the time."""
        at = (self.hands.now + timedelta(hours=hours)).replace(minute=0)
        self._try(self._book, self.mentees[who], a_request(self.mentors[whom], at), None)
        self.pay_elsewhere(0)
        # Nobody is told of it while the line is bad, and the time is free meanwhile.
        self.provider.fault = "down"
        self.time_goes_by(11)
        self._work()
        self.provider.fault = ""
        if is_taken:
            self._try(self._book, self.mentees[1 - who], a_request(self.mentors[whom], at))
        self.time_goes_by(1)
        self._work()

    @rule(which=st.integers(0, 5), number=st.integers(0, 3))
    def be_told(self, which: int, number: int) -> None:
        """The provider calls about a payment, perhaps again."""
        if payment := self._payment(which):
            events.take_in(ChargeEvent(f"{payment.id}:{number}", payment.id))

    @rule(which=st.integers(0, 5))
    def hear_an_old_answer(self, which: int) -> None:
        """An answer of the provider is taken in twice."""
        payment = self._payment(which)
        if payment is not None and payment.reference:
            charge = asyncio.run(DemoPayments.charge(self.provider, payment.reference))
            books.record(payment.id, charge)
            assert books.record(payment.id, charge) == []

    @rule(which=st.integers(0, 5), deed=st.sampled_from([extend_hold, release_hold]))
    def keep_or_let_go(self, which: int, deed: Deed) -> None:
        """Somebody holds a time longer, or gives it back."""
        if row := self._one(which, IS_HELD):
            self._try(deed, self._mentee(row), row.id)

    @rule(which=st.integers(0, 5))
    def cancel(self, which: int) -> None:
        """Somebody cancels what they have booked, or asked for."""
        if row := self._one(which, IS_BOOKED):
            self._try(cancel_booking, self._mentee(row), row.id, WHY)

    @rule(which=st.integers(0, 5), deed=st.sampled_from([accept_booking, decline_booking]))
    def answer(self, which: int, deed: Deed) -> None:
        """A mentor accepts or declines a request."""
        if row := self._one(which, IS_ASKED):
            self._try(deed, self._mentor(row), row.id)

    @rule(which=st.integers(0, 5), what=st.sampled_from(["no-show", "absent"]))
    def complain(self, which: int, what: str) -> None:
        """One of the two says that the other did not come."""
        if row := self._one(which):
            if what == "no-show":
                self._try(mark_no_show, self._mentor(row), row.id)
            else:
                self._try(report_absent_mentor, self._mentee(row), row.id)

    @rule(
        which=st.integers(0, 5),
        hours=HOURS,
        minutes=st.sampled_from([None, None, 15, 45, 60, 90]),
    )
    def move(self, which: int, hours: int, minutes: int | None) -> None:
        """Somebody moves a session."""
        if row := self._one(which):
            at = (self.hands.now + timedelta(hours=hours)).replace(minute=0)
            wanted = {"scheduledAt": at.isoformat()} | ({"duration": minutes} if minutes else {})
            self._try(reschedule_booking, self._mentee(row), row.id, wanted)

    @rule(which=st.integers(0, 5), amount=st.sampled_from([1, 1500, 6000]))
    def give_back(self, which: int, amount: int) -> None:
        """An admin gives money back by hand."""
        if row := self._one(which):
            wanted = {"amountMinor": amount, "reason": "Because"}
            self._try(refund_by_hand, self.admin, row.id, wanted)

    def _book(self, mentee: Account, wanted: dict[str, Any], card: str | None = DEMO_CARD) -> None:
        self._pay(mentee, create_booking(mentee, wanted).id, card)

    def _pay(self, mentee: Account, session_id: UUID, card: str | None) -> None:
        self.loop.run(pay(mentee, session_id, card))

    def _work(self) -> None:
        self.loop.run(self.worker.round())
        self._check()

    def _check(self, *, is_quiet: bool = False) -> None:
        if broken := set(broken_laws(self.provider, is_quiet=is_quiet)) - ALLOWED:
            raise BrokenLaw(broken)

    def _try(self, deed: Deed, *given: object) -> None:
        """Do it, or be refused; whatever comes of it, the laws hold that hold at any time."""
        with contextlib.suppress(DomainError):
            deed(*given)
        self._check()

    def _one(self, which: int, kind: ColumnElement[bool] = ANY) -> MentoringSession | None:
        """One of the latest sessions of a kind."""
        with read_transaction() as session:
            query = (
                select(MentoringSession)
                .where(kind)
                .order_by(col(MentoringSession.created_at).desc())
                .limit(6)
            )
            rows = list(session.scalars(query))
            session.expunge_all()
        return rows[which % len(rows)] if rows else None

    def _payment(self, which: int) -> Payment | None:
        with read_transaction() as session:
            rows = list(session.scalars(select(Payment).order_by(col(Payment.created_at).desc()).limit(6)))
            session.expunge_all()
        return rows[which % len(rows)] if rows else None

    def _mentee(self, row: MentoringSession) -> Account:
        return next(each for each in self.mentees if each.id == row.mentee_id)

    def _mentor(self, row: MentoringSession) -> Account:
        return next(each for each in self.mentors if each.id == row.mentor_id)

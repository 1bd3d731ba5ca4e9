"""What must reach the outside: written with the change that calls for it, delivered by the worker."""

import contextlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.delivery import OutboxMessage, WorkerBeat
from mentorbook.db.engine import database, read_transaction, write_transaction
from mentorbook.db.rows import add_rows
from mentorbook.db.types import UtcDateTime
from mentorbook.domain.kinds import KINDS_OF_PROVIDER, MessageKind, Provider
from mentorbook.services import provider_health
from mentorbook.services.change_feed import SYSTEM, announce
from mentorbook.services.clock import now

LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=1)
# Nobody waits longer than this for a try in the first hour; then a message that is refused all day is tried
# seldom.
_LONGEST_WAIT, _LONGEST_WAIT_LATER = timedelta(seconds=40), timedelta(minutes=15)
_PATIENCE = timedelta(hours=1)
# Where no worker ran for a day, what waited is not given up for the first thing that goes wrong.
_FEWEST_TRIES = 5

_PROVIDERS = {kind: provider for provider, kinds in KINDS_OF_PROVIDER.items() for kind in kinds}

# Parts of what each worker asks every second, which costs more to build than to ask.
_before = shared_alias(OutboxMessage)
_IS_WAITING, _IS_FREE = col(OutboxMessage.state) == "waiting", col(OutboxMessage.leased_until).is_(None)
_IS_OURS = col(OutboxMessage.kind).not_in(list(_PROVIDERS))
_IS_FIRST_OF_STREAM = or_(
    col(OutboxMessage.stream).is_(None),
    ~exists().where(
        col(_before.stream) == col(OutboxMessage.stream),
        col(_before.state) == "waiting",
        col(_before.created_at) < col(OutboxMessage.created_at),
    ),
)

# What is delivered side by side, so that none waits for another that is slow: what each provider carries, and
# what needs nobody outside.
Lane = Provider | None
LANES: tuple[Lane, ...] = (None, *Provider)


def _due(lanes: Collection[Lane], lapsed: bool) -> ColumnElement[bool]:
    """Return the condition of a message of these lanes that may be tried at `moment`, which is given when it
    is asked, and waits for none of its stream; without `lapsed`, of one that nobody has leased."""
    row, moment = OutboxMessage, bindparam("moment", type_=UtcDateTime)
    is_carried = col(row.kind).in_([kind for each in lanes if each for kind in KINDS_OF_PROVIDER[each]])
    return and_(
        _IS_WAITING,
        col(row.available_at) <= moment,
        or_(_IS_FREE, col(row.leased_until) <= moment) if lapsed else _IS_FREE,
        or_(is_carried, _IS_OURS) if None in lanes else is_carried,
        _IS_FIRST_OF_STREAM,
    )


_FIRST_DUE = {
    (lane, lapsed): select(col(OutboxMessage.id)).where(_due([lane], lapsed)).limit(1)
    for lane in LANES
    for lapsed in (False, True)
}


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to write; `at` is the aware instant at which it is due, now unless given.

    No two messages have the same `dedupe_key`. Those of one `stream` are delivered in the order they were
    written. With `session_id` they can be taken back by `drop_messages`, and are kept until the session has
    begun.
    """

    kind: MessageKind
    payload: dict[str, Any]
    dedupe_key: str
    stream: str | None = None
    session_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a worker holds on lease; `attempts` counts this one too."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    due_at: datetime
    leased_at: datetime

    @property
    def provider(self) -> Provider | None:
        """Return who delivers it; nobody outside for some kinds, and for those of another version."""
        return _PROVIDERS.get(MessageKind(self.kind)) if self.kind in list(MessageKind) else None


def add_messages(session: Session, messages: Iterable[NewMessage]) -> None:
    """Write messages in the caller's transaction, in one statement; none is no statement.

    Raises `IntegrityError` for a `dedupe_key` that is there already.
    """
    moment = now()
    rows = [
        {
            "kind": each.kind.value,
            "payload": each.payload,
            "dedupe_key": each.dedupe_key,
            "stream": each.stream,
            "session_id": each.session_id,
            "available_at": each.at or moment,
            "due_at": each.at or moment,
            # Those of a stream go in the order in which they are given.
            "created_at": moment + timedelta(microseconds=place),
        }
        for place, each in enumerate(messages)
    ]
    if rows:
        add_rows(session, OutboxMessage, rows)


def drop_messages(session: Session, session_id: UUID, kind: MessageKind) -> None:
    """Delete the waiting messages of a kind about a session, in the caller's transaction."""
    session.execute(
        delete(OutboxMessage).where(
            col(OutboxMessage.session_id) == session_id,
            col(OutboxMessage.kind) == kind.value,
            col(OutboxMessage.state) == "waiting",
        )
    )


def lease(most: int = 10, lanes: Collection[Lane] = LANES, *, lapsed: bool = True) -> list[Message]:
    """Lease at most so many due messages of these lanes to this worker alone, for `LEASE`.

    They are counted as tried; a crash only delays them by the lease.
    Of a provider that is down one message is tried at a time, when it is time to look whether it is back.
    Without `lapsed`, what another worker held until its lease ended is left alone.
    """
    gave_up = False
    with write_transaction() as session:
        failing = {each: how for each, how in provider_health.failing(session).items() if each in lanes}
        # By now: whoever has waited for the database leases for a whole minute all the same.
        moment = now()
        # Before any message is locked: who ends an outage locks the provider first too, then its messages.
        probed = [each for each, how in failing.items() if _may_probe(session, each, how, moment, lapsed)]
        for provider, how in failing.items():
            if how.has_failed_throughout(GIVEN_UP_AFTER, moment):
                gave_up |= _give_up_overdue(session, provider, how, moment)
        working = _due([each for each in lanes if each not in failing], lapsed)
        rows = _take(session, working, moment, most)
        for provider in probed:
            first = _probed_first(failing[provider])
            found = _take(session, _due([provider], lapsed), moment, 1, *first)
            if not found:
                provider_health.is_undecided(session, provider)
            rows += found
        for row in rows:
            row.leased_until = moment + LEASE
            row.attempts += 1
        leased = [
            Message(row.id, row.kind, dict(row.payload), row.attempts, row.due_at, moment) for row in rows
        ]
    if gave_up:
        announce([SYSTEM])
    return leased


def _may_probe(
    session: Session, provider: Provider, how: provider_health.Failing, moment: datetime, lapsed: bool
) -> bool:
    if not how.is_probed(moment) or not _is_any(session, provider, lapsed, moment):
        return False
    return provider_health.may_probe(session, provider, how, moment)


def _probed_first(how: provider_health.Failing) -> list[ColumnElement[Any]]:
    """Return what a provider that is down is tried with: by turns a message that it knows and a new one.

    A server that puts off what it has not seen before takes only the former; where some messages are stuck,
    only the latter says that others are not.
    """
    is_new = col(OutboxMessage.attempts) == 0
    if not how.failures % 2:
        return [is_new.desc()]
    return [col(OutboxMessage.id).in_([UUID(each) for each in how.put_off]).desc(), is_new.asc()]


def _is_any(session: Session, lane: Lane, lapsed: bool, moment: datetime) -> bool:
    return session.scalar(_FIRST_DUE[lane, lapsed], {"moment": moment}) is not None


def _take(
    session: Session, due: ColumnElement[bool], moment: datetime, most: int, *first: ColumnElement[Any]
) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(due).order_by(*first, col(OutboxMessage.available_at)).limit(most)
    if not database().is_sqlite:
        query = query.with_for_update(skip_locked=True)
    return list(session.scalars(query, {"moment": moment}))


def anything_due(lanes: Collection[Lane] = LANES, *, lapsed: bool = True) -> bool:
    """Say whether a message of these lanes is to be tried now; only reads, so that an idle worker never takes
    the write lock."""
    moment = now()
    with read_transaction() as session:
        failing = provider_health.failing(session)
        awake = [each for each in lanes if each not in failing or failing[each].is_probed(moment)]
        return any(_is_any(session, each, lapsed, moment) for each in awake)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: done, or failed with an `error`.

    `is_down` says that the provider failed and not this message: its other messages then wait until it is
    back, and are all tried at once. `is_up` says that the provider was asked and has answered, whatever it
    said; `is_put_off` that it has said "not now", for a reason that may be no matter of this message.
    `is_final` says that no retry can help.
    """

    message: Message
    error: str | None = None
    is_down: bool = False
    is_up: bool = False
    is_put_off: bool = False
    is_final: bool = False

    @property
    def is_delivered(self) -> bool:
        """Say whether the provider has done what it was asked."""
        return self.is_up and self.error is None


def record(outcomes: Sequence[Outcome]) -> None:
    """Record what came of messages, in one transaction: done, void, to be tried again, or given up.

    Each failure doubles the wait before the next try. A message is given up when no retry can help, or when
    it has failed several times and was due a day ago. A provider that has answered is back, unless it puts
    everything off. What is given up is announced, and that a provider is back. Raises `DatabaseBusy`.
    """
    refusing = _refusing(outcomes)
    is_news = bool(refusing)
    with write_transaction() as session:
        for each in outcomes:
            if each.error is None:
                settle(session, each.message, has_done=each.is_up or each.message.provider is None)
            else:
                is_outage = each.is_down or each.message.provider in refusing
                is_news |= _try_again(session, each, is_outage=is_outage)
        is_news |= _judge(session, outcomes, refusing)
    if is_news:
        announce([SYSTEM])
    for each in outcomes:
        if each.is_down and each.message.provider:
            provider_health.is_down(each.message.provider, each.error or "", each.message.leased_at)


def provider_answered(provider: Provider) -> None:
    """Record that a provider has done what it was asked beside the outbox.

    If it was down, what has waited for it is tried now.
    """
    with read_transaction() as session:
        if provider not in provider_health.failing(session):
            return
    with write_transaction() as session:
        is_news = _is_back(session, provider)
    if is_news:
        announce([SYSTEM])


def settle(session: Session, message: Message, *, has_done: bool = True) -> bool:
    """Mark a waiting message as done in the caller's transaction, or as void unless `has_done`.

    Returns whether it was waiting: of two workers that have delivered it, the second learns so.
    """
    state = "done" if has_done else "void"
    row = OutboxMessage
    done = session.execute(
        update(row)
        .where(col(row.id) == message.id, col(row.state) == "waiting")
        .values(state=state, leased_until=None, done_at=now(), last_error=None)
        .returning(col(row.id))
    ).first()
    return done is not None


def _refusing(outcomes: Sequence[Outcome]) -> set[Lane]:
    """Record which providers have put messages off and taken none; returns those that take nothing at all."""
    delivered = {each.message.provider for each in outcomes if each.is_delivered}
    refusing = set[Lane]()
    for provider in Provider:
        put_off = [each for each in outcomes if each.is_put_off and each.message.provider is provider]
        if not put_off or provider in delivered:
            continue
        ids, asked_at = [str(each.message.id) for each in put_off], put_off[-1].message.leased_at
        if provider_health.is_putting_off(provider, ids, put_off[-1].error or "", asked_at):
            refusing.add(provider)
    return refusing


def _judge(session: Session, outcomes: Sequence[Outcome], refusing: Collection[Lane]) -> bool:
    """Record which providers have answered; returns whether one is back that was down.

    One that was not asked at all is neither up nor down.
    """
    is_any_back = False
    up = {each.message.provider for each in outcomes if each.is_up}
    delivered = {each.message.provider for each in outcomes if each.is_delivered}
    down = {each.message.provider for each in outcomes if each.is_down}.union(refusing)
    for provider in {each.message.provider for each in outcomes} - down:
        if provider is None:
            continue
        if provider not in up:
            provider_health.is_undecided(session, provider)
        else:
            is_any_back |= _is_back(session, provider, has_delivered=provider in delivered)
    return is_any_back


def _is_back(session: Session, provider: Provider, *, has_delivered: bool = True) -> bool:
    """Record that a provider works, and hurry what an outage has kept; returns whether it was down."""
    failures = provider_health.is_back(session, provider, has_delivered=has_delivered)
    if failures >= provider_health.IS_AN_OUTAGE:
        _hurry(session, provider)
    return failures > 0


def _try_again(session: Session, outcome: Outcome, *, is_outage: bool) -> bool:
    """Have a message that failed tried later, or give it up; returns whether it was given up."""
    message, error, moment = outcome.message, outcome.error or "", now()
    # What was sent while its provider is down asks for all the others, so it never waits long.
    is_patient = moment >= message.due_at + _PATIENCE and not is_outage
    longest = _LONGEST_WAIT_LATER if is_patient else _LONGEST_WAIT
    wait = min(longest, timedelta(seconds=2 ** min(message.attempts, 12)))
    # Spread out, so that what failed together does not come back together.
    wait += wait * (secrets.randbelow(250) / 1000)
    is_overdue = moment >= message.due_at + GIVEN_UP_AFTER and message.attempts >= _FEWEST_TRIES
    state = "dead" if outcome.is_final or is_overdue else "waiting"
    row = OutboxMessage
    changed = update(row).where(
        col(row.id) == message.id,
        col(row.state) == "waiting",
        # Whoever holds it by now, if this is said too late, will say more.
        col(row.attempts) == message.attempts,
    )
    values = {"state": state, "leased_until": None, "available_at": moment + wait, "last_error": error[:300]}
    session.execute(changed.values(**values))
    return state == "dead"


def _give_up_overdue(
    session: Session, provider: Provider, health: provider_health.Failing, moment: datetime
) -> bool:
    """Give up what has waited a day for a provider that is down, tried or not; say whether anything has."""
    overdue = update(OutboxMessage).where(
        col(OutboxMessage.state) == "waiting",
        col(OutboxMessage.kind).in_(KINDS_OF_PROVIDER[provider]),
        col(OutboxMessage.due_at) < moment - GIVEN_UP_AFTER,
        col(OutboxMessage.leased_until).is_(None),
    )
    given_up = overdue.values(state="dead", last_error=health.last_error).returning(col(OutboxMessage.id))
    return session.execute(given_up).first() is not None


def _hurry(session: Session, provider: Provider) -> None:
    """Have everything that failed while the provider was down tried now."""
    waiting = update(OutboxMessage).where(
        col(OutboxMessage.state) == "waiting",
        col(OutboxMessage.kind).in_(KINDS_OF_PROVIDER[provider]),
        col(OutboxMessage.attempts) > 0,
        col(OutboxMessage.available_at) > now(),
    )
    session.execute(waiting.values(available_at=now()))


def record_heartbeat(name: str) -> None:
    """Record that the worker of this name is alive now."""
    # Refused when another of the same name says it for the first time at this very moment: said all the same.
    with contextlib.suppress(IntegrityError), write_transaction() as session:
        session.merge(WorkerBeat(name=name, beat_at=now()))

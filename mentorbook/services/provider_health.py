"""Whether the providers outside do what they are asked: while one is down, it is asked now and then only."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.delivery import ProviderHealth
from mentorbook.db.engine import write_transaction
from mentorbook.domain.kinds import Provider
from mentorbook.services.change_feed import SYSTEM, announce
from mentorbook.services.clock import now

# So long after a provider is back, at the latest, the first message reaches it; the others follow at once.
LONGEST_PAUSE = timedelta(seconds=30)
# A try that has not ended by then was given up by its worker, or died with it.
_PROBE_LASTS = timedelta(seconds=35)
# Somebody has looked within so long, or nobody works.
_ASKED_LATELY = timedelta(minutes=5)
# Fewer failures in a row may be one message's own doing: what others wait for is not changed by them. So many
# different messages that are put off in a row are the provider's doing.
IS_AN_OUTAGE = 3

# Asked by each worker every second: it costs more to build than to ask.
_FAILING = select(ProviderHealth).where(col(ProviderHealth.failing_since).is_not(None))


@dataclass(frozen=True, slots=True)
class Failing:
    """A provider that is down: since when, after how many tries in a row, and when it is tried next.

    `put_off` are the ids of messages that it has answered with "not now".
    """

    since: datetime
    failed_at: datetime
    failures: int
    probe_at: datetime
    last_error: str
    put_off: tuple[str, ...]

    def is_probed(self, moment: datetime) -> bool:
        """Say whether it is time to try whether it is back; also when the clock was put back meanwhile.

        Another machine's clock, by which somebody tries it just now, may be ahead of ours.
        """
        return self.probe_at <= moment or self.probe_at > moment + 2 * _PROBE_LASTS

    @property
    def is_outage(self) -> bool:
        """Say whether it has failed so often that it is no single message's doing."""
        return self.failures >= IS_AN_OUTAGE

    def has_failed_throughout(self, length: timedelta, moment: datetime) -> bool:
        """Say whether it has been asked again and again for so long, and in vain: where nobody worked
        meanwhile, nothing is known of it."""
        return self.since <= moment - length and self.failed_at > moment - _ASKED_LATELY


def failing(session: Session) -> dict[Provider, Failing]:
    """Return the providers that are down."""
    rows = session.scalars(_FAILING)
    return {
        Provider(row.provider): Failing(
            row.failing_since,
            row.failed_at or row.failing_since,
            row.failures,
            row.probe_at or row.failing_since,
            row.last_error or "",
            tuple(row.put_off or ()),
        )
        for row in rows
        if row.failing_since is not None and row.provider in list(Provider)
    }


def may_probe(session: Session, provider: Provider, seen: Failing, moment: datetime) -> bool:
    """Take the right to try a provider that is down as `seen`, and say whether it was to be had: of workers
    that see the same, one gets it."""
    row = ProviderHealth
    taken = session.execute(
        update(row)
        .where(
            col(row.provider) == provider.value,
            col(row.failing_since).is_not(None),
            func.coalesce(col(row.probe_at), col(row.failing_since)) == seen.probe_at,
        )
        .values(probe_at=moment + _PROBE_LASTS)
        .returning(col(row.provider))
    ).first()
    return taken is not None


def is_down(provider: Provider, error: str, asked_at: datetime) -> None:
    """Record that the provider failed when it was asked at `asked_at`.

    The next try waits twice as long as the last, up to `LONGEST_PAUSE`. The first failure is announced.

    What was asked before it failed the last time says nothing new.
    """
    is_news = False
    # Refused when another worker says it for the first time at this very moment: said all the same.
    with contextlib.suppress(IntegrityError), write_transaction() as session:
        row = _row_to_change(session, provider)
        is_news = row.failing_since is None
        _has_failed(row, error, asked_at)
    if is_news:
        announce([SYSTEM])


def is_putting_off(provider: Provider, messages: Iterable[str], error: str, asked_at: datetime) -> bool:
    """Record that the provider has answered "not now" to the messages of these ids, asked at `asked_at`, and
    say whether that is an outage by now.

    It is when so many different ones were put off that no message is to blame, and none was taken between. A
    server that puts off whom it does not know yet takes them at their second try, which ends the outage.
    """
    is_outage = False
    with contextlib.suppress(IntegrityError), write_transaction() as session:
        row = _row_to_change(session, provider)
        # The first ones are kept, and tried again and again: a server may take what it knows for long enough.
        row.put_off = list(dict.fromkeys([*(row.put_off or ()), *messages]))[:IS_AN_OUTAGE]
        is_outage = _refuses_all(row)
        if is_outage:
            _has_failed(row, error, asked_at, failures=IS_AN_OUTAGE)
    return is_outage


def is_back(session: Session, provider: Provider, *, has_delivered: bool = True) -> int:
    """Record that the provider works; returns how many failures in a row that ends, none if it was not down.
    From `IS_AN_OUTAGE` on others have waited for it.

    One that has answered, but not `has_delivered`, is back if it could not be reached. If it was putting
    everything off, another message is tried at once.
    """
    row = session.get(ProviderHealth, provider.value)
    if row is None or (row.failing_since is None and row.put_off is None):
        return 0
    session.refresh(row, with_for_update=True)
    was_down = row.failing_since is not None
    if has_delivered:
        row.put_off = None
    elif was_down and _refuses_all(row):
        row.probe_at = now()
        return 0
    row.failing_since = row.probe_at = None
    return row.failures if was_down else 0


def is_undecided(session: Session, provider: Provider) -> None:
    """Record that a message came to nothing before the provider was asked: another is tried at once."""
    changed = update(ProviderHealth).where(
        col(ProviderHealth.provider) == provider.value, col(ProviderHealth.failing_since).is_not(None)
    )
    session.execute(changed.values(probe_at=now()))


def _row_to_change(session: Session, provider: Provider) -> ProviderHealth:
    row = session.get(ProviderHealth, provider.value, with_for_update=True)
    if row is None:
        row = ProviderHealth(provider=provider.value)
        session.add(row)
    return row


def _has_failed(row: ProviderHealth, error: str, asked_at: datetime, failures: int = 1) -> None:
    moment = now()
    if row.failing_since is None:
        row.failing_since, row.failures = moment, failures
    elif row.failed_at is not None and asked_at <= row.failed_at:
        return
    else:
        row.failures += 1
    row.failed_at, row.last_error = moment, error[:300]
    doublings = min(row.failures - failures + 1, 6)
    row.probe_at = moment + min(LONGEST_PAUSE, timedelta(seconds=2**doublings))


def _refuses_all(row: ProviderHealth) -> bool:
    return len(row.put_off or ()) >= IS_AN_OUTAGE

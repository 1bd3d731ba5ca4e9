"""Whether the providers outside do what they are asked: while one is down, it is asked now and then only."""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from mentorbook.db.delivery import ProviderHealth
from mentorbook.db.engine import write_transaction
from mentorbook.domain.kinds import Provider
from mentorbook.services.clock import now

# So long after a provider is back, at the latest, the first message reaches it; the others follow at once.
LONGEST_PAUSE = timedelta(seconds=30)
# A try that has not ended by then was given up by its worker, or died with it.
_PROBE_LASTS = timedelta(seconds=35)
# Somebody has looked within so long, or nobody works.
_ASKED_LATELY = timedelta(minutes=5)
# Fewer failures in a row may be one message's own doing: what others wait for is not changed by them.
_IS_AN_OUTAGE = 3


@dataclass(frozen=True, slots=True)
class Failing:
    """A provider that is down: since when, after how many tries in a row, and when it is tried next."""

    since: datetime
    failed_at: datetime
    failures: int
    probe_at: datetime
    last_error: str

    def is_probed(self, moment: datetime) -> bool:
        """Say whether it is time to try whether it is back; also when the clock was put back meanwhile."""
        return self.probe_at <= moment or self.probe_at > moment + _PROBE_LASTS

    def has_failed_throughout(self, length: timedelta, moment: datetime) -> bool:
        """Say whether it has been asked again and again for so long, and in vain: where nobody worked
        meanwhile, nothing is known of it."""
        return self.since <= moment - length and self.failed_at > moment - _ASKED_LATELY


def failing(session: Session) -> dict[Provider, Failing]:
    """Return the providers that are down."""
    rows = session.scalars(select(ProviderHealth).where(col(ProviderHealth.failing_since).is_not(None)))
    return {
        Provider(row.provider): Failing(
            row.failing_since,
            row.failed_at or row.failing_since,
            row.failures,
            row.probe_at or row.failing_since,
            row.last_error or "",
        )
        for row in rows
        if row.failing_since is not None and row.provider in list(Provider)
    }


def probe(session: Session, provider: Provider, moment: datetime) -> None:
    """Record that one worker is trying it, so that no other does."""
    _change(session, provider, probe_at=moment + _PROBE_LASTS)


def is_down(provider: Provider, error: str, asked_at: datetime) -> None:
    """Record that the provider failed when it was asked at `asked_at`.

    The next try waits twice as long as the last, up to `LONGEST_PAUSE`.

    What was asked before it failed the last time says nothing new.
    """
    moment = now()
    # Refused when another worker says it for the first time at this very moment: said all the same.
    with contextlib.suppress(IntegrityError), write_transaction() as session:
        row = session.get(ProviderHealth, provider.value, with_for_update=True)
        if row is None:
            row = ProviderHealth(provider=provider.value)
            session.add(row)
        if row.failing_since is None:
            row.failing_since, row.failures = moment, 0
        elif row.failed_at is not None and asked_at <= row.failed_at:
            return
        row.failures += 1
        row.failed_at, row.last_error = moment, error[:300]
        row.probe_at = moment + min(LONGEST_PAUSE, timedelta(seconds=2 ** min(row.failures, 6)))


def is_back(session: Session, provider: Provider) -> bool:
    """Record that the provider works; returns whether that ends an outage, which messages have waited for."""
    row = ProviderHealth
    ended = session.execute(
        update(row)
        .where(col(row.provider) == provider.value, col(row.failing_since).is_not(None))
        .values(failing_since=None, probe_at=None)
        .returning(col(row.failures))
    ).first()
    return ended is not None and ended[0] >= _IS_AN_OUTAGE


def is_undecided(session: Session, provider: Provider) -> None:
    """Record that a message came to nothing before the provider was asked: another is tried at once."""
    changed = update(ProviderHealth).where(
        col(ProviderHealth.provider) == provider.value, col(ProviderHealth.failing_since).is_not(None)
    )
    session.execute(changed.values(probe_at=now()))


def _change(session: Session, provider: Provider, **values: object) -> None:
    changed = update(ProviderHealth).where(col(ProviderHealth.provider) == provider.value)
    session.execute(changed.values(**values))

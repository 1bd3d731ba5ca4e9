"""The present, asked in one place so that a test can stand anywhere in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from mentorbook.domain.ports import Clock


def _system() -> datetime:
    return datetime.now(UTC)


_source: Clock = _system


def now() -> datetime:
    """Return the present as an aware UTC datetime."""
    return _source()


def present_minute() -> datetime:
    """Return the minute that it is: what is drawn from it is the same for everybody who looks meanwhile."""
    return now().replace(second=0, microsecond=0)


@contextmanager
def stand_at(source: Clock) -> Iterator[None]:
    """Read the present from `source` while the block runs, in every thread of this process."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before

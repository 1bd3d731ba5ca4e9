"""Limits on what strangers may try, by account and by address."""

import time
from collections.abc import Iterable

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from mentorbook.domain.errors import RateLimited
from mentorbook.settings import settings

LOG_IN_BY_ACCOUNT = parse("10 per 15 minutes")
LOG_IN_BY_ADDRESS = parse("100 per 15 minutes")
REGISTER_BY_ADDRESS = parse("30 per hour")


def _storage() -> Storage:
    return RedisStorage(settings.redis_url) if settings.redis_url else MemoryStorage()


_limiter = MovingWindowRateLimiter(_storage())


def count(tries: Iterable[tuple[RateLimitItem, str]]) -> None:
    """Count one try under each limit and name. Raises `RateLimited` when one of them is used up."""
    for limit, name in tries:
        if not _limiter.hit(limit, name):
            reset = _limiter.get_window_stats(limit, name).reset_time
            raise RateLimited(reset - time.time(), "Too many tries. Wait a little and try again.")


def forget(limit: RateLimitItem, name: str) -> None:
    """Give somebody who has proved who they are all tries back."""
    _limiter.clear(limit, name)

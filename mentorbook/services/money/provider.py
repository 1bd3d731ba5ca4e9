"""The payment provider that this process asks, if the settings name one that charges."""

from collections.abc import Iterator
from contextlib import contextmanager

from mentorbook.domain.ports import PaymentProvider

_plugged: list[PaymentProvider] = []


@contextmanager
def paid_by(provider: PaymentProvider | None) -> Iterator[None]:
    """Use this provider for payments while the block runs; `None` is none."""
    if provider is None:
        yield
        return
    _plugged.append(provider)
    try:
        yield
    finally:
        _plugged.remove(provider)


def payment_provider() -> PaymentProvider | None:
    """Return the payment provider, or `None` where sessions are not paid here."""
    return _plugged[-1] if _plugged else None

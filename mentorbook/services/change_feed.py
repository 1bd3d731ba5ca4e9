"""Whose calendar or bell has just changed, for whoever shows it: open pages hear of it at once."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

# Stands for everybody: a change of the rules looks different on every page.
EVERYBODY = UUID(int=0)
# Stands for the list of all accounts, which admins look after.
ACCOUNTS = UUID(int=1)
# Stands for the machinery: queue, workers and providers, which admins look after.
SYSTEM = UUID(int=2)

Listener = Callable[[frozenset[UUID]], None]

_listeners: list[Listener] = []


def announce(people: Iterable[UUID]) -> None:
    """Announce, after the commit, that these people's sessions, slots or notifications have changed.

    Called from any thread. A listener must return at once and its failure never harms what was committed.
    """
    changed = frozenset(people)
    for listener in list(_listeners):
        with contextlib.suppress(RuntimeError):
            listener(changed)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener` with every change while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)

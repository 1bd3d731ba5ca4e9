"""The port to open pages: what has changed is announced here, and nowhere else.

Services call `announce` after their commit. It hands what changed to the publisher, which sees that `deliver`
is called with it in every process that has pages open; by itself that is this process alone. To share it
between several, another publisher is plugged in (`published_by`); `change_sharing` has one. Nothing that is
published is the news itself: pages ask the services again, so an announcement may come late, twice, or
together with others.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol
from uuid import UUID, uuid5

log = logging.getLogger(__name__)

# A person's own id stands for their sessions, slots, hours, log-ins and notifications.
# Stands for everybody: a change of the rules looks different on every page.
EVERYBODY = UUID(int=0)
# Stands for the list of all accounts, which admins look after.
ACCOUNTS = UUID(int=1)
# Stands for the list of all sessions, with the names of their people.
SESSIONS = UUID(int=2)
# Stands for what any mentor publishes: who is listed, with which profile and hours.
MENTORS = UUID(int=3)
# Stands for the machinery: queue, workers and providers, which admins look after.
SYSTEM = UUID(int=4)

Listener = Callable[[frozenset[UUID]], None]


class Publisher(Protocol):
    """Takes what changed to every process with open pages, this one too, and there calls `deliver`.

    Called from any thread; must return at once, so whatever waits for a network does that elsewhere.
    """

    def __call__(self, changed: frozenset[UUID], /) -> None:
        """Publish one announcement."""


_listeners: list[Listener] = []


def looks_of(person: UUID) -> UUID:
    """Return what stands for a person's name and picture, as lists of other people show them."""
    return uuid5(person, "looks")


def reading_of(person: UUID) -> UUID:
    """Return what stands for which notifications a person has read."""
    return uuid5(person, "reading")


def messages_of(booking: UUID) -> UUID:
    """Return what stands for what the two people of a session write to each other."""
    return uuid5(booking, "messages")


def announce(changed: Iterable[UUID]) -> None:
    """Announce, after the commit, what has changed: people, and what else this module has names for.

    Called from any thread. Whatever becomes of it never harms what was committed.
    """
    subjects = frozenset(changed)
    if not subjects:
        return
    try:
        _publisher(subjects)
    except Exception:
        log.exception("a change could not be announced to open pages")


def deliver(changed: frozenset[UUID]) -> None:
    """Tell the listeners of this process what changed, whatever becomes of any of them. For publishers."""
    for listener in list(_listeners):
        try:
            listener(changed)
        except Exception:
            log.exception("a listener could not be told of a change")


_publisher: Publisher = deliver


@contextlib.contextmanager
def published_by(publisher: Publisher) -> Iterator[None]:
    """Publish by this publisher while the block runs."""
    global _publisher
    before, _publisher = _publisher, publisher
    try:
        yield
    finally:
        _publisher = before


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener` with every change that is delivered to this process while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)

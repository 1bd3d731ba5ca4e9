"""How many tabs a process keeps for whom: nobody fills its memory with pages."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

# Open pages: of people without a log-in, in all and from one network (an IPv4 address, an IPv6 /64), and of
# one account, whatever number of log-ins it has.
MOST_VISITORS = 1_000
MOST_VISITORS_OF_NETWORK = 200
MOST_TABS_OF_ACCOUNT = 60
# Closed pages whose state waits for its tab to come back.
MOST_CLOSED_VISITORS = 300
MOST_CLOSED_OF_ACCOUNT = 20
VISITOR_WAITS_SECONDS = 15 * 60.0
MEMBER_WAITS_SECONDS = 12 * 3600.0

VISITOR = "visitor"


class TooManyTabs(Exception):
    """Raised when another page would be one too many; what is open stays as it is."""


@dataclass(slots=True)
class TabLimits:
    """Count open sockets by owner and network, and remember which tabs are closed, oldest first.

    An owner is an account, or `VISITOR` for everybody who is not logged in. Only used on the event loop.
    """

    _open: dict[str, tuple[str, str]] = field(default_factory=dict)
    _by_owner: Counter[str] = field(default_factory=Counter)
    _visitors_at: Counter[str] = field(default_factory=Counter)
    _closed: dict[str, OrderedDict[str, None]] = field(default_factory=dict)

    def enter(self, sid: str, owner: str, network: str) -> None:
        """Count a socket that opens. Raises `TooManyTabs` where it would be one too many."""
        if owner == VISITOR:
            full = (
                self._by_owner[VISITOR] >= MOST_VISITORS
                or self._visitors_at[network] >= MOST_VISITORS_OF_NETWORK
            )
        else:
            full = self._by_owner[owner] >= MOST_TABS_OF_ACCOUNT
        if full:
            raise TooManyTabs
        self._open[sid] = owner, network
        self._by_owner[owner] += 1
        if owner == VISITOR:
            self._visitors_at[network] += 1

    def leave(self, sid: str) -> None:
        """Remove a closed socket from the count; one that was not counted makes no difference."""
        if sid not in self._open:
            return
        owner, network = self._open.pop(sid)
        _less(self._by_owner, owner)
        if owner == VISITOR:
            _less(self._visitors_at, network)

    def opened(self, owner: str, tab: str) -> None:
        """Record that a tab is open (again): its state no longer waits for it."""
        waiting = self._closed.get(owner)
        if waiting is not None:
            waiting.pop(tab, None)
            if not waiting:
                del self._closed[owner]

    def closed(self, owner: str, tab: str) -> list[str]:
        """Record that a tab is closed; return those that have to be dropped for it, oldest first."""
        waiting = self._closed.setdefault(owner, OrderedDict())
        waiting[tab] = None
        waiting.move_to_end(tab)
        most = MOST_CLOSED_VISITORS if owner == VISITOR else MOST_CLOSED_OF_ACCOUNT
        return [waiting.popitem(last=False)[0] for _ in range(len(waiting) - most)]


def waits_for(owner: str) -> float:
    """Return for how many seconds the state of a closed tab waits for it to reconnect."""
    return VISITOR_WAITS_SECONDS if owner == VISITOR else MEMBER_WAITS_SECONDS


def _less(counts: Counter[str], name: str) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]

"""Who really calls when a proxy stands in front: the one place where forwarded headers are read."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from mentorbook.api.gate import App, Receive, Scope, Send

_Address = IPv4Address | IPv6Address

# More proxies in a row than anybody has; beyond them a header is not read.
_MOST_HOPS = 16
_SCHEMES = {"http": "ws", "https": "wss"}


class BehindProxies:
    """ASGI wrapper that writes the caller's own address and scheme into the scope, for sockets too.

    Only when the peer is a trusted proxy: then the caller is the right-most address in `X-Forwarded-For`
    that is not a trusted proxy itself. `Forwarded` is read where that header is absent. What is malformed
    ends the search at the last address that a trusted proxy vouches for.
    """

    def __init__(self, app: App, trusted: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as if it came straight from its client."""
        if self._trusted and scope["type"] in ("http", "websocket"):
            scope = self._seen_through(scope)
        await self._app(scope, receive, send)

    def _seen_through(self, scope: Scope) -> Scope:
        host, port = scope.get("client") or ("", 0)
        peer = _parsed(host)
        if peer is None or not self._is_trusted(peer):
            return scope
        caller = peer
        for hop in _hops(scope):
            if hop is None:
                break
            caller = hop
            if not self._is_trusted(hop):
                break
        seen = {**scope, "client": (str(caller), port if caller == peer else 0)}
        if scheme := _scheme(scope):
            seen["scheme"] = _SCHEMES[scheme] if scope["type"] == "websocket" else scheme
        return seen

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _hops(scope: Scope) -> Iterator[_Address | None]:
    """Yield the addresses of the hops from the nearest to the farthest; `None` for one that is no address."""
    if values := _values(scope, b"x-forwarded-for"):
        yield from map(_parsed, _from_the_right(values, _MOST_HOPS))
    elif values := _values(scope, b"forwarded"):
        yield from (_parsed(_pair(hop, "for")) for hop in _from_the_right(values, _MOST_HOPS))


def _scheme(scope: Scope) -> str | None:
    """Return the scheme that the nearest proxy says the client used, or `None`."""
    if values := _values(scope, b"x-forwarded-proto"):
        said = next(_from_the_right(values, 1), "")
    else:
        said = _pair(next(_from_the_right(_values(scope, b"forwarded"), 1), ""), "proto")
    said = said.strip().lower()
    return said if said in _SCHEMES else None


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _from_the_right(values: Iterable[str], most: int) -> Iterator[str]:
    """Yield the parts of a list header, which may be spread over several lines, from the last one on."""
    parts = ",".join(values).rsplit(",", most)
    yield from list(reversed(parts))[:most]


def _pair(hop: str, name: str) -> str:
    """Return the value of one parameter of a `Forwarded` hop, without quotes."""
    for part in hop.split(";"):
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""


def _parsed(text: str) -> _Address | None:
    """Parse an address, with or without a port, brackets or a zone; return IPv4 in IPv6 as IPv4."""
    text = text.strip()
    if text.startswith("[") and "]" in text:
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address

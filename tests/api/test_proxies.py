"""Whose address counts behind a proxy, and whose word about it."""

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from mentorbook.api.proxies import BehindProxies
from mentorbook.db.engine import Database
from mentorbook.services.people import login_throttle
from mentorbook.settings import Settings
from tests.api.conftest import ORIGIN, gated
from tests.conftest import Hands

TRUSTED = Settings(trusted_proxies="127.0.0.1, 10.0.0.0/8,2001:db8:f::/48").proxies
PROXY, CALLER, OTHER = "10.1.2.3", "203.0.113.9", "198.51.100.7"
Headers = list[tuple[bytes, bytes]]


def seen(
    headers: Headers,
    *,
    peer: tuple[str, int] | None = (PROXY, 4321),
    kind: str = "http",
    trusted: Any = TRUSTED,
) -> dict[str, Any]:
    """The scope that the app gets."""
    got: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        got.update(scope)

    scope = {
        "type": kind,
        "client": peer,
        "headers": headers,
        "scheme": "ws" if kind == "websocket" else "http",
    }

    async def nothing(*_: Any) -> Any: ...

    asyncio.run(BehindProxies(app, trusted)(scope, nothing, nothing))
    return got


def caller(*values: str, name: bytes = b"x-forwarded-for", peer: str = PROXY) -> str:
    """The address that counts."""
    address: str = seen([(name, value.encode("latin-1")) for value in values], peer=(peer, 4321))["client"][0]
    return address


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((CALLER,), CALLER),
        ((f"{OTHER}, {CALLER}",), CALLER),
        ((f"{CALLER}, 10.9.9.9",), CALLER),
        ((OTHER, CALLER), CALLER),
        ((CALLER, "10.9.9.9, 127.0.0.1"), CALLER),
        ((f" {CALLER} ",), CALLER),
        ((f"{CALLER}:8080",), CALLER),
        (("2001:db8:1::7",), "2001:db8:1::7"),
        (("[2001:DB8:1::7]:443",), "2001:db8:1::7"),
        (("2001:db8:1::7, 2001:db8:f::1",), "2001:db8:1::7"),
        (("fe80::1%eth0",), "fe80::1"),
        ((f"::ffff:{CALLER}",), CALLER),
        (("10.9.9.9, 10.8.8.8",), "10.9.9.9"),
    ],
)
def test_the_right_most_address_that_is_no_proxy_counts(values: tuple[str, ...], expected: str) -> None:
    assert caller(*values) == expected


@pytest.mark.parametrize(
    "value",
    ["", " ", ",", ",,,", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "[", "[]", "[::1", "999.1.1.1", "\x00",
     "é", "127.0.0.1:port:port", "0x7f000001", "<script>", "," * 10_000, "9" * 50_000, "%", "::ffff:"],
)  # fmt: skip
def test_what_is_malformed_is_nobodys_address(value: str) -> None:
    assert caller(value) == PROXY
    assert caller(f"{OTHER}, {value}, 10.9.9.9") == "10.9.9.9"
    assert caller(value, name=b"forwarded") == PROXY
    assert caller(f"for={value}", name=b"forwarded") == PROXY
    assert seen([(b"x-forwarded-proto", value.encode("latin-1"))])["scheme"] == "http"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"for={CALLER}", CALLER),
        (f'For="{CALLER}:80";proto=https;by=10.1.1.1', CALLER),
        ('for="[2001:db8:1::7]:4711"', "2001:db8:1::7"),
        (f"for={OTHER}, proto=https;for={CALLER}, for=10.9.9.9", CALLER),
        (f"for={OTHER}, for=unknown", PROXY),
    ],
)
def test_the_standard_header_is_read_too(value: str, expected: str) -> None:
    assert caller(value, name=b"forwarded") == expected


def test_a_callers_own_forwarded_header_does_not_count_beside_the_proxys() -> None:
    both = [(b"forwarded", f"for={OTHER};proto=https".encode()), (b"x-forwarded-for", CALLER.encode())]
    assert seen(both)["client"] == (CALLER, 0)


@pytest.mark.parametrize("peer", [(OTHER, 1), ("testclient", 1), ("", 0), None])
def test_a_peer_who_is_no_proxy_is_not_believed(peer: tuple[str, int] | None) -> None:
    headers = [(b"x-forwarded-for", CALLER.encode()), (b"x-forwarded-proto", b"https")]
    found = seen(headers, peer=peer)
    assert (found["client"], found["scheme"]) == (peer, "http")


def test_by_default_nobody_is_believed() -> None:
    assert Settings().proxies == ()
    found = seen([(b"x-forwarded-for", CALLER.encode())], peer=("127.0.0.1", 1), trusted=())
    assert found["client"] == ("127.0.0.1", 1)


def test_a_proxy_on_a_socket_of_both_families_is_recognised() -> None:
    assert caller(CALLER, peer="::ffff:10.1.2.3") == CALLER


@pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
def test_the_scheme_is_the_callers(kind: str, scheme: str) -> None:
    assert seen([(b"x-forwarded-proto", b"https")], kind=kind)["scheme"] == scheme
    assert seen([(b"x-forwarded-proto", b"http, HTTPS ")], kind=kind)["scheme"] == scheme
    assert seen([(b"forwarded", b"for=1.2.3.4;proto=https")], kind=kind)["scheme"] == scheme
    assert seen([(b"x-forwarded-proto", b"gopher")], kind=kind)["scheme"] in ("http", "ws")


@pytest.mark.parametrize("wrong", ["proxy", "10.0.0.1/8", "10.0.0.0/33", "1.2.3.4 5.6.7.8", "*"])
def test_what_is_no_network_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="neither an address nor a network"):
        Settings(trusted_proxies=f"127.0.0.1, {wrong}")


def test_limits_go_by_the_callers_address(sqlite_db: Database, hands: Hands) -> None:
    async def guess(client: httpx.AsyncClient, address: str) -> int:
        body = {"email": "mina@people.test", "password": "x"}
        answer = await client.post("/api/auth/login", json=body, headers={"X-Forwarded-For": address})
        return answer.status_code

    async def run(peer: str) -> tuple[list[int], int]:
        transport = httpx.ASGITransport(BehindProxies(gated(), TRUSTED), client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            answers = [await guess(client, CALLER) for _ in range(login_throttle.FREE_TRIES + 1)]
            return answers, await guess(client, OTHER)

    assert asyncio.run(run(PROXY)) == ([401] * login_throttle.FREE_TRIES + [429], 401)
    assert asyncio.run(run("192.0.2.77")) == ([401] * login_throttle.FREE_TRIES + [429], 429)

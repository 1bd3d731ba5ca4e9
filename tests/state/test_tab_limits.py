"""Nobody fills the process with pages, open or closed."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
import redis.asyncio
import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import BaseState
from reflex.utils.token_manager import SocketRecord

from mentorbook.db.engine import Database
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from mentorbook.state.socket import tab_limits
from mentorbook.state.socket.events import LONGEST_KEPT, MOST_VALUES, sanitized_event
from mentorbook.state.socket.live_pages import live
from mentorbook.state.socket.tab_limits import VISITOR, TabLimits, TooManyTabs
from mentorbook.state.socket.tab_login import all_states
from mentorbook.state.socket.tabs import MOST_WAITING, TabNamespace
from tests.people import a_mentee
from tests.servers.valkey import running_valkey


def enter(limits: TabLimits, count: int, owner: str, address: str = "192.0.2.1") -> None:
    for number in range(count):
        limits.enter(f"{owner} {address} {number}", owner, address)


def test_one_address_cannot_open_pages_without_end() -> None:
    limits = TabLimits()
    enter(limits, tab_limits.MOST_VISITORS_OF_NETWORK, VISITOR)
    with pytest.raises(TooManyTabs):
        limits.enter("more", VISITOR, "192.0.2.1")
    limits.enter("elsewhere", VISITOR, "192.0.2.2")
    limits.enter("hers", "login", "192.0.2.1")
    limits.leave(f"{VISITOR} 192.0.2.1 0")
    limits.enter("again", VISITOR, "192.0.2.1")


def test_all_visitors_together_cannot_either() -> None:
    limits = TabLimits()
    addresses = tab_limits.MOST_VISITORS // tab_limits.MOST_VISITORS_OF_NETWORK
    for number in range(addresses):
        enter(limits, tab_limits.MOST_VISITORS_OF_NETWORK, VISITOR, f"192.0.2.{number}")
    with pytest.raises(TooManyTabs):
        limits.enter("more", VISITOR, "192.0.2.200")
    limits.enter("hers", "login", "192.0.2.200")


def test_one_account_opens_so_many_pages_from_wherever() -> None:
    limits = TabLimits()
    for number in range(tab_limits.MOST_TABS_OF_ACCOUNT):
        limits.enter(str(number), "login", f"192.0.2.{number}")
    with pytest.raises(TooManyTabs):
        limits.enter("more", "login", "192.0.2.250")
    limits.enter("theirs", "another login", "192.0.2.250")


def test_counts_go_with_the_sockets() -> None:
    limits = TabLimits()
    enter(limits, 10, VISITOR)
    for number in range(10):
        limits.leave(f"{VISITOR} 192.0.2.1 {number}")
    limits.leave("never came")
    assert limits == TabLimits()


@pytest.mark.parametrize(
    ("owner", "most"),
    [(VISITOR, tab_limits.MOST_CLOSED_VISITORS), ("login", tab_limits.MOST_CLOSED_OF_ACCOUNT)],
)
def test_the_oldest_closed_tab_goes_for_one_too_many(owner: str, most: int) -> None:
    limits = TabLimits()
    for number in range(most):
        assert limits.closed(owner, f"tab {number}") == []
    limits.opened(owner, "tab 0")
    assert limits.closed(owner, "tab 0") == []
    assert limits.closed(owner, "one too many") == ["tab 1"]


def test_a_flood_is_read_no_faster_than_it_is_dealt_with(monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[Any] = []
    queue: list[Any] = []

    async def enqueue(token: str, event: Any) -> None:
        queue.append(event)

    processor = SimpleNamespace(
        enqueue=enqueue, _queue=SimpleNamespace(qsize=lambda: len(queue)), _token_queues={}
    )
    namespace = a_namespace(SimpleNamespace(event_processor=processor, router=lambda path: path))
    namespace._static_router_data["sid"] = {"headers": {}}
    monkeypatch.setattr(TabNamespace, "sid_to_token", property(lambda self: {"sid": "tab"}))
    monkeypatch.setattr(TabNamespace, "_is_known", lambda self, name: True)

    async def run() -> None:
        async def flood() -> None:
            for number in range(100):
                await namespace.on_event("sid", {"name": "any", "payload": {"number": number}})

        flooding = asyncio.create_task(flood())
        while len(handled) < 100:
            await asyncio.sleep(0)
            assert len(queue) <= MOST_WAITING + 1
            if queue:
                handled.append(queue.pop(0))
        await flooding

    asyncio.run(run())
    assert [event.payload["number"] for event in handled] == list(range(100))


def a_namespace(app: Any) -> TabNamespace:
    return TabNamespace("/_event", app)


IDLE: Any = SimpleNamespace(_queue=None, _token_queues={})


def test_a_closed_tab_is_forgotten_unless_it_is_back_or_busy() -> None:
    async def run() -> set[str]:
        manager = cast(Any, StateManagerMemory)(token_expiration=1000)
        busy = SimpleNamespace(_queue=None, _token_queues={"busy": ["an event"]})
        namespace = a_namespace(SimpleNamespace(state_manager=manager, event_processor=busy))
        namespace._token_manager.token_to_socket["back"] = SocketRecord(instance_id="here", sid="sid")
        for name in ("back", "busy", "gone"):
            await manager.get_state(rx.BaseStateToken(ident=name, cls=rx.State))
            live._missed[name] = {rx.State}
            namespace._lapse(name)
        assert set(namespace._lapses) == {"busy"}
        namespace._stop_waiting("busy")
        await manager.close()
        return set(manager.states)

    assert asyncio.run(run()) == {"back", "busy"}
    assert set(live._missed) == {"back", "busy"}


def test_a_visitors_tab_is_waited_for_and_then_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tab = f"{VISITOR}-tab"
    monkeypatch.setattr(EventNamespace, "on_disconnect", lambda _self, _sid: None)
    monkeypatch.setattr(TabNamespace, "sid_to_token", property(lambda _self: {"sid": tab}))

    async def left_after(waits: float) -> set[str]:
        monkeypatch.setattr(tab_limits, "VISITOR_WAITS_SECONDS", waits)
        manager = cast(Any, StateManagerMemory)(token_expiration=1000)
        namespace = a_namespace(SimpleNamespace(state_manager=manager, event_processor=IDLE))
        await manager.get_state(rx.BaseStateToken(ident=tab, cls=rx.State))
        namespace.on_disconnect("sid")
        # Behind what is due by now.
        await asyncio.sleep(0.01)
        await manager.close()
        return set(manager.states)

    assert asyncio.run(left_after(900)) == {tab}
    assert asyncio.run(left_after(0)) == set()


def test_whoever_is_counted_is_an_account_or_a_network(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[tuple[str, str]] = []

    async def nothing(*_: object) -> None:
        """What Reflex does then."""

    def enter(_self: TabLimits, _sid: str, owner: str, network: str) -> None:
        entered.append((owner, network))

    monkeypatch.setattr(EventNamespace, "on_connect", nothing)
    monkeypatch.setattr(TabLimits, "enter", enter)
    mina = a_mentee("Mina")
    logins = [accounts.start_login(mina.id, address=None, agent=None) for _ in range(2)]

    async def connect(address: str, token: str = "") -> None:
        headers = [(b"cookie", f"{settings.cookie}={token}".encode())]
        scope = {"headers": headers, "client": (address, 1)}
        await a_namespace(None).on_connect("sid", {"QUERY_STRING": "token=tab", "asgi.scope": scope})

    for token in logins:
        asyncio.run(connect("192.0.2.1", token))
    for address in ("2001:db8::1", "2001:db8::ffff:2"):
        asyncio.run(connect(address))
    assert entered[0][0] == entered[1][0] != VISITOR
    assert entered[2:] == [(VISITOR, "2001:db8::/64")] * 2


def test_a_closed_tab_is_forgotten_in_redis_too() -> None:
    async def run() -> tuple[int, int]:
        with running_valkey() as url:
            client = redis.asyncio.Redis.from_url(url)
            app = SimpleNamespace(state_manager=SimpleNamespace(redis=client), event_processor=IDLE)
            namespace = a_namespace(app)
            kinds: list[type[BaseState]] = [rx.State, *all_states()]
            for kind in kinds:
                await client.set(rx.BaseStateToken(ident="gone", cls=rx.State)._state_key(kind), "pickled")
            before = await client.dbsize()
            namespace._lapse("gone")
            await asyncio.gather(*namespace._deleting)
            after = await client.dbsize()
            await client.aclose()
            return before, after

    before, after = asyncio.run(run())
    assert before > 1
    assert after == 0


@pytest.mark.parametrize(
    "event",
    [None, 7, "text", [], {}, {"name": 1}, {"name": "x" * 10_000}, {"name": "x", "payload": "y"}],
)
def test_what_is_no_event_is_dropped(event: Any) -> None:
    assert sanitized_event(event) is None


def test_an_event_is_cut_to_what_events_have() -> None:
    event: Any = sanitized_event(
        {
            "name": "state.handler",
            "payload": {"text": "kept"},
            "token": "x" * 60_000,
            "router_data": {
                "pathname": "/\ud83d",
                "asPath": "/" + "x" * 900_000,
                "query": {"next": "y" * 60_000, "more": {"deep": 1}, **{str(n): "z" for n in range(1000)}},
                "headers": {"cookie": "mine"},
            },
        }
    )
    assert event["payload"] == {"text": "kept"}
    assert set(event) == {"name", "payload", "router_data"}
    assert set(event["router_data"]) == {"pathname", "asPath", "query"}
    assert len(repr(event)) < 10_000
    assert "\ud83d" not in repr(event)


@pytest.mark.parametrize(
    "payload",
    [
        {"name": [[] for _ in range(MOST_VALUES)]},
        {str(number): 0 for number in range(MOST_VALUES)},
        {"deep": {"deep": {"deep": {"deep": {"deep": {"deep": {}}}}}}},
    ],
)
def test_a_small_message_cannot_hold_a_great_many_values(payload: dict[str, Any]) -> None:
    assert sanitized_event({"name": "state.handler", "payload": payload}) is None
    fitting = {"form": {"email": "a", "password": "b"}, "hashes": ["c"] * 99}
    assert sanitized_event({"name": "state.handler", "payload": fitting}) is not None


def test_of_what_a_browser_keeps_little_comes_along_and_nothing_of_a_visitor() -> None:
    name = "state.hydrate_and_load"
    kept = {
        "a.draft": "short",
        "b.draft": "x" * (LONGEST_KEPT + 1),
        "c.draft": {"no": "text"},
        "d.draft": None,
    }
    data = {"name": name, "payload": {"vars": kept, "hashes": ["1"]}}
    event, visitors = sanitized_event(data), sanitized_event(data, is_known=False)
    assert event is not None
    assert visitors is not None
    assert event["payload"] == {"vars": {"a.draft": "short"}, "hashes": ["1"]}
    assert visitors["payload"] == {"vars": {}, "hashes": ["1"]}

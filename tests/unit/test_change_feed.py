"""What is announced goes through one port, whoever publishes it, and nothing gets past it."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

import mentorbook
from mentorbook.services import change_feed
from mentorbook.services.change_feed import (
    announce,
    deliver,
    listening,
    looks_of,
    messages_of,
    published_by,
    reading_of,
)

PACKAGE = Path(mentorbook.__file__).parent
PORT, PAGES = "services/change_feed.py", "state/socket/live_pages.py"
# Where open pages are told of something: by the port, which the app plugs in, and by this process's clock.
# What other processes announce is delivered by the one publisher that there is beside the port's own.
TOLD_BY = {
    ("mentorbook.py", "changed"),
    ("state/socket/page_alarms.py", "clock_reached"),
    ("services/change_sharing.py", "deliver"),
}
# What a module may do with the tabs of this process, which tells nobody of a change.
HARMLESS = {"follow", "forget", "settled", "start"}


def test_what_is_announced_is_delivered_to_every_listener() -> None:
    person, heard, also = uuid4(), list[frozenset[UUID]](), list[frozenset[UUID]]()
    with listening(heard.append), listening(also.append):
        announce([person, person])
        announce([])
    announce([person])
    assert heard == also == [frozenset({person})]


def test_another_publisher_carries_it_and_delivers_it_when_it_likes() -> None:
    """As one would that sends it to several processes: nothing is heard before it comes back."""
    person, heard, sent = uuid4(), list[frozenset[UUID]](), list[frozenset[UUID]]()
    with listening(heard.append):
        with published_by(sent.append):
            announce([person])
        assert (sent, heard) == ([frozenset({person})], [])
        for each in sent:
            deliver(each)
        assert heard == sent
        announce([person])
    assert heard == [frozenset({person})] * 2


def test_a_publisher_or_a_listener_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[frozenset[UUID]] = []

    def broken(changed: frozenset[UUID]) -> None:
        raise ConnectionError("nobody is there")

    with caplog.at_level(logging.ERROR):
        with published_by(broken):
            announce([uuid4()])
        with listening(broken), listening(heard.append):
            announce([uuid4()])
    assert len(heard) == 1
    assert len(caplog.records) == 2


def test_no_two_things_that_change_stand_for_each_other() -> None:
    people = [uuid4(), uuid4()]
    everything = [
        change_feed.EVERYBODY,
        change_feed.ACCOUNTS,
        change_feed.SESSIONS,
        change_feed.MENTORS,
        *people,
        *map(looks_of, people),
        *map(reading_of, people),
        *map(messages_of, people),
    ]
    assert len(set(everything)) == len(everything)


def _modules() -> Iterator[tuple[str, ast.AST]]:
    for path in PACKAGE.rglob("*.py"):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())


def _past_the_port(module: str, tree: ast.AST) -> set[tuple[str, str]]:
    """Where a module reaches for open pages, or into the port, other than to announce something."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="live" | "change_feed" as owner), attr=name):
                own = HARMLESS if owner == "live" else _names_of_the_port()
                found |= {(module, name)} - {(module, each) for each in own}
            case ast.ImportFrom(module="mentorbook.services.change_feed", names=names):
                found |= {(module, each.name) for each in names if each.name not in _names_of_the_port()}
            case ast.ImportFrom(module="mentorbook.state.socket.live_pages", names=names):
                found |= {(module, each.name) for each in names if each.name != "live" or each.asname}
            case ast.ImportFrom(names=names) if any(
                each.name in ("change_feed", "live_pages") and each.asname for each in names
            ):
                found.add((module, "another name"))
            case ast.Call(func=ast.Name(id="Live")):
                found.add((module, "Live"))
    return found


def _names_of_the_port() -> set[str]:
    """What others may use of it: the way in, the names of what changes, and what the app plugs together."""
    names = {"announce", "looks_of", "messages_of", "reading_of", "listening", "published_by"}
    return names | {name for name in vars(change_feed) if name.isupper()}


def test_announce_is_the_only_way_in() -> None:
    found = {
        each
        for module, tree in _modules()
        if module not in (PORT, PAGES)
        for each in _past_the_port(module, tree)
    }
    assert found == TOLD_BY


@pytest.mark.parametrize(
    "wrong",
    [
        "live.changed(frozenset())",
        "live._schedule(set())",
        "from mentorbook.state.socket.live_pages import live as tabs",
        "from mentorbook.state.socket.live_pages import Live",
        "from mentorbook.services import change_feed as feed",
        "Live().changed(frozenset())",
        "from mentorbook.services.change_feed import deliver",
        "change_feed.deliver(frozenset())",
        "change_feed._listeners[0](frozenset())",
    ],
)
def test_whatever_gets_past_the_port_is_found(wrong: str) -> None:
    assert _past_the_port("state/some.py", ast.parse(wrong)) - TOLD_BY


def test_the_app_plugs_the_pages_in_as_a_listener_and_nowhere_else() -> None:
    plugged = [
        (module, ast.unparse(node))
        for module, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("listening") and module != PORT
    ]
    assert plugged == [("mentorbook.py", "change_feed.listening(live.changed)")]


def test_the_app_listens_to_other_processes_and_each_apart_from_it_tells() -> None:
    """An app tells others only where it shares Redis with them: alone it writes nothing for nobody."""
    plugged = [
        (module, ast.unparse(node))
        for module, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "sharing"
    ]
    assert sorted(plugged) == [
        ("cli.py", "sharing(database, sends=True, receives=False)"),
        ("mentorbook.py", "sharing(database, sends=settings.redis_url is not None, receives=True)"),
    ]

"""How a visit is made: one tab that calls handlers through the guard that stands before each event."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import reflex as rx
from reflex_base.event import Event

from mentorbook.domain.kinds import LinkPurpose, SecretPurpose
from mentorbook.domain.views import Account
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.state.socket.login_guard import LoginGuard
from tests.conftest import forget
from tests.letters import a_link
from tests.people import a_mentee
from tests.security.handlers import all_handlers
from tests.state.harness import Page, words
from tests.statements import statements
from tests.worlds import World

WIRES = {wire.rpartition("____")[2]: wire for wire, (_, name) in all_handlers().items() if name != "setvar"}
_APP = cast(rx.App, None)  # the guard does not look at it


# What is sent along, or what makes it of the page as it is then.
Payload = dict[str, Any] | Callable[[Page], dict[str, Any]]


@dataclass(frozen=True)
class Visit:
    """One tab of a person's, or of nobody's, on one page: which handlers it calls, one after the other."""

    person: str
    path: str
    calls: tuple[tuple[str, Payload], ...] = field(default=())


def a_visit(person: str, path: str, *calls: str | tuple[str, Payload]) -> Visit:
    """A visit whose calls without values are written as the handler's name alone."""
    return Visit(person, path, tuple((each, {}) if isinstance(each, str) else each for each in calls))


def filled(value: Any, about: dict[str, str]) -> Any:
    """The same with what stands in braces there."""
    if isinstance(value, dict):
        return {key: filled(each, about) for key, each in value.items()}
    return value.format(**about) if isinstance(value, str) and "{" in value else value


def person_of(world: World, name: str) -> Account | None:
    """Who makes a visit."""
    return None if name == "nobody" else getattr(world, name)


def about(world: World) -> dict[str, str]:
    """What visits name, as text."""
    names = ("coming", "other", "begun", "asked", "asked_too", "dead", "dead_too", "paid", "payment")
    ids = {name: str(getattr(world, name)) for name in names}
    key = secret_of(world.moira.id, SecretPurpose.UNSUBSCRIBE)
    reset = a_link(a_mentee().id)
    person = a_mentee()
    change = a_link(person.id, LinkPurpose.CHANGE_EMAIL, f"new-{person.email}")
    moira = {"moira": str(world.moira.id), "mail": world.moira.email}
    return {**ids, **moira, "login": "", "key": key, "reset": reset, "change": change}


async def call(page: Page, name: str, payload: Payload) -> list[str]:
    """Send one event the way it goes, through the guard; the statements that it took, with nothing that is
    remembered from before. `go` is no event: from then on the page is at another address."""
    payload = payload(page) if callable(payload) else payload
    if name == "go":
        page.go(payload["path"])
        return []
    forget()
    wire = WIRES[name]
    kind, handler = all_handlers()[wire]
    with statements() as said:
        refused = await LoginGuard().preprocess(_APP, page.root, Event(name=wire))
        assert refused is None, "the guard sends the page away"
        sent = await page.send(cast(type[rx.State], kind), handler, **payload)
    assert '"error"' not in words(sent), (name, words(sent))
    return said

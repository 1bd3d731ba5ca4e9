"""States that only tests have: registered while they are tried, so that the app under test stays as built."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import reflex as rx
from reflex_base.registry import RegistrationContext

P = TypeVar("P", bound=type[rx.State])

_probes: list[type[rx.State]] = []


def probe(state: P) -> P:
    """Takes a state class of a test out of the app that Reflex would serve."""
    _withdraw(state)
    _probes.append(state)
    return state


@contextmanager
def probing() -> Iterator[None]:
    """Every probe is part of the app while the block runs."""
    for state in _probes:
        RegistrationContext.register_base_state(state)
    try:
        yield
    finally:
        for state in _probes:
            _withdraw(state)


def _withdraw(state: type[rx.State]) -> None:
    registry = RegistrationContext.get()
    name = state.get_full_name()
    del registry.base_states[name]
    for handler in state.event_handlers:
        del registry.event_handlers[f"{name}.{handler}"]
    registry.base_state_substates[rx.State.get_full_name()].discard(state)

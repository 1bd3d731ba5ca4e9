"""Every handler that a browser can call, found the way Reflex finds them."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import reflex as rx
from reflex.state import BaseState

import mentorbook.components
import mentorbook.pages
import mentorbook.state


def _import_all(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)


def all_states() -> list[type[BaseState]]:
    """Every state class of MentorBook, wherever it is defined."""
    for package in (mentorbook.state, mentorbook.components, mentorbook.pages):
        _import_all(package)
    return [state for state in _below(rx.State) if state.__module__.startswith("mentorbook.")]


def _below(state: type[BaseState]) -> Iterator[type[BaseState]]:
    for child in state.get_substates():
        yield child
        yield from _below(child)


def all_handlers() -> dict[str, tuple[type[BaseState], str]]:
    """State class and handler name by the name that goes over the wire."""
    return {
        f"{state.get_full_name()}.{name}": (state, name)
        for state in all_states()
        for name in state.event_handlers
    }

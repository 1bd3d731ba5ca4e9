"""Aliases of tables that belong to a module, and so to every thread."""

from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel

T = TypeVar("T", bound=SQLModel)


def shared_alias(model: type[T]) -> type[T]:
    """Return an alias of a table that threads may share from its first use on.

    SQLAlchemy makes the columns of an alias when they are first used. Of two threads that are the first in
    the same moment each may make its own, and the statement compiled with those of one is remembered: it then
    fails for everybody until the process ends ("Could not locate column in row"). Here they are all made
    before anybody else has the alias.
    """
    alias = aliased(model)
    for attribute in inspect(model).mapper.column_attrs:
        getattr(alias, attribute.key).__clause_element__()
    select(alias).compile()
    return alias

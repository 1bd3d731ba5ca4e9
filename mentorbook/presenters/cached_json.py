"""Values that many pages are sent at the same moment."""

from dataclasses import asdict
from functools import cached_property
from typing import Any


class CachedJson:
    """Base of frozen dataclasses whose form in JSON is made once, for however many pages it is sent to."""

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """Return the fields and what is in them as dictionaries, lists and texts. Never to be changed."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the form in JSON out: states are kept in Redis, where every page has its own copy."""
        return {name: value for name, value in self.__dict__.items() if name != "as_json"}

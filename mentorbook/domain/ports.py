"""What MentorBook needs from outside, as small protocols; the composition root plugs the adapters in."""

from datetime import datetime
from typing import Protocol


class ProviderDown(Exception):
    """Raised by an adapter when the provider did not do it now; the outbox tries again later."""


class VideoRooms(Protocol):
    """A server that holds meeting rooms."""

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        """Create the room unless it exists. `empty_timeout` in seconds. Raises `ProviderDown`."""

    async def delete_room(self, name: str) -> None:
        """Delete the room if it exists; everybody in it is disconnected. Raises `ProviderDown`."""

    async def close(self) -> None:
        """Close the connections."""


class Clock(Protocol):
    """Where the present comes from."""

    def __call__(self) -> datetime:
        """Return the present as an aware UTC datetime."""

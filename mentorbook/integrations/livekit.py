"""LiveKit: the server that carries video and audio."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from livekit import api

from mentorbook.domain.ports import ProviderDown

# The client's own timeout is not enforced.
_TIMEOUT = 10
_MOST_PEOPLE = 10
_NOT_FOUND = 404


class LiveKitRooms:
    """Rooms on a LiveKit server, for `domain.ports.VideoRooms`. Made and closed inside the running loop."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        address = url.replace("wss://", "https://").replace("ws://", "http://")
        self._client = api.LiveKitAPI(address, key, secret)

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        """Create the room unless LiveKit has one of that name already. Raises `ProviderDown`."""
        request = api.CreateRoomRequest(
            name=name, empty_timeout=empty_timeout, max_participants=_MOST_PEOPLE, metadata=metadata
        )
        async with _reaching():
            await self._client.room.create_room(request)

    async def delete_room(self, name: str) -> None:
        """Delete the room; one that does not exist is no error. Raises `ProviderDown`."""
        async with _reaching(missing_is_fine=True):
            await self._client.room.delete_room(api.DeleteRoomRequest(room=name))

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()


@asynccontextmanager
async def _reaching(*, missing_is_fine: bool = False) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_TIMEOUT):
            yield
    except TimeoutError as error:
        raise ProviderDown(f"LiveKit did not answer within {_TIMEOUT} s") from error
    except aiohttp.ClientError as error:
        raise ProviderDown(f"LiveKit cannot be reached: {type(error).__name__}") from error
    except api.ServerError as error:
        if not (missing_is_fine and error.status == _NOT_FOUND):
            raise ProviderDown(f"LiveKit answered {error.status}") from error

"""Honest doubles of what lies outside: they do what the real thing does, and remember it."""

import asyncio

from mentorbook.domain.ports import ProviderDown


class RecordingRooms:
    """A video server in memory, for `domain.ports.VideoRooms`: creating a room twice is once.

    `asked` lists every call by name, also those that failed. While `down`, every call fails.
    """

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.rooms: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        """Make the room exist, after a moment in which others get their turn."""
        self.asked.append(name)
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        self.rooms[name] = (empty_timeout, metadata)

    async def delete_room(self, name: str) -> None:
        """Make the room not exist, after a moment in which others get their turn."""
        self.asked.append(f"delete {name}")
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        self.rooms.pop(name, None)

    async def close(self) -> None:
        """Nothing to give back."""

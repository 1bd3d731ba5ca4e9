"""Honest doubles of what lies outside: they do what the real thing does, and remember it."""

import asyncio

from mentorbook.domain.meeting.video import Participant, RoomPass, VideoEvent
from mentorbook.domain.ports import NotGenuine, ProviderDown, RecordingRefused


class RecordingRooms:
    """A video server in memory, for `domain.ports.VideoRooms`: creating a room twice is once.

    `asked` lists every call by name, also those that failed. While `down`, every call fails. `people` is who
    is in which room, `events` are those that it has signed, by their bodies, and a token says for whom it is.
    """

    browser_url = "wss://video.test"

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.rooms: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.people: dict[str, list[Participant]] = {}
        self.events: dict[bytes, VideoEvent] = {}
        self.records = True
        self.recorded: dict[str, str] = {}

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

    async def participants(self, name: str) -> list[Participant]:
        """Tell who was put into the room."""
        self.asked.append(f"participants {name}")
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        return self.people.get(name, [])

    async def start_recording(self, room: str, folder: str) -> str:
        """Record the room, unless it refuses to."""
        self.asked.append(f"record {room} in {folder}")
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        if not self.records:
            raise RecordingRefused("there is no egress")
        self.recorded.setdefault(room, f"EG_{len(self.recorded)}")
        return self.recorded[room]

    async def stop_recording(self, room: str) -> None:
        """Record the room no longer."""
        self.asked.append(f"stop {room}")
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        self.recorded.pop(room, None)

    async def running_recordings(self) -> dict[str, list[str]]:
        """Tell what is being recorded."""
        self.asked.append("recordings")
        await asyncio.sleep(0)
        if self.down:
            raise ProviderDown("the video server is down")
        return {room: [egress] for room, egress in self.recorded.items()}

    def token(self, given: RoomPass) -> str:
        """The pass in words."""
        return f"{given.identity} to {given.room}"

    def read_event(self, body: bytes, authorization: str) -> VideoEvent:
        """The event that stands for this body; any other is not its own."""
        if body not in self.events:
            raise NotGenuine("not one of these")
        return self.events[body]

    async def close(self) -> None:
        """Nothing to give back."""

"""What is said to a video server and what it tells: passes, people in rooms, events."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from mentorbook.domain.kinds import MediaSource
from mentorbook.domain.views import View


@dataclass(frozen=True, slots=True)
class RoomPass:
    """What lets one person into one room: nobody else, nowhere else, and from `opens` until `closes` only.

    `sources` is what they may send.
    """

    room: str
    identity: str
    name: str
    sources: tuple[MediaSource, ...]
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a room. `connection` is the video server's name of this stay: each has another.

    `is_person` is false for what records, and for other programs.
    """

    identity: str
    connection: str
    joined_at: datetime
    is_person: bool = True


@dataclass(frozen=True, slots=True)
class VideoEvent:
    """One thing that happened on the video server; `kind` is its word for it, such as `participant_left`.

    `participant` is whom it is about, if it is about somebody, and `recording` which one, if it is about one;
    `has_failed` says that this came to nothing.
    """

    id: str
    kind: str
    room: str
    at: datetime
    participant: Participant | None = None
    recording: str = ""
    has_failed: bool = False


class JoinedRoom(View):
    """What a browser needs to enter a room; `server_url` is `ws://…` or `wss://…`."""

    server_url: str
    token: str = Field(repr=False)
    room_name: str

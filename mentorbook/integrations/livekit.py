"""LiveKit: the server that carries video and audio."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import jwt
from google.protobuf.message import DecodeError
from livekit import api
from livekit.protocol.models import ParticipantInfo

from mentorbook.domain.meeting.attendance import LEFT_FOR_GOOD
from mentorbook.domain.meeting.video import Participant, RoomPass, VideoEvent
from mentorbook.domain.ports import NotGenuine, ProviderDown, RecordingRefused

# The client's own timeout is not enforced.
_TIMEOUT = 10
_MOST_PEOPLE = 10
_NOT_FOUND = 404
_NO_EGRESS = "egress not connected"
# Not found, and a precondition that failed: there is nothing to stop any more.
_HAS_ENDED = (_NOT_FOUND, 412)
# Too slow, and too many: the next try may succeed.
_PASSING = (408, 429)
_RECORDS = (api.EgressStatus.EGRESS_STARTING, api.EgressStatus.EGRESS_ACTIVE)
_CAME_TO_NOTHING = (api.EgressStatus.EGRESS_FAILED, api.EgressStatus.EGRESS_ABORTED)
# Its list of egresses may lag a little behind what it has answered.
_LISTED_AFTER = (0.0, 0.5, 1.5)  # seconds


class LiveKitRooms:
    """Rooms on a LiveKit server, for `domain.ports.VideoRooms`. Made and closed inside the running loop.

    `url` may begin with http or ws, also with s: each is turned into what is needed.
    """

    def __init__(self, url: str, key: str, secret: str, *, timeout: float = _TIMEOUT) -> None:
        address = url.rstrip("/").replace("ws://", "http://", 1).replace("wss://", "https://", 1)
        self.browser_url = address.replace("http", "ws", 1)
        self._key, self._secret, self._timeout = key, secret, timeout
        self._client = api.LiveKitAPI(address, key, secret)
        self._receiver = api.WebhookReceiver(api.TokenVerifier(key, secret))

    async def create_room(self, name: str, *, empty_timeout: int, metadata: str) -> None:
        """Create the room unless LiveKit has one of that name already. Raises `ProviderDown`."""
        request = api.CreateRoomRequest(
            name=name,
            empty_timeout=empty_timeout,
            departure_timeout=int(LEFT_FOR_GOOD.total_seconds()),
            max_participants=_MOST_PEOPLE,
            metadata=metadata,
        )
        async with self._reaching():
            await self._client.room.create_room(request)

    async def delete_room(self, name: str) -> None:
        """Delete the room; one that does not exist is no error. Raises `ProviderDown`."""
        async with self._reaching(missing_is_fine=True):
            await self._client.room.delete_room(api.DeleteRoomRequest(room=name))

    async def participants(self, name: str) -> list[Participant]:
        """List who is in the room; nobody is in one that does not exist. Raises `ProviderDown`."""
        listed: list[ParticipantInfo] = []
        async with self._reaching(missing_is_fine=True):
            found = await self._client.room.list_participants(api.ListParticipantsRequest(room=name))
            listed = list(found.participants)
        return [_participant(each) for each in listed if _is_in(each)]

    def token(self, given: RoomPass) -> str:
        """Return the token of a pass. Nothing is asked of the server."""
        sources = [source.value for source in given.sources]
        grants = api.VideoGrants(
            room_join=True,
            room=given.room,
            can_publish=bool(sources),
            can_publish_sources=sources or None,
            can_publish_data=True,
            can_subscribe=True,
            can_update_own_metadata=False,
        )
        token = api.AccessToken(self._key, self._secret).with_name(given.name).with_grants(grants)
        # The library begins every token now and lets it last so many hours: this one is for the session only.
        claims = token.claims.asdict() | {
            "iss": self._key,
            "sub": given.identity,
            "nbf": int(given.opens.timestamp()),
            "exp": int(given.closes.timestamp()),
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def read_event(self, body: bytes, authorization: str) -> VideoEvent:
        """Return what a webhook tells. Raises `NotGenuine` for what this LiveKit server has not signed."""
        try:
            event = self._receiver.receive(body.decode(), authorization)
            is_about_somebody = bool(event.participant.identity)
            return VideoEvent(
                id=event.id,
                kind=event.event,
                room=event.room.name or event.egress_info.room_name,
                at=datetime.fromtimestamp(event.created_at, UTC),
                participant=_participant(event.participant) if is_about_somebody else None,
                recording=event.egress_info.egress_id,
                has_failed=event.egress_info.status in _CAME_TO_NOTHING,
            )
        # The library raises whatever comes up in parsing what anybody may send.
        except Exception as error:
            raise NotGenuine(type(error).__name__) from None

    async def start_recording(self, room: str, folder: str) -> str:
        """Start an egress of the whole room, unless one runs. Raises `ProviderDown`, `RecordingRefused`."""
        output = api.EncodedFileOutput(filepath=f"{folder.rstrip('/')}/{{room_name}}-{{time}}.mp4")
        request = api.RoomCompositeEgressRequest(room_name=room, layout="grid", file_outputs=[output])
        async with self._reaching():
            # Where there is no egress, the list says so at once, and a start only after a long time.
            for running in await self._recording_now(room, needs_egress=True):
                return str(running.egress_id)
            try:
                started = await self._client.egress.start_room_composite_egress(request)
            except api.ServerError as error:
                # Only what no other try can change: an egress that was too slow to say so may record by now.
                if _NO_EGRESS in error.message or (
                    400 <= error.status < 500 and error.status not in _PASSING
                ):
                    raise RecordingRefused(f"LiveKit answered {error.status}") from error
                raise
            return str(started.egress_id)

    async def stop_recording(self, room: str) -> None:
        """Stop every egress of the room; none, and no egress at all, is no error.

        Raises `ProviderDown` unless LiveKit lists none afterwards.
        """
        failed: api.ServerError | None = None
        async with self._reaching():
            for each in await self._recording_now(room):
                try:
                    await self._client.egress.stop_egress(api.StopEgressRequest(egress_id=each.egress_id))
                except api.ServerError as error:
                    failed = failed if error.status in _HAS_ENDED else error
            if failed is not None:
                raise failed
            for pause in _LISTED_AFTER:
                await asyncio.sleep(pause)
                if not await self._recording_now(room):
                    return
            raise ProviderDown("LiveKit records on")

    async def running_recordings(self) -> dict[str, list[str]]:
        """List the egresses that run, by their rooms. Raises `ProviderDown`."""
        running: dict[str, list[str]] = {}
        async with self._reaching():
            for each in await self._recording_now():
                running.setdefault(each.room_name, []).append(each.egress_id)
        return running

    async def _recording_now(self, room: str = "", *, needs_egress: bool = False) -> list[api.EgressInfo]:
        """List the egresses that record a room, or any; one that is ending records nothing more.

        Without an egress there is none; with `needs_egress` this raises `RecordingRefused`.
        """
        try:
            listed = await self._client.egress.list_egress(api.ListEgressRequest(room_name=room, active=True))
        except api.ServerError as error:
            # With 500 or 503, as its version has it.
            if _NO_EGRESS not in error.message:
                raise
            if needs_egress:
                raise RecordingRefused("LiveKit has no egress") from error
            return []
        return [each for each in listed.items if each.status in _RECORDS]

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _reaching(self, *, missing_is_fine: bool = False) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except TimeoutError as error:
            raise ProviderDown(f"LiveKit did not answer within {self._timeout:g} s") from error
        except aiohttp.ClientError as error:
            raise ProviderDown(f"LiveKit cannot be reached: {type(error).__name__}") from error
        except api.ServerError as error:
            if not (missing_is_fine and error.status == _NOT_FOUND):
                raise ProviderDown(f"LiveKit answered {error.status}") from error
        # The second is the library's own, for an error that is told as anything but a JSON object.
        except (DecodeError, AttributeError) as error:
            raise ProviderDown("what LiveKit answered cannot be read") from error


def _participant(info: ParticipantInfo) -> Participant:
    joined = info.joined_at_ms / 1000 if info.joined_at_ms else float(info.joined_at)
    return Participant(
        identity=info.identity,
        connection=info.sid,
        joined_at=datetime.fromtimestamp(joined, UTC),
        is_person=info.kind == ParticipantInfo.Kind.STANDARD,
    )


def _is_in(info: ParticipantInfo) -> bool:
    return info.state in (ParticipantInfo.State.JOINED, ParticipantInfo.State.ACTIVE)

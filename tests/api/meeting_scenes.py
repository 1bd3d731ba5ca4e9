"""How what belongs to a session's room is refused: joining, writing, recording."""

import httpx

from mentorbook.services.meeting.joining import MOST_TRIES
from mentorbook.services.meeting.messages import MOST_A_MINUTE
from mentorbook.services.meeting.recording import MOST_CHANGES
from mentorbook.settings import settings
from tests.api.world import Scene, World
from tests.people import in_hours


def joining_too_often(world: World) -> httpx.Response:
    world.hands.now = in_hours(24)
    for _ in range(MOST_TRIES):
        assert world.by(world.mentee).status_code == 503
    return world.by(world.mentee)


def joining_without_a_server(world: World) -> httpx.Response:
    world.hands.now = in_hours(24)
    return world.by(world.mentee)


JOIN: dict[str, Scene] = {
    "not_permitted": lambda world: world.by(world.admin),
    "invalid_status": lambda world: world.by(world.mentee),
    "rate_limited": joining_too_often,
    "video_unavailable": joining_without_a_server,
}


def written(world: World, text: str = "Hello", key: str | None = None) -> httpx.Response:
    world.hands.now = in_hours(24)
    return world.by(world.mentee, json={"text": text}, headers={"Idempotency-Key": key} if key else {})


def writing_too_fast(world: World) -> httpx.Response:
    for _ in range(MOST_A_MINUTE):
        assert written(world).status_code == 201
    return written(world)


def another_text_under_a_key(world: World) -> httpx.Response:
    assert written(world, "Hello", "key").status_code == 201
    return written(world, "Goodbye", "key")


OF_TWO: dict[str, Scene] = {"not_permitted": lambda world: world.by(world.admin)}
WRITE = OF_TWO | {
    "invalid_status": lambda world: world.by(world.mentee, json={"text": "Hello"}),
    "rate_limited": writing_too_fast,
    "idempotency_mismatch": another_text_under_a_key,
}


def changing_ones_mind(world: World) -> httpx.Response:
    world.hands.now = in_hours(24)
    for name in ("livekit_url", "livekit_api_key", "livekit_api_secret", "livekit_recordings"):
        world.monkeypatch.setattr(settings, name, "set")
    for number in range(MOST_CHANGES):
        assert world.by(world.mentee, json={"consent": number % 2 == 0}).status_code == 200
    return world.by(world.mentee, json={"consent": True})


RECORD = OF_TWO | {
    "invalid_status": lambda world: world.by(world.mentee, json={"consent": True}),
    "rate_limited": changing_ones_mind,
    "changed_meanwhile": lambda world: world.by(
        world.mentee, json={"consent": False}, headers={"If-Match": '"old"'}
    ),
}

"""The video server that this process asks, if the settings name one."""

from collections.abc import Iterator
from contextlib import contextmanager

from mentorbook.domain.ports import VideoRooms

_plugged: list[VideoRooms] = []


@contextmanager
def video_by(rooms: VideoRooms | None) -> Iterator[None]:
    """Ask this video server while the block runs; nothing is plugged in by `None`."""
    if rooms is None:
        yield
        return
    _plugged.append(rooms)
    try:
        yield
    finally:
        _plugged.remove(rooms)


def video_server() -> VideoRooms | None:
    """Return the video server, or `None` where there is none."""
    return _plugged[-1] if _plugged else None

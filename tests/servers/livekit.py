"""The real LiveKit server, got and set up as the product does it."""

import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mentorbook.video_server import Keys, answers, environment, server_settings
from mentorbook.video_server_build import get
from tests.servers.ports import free_port
from tests.servers.processes import running_process


@dataclass(frozen=True)
class LiveKit:
    """Where it listens, and a key that it takes."""

    url: str
    api_key: str
    api_secret: str


@contextmanager
def running_livekit(*, webhook_url: str | None = None, port: int = 0) -> Iterator[LiveKit]:
    """A server whose rooms must be created before anybody can enter; on a free port unless one is named."""
    port, keys = port or free_port(), Keys("test-key", "test-secret-of-at-least-32-letters")
    url = f"http://127.0.0.1:{port}"
    made = server_settings(keys, port=port, media_port=free_port(socket.SOCK_DGRAM), webhook_url=webhook_url)
    with (
        tempfile.TemporaryDirectory(prefix="mentorbook-livekit-") as folder,
        running_process(
            [str(get())],
            log=Path(folder) / "log",
            is_ready=lambda: bool(answers(url, keys)),
            stop_signal=signal.SIGINT,
            env=environment(made),
        ),
    ):
        yield LiveKit(url, keys.key, keys.secret)

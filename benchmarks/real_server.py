"""The app as it is deployed: `mentorbook serve`, on a new SQLite database, for the benchmarks."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mentorbook.db.engine import connect
from tests.conftest import forget
from tests.servers.ports import free_port
from tests.servers.processes import running_process

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class RealServer:
    """Where the app is, and the process in which it runs; this process is connected to its database."""

    address: str
    pid: int

    @property
    def cookie(self) -> str:
        """Name of the log-in cookie."""
        return f"mentorbook_{self.address.rpartition(':')[2]}"


@contextmanager
def real_server(folder: Path) -> Iterator[RealServer]:
    """Start the app over a new database in `folder`, and end it. The pages must be built."""
    port, output = free_port(), folder / "output"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTORBOOK_")}
    own = {"MENTORBOOK_PORT": str(port), "MENTORBOOK_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    with running_process(
        [sys.executable, "-m", "mentorbook.cli", "serve"],
        log=output,
        is_ready=lambda: "Ctrl-C stops it." in output.read_text(),
        cwd=ROOT,
        env=kept | own,
    ) as starter:
        forget()
        database = connect(f"sqlite:///{folder / 'mentorbook.db'}")
        try:
            yield RealServer(f"http://127.0.0.1:{port}", _worker_of(starter.pid))
        finally:
            database.close()
            forget()


def _worker_of(starter: int) -> int:
    """Return the process that granian has started for the app: of all below the first, the largest."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below = {starter}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return max(below, key=lambda pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]))

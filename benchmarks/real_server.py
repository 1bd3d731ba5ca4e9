"""The app as it is deployed: `mentorbook serve`, on a new SQLite database, for the benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from mentorbook.db.engine import connect
from tests.conftest import forget
from tests.servers.serving import Serving, serving


@contextmanager
def real_server(folder: Path) -> Iterator[Serving]:
    """Start the app over a new database in `folder`, and end it; `pid` is the process that does the work.

    This process is connected to its database meanwhile.
    """
    with serving(folder, data_dir=str(folder)) as server:
        forget()
        database = connect(f"sqlite:///{folder / 'mentorbook.db'}")
        try:
            yield replace(server, pid=_worker_of(server.pid))
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

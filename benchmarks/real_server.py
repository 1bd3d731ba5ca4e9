"""The app as it is deployed: `mentorbook serve`, on a new SQLite database, for the benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mentorbook.db.engine import connect
from tests.conftest import forget
from tests.servers.serving import Serving, serving


@contextmanager
def real_server(folder: Path) -> Iterator[Serving]:
    """Start the app over a new database in `folder`, and end it.

    This process is connected to its database meanwhile.
    """
    with serving(folder, data_dir=str(folder)) as server:
        forget()
        database = connect(f"sqlite:///{folder / 'mentorbook.db'}")
        try:
            yield server
        finally:
            database.close()
            forget()

"""A real Redis on loopback, from what the machine has."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import RedisStorage

from tests.servers.ports import free_port
from tests.servers.processes import running_process

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Starts `SERVER`, keeps nothing on disk, yields its address and stops it at the end."""
    assert SERVER is not None
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = [SERVER, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with running_process(command, log=folder / "log", is_ready=lambda: RedisStorage(url).check()):
        yield url

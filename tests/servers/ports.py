"""Ports that nobody listens on."""

import os
import random
import socket

# Below what systems give to outgoing connections, so that none of those takes a port between the look and
# the start of its server; each worker of a run has a range of its own.
_FIRST, _EACH, _RANGES = 20_000, 1_500, 8
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_OWN = _FIRST + int(_WORKER) % _RANGES * _EACH


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that is free now, and that no other worker of this run is given."""
    for port in random.sample(range(_OWN, _OWN + _EACH), _EACH):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")

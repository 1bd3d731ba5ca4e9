"""Servers that end with the test run, however that ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_C = ctypes.CDLL(None)


class ServerFailed(Exception):
    """A server did not start; the message carries the end of its log."""


@contextmanager
def running_process(
    command: list[str],
    *,
    log: Path,
    is_ready: Callable[[], bool],
    stop_signal: signal.Signals = signal.SIGTERM,
    within: float = 60,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Starts a server, waits until it is ready, and stops it at the end."""

    def end_with_parent() -> None:
        if sys.platform == "linux":
            set_parent_death_signal = 1
            _C.prctl(set_parent_death_signal, stop_signal)

    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
            **options,
        )
    try:
        _wait_until(is_ready, process, log, within)
        yield process
    finally:
        _stop(process, stop_signal)


def _wait_until(
    is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, within: float
) -> None:
    patience = time.monotonic() + within
    while not is_ready():
        if process.poll() is not None or time.monotonic() > patience:
            raise ServerFailed(f"{process.args!r}\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, within: float = 15) -> None:
    """Asks more than once: a server that is still starting may miss the first signal."""
    patience = time.monotonic() + within
    while time.monotonic() < patience:
        process.send_signal(stop_signal)
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        return
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(within)

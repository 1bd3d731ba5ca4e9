"""Serves the built pages and the API from one process and one port, and says where."""

import ctypes
import errno
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from scripts.build import ROOT, pages, serving_environment

READY_WITHIN = 60  # seconds

DEMO_ACCOUNTS = """
Demo accounts, all with the password demo-password:
  admin    admin@mentorbook.test
  mentors  ada@mentorbook.test (London), kenji@mentorbook.test (Tokyo),
           grace@mentorbook.test (New York, approves requests)
  mentees  priya@mentorbook.test (Kolkata), sam@mentorbook.test (Los Angeles)
"""


def main() -> None:
    os.chdir(ROOT)
    host = os.environ.get("MENTORBOOK_HOST") or "127.0.0.1"
    port = _port(os.environ.get("MENTORBOOK_PORT") or "3000")
    _check_free(host, port)
    if not pages().is_dir():
        sys.exit("The pages are not built: make build")
    os.environ.setdefault("MENTORBOOK_DEMO", "1")
    os.environ.update(serving_environment(), MENTORBOOK_PORT=str(port), PYTHONPATH=str(ROOT))
    server = Granian(
        "scripts.serve:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    )
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    server.serve()


def application() -> Any:
    """The application, in granian's worker, which must not outlive the process that started it."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    from mentorbook.mentorbook import app

    return app()


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    sys.exit(f"MENTORBOOK_PORT must be a number from 1 to 65535, not {text!r}.")


def _check_free(host: str, port: int) -> None:
    """Also looks at the other addresses of localhost: a browser may try those first."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        sys.exit(f"MENTORBOOK_HOST is {host!r}, which is no address of this machine.")
    if host in ("127.0.0.1", "0.0.0.0", "localhost", "::", "::1"):
        addresses += socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
    for index, (family, kind, _, _, address) in enumerate(addresses):
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                sys.exit(f"Port {port} is reserved: choose another with MENTORBOOK_PORT=3000 make run")
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    other = port + 1 if port < 65535 else 3000
                    sys.exit(
                        f"Port {port} is taken. Stop what uses it or choose another: "
                        f"MENTORBOOK_PORT={other} make run"
                    )
                if index == 0:
                    sys.exit(f"MENTORBOOK_HOST is {host!r}, which is no address of this machine.")


def _announce(host: str, port: int) -> None:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    asked = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
    patience = time.monotonic() + READY_WITHIN
    while not _is_healthy(f"http://{asked}:{port}/api/health"):
        if time.monotonic() > patience:
            print(
                f"MentorBook has not become healthy in {READY_WITHIN} s; its log is above.", file=sys.stderr
            )
            return
        time.sleep(0.1)
    print(f"\nMentorBook is ready: http://{shown}:{port}", flush=True)
    if os.environ["MENTORBOOK_DEMO"].lower() in ("1", "true", "yes", "on"):
        print(DEMO_ACCOUNTS, flush=True)
    print("Ctrl-C stops it.", flush=True)


def _is_healthy(url: str) -> bool:
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200 and answer.headers.get_content_type() == "application/json")
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    main()

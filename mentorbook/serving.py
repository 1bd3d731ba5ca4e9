"""Serves the built pages and the API from one process and one port, and says where."""

import errno
import gc
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from typing import Any, NoReturn, TextIO

import uvicorn

from mentorbook.db.reach import NotReached, check_reached
from mentorbook.frontend import hold, ready_pages, serving_environment
from mentorbook.settings import settings
from mentorbook.video_server import beside_the_app
from mentorbook.web_server import configured

READY_WITHIN = 60  # seconds
_LOOPBACK, _EVERYWHERE = ("127.0.0.1", "localhost", "::1"), ("0.0.0.0", "::")  # noqa: S104 - to compare with

DEMO_ACCOUNTS = """
Demo accounts, all with the password demo-password:
  admin    admin@mentorbook.test
  mentors  ada@mentorbook.test (London), kenji@mentorbook.test (Tokyo),
           grace@mentorbook.test (New York, approves requests)
  mentees  priya@mentorbook.test (Kolkata), sam@mentorbook.test (Los Angeles)
"""


def serve() -> None:
    """Serve until stopped. What is wrong with host, port, database or pages is one sentence, and the end."""
    _check_free(settings.host, settings.port)
    # The working directory is about to change, and a relative data folder is meant from here.
    settings.data_dir = settings.data_dir.absolute()
    try:
        check_reached(settings.database)
    except NotReached as error:
        sys.exit(f"{settings.database_variable}: {error}")
    pages = ready_pages()
    hold(pages)
    os.environ.update(serving_environment(pages))
    os.chdir(pages)
    # Once uvicorn has stopped, it raises the signal again that it was stopped by: what stands around it ends.
    signal.signal(signal.SIGTERM, _end)
    with suppress(KeyboardInterrupt), beside_the_app() as video:
        server = uvicorn.Server(configured(application, factory=True, host=settings.host, port=settings.port))
        threading.Thread(target=_announce, args=(settings.host, settings.port, video), daemon=True).start()
        server.run(_listening_on_both() if settings.host == "::" else None)


def application() -> Any:
    """Return the application."""
    from mentorbook.mentorbook import app

    made = app()
    freeze_startup_objects()
    return made


def _end(*_: object) -> NoReturn:
    sys.exit(0)


def _listening_on_both() -> list[socket.socket]:
    """Return a socket for IPv6 and IPv4: what asyncio makes of `::` answers IPv6 alone."""
    return [socket.create_server(("::", settings.port), family=socket.AF_INET6, dualstack_ipv6=True)]


def freeze_startup_objects() -> None:
    """Exclude what is there for good from garbage collection: modules, components, tables.

    To go through these 300,000 objects keeps every page waiting for half a second, now and then.
    """
    gc.collect()
    gc.freeze()


def _check_free(host: str, port: int) -> None:
    """Check that the port is free, also at localhost's other addresses: a browser may try those first."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        sys.exit(f"MENTORBOOK_HOST is {host!r}, which is no address of this machine.")
    if host in _LOOPBACK + _EVERYWHERE:
        addresses += socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
    for index, (family, kind, _, _, address) in enumerate(addresses):
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                sys.exit(f"Port {port} is reserved: choose another, such as MENTORBOOK_PORT=3000.")
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    other = port + 1 if port < 65535 else 3000
                    sys.exit(
                        f"Port {port} is taken. Stop what uses it or choose another: MENTORBOOK_PORT={other}"
                    )
                if index == 0:
                    sys.exit(f"MENTORBOOK_HOST is {host!r}, which is no address of this machine.")


def _announce(host: str, port: int, video: str) -> None:
    shown = "localhost" if host in _LOOPBACK + _EVERYWHERE else host
    asked = dict(zip(_EVERYWHERE, ("127.0.0.1", "[::1]"), strict=True)).get(host, host)
    asked = "[::1]" if asked == "::1" else asked
    patience = time.monotonic() + READY_WITHIN
    while not _is_healthy(f"http://{asked}:{port}/api/health"):
        if time.monotonic() > patience:
            _say(f"MentorBook has not become healthy in {READY_WITHIN} s; its log is above.", sys.stderr)
            return
        time.sleep(0.1)
    _say(f"\nMentorBook is ready: http://{shown}:{port}")
    if settings.demo and settings.is_local:
        _say(DEMO_ACCOUNTS)
    if video:
        _say(video)
    _say("Ctrl-C stops it.")


def _say(line: str, to: TextIO = sys.stdout) -> None:
    to.write(f"{line}\n")
    to.flush()


def _is_healthy(url: str) -> bool:
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=5) as answer:
            return bool(answer.status == 200 and answer.headers.get_content_type() == "application/json")
    except (OSError, ValueError):
        return False

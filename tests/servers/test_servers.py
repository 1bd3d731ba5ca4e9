"""The servers that the other tests rely on are real, and leave nothing behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from livekit import api

from tests.servers.livekit import running_livekit
from tests.servers.postgres import fresh_database, running_postgres
from tests.servers.valkey import running_valkey

ROOT = Path(__file__).resolve().parents[2]

CLAIMS = """
    CREATE EXTENSION btree_gist;
    CREATE TABLE claims (who int, during tstzrange, EXCLUDE USING gist (who WITH =, during WITH &&));
    INSERT INTO claims VALUES (1, '[2030-01-01 10:00Z, 2030-01-01 11:00Z)');
"""


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_postgres_excludes_overlaps_and_copies_databases() -> None:
    with running_postgres() as url:
        prepared = fresh_database(url)
        with connect(prepared) as connection:
            connection.execute(CLAIMS)
        copy = fresh_database(url, template=prepared.rpartition("/")[2])
        with connect(copy) as connection:
            connection.execute("INSERT INTO claims VALUES (1, '[2030-01-01 11:00Z, 2030-01-01 12:00Z)')")
            with pytest.raises(psycopg.errors.ExclusionViolation):
                connection.execute("INSERT INTO claims VALUES (1, '[2030-01-01 10:30Z, 2030-01-01 11:30Z)')")
        with connect(prepared) as connection:
            assert connection.execute("SELECT count(*) FROM claims").fetchone() == (1,)


def test_durable_postgres_keeps_its_promises() -> None:
    with running_postgres(durable=True) as url, connect(url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_postgres_stops_with_its_block() -> None:
    with running_postgres() as url, connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid(), current_setting('data_directory')").fetchone()
        assert row is not None
        backend, data = row
        server = int(Path(data, "postmaster.pid").read_text().splitlines()[0])
    assert is_gone(server)
    assert is_gone(backend)
    assert not Path(data).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent has died")
def test_postgres_dies_with_a_killed_test_run() -> None:
    program = (
        "import psycopg, time\n"
        "from tests.servers.postgres import running_postgres\n"
        "with running_postgres() as url:\n"
        "    with psycopg.connect(url.replace('+psycopg', '')) as connection:\n"
        "        print(connection.execute('SHOW data_directory').fetchone()[0], flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        data = Path(run.stdout.readline().strip())
        server = int((data / "postmaster.pid").read_text().splitlines()[0])
        run.send_signal(signal.SIGKILL)
    assert is_gone(server, within=10)
    shutil.rmtree(data.parent)


def test_valkey_keeps_what_it_is_told_and_ends_with_the_test() -> None:
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        client.set("key", "value", ex=60)
        assert client.get("key") == b"value"
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()


def test_livekit_creates_and_lists_rooms() -> None:
    async def converse(url: str, key: str, secret: str) -> list[str]:
        async with asyncio.timeout(20), api.LiveKitAPI(url, key, secret) as client:
            await client.room.create_room(api.CreateRoomRequest(name="session-1"))
            listed = await client.room.list_rooms(api.ListRoomsRequest())
            return [room.name for room in listed.rooms]

    with running_livekit() as server:
        assert asyncio.run(converse(server.url, server.api_key, server.api_secret)) == ["session-1"]


def test_livekit_refuses_a_wrong_secret() -> None:
    async def list_rooms(url: str, key: str) -> None:
        async with (
            asyncio.timeout(20),
            api.LiveKitAPI(url, key, "a-wrong-secret-of-at-least-32-letters") as client,
        ):
            await client.room.list_rooms(api.ListRoomsRequest())

    with running_livekit() as server, pytest.raises(api.ServerError) as refusal:
        asyncio.run(list_rooms(server.url, server.api_key))
    assert refusal.value.status == 401


def is_gone(pid: int, within: float = 0) -> bool:
    patience = time.monotonic() + within
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if time.monotonic() >= patience:
            return False
        time.sleep(0.05)

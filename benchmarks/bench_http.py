"""Slots and bookings over HTTP, one worker, 8 connections, beside a no-op route and bare commits."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from mentorbook.db.engine import Database, connect, write_transaction
from mentorbook.db.migrate import upgrade
from mentorbook.db.people import User
from mentorbook.db.rows import add_rows
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.services.availability import publishing, slots
from mentorbook.services.booking import bookings
from mentorbook.services.clock import now
from mentorbook.services.people import accounts, mentor_directory
from mentorbook.settings import settings
from tests.servers.ports import free_port
from tests.servers.postgres import fresh_database, running_postgres

CONNECTIONS = 8
SLOT_REQUESTS, NOOP_REQUESTS, BOOKINGS, COMMITS = 2_000, 4_000, 600, 400
MOST_A_MINUTE = bookings.MOST_A_MINUTE
Row = tuple[str, str, str, str]

# The case of section "Speed": office hours with lunch for the slot list; day and night for the bookings,
# which need hundreds of different slots.
OFFICE = tuple(
    WeeklyBlock(day, start, end, "AVAILABLE")
    for day in range(1, 6)
    for start, end in (("09:00", "12:00"), ("13:00", "17:00"))
)
_OPEN = tuple(WeeklyBlock(day, "00:00", "24:00", "AVAILABLE") for day in range(7))


def run(old_sessions: int = 0) -> list[Row]:
    """Rows of (what, measured, beside, target), on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _on(f"sqlite:///{folder}/bench.db", "SQLite", old_sessions)
    with running_postgres(durable=True) as url:
        return rows + _on(fresh_database(url), "PostgreSQL", old_sessions)


def _on(url: str, name: str, old_sessions: int) -> list[Row]:
    database = connect(url)
    upgrade(database)
    office, always, people, cookies = fill(old_sessions)
    commits = _bare_commits(database)
    with serving(url) as address:
        noop = drive(address, [{"method": "GET", "path": "/bench/noop"}] * NOOP_REQUESTS, [])
        same = _slots_job(office)
        drive(address, [same] * 50, cookies)
        listed = drive(address, [same] * SLOT_REQUESTS, cookies)
        other = drive(address, [_slots_job(office, days) for days in range(SLOT_REQUESTS // 4)], cookies)
        booked = drive(address, _booking_jobs(always, people), cookies)
    expect(listed, 200)
    expect(booked, 201)
    where = f"({name}, {old_sessions:,} old sessions)" if old_sessions else f"({name})"
    beside_noop = f"no-op {_rate(noop)}: "
    share = booked["per_second"] / commits
    return [
        (
            f"GET slots, 30 days, 50 bookings {where}",
            _rate(listed),
            beside_noop + _share(listed, noop),
            "500/s, 40%",
        ),
        (f"GET slots, every query another {where}", _rate(other), beside_noop + _share(other, noop), ""),
        (
            f"POST bookings, distinct slots {where}",
            _rate(booked),
            f"bare two-row commits {commits:,.0f}/s: {share:.0%}",
            "200/s, 25%",
        ),
    ]


def fill(old_sessions: int) -> tuple[UUID, UUID, list[UUID], list[str]]:
    """(office mentor with 50 bookings, mentor open day and night, mentees, their cookies)."""
    moment = now()
    with write_transaction() as session:
        made = [
            User(
                email=f"b{n}@bench.test",
                name=f"B {n}",
                timezone="UTC",
                password_hash="none",
                created_at=moment,
            )
            for n in range(3 + BOOKINGS // MOST_A_MINUTE)
        ]
        session.add_all(made)
        office, always, first, *people = [user.id for user in made]
    for mentor, weekly in ((office, OFFICE), (always, _OPEN)):
        profile = mentor_directory.Profile("Bench", "", (), mentor_directory.checked_rate("60", "GBP"))
        mentor_directory.publish_profile(mentor, profile)
        hours = publishing.Hours(weekly=weekly, schedule={"max_advance_booking_days": None})
        publishing.publish_hours(mentor, hours)
    book_fifty(office, first)
    add_old_sessions(always, first, old_sessions)
    tokens = [accounts.start_login(person, address=None, agent=None) for person in people]
    return office, always, people, [f"{settings.cookie}={token}" for token in tokens]


def book_fifty(mentor: UUID, mentee: UUID) -> None:
    """Fifty slots spread over the 30 days, as one mentee, who may be that fast here."""
    actor, start = accounts.account(mentee), (now() + timedelta(days=1)).date()
    query = slots.SlotQuery(mentor, start, start + timedelta(days=29), "UTC", 30)
    free = [slot.start_time for slot in slots.list_slots(None, query).slots]
    bookings.MOST_A_MINUTE = 1_000
    for at in free[:: len(free) // 50][:50]:
        bookings.create_booking(actor, _body(mentor, at, 30))
    bookings.MOST_A_MINUTE = MOST_A_MINUTE


def _body(mentor: UUID, at: datetime, duration: int = 60) -> dict[str, Any]:
    return {"mentorId": str(mentor), "scheduledAt": at.isoformat(), "duration": duration, "title": "Bench"}


def add_old_sessions(mentor: UUID, mentee: UUID, count: int) -> None:
    """Sessions of former years, all of the mentor whose slots are booked."""
    begin, rate = datetime(2000, 1, 1, tzinfo=UTC), mentor_directory.checked_rate("60", "GBP")
    common = {"mentor_id": mentor, "mentee_id": mentee, "title": "Old", "status": "completed", "duration": 15}
    common |= {"meeting_url": "", "rate": rate, "currency": "GBP", "price_minor": 1500}
    common |= {"created_at": begin, "updated_at": begin}
    for offset in range(0, count, 50_000):
        times = [begin + timedelta(minutes=10 * n) for n in range(offset, min(offset + 50_000, count))]
        with write_transaction() as session:
            rows = [common | {"scheduled_at": t, "ends_at": t + timedelta(minutes=10)} for t in times]
            add_rows(session, MentoringSession, rows)


def _slots_job(mentor: UUID, shift: int = 0) -> dict[str, Any]:
    start = (now() + timedelta(days=1 + shift)).date()
    query = f"startDate={start}&endDate={start + timedelta(days=29)}&timezone=Europe/London&duration=60"
    return {"method": "GET", "path": f"/api/mentors/{mentor}/availability/slots?{query}"}


def _booking_jobs(mentor: UUID, people: list[UUID]) -> list[dict[str, Any]]:
    start = (now() + timedelta(days=40)).replace(minute=0, second=0, microsecond=0)
    return [
        {
            "method": "POST",
            "path": "/api/bookings",
            "who": n % len(people),
            "body": _body(mentor, start + timedelta(hours=n)),
        }
        for n in range(BOOKINGS)
    ]


def _bare_commits(database: Database) -> float:
    """Two rows a transaction through the same driver and engine, nothing else."""
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE bench_rows (a INTEGER, b TEXT)"))
    started = time.perf_counter()
    for n in range(COMMITS):
        with database.engine.execution_options(writes=True).begin() as connection:
            for _ in range(2):
                connection.execute(text("INSERT INTO bench_rows VALUES (:a, :b)"), {"a": n, "b": "x" * 100})
    return COMMITS / (time.perf_counter() - started)


@contextlib.contextmanager
def serving(url: str) -> Iterator[str]:
    port = free_port()
    environment = os.environ | {"MENTORBOOK_DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server", str(port)], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/bench/noop").read()
                break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        killer = threading.Timer(10, process.kill)
        killer.start()
        process.wait()
        killer.cancel()


def drive(address: str, jobs: list[dict[str, Any]], cookies: list[str]) -> dict[str, Any]:
    plan = {"url": address, "jobs": jobs, "connections": CONNECTIONS, "cookies": cookies}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def expect(result: dict[str, Any], status: int) -> None:
    if set(result["statuses"]) != {str(status)}:
        raise SystemExit(f"expected only {status}, got {result['statuses']}")


def _rate(result: dict[str, Any]) -> str:
    return f"{result['per_second']:,.0f}/s"


def _share(result: dict[str, Any], beside: dict[str, Any]) -> str:
    return f"{result['per_second'] / beside['per_second']:.0%}"

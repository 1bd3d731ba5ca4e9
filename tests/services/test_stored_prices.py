"""Prices that were stored in hundredths of currencies that have none are corrected, once and for all."""

import json
import tracemalloc
from decimal import Decimal
from uuid import UUID

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import select, text, update
from sqlmodel import col

from mentorbook.db.delivery import IdempotencyKey
from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.migrate import config
from mentorbook.db.people import Mentor
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.money.prices import exponent
from mentorbook.presenters.prices import format_minor
from mentorbook.services.admin.all_sessions import AdminQuery, list_all_sessions
from mentorbook.services.booking.booking_queries import get_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.people.mentor_directory import profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

# Currency, rate, minutes; what was stored, and what is right.
STORED = [
    ("XOF", "5000", 60, 500_000, 5_000),
    ("UGX", "33333.33", 45, 2_500_000, 25_000),
    ("IQD", "60000", 90, 9_000_000, 90_000),
    ("XPF", "0.5", 15, 13, 0),
    ("LYD", "33.333", 45, 2_500, 25_000),
    ("RWF", "0.99", 60, 99, 1),
    # These were right all along.
    ("GBP", "60", 60, 6_000, 6_000),
    ("JPY", "9000", 60, 9_000, 9_000),
    ("KWD", "1.125", 60, 1_125, 1_125),
    ("ZZZ", "10", 60, 1_000, 1_000),
    # Nothing to pay, and something that no rate says: not to be touched.
    ("XAF", "0", 60, 0, 0),
    ("XAF", "1000", 60, 777, 777),
]


BEFORE = str(ScriptDirectory.from_config(config()).get_revision("0005").down_revision)


def _moved(database: Database, revision: str) -> None:
    settings = config()
    with database.engine.execution_options(writes=True).begin() as connection:
        settings.attributes["connection"] = connection
        (command.downgrade if revision == BEFORE else command.upgrade)(settings, revision)


def _prices(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return list(connection.scalars(text("SELECT price_minor FROM sessions ORDER BY scheduled_at")))


def _stored(currency: str, rate: str, minutes: int, price: int, number: int) -> UUID:
    mentor, mentee = a_mentor(), a_mentee()
    request = a_request(mentor, in_hours(24 + 4 * number), duration=minutes)
    booked = create_booking(mentee, request, f"key-{number}")
    values = {"currency": currency, "rate": Decimal(rate), "price_minor": price}
    with write_transaction() as session:
        session.execute(update(MentoringSession).where(col(MentoringSession.id) == booked.id).values(values))
    return booked.id


def test_stored_prices_are_corrected_and_stay_so(db: Database, hands: Hands) -> None:
    for number, (currency, rate, minutes, price, _) in enumerate(STORED):
        _stored(currency, rate, minutes, price, number)
    wrong, right = [row[3] for row in STORED], [row[4] for row in STORED]
    _moved(db, BEFORE)
    assert _prices(db) == wrong
    _moved(db, "0005")
    assert _prices(db) == right
    # Back and on again, and on as if it had not run: each price is what it should be.
    _moved(db, BEFORE)
    assert _prices(db) == wrong
    for _ in range(2):
        _moved(db, "0005")
        assert _prices(db) == right
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": BEFORE})


def test_more_sessions_than_are_read_at_once(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        _stored("XOF", "5000", 60, 500_000, number)
    _migrated(db, monkeypatch, at_once=3)
    assert _prices(db) == [5_000] * 10


def test_answers_that_are_given_again_are_corrected_too(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor, mentee = a_mentor(rate="5000", currency="XOF"), a_mentee()
    request = a_request(mentor, in_hours(24))
    with monkeypatch.context() as old:
        old.setattr("mentorbook.domain.money.prices.exponent", lambda currency: 2)
        assert create_booking(mentee, request, "once").price_minor == 500_000
    _moved(db, BEFORE)
    _moved(db, "head")
    assert create_booking(mentee, request, "once").price_minor == 5_000
    assert _prices(db) == [5_000]


def _migrated(database: Database, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    migration = ScriptDirectory.from_config(config()).get_revision("0005").module
    monkeypatch.setattr(migration, "AT_ONCE", at_once)
    with (
        database.engine.execution_options(writes=True).begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        migration.upgrade()


def _keep_answers(answers: list[str]) -> None:
    """Keep these texts as answers of one person, whatever they are, by the keys 0, 1 and so on."""
    person = a_mentee().id
    with write_transaction() as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        session.connection().execute(
            text(
                "INSERT INTO idempotency_keys (user_id, key, body_hash, answer, created_at)"
                f" VALUES (:person, :key, '', {':answer' if is_sqlite else 'CAST(:answer AS JSON)'},"
                " '2027-01-01 00:00:00')"
            ),
            [
                {"person": person.hex if is_sqlite else person, "key": f"{number:05}", "answer": answer}
                for number, answer in enumerate(answers)
            ],
        )


def _answer(currency: str, price: int, **more: str) -> str:
    said = {"price_minor": price, "currency": currency, "rate": "5000", "duration": 60}
    return json.dumps(said | more)


def test_more_answers_than_are_read_at_once(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep_answers([_answer(currency, 500_000) for currency in ("XOF", "GBP") * 5])
    _migrated(db, monkeypatch, at_once=2)
    with db.engine.connect() as connection:
        kept = connection.scalars(select(col(IdempotencyKey.answer)).order_by(col(IdempotencyKey.key))).all()
    assert [answer["price_minor"] for answer in kept] == [5_000, 500_000] * 5


def test_answers_that_are_no_matter_of_it_are_not_read(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = "x" * 1_500
    _keep_answers([_answer("GBP", 500_000, description=description)] * 5_000)
    _migrated(db, monkeypatch, at_once=1_000)
    tracemalloc.start()
    _migrated(db, monkeypatch, at_once=1_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * 2**20 < 5_000 * len(description)


def test_answers_that_are_none_stay_as_they_are(
    db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = [
        json.dumps(['"currency": "XOF"', {"currency": "XOF"}]),
        '{"currency": "XOF", "rate": "x"}',
        "7",
    ]
    strange += [
        '[{"currency": "XOF"}]',
        '{"currency": "XOF", "price_minor": [], "rate": null, "duration": 60}',
    ]
    strange.append('{"price_minor": 1, "currency": "XOF", "rate": "1E+999999", "duration": 60}')
    if db.is_sqlite:
        strange += ['{"price_minor": 500000, "currency": "XOF", "rate": "50', "none", ""]
    _keep_answers(strange)
    _migrated(db, monkeypatch, at_once=1_000)
    with db.engine.connect() as connection:
        query = text("SELECT CAST(answer AS TEXT) FROM idempotency_keys ORDER BY key")
        assert list(connection.scalars(query)) == strange


def test_a_stored_code_that_nobody_knows_is_still_shown(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(rate="10"), a_mentee()
    booked = create_booking(mentee, a_request(mentor, in_hours(24)))
    with write_transaction() as session:
        session.execute(update(MentoringSession).values(currency="ZZZ"))
        session.execute(update(Mentor).values(currency="ZZZ"))
        session.flush()
    found = get_booking(mentee, booked.id)
    assert (exponent(found.currency), format_minor(found.price_minor, found.currency)) == (2, "ZZZ 10.00")
    assert list_all_sessions(a_mentee("Admin", is_admin=True), AdminQuery()).sessions[0].currency == "ZZZ"
    profile(mentee, mentor.id)
    moved = reschedule_booking(mentee, booked.id, {"scheduledAt": in_hours(30).isoformat(), "duration": 90})
    assert moved.price_minor == 1_500

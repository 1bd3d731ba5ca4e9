"""Whatever happens, in any order: money that came in is captured or held, what goes back is what the policies
promised and never more than was paid, and what is paid is booked or paid back."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mentorbook.db import claims
from mentorbook.services.booking import approval, cancellation
from mentorbook.services.money import books, paid_holds, payment_orders
from tests.reliability.money_machine import BrokenLaw, Money
from tests.servers.copies import Copies


@pytest.fixture
def sqlite_machine(sqlite_template: Path) -> type[Money]:
    """The machine, each of whose stories has an SQLite file of its own."""

    @contextmanager
    def lend(folder: Path) -> Iterator[str]:
        shutil.copy(sqlite_template, folder / "money.db")
        yield f"sqlite:///{folder / 'money.db'}"

    return type("MoneyInSqlite", (Money,), {"lend": staticmethod(lend)})


@pytest.fixture
def postgres_machine(copies: Copies) -> type[Money]:
    """The machine, each of whose stories has a PostgreSQL database of its own."""

    @contextmanager
    def lend(_folder: Path) -> Iterator[str]:
        url = copies.lend()
        yield url
        copies.take_back(url)

    return type("MoneyInPostgres", (Money,), {"lend": staticmethod(lend)})


def run(machine: type[Money], most: int) -> None:
    """Run so many stories of the machine, and tell of the first that breaks a law."""
    chosen = settings(
        max_examples=most,
        stateful_step_count=30,
        deadline=None,
        # The same stories each time, so that whoever sees one fail can see it again.
        derandomize=True,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize(("database", "most"), [("sqlite", 40), ("postgres", 10)])
def test_money_is_accounted_for_whatever_happens(
    request: pytest.FixtureRequest, database: str, most: int
) -> None:
    run(request.getfixturevalue(f"{database}_machine"), most)


def nothing(*_: Any, **__: Any) -> int:
    """What a fault does in place of the real thing."""
    return 0


@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [
        (books, "confirm_or_give_back", nothing),
        (books, "order_capture", nothing),
        (books, "_released", nothing),
        (cancellation, "order_refund", nothing),
        (approval, "order_refund", nothing),
        (paid_holds, "order_refund", nothing),
        (paid_holds, "_takes_time_again", lambda _change: True),
        (claims, "release", nothing),
        (payment_orders, "promised_back", nothing),
    ],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_money_that_is_not_accounted_for_is_found(
    sqlite_machine: type[Money],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    fault: Callable[..., Any],
) -> None:
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(BrokenLaw):
        run(sqlite_machine, 100)

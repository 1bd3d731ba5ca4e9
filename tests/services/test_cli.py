"""The `mentorbook` command: accounts and roles."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mentorbook import logs
from mentorbook.cli import app
from mentorbook.db.engine import read_transaction
from mentorbook.services import rate_counters
from mentorbook.services.availability.published_hours import published_calendar
from mentorbook.services.people import accounts
from mentorbook.settings import settings
from tests.conftest import forget
from tests.people import who_logs_in

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command on a database of the test's own."""
    monkeypatch.setattr(settings, "database_url", f"sqlite:///{tmp_path / 'cli.db'}")
    monkeypatch.setattr(logs, "set_up", lambda level: None)
    forget()
    return lambda *words: CliRunner().invoke(app, words)


def test_a_user_is_created_and_can_log_in(command: Command) -> None:
    made = command("create-user", "Ida@people.test", "--name", "Ida", "--password", "long enough")
    assert (made.exit_code, made.output) == (0, "Created ida@people.test.\n")
    given = {"email": "ida@people.test", "password": "long enough"}
    assert who_logs_in(given).name == "Ida"


def test_roles_are_granted(command: Command) -> None:
    command("create-user", "ida@people.test", "--name", "Ida", "--password", "long enough")
    assert command("grant", "ida@people.test", "admin").exit_code == 0
    priced = ("--rate", "60", "--currency", "GBP")
    assert command("grant", "ida@people.test", "mentor", *priced).exit_code == 0
    account = accounts.account_by_email("ida@people.test")
    assert (account.is_admin, account.is_mentor) == (True, True)
    with read_transaction() as session:
        published = published_calendar(session, account.id)
    assert (published.mentor.currency, len(published.calendar.weekly)) == ("GBP", 5)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("grant", "nobody@people.test", "admin"), "There is no account"),
        (("grant", "ida@people.test", "king"), "it is mentor or admin"),
        (("grant", "ida@people.test", "mentor", "--currency", "pounds"), "ISO 4217"),
        (("grant", "ida@people.test", "mentor", "--currency", "ZZZ"), "ISO 4217"),
        (("grant", "ida@people.test", "mentor", "--rate", "NaN"), "must be a number"),
        (("create-user", "ida@people.test", "--name", "Two", "--password", "long enough"), "already has"),
        (("create-user", "no address", "--name", "Two", "--password", "long enough"), "is not an e-mail"),
        (("seed-demo",), "MENTORBOOK_DEMO=1"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    command: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.setattr(settings, "demo", False)
    rate_counters.forget()
    command("create-user", "ida@people.test", "--name", "Ida", "--password", "long enough")
    refused = command(*words)
    assert refused.exit_code == 1
    assert says in refused.output
    assert "Traceback" not in refused.output
    account = accounts.account_by_email("ida@people.test")
    assert (account.name, account.is_admin, account.is_mentor) == ("Ida", False, False)

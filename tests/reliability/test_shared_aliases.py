"""An alias that threads use for the first time in the same moment works for all of them, then and later."""

import ast
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

import mentorbook
from mentorbook.db.aliases import shared_alias
from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.people import Mentor, User

PACKAGE = Path(mentorbook.__file__).parent
THREADS, TRIES, MOST_TRIES = 4, 150, 3000


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def is_broken(alias: Callable[[type[User]], type[User]]) -> bool:
    """Whether anything fails when some threads use two new aliases at once."""
    one, other = alias(User), alias(User)
    barrier, failed = threading.Barrier(THREADS), list[Exception]()

    def ask() -> None:
        barrier.wait()
        try:
            with read_transaction() as session:
                session.execute(
                    select(Mentor, one, other)
                    .join(one, one.id == Mentor.id)  # type: ignore[arg-type]
                    .join(other, other.id == Mentor.id)  # type: ignore[arg-type]
                ).all()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bool(failed)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_without_it_threads_make_each_others_statements_fail(sqlite_db: Database, hasty: None) -> None:
    """Positive control of the next."""
    assert any(is_broken(aliased) for _ in range(MOST_TRIES))


def test_threads_share_an_alias_from_its_first_use_on(sqlite_db: Database, hasty: None) -> None:
    assert not any(is_broken(shared_alias) for _ in range(TRIES))


def test_every_alias_of_a_module_is_a_shared_one() -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        if any(isinstance(node, ast.Name) and node.id == "aliased" for node in ast.walk(statement))
    ]
    assert found == []

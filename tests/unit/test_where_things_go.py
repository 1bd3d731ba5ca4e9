"""`docs/ARCHITECTURE.md` says which files to touch to add a thing: at most six, and the list is complete."""

import inspect
import re
from pathlib import Path
from typing import Any, cast

import pytest

from mentorbook import pages
from mentorbook.components.booking.session_fields import session_fields
from mentorbook.db.rows import table_of
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import CancelReason, MeetingKind, NoticeKind, NoticeTopic
from mentorbook.domain.schemas import SESSION_FIELDS, CreateBooking, UpdateBooking, field_label
from mentorbook.domain.views import Booking
from mentorbook.state.booking.booking_modal import BookingModal
from mentorbook.state.booking.edit_dialog import EditDialog

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mentorbook"
MOST = 6
# What writes examples of everything, and what never changes once it has run.
_EXAMPLES = ("services/demo_data.py", "db/migrations/")


def table() -> dict[str, list[str]]:
    """The files of each row of the guide, placeholders such as `<topic>` included."""
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    section = text.split("## To add …, touch …")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (an? [^|]+) \| ([^|]+) \|$", section, re.M)
    return {name: re.findall(r"`([\w/<>]+\.py)`", files) for name, files in rows}


def modules_with(pattern: str) -> set[str]:
    """The modules in whose code a pattern occurs, by their path in the package."""
    paths = (path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    kept = [path for path in paths if not path.startswith(_EXAMPLES)]
    return {path for path in kept if re.search(pattern, (PACKAGE / path).read_text())}


def test_every_row_names_at_most_six_files_that_exist() -> None:
    assert len(table()) >= 6
    for name, files in table().items():
        migrations = 1 if "migration" in name else 0
        assert 0 < len(files) + migrations <= MOST, name
        missing = [path for path in files if "<" not in path and not (PACKAGE / path).is_file()]
        assert missing == [], name


# The first is where every form begins, so a few more name it.
@pytest.mark.parametrize("kind", [each for each in MeetingKind if each is not MeetingKind.VIDEO])
def test_no_other_module_knows_a_meeting_kind(kind: MeetingKind) -> None:
    known = modules_with(rf"MeetingKind\.{kind.name}\b|\"{kind.value}\"")
    assert known <= set(table()["a meeting kind"])


@pytest.mark.parametrize("reason", [each for each in CancelReason if each is not CancelReason.OTHER])
def test_no_other_module_knows_a_reason_to_cancel(reason: CancelReason) -> None:
    known = modules_with(rf"CancelReason\.{reason.name}\b|\"{reason.value}\"")
    assert known == set(table()["a reason to cancel"])


def test_policies_are_listed_only_where_the_guide_says() -> None:
    """A rule asks one or two of them; what names most of them is a list that a new one belongs on."""
    named = [modules_with(rf"\b{key}\b") for key in SessionPolicies.model_fields]
    lists = {path for paths in named for path in paths if sum(path in each for each in named) > 2}
    assert {"domain/booking/policies.py", "presenters/admin/policy_form.py"} <= lists
    assert lists <= set(table()["a policy"])


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_is_known_where_it_is_listed_told_and_sent(kind: NoticeKind) -> None:
    known = modules_with(rf"NoticeKind\.{kind.name}\b")
    assert "presenters/notices.py" in known
    senders = known - set(table()["a notice"])
    assert senders
    # Reminders are sent by the clock: which there are is a rule of the domain.
    floors = (
        "services/booking/",
        "services/money/",
        "services/people/",
        "services/admin/",
        "domain/booking/reminders.py",
    )
    assert all(path.startswith(floors) for path in senders)


# What another version wrote is taken for a change.
@pytest.mark.parametrize("topic", [each for each in NoticeTopic if each is not NoticeTopic.CHANGES])
def test_no_other_module_knows_a_topic(topic: NoticeTopic) -> None:
    known = modules_with(rf"NoticeTopic\.{topic.name}\b")
    assert known == set(table()["a topic that notices are chosen by"])


def test_every_field_of_a_session_is_asked_kept_changed_and_shown() -> None:
    assert set(SESSION_FIELDS) <= set(CreateBooking.model_fields)
    assert set(SESSION_FIELDS) <= {column.name for column in table_of(MentoringSession).columns}
    assert set(SESSION_FIELDS) <= set(Booking.model_fields)
    aliases = {UpdateBooking.model_fields[name].alias for name in SESSION_FIELDS}
    for form in (BookingModal, EditDialog):
        assert set(SESSION_FIELDS) <= set(form.base_vars)
        assert set(form()._fields()) == aliases
    drawn = session_fields(BookingModal, prefix="x", mentor=cast(Any, BookingModal.title))
    assert len(drawn) == len(SESSION_FIELDS)
    for name in SESSION_FIELDS:
        assert field_label(name) not in ("", name)


def test_every_page_is_registered() -> None:
    files = {path.stem for path in Path(str(pages.__file__)).parent.glob("*.py")} - {"__init__"}
    source = inspect.getsource(pages.add_pages)
    assert {name for name in files if re.search(rf"\b{name},", source.split("for page in")[1])} == files


def test_a_wrong_path_in_the_guide_would_be_seen() -> None:
    """Positive control: the pattern finds paths, and the search finds what it looks for."""
    assert "domain/kinds.py" in table()["a notice"]
    assert modules_with(r"class MeetingKind\b") == {"domain/kinds.py"}

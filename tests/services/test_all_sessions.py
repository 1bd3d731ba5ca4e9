"""The list of all sessions: what is near first, and sorted by each of its columns."""

from dataclasses import replace

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services.admin.all_sessions import SORT_KEYS, AdminQuery, SortKey, list_all_sessions
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

WHY = {"reasonCategory": "schedule_conflict"}


def _some_sessions(hands: Hands) -> Account:
    """Five sessions, by title; afterwards it is an hour into the one that is called `now`."""
    cheap, dear = a_mentor("Zoe", rate="10"), a_mentor("anna", rate="90")
    mina, lena = a_mentee("Mina"), a_mentee("lena")

    def book(title: str, hours: float, mentor: Account, mentee: Account) -> Account:
        hands.on(minutes=1)
        create_booking(mentee, a_request(mentor, in_hours(hours), title=title, duration=120))
        return mentee

    book("past", 3, cheap, mina)
    book("long past", 1, dear, lena)
    book("now", 20, cheap, lena)
    book("Next", 30, dear, mina)
    book("later", 50, cheap, lena)
    hands.on(minutes=1)
    gone = create_booking(mina, a_request(dear, in_hours(40), title="gone"))
    cancel_booking(mina, gone.id, WHY)
    moved = create_booking(lena, a_request(dear, in_hours(60), title="moved"))
    reschedule_booking(lena, moved.id, {"scheduledAt": in_hours(70).isoformat()})
    hands.now = in_hours(21)
    return a_mentee("Admin", is_admin=True)


def _titles(admin: Account, sort: SortKey) -> list[str]:
    return [each.title for each in list_all_sessions(admin, AdminQuery(sort=sort)).sessions]


def test_what_is_near_comes_first_and_the_rest_latest_first(db: Database, hands: Hands) -> None:
    admin = _some_sessions(hands)
    assert _titles(admin, "near") == ["now", "Next", "later", "moved", "gone", "past", "long past"]
    assert _titles(admin, "-starts") == ["moved", "later", "gone", "Next", "now", "past", "long past"]


def test_each_column_sorts_both_ways(db: Database, hands: Hands) -> None:
    """Whatever the case of letters; what is equal there stands by its start, latest first."""
    admin = _some_sessions(hands)
    assert _titles(admin, "title") == ["gone", "later", "long past", "moved", "Next", "now", "past"]
    assert _titles(admin, "-title") == ["past", "now", "Next", "moved", "long past", "later", "gone"]
    assert _titles(admin, "starts") == ["long past", "past", "now", "Next", "gone", "later", "moved"]
    assert _titles(admin, "mentor") == ["moved", "gone", "Next", "long past", "later", "now", "past"]
    assert _titles(admin, "-mentee")[:3] == ["gone", "Next", "past"]
    assert _titles(admin, "-price")[0] == "Next"
    assert _titles(admin, "-moves")[0] == "moved"
    assert _titles(admin, "status")[0] == "gone"


@pytest.mark.parametrize("sort", SORT_KEYS)
def test_pages_of_every_order_leave_nothing_out(
    sqlite_db: Database, hands: Hands, monkeypatch: pytest.MonkeyPatch, sort: SortKey
) -> None:
    admin = _some_sessions(hands)
    monkeypatch.setattr("mentorbook.services.admin.all_sessions.PAGE_SIZE", 2)
    query = AdminQuery(sort=sort)
    pages = [list_all_sessions(admin, replace(query, page=number)) for number in range(1, 5)]
    assert {page.pages for page in pages} == {4}
    found = [each.title for page in pages for each in page.sessions]
    monkeypatch.undo()
    assert found == _titles(admin, sort)


def test_a_persian_title_and_name_are_found_as_they_are_written(db: Database, hands: Hands) -> None:
    """Joiners, which are never seen, are part of both: what is searched for keeps them."""
    mina = a_mentee("علی\u200cرضا")
    create_booking(mina, a_request(a_mentor(), in_hours(3), title="می\u200cخواهم بیاموزم"))
    admin = a_mentee("Admin", is_admin=True)
    for typed in ("می\u200cخواهم", "علی\u200cرضا"):
        found = list_all_sessions(admin, AdminQuery(search=typed))
        assert [each.mentee_name for each in found.sessions] == [mina.name]

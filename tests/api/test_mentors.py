"""`/api/mentors`: the directory and a mentor's page."""

from uuid import uuid4

import pytest

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import Mentor
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account
from mentorbook.services.people.mentor_directory import search_text
from tests.api.conftest import Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor


def a_listed_mentor(name: str, headline: str, *expertise: str) -> Account:
    """A mentor who can be found by these words."""
    account = a_mentor(name)
    with write_transaction() as session:
        row = session.get_one(Mentor, account.id)
        row.headline, row.expertise = headline, list(expertise)
        row.search_text = search_text(name, headline, expertise)
    return account


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Ada Lovelace", "Zoë Müller"]),
        ("zoe", ["Zoë Müller"]),
        ("MULLER", ["Zoë Müller"]),
        ("müll", ["Zoë Müller"]),
        ("lovelace ada", ["Ada Lovelace"]),
        ("engines", ["Ada Lovelace"]),
        ("resume", ["Zoë Müller"]),
        ("100%", ["Zoë Müller"]),
        ("%", ["Zoë Müller"]),
        ("_", []),
        ("nobody", []),
    ],
)
def test_search_ignores_case_and_accents(
    db: Database, hands: Hands, calling: Door, search: str, found: list[str]
) -> None:
    a_listed_mentor("Ada Lovelace", "Engines that think", "Mathematics")
    a_listed_mentor("Zoë Müller", "Gets you there, 100% of the time", "Résumé", "Smart cards")
    answer = calling().get("/api/mentors", params={"search": search})
    assert [mentor["name"] for mentor in answer.json()["mentors"]] == found
    assert answer.json()["total"] == len(found)


def test_an_expertise_is_matched_whole(db: Database, hands: Hands, calling: Door) -> None:
    a_listed_mentor("Ada", "", "Art")
    a_listed_mentor("Zoë", "Art lover", "Smart cards")
    answer = calling().get("/api/mentors", params={"expertise": "art"}).json()
    assert [mentor["name"] for mentor in answer["mentors"]] == ["Ada"]
    assert answer["expertise"] == ["Art", "Smart cards"]


def test_the_directory_comes_in_pages_of_twenty_four(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    for number in range(26):
        a_mentor(f"Mentor {number:02}")
    pages = [calling().get("/api/mentors", params={"page": page}).json() for page in (1, 2, 3)]
    assert [len(page["mentors"]) for page in pages] == [24, 2, 0]
    assert (pages[0]["pages"], pages[0]["total"]) == (2, 26)
    names = [mentor["name"] for page in pages for mentor in page["mentors"]]
    assert names == sorted(set(names))


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "two"}, {"page": 10**9}, {"search": "x" * 201}])
def test_a_wrong_query_names_its_field(
    sqlite_db: Database, hands: Hands, calling: Door, query: dict[str, object]
) -> None:
    refused = calling().get("/api/mentors", params=query)
    assert refused.status_code == 422
    assert list(told(refused)["fields"]) == list(query)


def test_a_card_tells_rate_zone_and_next_free_slot(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor("Moira", zone="Asia/Tokyo", rate="9000", currency="JPY")
    card = calling().get("/api/mentors").json()["mentors"][0]
    assert card["id"] == str(mentor.id)
    assert (card["rate"], card["currency"], card["timezone"]) == ("9000.00", "JPY", "Asia/Tokyo")
    assert card["nextSlot"] == "2027-01-13T12:30:00Z"
    assert "email" not in card


def test_a_resting_mentor_is_shown_without_free_times(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor(is_available=False)
    page = calling().get(f"/api/mentors/{mentor.id}").json()
    assert (page["isAvailable"], page["nextSlot"]) == (False, None)


def test_a_profile_shows_the_weekly_hours(db: Database, hands: Hands, calling: Door) -> None:
    weekly = (
        WeeklyBlock(2, "13:00", "24:00", "AVAILABLE"),
        WeeklyBlock(2, "09:00", "12:00", "AVAILABLE"),
        WeeklyBlock(2, "10:00", "10:30", "BREAK"),
    )
    page = calling().get(f"/api/mentors/{a_mentor(weekly=weekly).id}").json()
    assert page["weeklyHours"] == [
        {"day": 2, "start": "09:00", "end": "12:00"},
        {"day": 2, "start": "13:00", "end": "24:00"},
    ]


def test_what_is_no_mentor_is_not_found(db: Database, hands: Hands, calling: Door) -> None:
    for identifier in (uuid4(), a_mentee().id, "ada", "%00", "x" * 3000):
        for path in (
            f"/api/mentors/{identifier}",
            f"/api/mentors/{identifier}/availability/slots?startDate=2027-01-13&endDate=2027-01-13",
        ):
            refused = calling().get(path)
            assert (refused.status_code, told(refused)["error"]) == (404, "not_found")

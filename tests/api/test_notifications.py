"""`/api/notifications`: the bell."""

from uuid import uuid4

import pytest

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


def test_both_people_are_told_and_can_mark_it_read(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    page = calling(mentor).get("/api/notifications").json()
    (notice,) = page["notifications"]
    assert page["unread"] == 1
    assert (notice["title"], notice["actorName"], notice["read"]) == ("New session booked", "Mina", False)
    assert (notice["sessionId"], notice["happensAt"]) == (str(booking.id), "2027-01-14T12:00:00Z")
    after = calling(mentor).post("/api/notifications", {"ids": [notice["id"]]}).json()
    assert (after["unread"], after["notifications"][0]["read"]) == (0, True)
    assert calling(mentee).get("/api/notifications").json()["unread"] == 1


def test_without_ids_everything_is_read(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    for number in range(3):
        create_booking(a_mentee(), a_request(mentor, in_hours(24 + number)))
        hands.on(seconds=1)
    page = calling(mentor).get("/api/notifications", params={"limit": 2}).json()
    assert (len(page["notifications"]), page["unread"]) == (2, 3)
    assert page["notifications"][0]["happensAt"] > page["notifications"][1]["happensAt"]
    assert calling(mentor).post("/api/notifications", {}).json()["unread"] == 0


def test_other_peoples_notifications_stay_unread(db: Database, hands: Hands, calling: Door) -> None:
    mentor, mentee = a_mentor(), a_mentee()
    create_booking(mentee, a_request(mentor, in_hours(24)))
    theirs = calling(mentor).get("/api/notifications").json()["notifications"][0]["id"]
    answer = calling(mentee).post("/api/notifications", {"ids": [theirs, str(uuid4())]})
    assert (answer.status_code, answer.json()["unread"]) == (200, 1)
    assert calling(mentor).get("/api/notifications").json()["unread"] == 1


@pytest.mark.parametrize("body", [{"ids": "all"}, {"ids": ["one"]}, {"ids": [None]}, {"everything": True}])
def test_a_wrong_body_names_its_field(
    sqlite_db: Database, hands: Hands, calling: Door, body: dict[str, object]
) -> None:
    refused = calling(a_mentee()).post("/api/notifications", body)
    assert refused.status_code == 422
    assert next(iter(told(refused)["fields"])).startswith(next(iter(body)))


def test_strangers_have_no_bell(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    assert calling().get("/api/notifications").status_code == 401
    assert calling().post("/api/notifications", {}).status_code == 401


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_a_wrong_limit_is_refused(sqlite_db: Database, hands: Hands, calling: Door, limit: object) -> None:
    refused = calling(a_mentee()).get("/api/notifications", params={"limit": limit})
    assert (refused.status_code, list(told(refused)["fields"])) == (422, ["limit"])


def test_all_of_them_can_be_read_page_by_page(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    for number in range(5):
        create_booking(a_mentee(), a_request(mentor, in_hours(24 + 2 * number)))
        hands.on(seconds=1)
    theirs = calling(mentor)

    def read(page: int) -> list[str]:
        answer = theirs.get("/api/notifications", params={"limit": 2, "page": page}).json()
        assert (answer["page"], answer["pages"], answer["total"], answer["unread"]) == (page, 3, 5, 5)
        return [each["happensAt"] for each in answer["notifications"]]

    found = read(1) + read(2) + read(3)
    assert found == sorted(found, reverse=True)
    assert (len(found), read(4)) == (5, [])


@pytest.mark.parametrize("page", [0, 100_001, "last"])
def test_a_wrong_page_is_refused(sqlite_db: Database, hands: Hands, calling: Door, page: object) -> None:
    refused = calling(a_mentee()).get("/api/notifications", params={"page": page})
    assert (refused.status_code, list(told(refused)["fields"])) == (422, ["page"])

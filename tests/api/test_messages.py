"""What the two people of a session write to each other, over REST."""

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


def test_both_talk_and_read_page_by_page(db: Database, hands: Hands, calling: Door) -> None:
    mentee, mentor = a_mentee("Mina"), a_mentor("Moira")
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    hands.now = in_hours(24)
    mina, moira = calling(mentee), calling(mentor)
    path = f"/api/bookings/{booking.id}/messages"
    first = mina.post(path, {"text": " Hello "}, headers={"Idempotency-Key": "one"})
    again = mina.post(path, {"text": " Hello "}, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json() | {"id": "", "sentAt": ""} == {
        "id": "",
        "sentAt": "",
        "userId": str(mentee.id),
        "text": "Hello",
        "key": "one",
    }
    second = moira.post(path, {"text": "Hello, Mina"})
    page = moira.get(path).json()
    assert [each["text"] for each in page["messages"]] == ["Hello", "Hello, Mina"]
    assert page["messages"][0]["key"] is None
    assert page["hasEarlier"] is False
    latest = mina.get(f"{path}?limit=1").json()
    assert ([each["text"] for each in latest["messages"]], latest["hasEarlier"]) == (["Hello, Mina"], True)
    earlier = mina.get(f"{path}?before={second.json()['id']}").json()
    assert [each["text"] for each in earlier["messages"]] == ["Hello"]
    assert mina.get(f"{path}?limit=0").status_code == 422


def test_too_fast_says_when(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mentee = a_mentee("Mina")
    booking = create_booking(mentee, a_request(a_mentor(), in_hours(24)))
    hands.now = in_hours(24)
    mina, path = calling(mentee), f"/api/bookings/{booking.id}/messages"
    answers = [mina.post(path, {"text": str(number)}) for number in range(31)]
    assert {each.status_code for each in answers[:-1]} == {201}
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "60"

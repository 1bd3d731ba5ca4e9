"""`/api/mentors/me/availability`: what mentors publish, over the wire."""

from typing import Any

from mentorbook.db.engine import Database
from tests.api.conftest import Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor

HOURS = "/api/mentors/me/availability"
SLOTS = "startDate=2027-01-14&endDate=2027-01-14&timezone=Asia/Kathmandu"
# As the design has it, but for the dates.
SCHEDULE = {
    "timezone": "Europe/London",
    "defaultSessionDuration": 60,
    "bufferTimeBetweenSessions": 15,
    "minAdvanceBookingHours": 0.5,
    "maxAdvanceBookingDays": 60,
    "defaultStartTime": "09:00",
    "defaultEndTime": "21:00",
    "isActive": True,
    "allowInstantBooking": True,
    "requireConfirmation": False,
}
THURSDAY = {
    "dayOfWeek": 4,
    "isEnabled": True,
    "timeBlocks": [{"startTime": "09:00", "endTime": "12:00", "type": "AVAILABLE"}],
}
WEEK: dict[str, Any] = {"schedule": SCHEDULE, "weeklyPatterns": [THURSDAY]}
DAY_OFF = {
    "startDate": "2027-01-14",
    "endDate": "2027-01-15",
    "type": "BLOCKED",
    "startTime": None,
    "endTime": None,
    "reason": "Holiday",
}


def test_hours_are_published_answered_and_offered(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor("Moira", "Europe/London")
    caller, mentee = calling(mentor), calling(a_mentee())
    assert caller.request("PUT", HOURS, json=WEEK).status_code == 200
    got = caller.get(HOURS).json()
    assert (got["schedule"], got["weeklyPatterns"][4], got["exceptions"]) == (SCHEDULE, THURSDAY, [])
    shown = mentee.get(f"/api/mentors/{mentor.id}/availability/slots?{SLOTS}").json()["slots"]
    assert [slot["startTime"] for slot in shown][:2] == [
        "2027-01-14T14:45:00+05:45",
        "2027-01-14T15:15:00+05:45",
    ]
    made = caller.post(f"{HOURS}/exceptions", DAY_OFF)
    assert made.status_code == 201
    assert made.json() == {**DAY_OFF, "id": made.json()["id"]}
    assert mentee.get(f"/api/mentors/{mentor.id}/availability/slots?{SLOTS}").json()["slots"] == []
    assert caller.request("DELETE", f"{HOURS}/exceptions/{made.json()['id']}").status_code == 204
    assert mentee.get(f"/api/mentors/{mentor.id}/availability/slots?{SLOTS}").json()["slots"] == shown


def test_a_preview_answers_like_the_slot_list_and_saves_nothing(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor = a_mentor("Moira", "Europe/London")
    caller = calling(mentor)
    before = caller.get(HOURS).json()
    extra = {**DAY_OFF, "type": "AVAILABLE", "startTime": "10:00", "endTime": "12:00"}
    found = caller.post(f"{HOURS}/preview?{SLOTS}&duration=60", {**WEEK, "exceptions": [DAY_OFF, extra]})
    slot = {"available": True}
    assert found.json() == {
        "mentorId": str(mentor.id),
        "timezone": "Asia/Kathmandu",
        "duration": 60,
        "slots": [
            {"startTime": "2027-01-14T15:45:00+05:45", "endTime": "2027-01-14T16:45:00+05:45", **slot},
            {"startTime": "2027-01-14T16:15:00+05:45", "endTime": "2027-01-14T17:15:00+05:45", **slot},
            {"startTime": "2027-01-14T16:45:00+05:45", "endTime": "2027-01-14T17:45:00+05:45", **slot},
        ],
    }
    assert caller.get(HOURS).json() == before
    # What is published can be sent as a draft, ids and all.
    assert caller.post(f"{HOURS}/preview?{SLOTS}", before).status_code == 200
    wrong = caller.post(f"{HOURS}/preview?{SLOTS}&duration=7", WEEK)
    assert told(wrong)["fields"] == {"duration": "must be 15 to 240 minutes, in steps of 15"}


def test_the_preview_of_who_may_not_be_booked_is_as_empty_as_the_slot_list(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor = a_mentor("Moira", "Europe/London", is_available=False)
    caller = calling(mentor)
    present = caller.get(HOURS).json()
    listed = caller.get(f"/api/mentors/{mentor.id}/availability/slots?{SLOTS}").json()
    assert caller.post(f"{HOURS}/preview?{SLOTS}", present).json() == listed
    assert listed["slots"] == []


def test_a_stale_tag_changes_nothing(db: Database, hands: Hands, calling: Door) -> None:
    caller = calling(a_mentor("Moira", "Europe/London"))
    tag = caller.get(HOURS).headers["etag"]
    saved = caller.request("PUT", HOURS, json=WEEK, headers={"If-Match": tag})
    assert saved.status_code == 200
    assert saved.headers["etag"] == caller.get(HOURS).headers["etag"] != tag
    stale = {"If-Match": tag}
    assert told(caller.request("PUT", HOURS, json=WEEK, headers=stale))["error"] == "changed_meanwhile"
    assert caller.post(f"{HOURS}/exceptions", DAY_OFF, headers=stale).status_code == 412
    assert caller.get(HOURS).headers["etag"] == saved.headers["etag"]
    one = f"{HOURS}/exceptions/{caller.post(f'{HOURS}/exceptions', DAY_OFF).json()['id']}"
    assert caller.request("DELETE", one, headers=stale).status_code == 412
    assert len(caller.get(HOURS).json()["exceptions"]) == 1


def test_the_largest_week_and_the_most_exceptions_fit_into_a_body(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    caller = calling(a_mentor("Moira", "Europe/London"))
    block = {"startTime": "09:00", "endTime": "12:00", "type": "AVAILABLE"}
    week = [{"dayOfWeek": day, "isEnabled": True, "timeBlocks": [block] * 48} for day in range(7)]
    exceptions = [{**DAY_OFF, "reason": "x" * 200}] * 300
    draft = {"schedule": SCHEDULE, "weeklyPatterns": week, "exceptions": exceptions}
    assert caller.post(f"{HOURS}/preview?{SLOTS}", draft).status_code == 200
    refused = caller.post(f"{HOURS}/preview?{SLOTS}", {**draft, "exceptions": [*exceptions, DAY_OFF]})
    assert told(refused)["fields"] == {"exceptions": "may have at most 300 exceptions"}
    huge = {**draft, "exceptions": exceptions * 6}
    assert told(caller.post(f"{HOURS}/preview?{SLOTS}", huge))["fields"] == {"body": "may be at most 512 KiB"}

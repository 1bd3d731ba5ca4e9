"""Every session, for admins: searched, filtered, downloaded."""

import csv
import io
from datetime import UTC, datetime

import pytest

from mentorbook.db.engine import Database
from mentorbook.services.booking.bookings import create_booking
from tests.api.conftest import Door
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


def test_admins_search_filter_and_download_sessions(db: Database, hands: Hands, calling: Door) -> None:
    mentee, other = a_mentee("Mina Park"), a_mentee("Omar")
    mentor = a_mentor()
    create_booking(mentee, a_request(mentor, in_hours(24), title="=SUM(A1) tricks"))
    create_booking(other, a_request(mentor, in_hours(48), title="Second"))
    admin = calling(a_mentee("Admin", is_admin=True))

    def titles(query: str) -> list[str]:
        return [each["title"] for each in admin.get(f"/api/admin/sessions?{query}").json()["sessions"]]

    assert titles("") == ["Second", "=SUM(A1) tricks"]
    assert titles("search=park") == ["=SUM(A1) tricks"]
    assert titles("status=cancelled") == []
    assert titles("startDate=2027-01-15") == ["Second"]
    assert titles("endDate=2027-01-14") == ["=SUM(A1) tricks"]
    # The first begins at noon UTC on the 14th, which is the 15th on Kiritimati.
    assert titles("startDate=2027-01-15&endDate=2027-01-15&timezone=Pacific/Kiritimati") == [
        "=SUM(A1) tricks"
    ]
    assert titles("startDate=0001-01-01&endDate=9999-12-31&timezone=Pacific/Kiritimati") == titles("")
    assert admin.get("/api/admin/sessions?status=lost").status_code == 422
    refused = admin.get("/api/admin/sessions?timezone=Mars/Olympus")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["timezone"])
    file = admin.get("/api/admin/sessions.csv")
    assert file.content.startswith(b"\xef\xbb\xbfid,title,status,scheduledAt,")
    assert "x-mentorbook-truncated" not in file.headers
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    # The same names as in JSON.
    assert list(rows[0]) == list(admin.get("/api/admin/sessions").json()["sessions"][0])
    assert [row["title"] for row in rows] == ["Second", "'=SUM(A1) tricks"]


def test_a_table_that_was_cut_says_so(
    db: Database, hands: Hands, calling: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        create_booking(a_mentee(), a_request(a_mentor(), in_hours(24 + number), title=f"No {number}"))
    admin = calling(a_mentee("Admin", is_admin=True))
    for most, titles in ((3, ["No 2", "No 1", "No 0"]), (2, ["No 2", "No 1"])):
        monkeypatch.setattr("mentorbook.services.admin.all_sessions.MOST_ROWS", most)
        file = admin.get("/api/admin/sessions.csv")
        rows = list(csv.reader(io.StringIO(file.text)))[1:]
        is_cut = most < 3
        assert file.headers.get("x-mentorbook-truncated") == ("true" if is_cut else None)
        assert [row[1] for row in rows if len(row) > 1] == titles
        cut = ["Cut here, after 2 sessions. Narrow the search for the others."]
        assert [row for row in rows if len(row) == 1] == ([cut] if is_cut else [])


def test_the_last_day_of_a_search_ends_when_the_next_begins(
    db: Database, hands: Hands, calling: Door
) -> None:
    """On 3 April 2027 the clock of Santiago goes back over midnight: 23:30 comes twice."""
    mentor = a_mentor(max_advance_booking_days=None)
    again = datetime(2027, 4, 4, 3, 30, tzinfo=UTC)
    create_booking(a_mentee(), a_request(mentor, again, title="Übung"))
    admin = calling(a_mentee("Admin", is_admin=True))
    day = "startDate=2027-04-03&endDate=2027-04-03&timezone=America/Santiago"
    assert admin.get(f"/api/admin/sessions?{day}").json()["total"] == 1
    assert admin.get("/api/admin/sessions?search=%C3%9CBUNG").json()["total"] == 1


def test_nothing_that_cannot_be_stored_is_looked_for(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor("Moira")
    create_booking(a_mentee(), a_request(mentor, in_hours(24)))
    admin = calling(a_mentee("Admin", is_admin=True))
    assert admin.get("/api/mentors?search=mo%00ira").json()["total"] == 1
    assert admin.get("/api/mentors?expertise=%00").status_code == 200
    for path in ("sessions", "sessions.csv"):
        assert admin.get(f"/api/admin/{path}?search=%00moira").status_code == 200
    refused = admin.post("/api/auth/login", {"email": "a\x00@b.test", "password": "x"})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["email"])

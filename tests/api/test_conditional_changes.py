"""ETag and If-Match: a change that depends on nobody having changed the booking meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account, Booking
from mentorbook.services.booking.approval import accept_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.lifecycle import advance_sessions
from tests.api.conftest import Caller, Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, counts, in_hours

WHY = {"reasonCategory": "schedule_conflict"}
MOVE = {"scheduledAt": in_hours(40).isoformat()}


@dataclass(frozen=True)
class Change:
    """One change over REST: by whom, in which state of the session, and what it leads to."""

    method: str
    path: str
    who: str = "mentee"
    state: str = "scheduled"
    body: Any = None
    after: str = "scheduled"


CHANGES = [
    Change("PUT", "", body={"title": "Another"}),
    Change("DELETE", "", body=WHY, after="cancelled"),
    Change("POST", "/cancel", body=WHY, after="cancelled"),
    Change("POST", "/reschedule", body=MOVE),
    Change("POST", "/no-show", "mentor", "begun", after="no_show"),
    Change("POST", "/mentor-absent", state="begun", after="in_progress"),
    Change("POST", "/accept", "mentor", "pending"),
    Change("POST", "/decline", "mentor", "pending", after="cancelled"),
]
EVERY = pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.method} {change.path}")


def a_session(change: Change, hands: Hands) -> tuple[Booking, Account, Account]:
    """A session in the state that the change needs, its mentor and its mentee."""
    mentor, mentee = a_mentor(require_confirmation=change.state == "pending"), a_mentee("Mina")
    booking = create_booking(mentee, a_request(mentor, in_hours(24)))
    return booking, mentor, mentee


def ready(change: Change, hands: Hands) -> None:
    """Let the session begin where that is needed."""
    if change.state == "begun":
        hands.now = in_hours(24.25)
        advance_sessions()


def asked(caller: Caller, change: Change, booking: Booking, **headers: Any) -> Any:
    """Ask for the change."""
    options = {"json": change.body} if change.body is not None else {}
    path = f"/api/bookings/{booking.id}{change.path}"
    return caller.request(change.method, path, headers=headers, **options)


@EVERY
def test_a_change_of_what_was_seen_is_made(db: Database, hands: Hands, calling: Door, change: Change) -> None:
    booking, mentor, mentee = a_session(change, hands)
    ready(change, hands)
    caller = calling(mentor if change.who == "mentor" else mentee)
    seen = caller.get(f"/api/bookings/{booking.id}")
    tag = seen.headers["etag"]
    assert tag.startswith('"')
    hands.on(minutes=1)
    made = asked(caller, change, booking, **{"If-Match": f'"other", {tag}'})
    assert (made.status_code, made.json()["status"]) == (200, change.after)
    now = caller.get(f"/api/bookings/{booking.id}")
    assert made.headers["etag"] == now.headers["etag"] != tag
    assert made.json() == now.json()


@EVERY
def test_a_change_of_something_else_is_refused_with_what_it_is(
    db: Database, hands: Hands, calling: Door, change: Change
) -> None:
    booking, mentor, mentee = a_session(change, hands)
    caller = calling(mentor if change.who == "mentor" else mentee)
    stale = caller.get(f"/api/bookings/{booking.id}").headers["etag"]
    hands.on(minutes=1)
    update_booking(mentee, booking.id, {"title": "Changed in between"})
    ready(change, hands)
    present = caller.get(f"/api/bookings/{booking.id}")
    before = counts()
    for condition in (stale, f"W/{present.headers['etag']}", '"never"'):
        refused = asked(caller, change, booking, **{"If-Match": condition})
        assert (refused.status_code, told(refused)["error"]) == (412, "changed_meanwhile")
        assert refused.json()["booking"] == present.json()
        assert refused.headers["etag"] == present.headers["etag"]
    assert counts() == before
    # What the refusal showed is what can be changed.
    assert asked(caller, change, booking, **{"If-Match": refused.headers["etag"]}).status_code == 200


@EVERY
def test_a_star_and_no_header_ask_for_nothing(
    db: Database, hands: Hands, calling: Door, change: Change
) -> None:
    for headers in ({}, {"If-Match": "*"}):
        booking, mentor, mentee = a_session(change, hands)
        start = hands.now
        ready(change, hands)
        caller = calling(mentor if change.who == "mentor" else mentee)
        assert asked(caller, change, booking, **headers).status_code == 200
        hands.now = start


@EVERY
def test_a_malformed_condition_is_named(
    sqlite_db: Database, hands: Hands, calling: Door, change: Change
) -> None:
    booking, mentor, mentee = a_session(change, hands)
    caller = calling(mentor if change.who == "mentor" else mentee)
    tag = caller.get(f"/api/bookings/{booking.id}").headers["etag"]
    for wrong in ("", tag.strip('"'), f"*, {tag}"):
        refused = asked(caller, change, booking, **{"If-Match": wrong})
        assert (refused.status_code, list(told(refused)["fields"])) == (422, ["If-Match"])
    assert caller.get(f"/api/bookings/{booking.id}").headers["etag"] == tag


def test_several_lines_are_one_list(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    booking, _, mentee = a_session(CHANGES[0], hands)
    caller = calling(mentee)
    tag = caller.get(f"/api/bookings/{booking.id}").headers["etag"]
    lines = [("If-Match", '"one"'), ("If-Match", tag)]
    path = f"/api/bookings/{booking.id}"
    assert caller.request("PUT", path, json={"title": "Two"}, headers=lines).status_code == 200
    lines[1] = ("If-Match", '"two"')
    assert caller.request("PUT", path, json={"title": "Three"}, headers=lines).status_code == 412


def test_changed_meanwhile_is_said_before_what_no_longer_goes(
    db: Database, hands: Hands, calling: Door
) -> None:
    """It was cancelled: the caller sees that, instead of hearing that something is not possible."""
    booking, _, mentee = a_session(CHANGES[0], hands)
    caller = calling(mentee)
    tag = caller.get(f"/api/bookings/{booking.id}").headers["etag"]
    caller.post(f"/api/bookings/{booking.id}/cancel", WHY)
    late = caller.post(f"/api/bookings/{booking.id}/reschedule", MOVE, headers={"If-Match": tag})
    assert (late.status_code, late.json()["booking"]["status"]) == (412, "cancelled")
    assert caller.post(f"/api/bookings/{booking.id}/reschedule", MOVE).status_code == 409


def test_the_clock_alone_does_not_change_the_tag(db: Database, hands: Hands, calling: Door) -> None:
    booking, _, mentee = a_session(CHANGES[0], hands)
    caller = calling(mentee)
    first = caller.get(f"/api/bookings/{booking.id}")
    hands.on(hours=21)
    later = caller.get(f"/api/bookings/{booking.id}")
    assert later.json()["actions"] != first.json()["actions"]
    assert later.json()["refund"] == {"percent": 50, "amountMinor": 3000, "until": "2027-01-14T10:00:00Z"}
    assert later.headers["etag"] == first.headers["etag"]


def test_an_edit_that_changes_nothing_stands_in_nobodys_way(
    db: Database, hands: Hands, calling: Door
) -> None:
    booking, _, mentee = a_session(CHANGES[0], hands)
    path, caller = f"/api/bookings/{booking.id}", calling(mentee)
    seen = caller.get(path).headers["etag"]
    hands.on(minutes=1)
    for title in (booking.title, "Another"):
        made = caller.request("PUT", path, json={"title": title}, headers={"If-Match": seen})
        assert (made.status_code, made.headers["etag"] == seen) == (200, title == booking.title)


def test_both_people_see_the_same_tag_and_the_first_one_is_the_last_seen(
    db: Database, hands: Hands, calling: Door
) -> None:
    mentor, mentee = a_mentor(require_confirmation=True), a_mentee("Mina")
    theirs, mine = calling(mentor), calling(mentee)
    made = mine.post("/api/bookings", a_request(mentor, in_hours(24)))
    path = made.headers["location"]
    assert made.headers["etag"] == mine.get(path).headers["etag"] == theirs.get(path).headers["etag"]
    accept_booking(mentor, made.json()["id"])
    declined = theirs.post(f"{path}/decline", headers={"If-Match": made.headers["etag"]})
    assert (declined.status_code, declined.json()["booking"]["status"]) == (412, "scheduled")


def test_a_repeated_change_gives_its_first_answer(db: Database, hands: Hands, calling: Door) -> None:
    """The tag is stale because the change was made: a key tells that from a change by somebody else."""
    booking, _, mentee = a_session(CHANGES[0], hands)
    caller = calling(mentee)
    tag = caller.get(f"/api/bookings/{booking.id}").headers["etag"]
    headers = {"If-Match": tag, "Idempotency-Key": "once"}
    hands.on(minutes=1)
    first, again = (
        caller.post(f"/api/bookings/{booking.id}/reschedule", MOVE, headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("mentor", 403), ("nobody", 401)])
def test_whoever_may_not_learns_nothing_of_the_change(
    sqlite_db: Database, hands: Hands, calling: Door, who: str, status: int
) -> None:
    booking, mentor, _ = a_session(CHANGES[0], hands)
    people: dict[str, Callable[[], Account | None]] = {
        "stranger": lambda: a_mentee("Stranger"),
        "mentor": lambda: mentor,
        "nobody": lambda: None,
    }
    refused = asked(calling(people[who]()), CHANGES[0], booking, **{"If-Match": '"stale"'})
    assert refused.status_code == status
    assert "booking" not in refused.json()

"""The document names exactly the refusals that endpoints answer with: each is made to happen here."""

from typing import Any

import pytest

from mentorbook.domain.views import Account, Booking
from mentorbook.services.admin import all_sessions
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people.accounts import issue_ticket
from tests.api.conftest import Caller, Door, Prepare
from tests.api.contract import DOCUMENT, ROUTES, documented_codes, documented_headers, parameters_of
from tests.api.scenes import scenes_of
from tests.api.world import FEED, HOURS, ONE, PROFILE, REFUND, World
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours


@pytest.fixture
def world(prepared: Prepare, hands: Hands, calling: Door, monkeypatch: pytest.MonkeyPatch) -> World:
    def people() -> tuple[Account, Account, Account, Booking]:
        mentor, mentee = a_mentor("Moira"), a_mentee("Mina")
        booking = create_booking(mentee, a_request(mentor, in_hours(24)))
        hands.on(minutes=2)
        return mentor, mentee, a_mentee("Ada", is_admin=True), booking

    return World(calling, hands, monkeypatch, *prepared("world", people))


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_the_document_names_what_can_happen_and_nothing_else(method: str, path: str) -> None:
    assert {code for _, code in documented_codes(method, path)} == scenes_of(method, path).keys()


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [(method, path, code) for method, path in ROUTES for code in scenes_of(method, path)],
)
def test_what_the_document_names_happens(world: World, method: str, path: str, code: str) -> None:
    world.method, world.path = method, path
    answer = scenes_of(method, path)[code](world)
    assert answer.json()["error"] == code, answer.text
    assert (answer.status_code, code) in documented_codes(method, path)
    if answer.status_code in (429, 503):
        assert int(answer.headers["Retry-After"]) == answer.json()["retryAfter"]
    if answer.status_code == 412:
        assert answer.headers["ETag"]


HEADERS = {
    "location": {("POST", "/api/bookings", 201)},
    "set-cookie": {
        ("POST", "/api/auth/register", 201),
        ("POST", "/api/auth/login", 200),
        ("POST", "/api/auth/ticket", 204),
        ("POST", "/api/auth/logout", 204),
    },
    "content-disposition": {
        ("GET", path, 200)
        for path in (
            f"{ONE}/calendar.ics",
            "/api/admin/sessions.csv",
            "/api/admin/payments.csv",
            "/api/payments.csv",
            "/api/earnings.csv",
        )
    },
    "x-mentorbook-truncated": {("GET", "/api/admin/sessions.csv", 200)},
}
# What may depend on its tag, and what else has one. That they are there, the caller of all these tests sees.
CONDITIONAL = {
    (method, path)
    for method, path in ROUTES
    if any(said["name"] == "If-Match" for said in parameters_of(method, path))
}
TAGGED = {
    ("POST", "/api/bookings", 201),
    ("GET", ONE, 200),
    ("GET", HOURS, 200),
    ("PUT", HOURS, 200),
    ("GET", PROFILE, 200),
    ("PUT", PROFILE, 200),
    ("GET", FEED, 200),
    ("GET", FEED, 304),
    *((method, path, 412) for method, path in CONDITIONAL),
    *((method, path, 200) for method, path in CONDITIONAL if path.startswith((ONE, REFUND))),
} - {("PUT", f"{ONE}/recording", 200)}  # no part of the booking


def every_answer() -> set[tuple[str, str, int]]:
    """Method, path and status of all that the document promises."""
    return {
        (method, path, int(status))
        for method, path in ROUTES
        for status in DOCUMENT["paths"][path][method.lower()]["responses"]
    }


@pytest.mark.parametrize("name", [*HEADERS, "etag", "retry-after", "x-request-id"])
def test_headers_are_documented_where_they_are_and_nowhere_else(name: str) -> None:
    found = {answer for answer in every_answer() if name in documented_headers(*answer)}
    waits = {answer for answer in every_answer() if answer[2] in (429, 503) and answer[1] != "/api/health"}
    more = {"etag": TAGGED, "retry-after": waits, "x-request-id": every_answer()}
    assert found == (HEADERS | more)[name]


def test_every_change_of_a_booking_may_depend_on_its_tag() -> None:
    others = {("POST", f"{ONE}/join"), ("POST", f"{ONE}/messages")}
    changes = {
        (method, path) for method, path in ROUTES if method != "GET" and path.startswith((ONE, REFUND))
    }
    assert changes - CONDITIONAL == others


@pytest.mark.parametrize(("method", "path", "status"), sorted(set().union(*HEADERS.values())))
def test_documented_headers_are_there(
    world: World, monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int
) -> None:
    monkeypatch.setattr(all_sessions, "MOST_ROWS", 0)
    world.method, world.path = method, path
    known = {"email": "new@people.test", "password": "three words of mine"}
    assert world.calling(None).post("/api/auth/register", known | {"name": "New"}).status_code == 201
    bodies: dict[str, Any] = {
        "/api/auth/register": known | {"email": "newer@people.test", "name": "Newer"},
        "/api/auth/login": known,
        "/api/auth/ticket": {"ticket": issue_ticket(world.mentee.id, address=None, agent=None)},
        "/api/bookings": a_request(world.mentor, in_hours(30)),
    }
    answer = world.by(world.caller(), json=bodies.get(path))
    assert answer.status_code == status
    assert documented_headers(method, path, status) <= set(answer.headers)


def test_the_caller_checks_every_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control: an answer that the document does not promise fails the test that gets it."""
    assert isinstance(world.calling(), Caller)
    monkeypatch.setattr("tests.api.contract.documented_codes", lambda *_: set())
    world.method, world.path = "GET", "/api/auth/me"
    with pytest.raises(AssertionError, match="not_authenticated"):
        world.by(None)

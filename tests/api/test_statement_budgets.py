"""What every operation of the API may ask of the database: one statement more fails, and one less too, which
is the moment to lower the number. The same in a small world and in a large one."""

from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.kinds import LinkPurpose, NoticeTopic, SecretPurpose
from mentorbook.services.availability.own_hours import add_exception
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.services.people.accounts import cookie_hash, issue_ticket
from mentorbook.services.people.logins import list_logins
from mentorbook.services.people.mentor_requests import request_to_mentor
from mentorbook.services.people.pictures import save_picture
from mentorbook.settings import settings
from tests.api.conftest import MINA, Door
from tests.api.contract import ROUTES
from tests.api.test_money_budgets import OPERATIONS_OF_MONEY
from tests.conftest import Hands, forget
from tests.doubles import RecordingRooms
from tests.images import an_image
from tests.letters import a_link
from tests.people import a_mentee, a_request, in_hours
from tests.statements import statements
from tests.worlds import REASON, World, a_world

# The largest number over all calls; who calls is one of them.
OPERATIONS: dict[str, int] = {
    "GET /api/auth/me": 1,
    "GET /api/mentors": 6,
    "GET /api/mentors/{mentor_id}": 4,
    "GET /api/mentors/{mentor_id}/availability/slots": 7,
    "GET /api/mentors/me": 2,
    "POST /api/mentors/me": 11,
    "DELETE /api/mentors/me": 8,
    "GET /api/mentors/me/profile": 2,
    "PUT /api/mentors/me/profile": 8,
    "PUT /api/mentors/me/picture": 5,
    "DELETE /api/mentors/me/picture": 5,
    "GET /api/mentors/{mentor_id}/picture/{name}": 2,
    "GET /api/mentors/me/availability": 4,
    "PUT /api/mentors/me/availability": 15,
    "POST /api/mentors/me/availability/exceptions": 6,
    "DELETE /api/mentors/me/availability/exceptions/{exception_id}": 6,
    "POST /api/mentors/me/availability/preview": 3,
    "POST /api/bookings": 12,
    "GET /api/bookings": 4,
    "GET /api/bookings/{booking_id}": 4,
    "GET /api/bookings/{booking_id}/timeline": 5,
    "GET /api/bookings/{booking_id}/messages": 3,
    "GET /api/bookings/{booking_id}/recording": 4,
    "PUT /api/bookings/{booking_id}/recording": 10,
    "POST /api/bookings/{booking_id}/messages": 8,
    "GET /api/bookings/{booking_id}/calendar.ics": 4,
    "PUT /api/bookings/{booking_id}": 9,
    "POST /api/bookings/{booking_id}/reschedule": 21,
    "POST /api/bookings/{booking_id}/cancel": 17,
    "DELETE /api/bookings/{booking_id}": 18,
    "POST /api/bookings/{booking_id}/accept": 14,
    "POST /api/bookings/{booking_id}/decline": 15,
    "POST /api/bookings/{booking_id}/no-show": 18,
    "POST /api/bookings/{booking_id}/mentor-absent": 17,
    "POST /api/bookings/{booking_id}/join": 6,
    "GET /api/notifications": 3,
    "POST /api/notifications": 4,
    "GET /api/me/preferences": 2,
    "PUT /api/me/preferences": 5,
    "POST /api/unsubscribe/{secret}/{topic}": 4,
    "GET /api/me/calendar": 2,
    "POST /api/me/calendar": 3,
    "GET /api/calendar/{secret}.ics": 3,
    "PUT /api/admin/policies": 7,
    "GET /api/admin/sessions": 3,
    "GET /api/admin/sessions.csv": 2,
    "GET /api/admin/people": 3,
    "GET /api/admin/people/{person_id}": 4,
    "POST /api/admin/people/{person_id}/approve": 13,
    "POST /api/admin/people/{person_id}/decline": 13,
    "POST /api/admin/people/{person_id}/invite": 13,
    "POST /api/admin/people/{person_id}/deactivate": 13,
    "POST /api/admin/people/{person_id}/reactivate": 10,
    "POST /api/admin/people/{person_id}/reset-link": 12,
    "PUT /api/admin/people/{person_id}/admin": 8,
    "GET /api/admin/system": 10,
    "POST /api/admin/system/messages/retry": 2,
    "POST /api/admin/system/messages/{message_id}/retry": 2,
    "DELETE /api/admin/system/messages/{message_id}": 2,
    "GET /api/health": 4,
    "GET /api/policies": 1,
    "POST /api/auth/register": 12,
    "POST /api/auth/login": 12,
    "GET /api/auth/logins": 3,
    "POST /api/auth/password": 10,
    "POST /api/auth/forgot": 1,
    "POST /api/auth/email/confirmation": 3,
    "POST /api/auth/email": 6,
    "GET /api/auth/email": 2,
    "DELETE /api/auth/email": 4,
    "POST /api/auth/confirm": 9,
    "POST /api/auth/reset": 12,
    "DELETE /api/auth/logins/{login_id}": 2,
    "POST /api/auth/ticket": 6,
    "DELETE /api/auth/logins": 3,
    "POST /api/auth/logout": 1,
}

DAYS = "startDate=2027-01-14&endDate=2027-02-13&timezone=Europe/London"
NEW = {**MINA, "email": "new@people.test"}
WEEK = {
    "schedule": {"timezone": "Europe/London"},
    "weeklyPatterns": [
        {"dayOfWeek": day, "timeBlocks": [{"startTime": "00:00", "endTime": "24:00"}]} for day in range(7)
    ],
}
SAID = {"headline": "Maps", "expertise": ["Testing"], "rate": "60", "currency": "GBP"}
DAY_OFF = {"startDate": "2027-03-20", "endDate": "2027-03-20", "type": "BLOCKED"}
BECAUSE = {"reason": "Because"}
LOG_IN = {"email": NEW["email"], "password": NEW["password"]}
NEXT = "another long password"
PASSWORDS = {"currentPassword": NEW["password"], "newPassword": NEXT}
CHOICES = {"topics": [{"topic": topic, "inApp": False, "byMail": False} for topic in NoticeTopic]}
UNSUBSCRIBE, CALENDAR = SecretPurpose.UNSUBSCRIBE, SecretPurpose.CALENDAR
Call = tuple[str, str, str, str, Any]


def calls(world: World, login: str) -> list[Call]:
    """Who calls which operation, at which address, with what; in this order. `login` is one of Mina's."""
    sessions, mentor = "/api/bookings", f"/api/mentors/{world.moira.id}"
    hours = "/api/mentors/me/availability"
    one, other, asked = (f"{sessions}/{each}" for each in (world.coming, world.other, world.asked))
    day_off = add_exception(world.greta, DAY_OFF).id
    ticket = {"ticket": issue_ticket(world.mina.id, address=None, agent=None)}
    system, dead, gone = "/api/admin/system", world.dead, world.dead_too
    people, new, person = "/api/admin/people", a_mentee().id, a_mentee()
    request_to_mentor(person)
    asker = person.id
    picture = save_picture(world.greta, an_image()).picture
    mails, calendar = (secret_of(world.mina.id, each) for each in (UNSUBSCRIBE, CALENDAR))
    move = {"scheduledAt": in_hours(33).isoformat(), "duration": 30}
    return [
        ("mina", "GET", "/api/auth/me", "", None),
        ("mina", "GET", "/api/mentors", "", None),
        ("nobody", "GET", "/api/mentors", "?search=e&expertise=Testing&page=1", None),
        ("mina", "GET", "/api/mentors/{mentor_id}", mentor, None),
        (
            "mina",
            "GET",
            "/api/mentors/{mentor_id}/availability/slots",
            f"{mentor}/availability/slots?{DAYS}",
            None,
        ),
        (
            "mina",
            "GET",
            "/api/mentors/{mentor_id}/availability/slots",
            f"{mentor}/availability/slots?{DAYS}&duration=30&includeUnavailable=1&excludeBookingId={world.coming}",
            None,
        ),
        ("mina", "POST", "/api/mentors/me", "", None),
        ("mina", "GET", "/api/mentors/me", "", None),
        ("mina", "DELETE", "/api/mentors/me", "", None),
        ("greta", "GET", "/api/mentors/me/profile", "", None),
        ("greta", "PUT", "/api/mentors/me/profile", "", SAID),
        ("mina", "GET", "/api/mentors/{mentor_id}/picture/{name}", str(picture), None),
        ("greta", "PUT", "/api/mentors/me/picture", "", an_image("PNG")),
        ("greta", "PUT", "/api/mentors/me/picture", "", an_image()),
        ("greta", "DELETE", "/api/mentors/me/picture", "", None),
        ("greta", "GET", hours, "", None),
        ("greta", "PUT", hours, "", WEEK),
        ("greta", "POST", f"{hours}/exceptions", "", DAY_OFF),
        ("greta", "DELETE", f"{hours}/exceptions/{{exception_id}}", f"{hours}/exceptions/{day_off}", None),
        ("greta", "POST", f"{hours}/preview", f"{hours}/preview?{DAYS}", WEEK),
        ("mina", "POST", "/api/bookings", "", a_request(world.moira, in_hours(30))),
        ("mina", "GET", "/api/bookings", "", None),
        ("mina", "GET", "/api/bookings", "?when=past&role=mentee", None),
        ("mina", "GET", "/api/bookings/{booking_id}", one, None),
        ("mina", "GET", "/api/bookings/{booking_id}/timeline", f"{one}/timeline", None),
        ("mina", "GET", "/api/bookings/{booking_id}/calendar.ics", f"{one}/calendar.ics", None),
        ("mina", "PUT", "/api/bookings/{booking_id}", one, {"title": "Another"}),
        ("mina", "POST", "/api/bookings/{booking_id}/reschedule", f"{one}/reschedule", move),
        ("mina", "POST", "/api/bookings/{booking_id}/cancel", f"{one}/cancel", REASON),
        ("mina", "DELETE", "/api/bookings/{booking_id}", other, REASON),
        ("greta", "POST", "/api/bookings/{booking_id}/accept", f"{asked}/accept", None),
        (
            "greta",
            "POST",
            "/api/bookings/{booking_id}/decline",
            f"{sessions}/{world.asked_too}/decline",
            None,
        ),
        (
            "mina",
            "PUT",
            "/api/bookings/{booking_id}/recording",
            f"{sessions}/{world.begun}/recording",
            {"consent": True},
        ),
        (
            "moira",
            "PUT",
            "/api/bookings/{booking_id}/recording",
            f"{sessions}/{world.begun}/recording",
            {"consent": True},
        ),
        ("mina", "GET", "/api/bookings/{booking_id}/recording", f"{sessions}/{world.begun}/recording", None),
        (
            "mina",
            "POST",
            "/api/bookings/{booking_id}/messages",
            f"{sessions}/{world.begun}/messages",
            {"text": "Hello"},
        ),
        (
            "mina",
            "GET",
            "/api/bookings/{booking_id}/messages",
            f"{sessions}/{world.begun}/messages?before={world.begun}",
            None,
        ),
        ("mina", "POST", "/api/bookings/{booking_id}/join", f"{sessions}/{world.begun}/join", None),
        (
            "mina",
            "POST",
            "/api/bookings/{booking_id}/mentor-absent",
            f"{sessions}/{world.begun}/mentor-absent",
            None,
        ),
        ("moira", "POST", "/api/bookings/{booking_id}/no-show", f"{sessions}/{world.begun}/no-show", None),
        ("mina", "GET", "/api/notifications", "?limit=2&page=2", None),
        ("mina", "POST", "/api/notifications", "", {}),
        ("mina", "GET", "/api/me/preferences", "", None),
        ("mina", "PUT", "/api/me/preferences", "", CHOICES),
        ("nobody", "POST", "/api/unsubscribe/{secret}/{topic}", f"/api/unsubscribe/{mails}/changes", None),
        ("mina", "GET", "/api/calendar/{secret}.ics", f"/api/calendar/{calendar}.ics", None),
        ("mina", "POST", "/api/me/calendar", "", None),
        ("mina", "GET", "/api/me/calendar", "", None),
        (
            "admin",
            "PUT",
            "/api/admin/policies",
            "",
            {"free_cancellation_hours": 48, "max_reschedules_per_session": 1},
        ),
        ("admin", "GET", "/api/admin/sessions", "?search=session&startDate=2027-01-01", None),
        ("admin", "GET", "/api/admin/sessions.csv", "", None),
        ("admin", "GET", "/api/admin/people", "?search=m&role=mentee", None),
        ("admin", "GET", "/api/admin/people/{person_id}", f"{people}/{new}", None),
        ("admin", "POST", "/api/admin/people/{person_id}/decline", f"{people}/{asker}/decline", BECAUSE),
        ("admin", "POST", "/api/admin/people/{person_id}/approve", f"{people}/{asker}/approve", None),
        ("admin", "POST", "/api/admin/people/{person_id}/invite", f"{people}/{new}/invite", None),
        ("admin", "PUT", "/api/admin/people/{person_id}/admin", f"{people}/{new}/admin", {"isAdmin": True}),
        ("admin", "POST", "/api/admin/people/{person_id}/deactivate", f"{people}/{new}/deactivate", BECAUSE),
        ("admin", "POST", "/api/admin/people/{person_id}/reactivate", f"{people}/{new}/reactivate", None),
        ("admin", "GET", system, "", None),
        ("admin", "POST", f"{system}/messages/{{message_id}}/retry", f"{system}/messages/{dead}/retry", None),
        ("admin", "DELETE", f"{system}/messages/{{message_id}}", f"{system}/messages/{gone}", None),
        ("admin", "POST", f"{system}/messages/retry", "", None),
        ("nobody", "GET", "/api/health", "", None),
        ("nobody", "GET", "/api/policies", "", None),
        ("new", "POST", "/api/auth/register", "", NEW),
        ("new", "POST", "/api/auth/login", "", LOG_IN),
        ("new", "GET", "/api/auth/logins", "", None),
        ("new", "POST", "/api/auth/password", "", PASSWORDS),
        ("nobody", "POST", "/api/auth/forgot", "", {"email": NEW["email"]}),
        ("new", "POST", "/api/auth/email/confirmation", "", None),
        ("new", "POST", "/api/auth/email", "", {"currentPassword": NEXT, "newEmail": "next@people.test"}),
        ("new", "GET", "/api/auth/email", "", None),
        ("new", "DELETE", "/api/auth/email", "", None),
        ("admin", "POST", "/api/admin/people/{person_id}/reset-link", f"{people}/{new}/reset-link", None),
        (
            "nobody",
            "POST",
            "/api/auth/confirm",
            "",
            {"token": a_link(new, LinkPurpose.CHANGE_EMAIL, "o@people.test")},
        ),
        ("nobody", "POST", "/api/auth/reset", "", {"token": a_link(asker), "newPassword": NEXT}),
        ("mina", "DELETE", "/api/auth/logins/{login_id}", f"/api/auth/logins/{login}", None),
        ("nobody", "POST", "/api/auth/ticket", "", ticket),
        ("mina", "DELETE", "/api/auth/logins", "", None),
        ("mina", "POST", "/api/auth/logout", "", None),
    ]


@pytest.mark.parametrize("size", [3, 45], ids=["few", "many"])
def test_every_operation_keeps_its_budget(
    size: int,
    sqlite_db: Database,
    hands: Hands,
    calling: Door,
    rooms: RecordingRooms,
    hashing: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("livekit_url", "livekit_api_key", "livekit_api_secret", "livekit_recordings"):
        monkeypatch.setattr(settings, name, "set")
    world = a_world(hands, size=size)
    others = calling(world.mina)
    people = ("mina", "moira", "greta", "admin")
    callers = {name: calling(getattr(world, name)) for name in people} | {
        n: calling() for n in ("nobody", "new")
    }
    # That a log-in is in use is written down once an hour.
    for caller in (others, *callers.values()):
        caller.get("/api/auth/me")
    most: dict[str, int] = {}
    login = list_logins(world.mina, cookie_hash(others.client.cookies[settings.cookie]))[0].id
    for who, method, operation, address, body in calls(world, str(login)):
        path = address if address.startswith("/") else operation + address
        options = {} if body is None else {"content" if isinstance(body, bytes) else "json": body}
        forget()
        with statements() as said:
            answer = callers[who].request(method, path, **options)
        assert answer.status_code < 400, (method, path, answer.text)
        name = f"{method} {operation}"
        most[name] = max(most.get(name, 0), len(said))
    everything = {f"{method} {path}" for method, path in ROUTES}
    assert set(most) | set(OPERATIONS_OF_MONEY) == everything, "an operation is not called"
    assert most == OPERATIONS

"""How every refusal that the document names comes about: a scene for each, by operation."""

from typing import Any
from uuid import uuid4

import httpx

from mentorbook.db.engine import Database
from mentorbook.domain.errors import DatabaseBusy, RateLimited
from mentorbook.domain.views import Account
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.admin.policies import change_policies
from mentorbook.services.availability.publishing import Hours, publish_hours
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.mail import opened_addresses
from mentorbook.services.people import credentials as way_in
from mentorbook.services.people import login_throttle, mail_limits, mentor_requests, pictures
from tests.api.conftest import FOREIGN
from tests.api.meeting_scenes import JOIN, OF_TWO, RECORD, WRITE
from tests.api.payment_scenes import EXTEND, GIVE_BACK, HOLD, PAY
from tests.api.world import (
    EMAIL,
    FEED,
    HOURS,
    ONE,
    PAYMENTS,
    PEOPLE,
    PERSON,
    PICTURE,
    PREFERENCES,
    PROFILE,
    RECEIPT,
    REFUND,
    SHOWN_PICTURE,
    SYSTEM,
    UNSUBSCRIBE,
    WHY,
    Scene,
    World,
)
from tests.images import an_image
from tests.letters import a_link
from tests.people import a_mentee, a_mentor, a_request, in_hours

# What any operation of a shape can be refused for.


def a_stranger(world: World) -> httpx.Response:
    return world.by(None, json={"ticket": "none"})


def a_foreign_page(world: World) -> httpx.Response:
    return world.by(world.caller(), headers={"Origin": FOREIGN}, json={})


def somebody_elses(world: World) -> httpx.Response:
    person = world.caller()
    world.booking = world.booking.model_copy(update={"id": uuid4()})
    world.mentor = world.mentor.model_copy(update={"id": uuid4()})
    world.person_id = uuid4()
    return world.by(person, json=world.body(), params=DATES)


def nonsense(world: World) -> httpx.Response:
    world.has_exception()
    headers = {"If-Match": "not quoted"} if world.path.startswith((ONE, HOURS, PROFILE)) else {}
    query = {"page": "0", "limit": "0", "startDate": "never"}
    return world.by(world.caller(), json={"nonsense": 1}, params=query, headers=headers)


def a_busy_database(world: World) -> httpx.Response:
    def busy(*_: object) -> None:
        raise DatabaseBusy

    caller = world.calling(world.caller())
    address = world.address()
    for name in ("read", "ask", "write"):
        world.monkeypatch.setattr(Database, name, busy)
    body = world.body() if world.path.startswith((HOURS, PROFILE)) else SOMETHING.get(world.path, {})
    return caller.request(world.method, address, json=body, params=DATES)


DATES = {"startDate": "2027-01-14", "endDate": "2027-01-15"}
SOMETHING: dict[str, dict[str, Any]] = {
    PREFERENCES: {"topics": [{"topic": "changes", "byMail": False}]},
    "/api/auth/register": {"email": "new@people.test", "password": "three words of mine", "name": "New"},
    "/api/auth/login": {"email": "mina@people.test", "password": "x"},
    "/api/auth/ticket": {"ticket": "x"},
    "/api/auth/forgot": {"email": "mina@people.test"},
    "/api/auth/reset": {"token": "x", "newPassword": "three words of mine"},
    "/api/auth/confirm": {"token": "x"},
}

# What one operation can be refused for.


def booked_by(world: World, person: Account | None = None, **values: Any) -> httpx.Response:
    at = values.pop("at", in_hours(30))
    return world.by(person or world.mentee, json=a_request(values.pop("mentor", world.mentor), at, **values))


def the_fourth_in_a_minute(world: World) -> httpx.Response:
    for hours in (30, 32, 34):
        create_booking(world.mentee, a_request(world.mentor, in_hours(hours)))
    return booked_by(world, at=in_hours(36))


def another_body_under_a_key(world: World) -> httpx.Response:
    caller, address = world.calling(world.mentee), world.path.format(booking_id=world.booking.id)
    key = {"Idempotency-Key": "the same"}
    if world.path == "/api/bookings":
        bodies = [a_request(world.mentor, in_hours(hours)) for hours in (30, 32)]
    elif world.path.endswith("/reschedule"):
        bodies = [{"scheduledAt": in_hours(hours).isoformat()} for hours in (30, 32)]
    else:
        bodies = [WHY, {"reasonCategory": "technical_issues"}]
    answers = [caller.request(world.method, address, json=body, headers=key) for body in bodies]
    assert answers[0].status_code < 300
    return answers[1]


def with_an_old_tag(world: World) -> httpx.Response:
    if world.path.endswith(("/accept", "/decline")):
        asking = a_mentor("Grace", require_confirmation=True)
        world.booking = create_booking(world.mentee, a_request(asking, in_hours(48)))
        world.mentor = asking
    if world.path.endswith(("/no-show", "/mentor-absent")):
        world.hands.now = in_hours(24.5)
    world.has_exception()
    return world.by(world.caller(), json=world.body(), headers={"If-Match": '"old"'})


def not_ones_own_part(world: World) -> httpx.Response:
    return world.by(world.mentee if world.caller() == world.mentor else world.mentor, json=world.body())


def a_cancelled_session(world: World) -> httpx.Response:
    cancel_booking(world.mentee, world.booking.id, WHY)
    return world.by(world.caller(), json=world.body())


def too_late(world: World) -> httpx.Response:
    world.hands.now = in_hours(23)
    return world.by(world.mentee, json=world.body())


def moved_too_often(world: World) -> httpx.Response:
    change_policies(world.admin, {"max_reschedules_per_session": 0})
    return world.by(world.mentee, json=world.body())


def a_mentor_away(world: World) -> httpx.Response:
    away = a_mentor("Away", is_active=False)
    if world.path == "/api/bookings":
        return booked_by(world, mentor=away)
    publish_hours(world.mentor.id, Hours(schedule={"is_active": False}))
    return world.by(world.mentee, json=world.body())


def not_offered(world: World) -> httpx.Response:
    at = in_hours(30.1)
    return booked_by(world, at=at) if world.path == "/api/bookings" else moved_to(world, at)


def taken(world: World) -> httpx.Response:
    create_booking(a_mentee("Rival"), a_request(world.mentor, in_hours(30)))
    at = in_hours(30)
    return booked_by(world, at=at) if world.path == "/api/bookings" else moved_to(world, at)


def moved_to(world: World, at: Any) -> httpx.Response:
    return world.by(world.mentee, json={"scheduledAt": at.isoformat()})


def wrong_tries(world: World) -> httpx.Response:
    credentials = {"email": world.mentee.email, "password": "wrong"}
    if world.path.endswith("/email"):
        credentials = {"currentPassword": "wrong", "newEmail": "new@people.test"}
    if world.path.endswith("/password"):
        credentials = {"currentPassword": "wrong", "newPassword": "three words of mine"}
    for _ in range(login_throttle.FREE_TRIES):
        world.by(world.mentee, json=credentials)
    return world.by(world.mentee, json=credentials)


def many_new_accounts(world: World) -> httpx.Response:
    for number in range(100):
        body = SOMETHING["/api/auth/register"] | {"email": f"new{number}@people.test"}
        if (answer := world.by(None, json=body)).status_code == 429:
            break
    return answer


def many_mails(world: World) -> httpx.Response:
    for _ in range(mail_limits.MOST_TO_ADDRESS):
        assert world.by(world.mentee, json={"email": world.mentee.email}).status_code < 300
    return world.by(world.mentee, json={"email": world.mentee.email})


def with_an_unknown_link(world: World) -> httpx.Response:
    return world.by(None, json=SOMETHING[world.path])


def a_full_queue(world: World) -> httpx.Response:
    token = a_link(world.mentee.id)

    async def full(*_: object) -> None:
        raise RateLimited(3)

    world.monkeypatch.setattr(way_in, "call_hashing", full)
    return world.by(None, json=SOMETHING[world.path] | {"token": token})


def many_pictures(world: World) -> httpx.Response:
    caller, upload = world.calling(world.mentor), an_image()
    answers = [caller.request("PUT", PICTURE, content=upload) for _ in range(pictures.MOST_UPLOADS + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    return answers[-1]


def many_wrong_secrets(world: World) -> httpx.Response:
    for _ in range(opened_addresses.MOST_WRONG):
        assert world.by(None).status_code == 404
    return world.by(None)


def many_requests(world: World) -> httpx.Response:
    for _ in range(mentor_requests.MOST_REQUESTS):
        mentor_requests.request_to_mentor(world.mentee)
        mentor_requests.withdraw_request(world.mentee)
    return world.by(world.mentee)


def of_a_deactivated_account(world: World) -> httpx.Response:
    deactivate(world.admin, world.mentee.id, {"reason": "Because"})
    return world.by(world.admin, json=world.body())


BOOK: dict[str, Scene] = {
    "self_booking": lambda world: booked_by(world, world.mentor),
    "not_found": lambda world: booked_by(world, mentor=uuid4()),
    "mentor_unavailable": a_mentor_away,
    "slot_unavailable": not_offered,
    "slot_taken": taken,
    "rate_limited": the_fourth_in_a_minute,
    "idempotency_mismatch": another_body_under_a_key,
}
CHANGE: dict[str, Scene] = {
    "not_found": somebody_elses,
    "not_permitted": not_ones_own_part,
    "invalid_status": a_cancelled_session,
    "changed_meanwhile": with_an_old_tag,
}
CANCEL = CHANGE | {
    "cancellation_cutoff_passed": too_late,
    "idempotency_mismatch": another_body_under_a_key,
}
MOVE = CHANGE | {
    "max_reschedules_reached": moved_too_often,
    "reschedule_cutoff_passed": too_late,
    "mentor_unavailable": a_mentor_away,
    "slot_unavailable": not_offered,
    "slot_taken": taken,
    "idempotency_mismatch": another_body_under_a_key,
}
NOT_FOUND: dict[str, Scene] = {"not_found": somebody_elses}
ADMIN: dict[str, Scene] = {"not_permitted": lambda world: world.by(world.mentee, json={})}
OLD_TAG: dict[str, Scene] = {"changed_meanwhile": with_an_old_tag}
NOT_ASKED: dict[str, Scene] = {"invalid_status": lambda world: world.by(world.admin, json=world.body())}
DEACTIVATED: dict[str, Scene] = {"invalid_status": of_a_deactivated_account}


BY_SECRET: dict[str, Scene] = {
    "not_found": lambda world: world.by(world.mentee),
    "rate_limited": many_wrong_secrets,
}

SCENES: dict[tuple[str, str], dict[str, Scene]] = {
    ("POST", "/api/auth/register"): {"rate_limited": many_new_accounts},
    ("POST", "/api/auth/login"): {
        "wrong_credentials": lambda world: world.by(None, json={"email": "a@b.test", "password": "x"}),
        "rate_limited": wrong_tries,
    },
    ("POST", "/api/auth/ticket"): {"not_authenticated": a_stranger},
    ("POST", "/api/auth/password"): {"rate_limited": wrong_tries},
    ("POST", "/api/auth/forgot"): {"rate_limited": many_mails},
    ("POST", "/api/auth/reset"): {"rate_limited": a_full_queue, "link_void": with_an_unknown_link},
    ("POST", "/api/auth/confirm"): {"link_void": with_an_unknown_link},
    ("POST", "/api/auth/email"): {"rate_limited": wrong_tries},
    ("POST", "/api/auth/email/confirmation"): {"rate_limited": many_mails},
    ("DELETE", "/api/auth/logins/{login_id}"): NOT_FOUND,
    ("GET", "/api/mentors/{mentor_id}"): NOT_FOUND,
    ("GET", "/api/mentors/{mentor_id}/availability/slots"): NOT_FOUND,
    ("POST", "/api/mentors/me"): {"rate_limited": many_requests},
    ("DELETE", "/api/mentors/me"): {"invalid_status": lambda world: world.by(world.mentor)},
    ("GET", PROFILE): ADMIN,
    ("PUT", PROFILE): ADMIN | OLD_TAG,
    ("PUT", PICTURE): ADMIN | {"rate_limited": many_pictures},
    ("DELETE", PICTURE): ADMIN,
    ("GET", SHOWN_PICTURE): NOT_FOUND,
    ("GET", HOURS): ADMIN,
    ("PUT", HOURS): ADMIN | OLD_TAG,
    ("POST", f"{HOURS}/exceptions"): ADMIN | OLD_TAG,
    ("DELETE", f"{HOURS}/exceptions/{{exception_id}}"): ADMIN | OLD_TAG | NOT_FOUND,
    ("POST", f"{HOURS}/preview"): ADMIN,
    ("POST", "/api/bookings"): BOOK | HOLD,
    ("GET", ONE): NOT_FOUND,
    ("GET", f"{ONE}/calendar.ics"): NOT_FOUND,
    ("GET", f"{ONE}/timeline"): NOT_FOUND,
    ("GET", f"{ONE}/messages"): NOT_FOUND | OF_TWO,
    ("GET", f"{ONE}/recording"): NOT_FOUND | OF_TWO,
    ("PUT", f"{ONE}/recording"): NOT_FOUND | RECORD,
    ("POST", f"{ONE}/messages"): NOT_FOUND | WRITE,
    ("PUT", ONE): CHANGE,
    ("DELETE", ONE): CANCEL,
    ("POST", f"{ONE}/cancel"): CANCEL,
    ("POST", f"{ONE}/reschedule"): MOVE,
    ("POST", f"{ONE}/no-show"): CHANGE | {"no_show_window_closed": lambda world: world.by(world.mentor)},
    ("POST", f"{ONE}/mentor-absent"): CHANGE
    | {"no_show_window_closed": lambda world: world.by(world.mentee)},
    ("POST", f"{ONE}/join"): NOT_FOUND | JOIN,
    ("POST", f"{ONE}/payment"): NOT_FOUND | PAY,
    ("POST", f"{ONE}/hold/extend"): NOT_FOUND | EXTEND,
    ("GET", RECEIPT): NOT_FOUND,
    ("GET", PAYMENTS): ADMIN,
    ("GET", f"{PAYMENTS}.csv"): ADMIN,
    ("GET", f"{PAYMENTS}/differences"): ADMIN,
    ("POST", REFUND): ADMIN | NOT_FOUND | GIVE_BACK,
    ("POST", f"{ONE}/accept"): CHANGE,
    ("POST", f"{ONE}/decline"): CHANGE,
    ("PUT", "/api/admin/policies"): ADMIN,
    ("POST", UNSUBSCRIBE): BY_SECRET,
    ("GET", FEED): BY_SECRET,
    ("GET", PEOPLE): ADMIN,
    ("GET", PERSON): ADMIN | NOT_FOUND,
    ("POST", f"{PERSON}/approve"): ADMIN | NOT_FOUND | NOT_ASKED,
    ("POST", f"{PERSON}/decline"): ADMIN | NOT_FOUND | NOT_ASKED,
    ("POST", f"{PERSON}/invite"): ADMIN | NOT_FOUND | DEACTIVATED,
    ("POST", f"{PERSON}/deactivate"): ADMIN | NOT_FOUND,
    ("POST", f"{PERSON}/reactivate"): ADMIN | NOT_FOUND,
    ("POST", f"{PERSON}/reset-link"): ADMIN | NOT_FOUND | DEACTIVATED,
    ("PUT", f"{PERSON}/admin"): ADMIN | NOT_FOUND | DEACTIVATED,
    ("GET", SYSTEM): ADMIN,
    ("POST", f"{SYSTEM}/messages/retry"): ADMIN,
    ("POST", f"{SYSTEM}/messages/{{message_id}}/retry"): ADMIN | NOT_FOUND,
    ("DELETE", f"{SYSTEM}/messages/{{message_id}}"): ADMIN | NOT_FOUND,
    ("GET", "/api/admin/sessions"): ADMIN,
    ("GET", "/api/admin/sessions.csv"): ADMIN,
}
OPEN_TO_ALL = {
    "/api/health", "/api/policies", "/api/mentors", "/api/auth/register", "/api/auth/login",
    "/api/auth/forgot", "/api/auth/reset", "/api/auth/confirm",
}  # fmt: skip
WITHOUT_INPUT = {
    "/api/auth/me", "/api/auth/logout", "/api/auth/logins", "/api/policies", "/api/health", "/api/mentors/me",
    "/api/me/calendar", UNSUBSCRIBE, FEED, "/api/auth/email/confirmation",
    f"{PERSON}/approve", f"{PERSON}/invite", f"{PERSON}/reactivate", f"{PERSON}/reset-link",
    f"{SYSTEM}/messages/retry", f"{ONE}/join",
    "/api/payments.csv", "/api/earnings.csv", f"{PAYMENTS}.csv", f"{PAYMENTS}/differences",
}  # fmt: skip


_LOOKED_AT = (
    "/api/mentors/{mentor_id}", SHOWN_PICTURE, PROFILE, HOURS, PERSON, ONE, f"{ONE}/calendar.ics",
    f"{ONE}/timeline", f"{ONE}/recording", PREFERENCES, RECEIPT,
)  # fmt: skip


def scenes_of(method: str, path: str) -> dict[str, Scene]:
    """Everything that an operation can be refused for: what is its own, and what its shape brings."""
    scenes = dict(SCENES.get((method, path), {}))
    by_secret = path in (UNSUBSCRIBE, FEED)
    for_anybody = by_secret or path.startswith(("/api/mentors/{", "/api/auth/ticket", "/api/auth/logout"))
    if path not in OPEN_TO_ALL and not for_anybody:
        scenes.setdefault("not_authenticated", a_stranger)
    if method != "GET":
        scenes.setdefault("not_permitted", a_foreign_page)
    takes_nothing = (method, path) in (("DELETE", PICTURE), ("DELETE", EMAIL), ("GET", EMAIL)) or (
        method == "GET" and path in _LOOKED_AT
    )
    is_named = "{login_id}" in path or "{message_id}" in path
    if path not in WITHOUT_INPUT and not takes_nothing and not is_named:
        scenes.setdefault("validation_failed", nonsense)
    if path != "/api/health":
        scenes.setdefault("busy", a_busy_database)
    return scenes

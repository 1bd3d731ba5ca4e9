"""A session between two people, in which every refusal of the API can be brought about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from mentorbook.domain.views import Account, Booking
from mentorbook.services.availability.own_hours import add_exception
from tests.api.conftest import Door
from tests.conftest import Hands
from tests.people import in_hours

WHY = {"reasonCategory": "schedule_conflict"}
ONE = "/api/bookings/{booking_id}"
HOURS = "/api/mentors/me/availability"
PEOPLE = "/api/admin/people"
SYSTEM = "/api/admin/system"
PAYMENTS, RECEIPT = "/api/admin/payments", "/api/payments/{payment_id}"
REFUND = "/api/admin/sessions/{booking_id}/refund"
PERSON = f"{PEOPLE}/{{person_id}}"
PROFILE = "/api/mentors/me/profile"
PICTURE, SHOWN_PICTURE = "/api/mentors/me/picture", "/api/mentors/{mentor_id}/picture/{name}"
EMAIL = "/api/auth/email"
SAID = {"headline": "Maps", "expertise": ["Testing"], "rate": "60", "currency": "GBP"}
WEEK = {"schedule": {"timezone": "Europe/London"}, "weeklyPatterns": []}
DAY_OFF = {"startDate": "2027-01-20", "endDate": "2027-01-20", "type": "BLOCKED"}
PREFERENCES = "/api/me/preferences"
UNSUBSCRIBE, FEED = "/api/unsubscribe/{secret}/{topic}", "/api/calendar/{secret}.ics"


@dataclass
class World:
    """A session between two people, an admin, and everybody's way to call."""

    calling: Door
    hands: Hands
    monkeypatch: pytest.MonkeyPatch
    mentor: Account
    mentee: Account
    admin: Account
    booking: Booking
    method: str = ""
    path: str = ""
    exception_id: UUID = field(default_factory=uuid4)
    person_id: UUID | None = None
    secret: str = "none"

    def by(self, person: Account | None, **options: Any) -> httpx.Response:
        """The operation as this person, on the session of the world."""
        address = self.address()
        return self.calling(person).request(self.method, address, **options)

    def address(self) -> str:
        """Where it is, with ids that are of nothing but the session's and the mentor's."""
        of_nobody = {
            "login_id": uuid4(),
            "exception_id": self.exception_id,
            "message_id": uuid4(),
            "payment_id": uuid4(),
        }
        of_nobody["person_id"] = self.person_id or self.mentee.id
        return self.path.format(
            booking_id=self.booking.id,
            mentor_id=self.mentor.id,
            name="none",
            secret=self.secret,
            topic="changes",
            **of_nobody,
        )

    def has_exception(self) -> None:
        """Let an address of an exception lead to one."""
        if "{exception_id}" in self.path:
            self.exception_id = add_exception(self.mentor, DAY_OFF).id

    def caller(self) -> Account:
        """Who may do it."""
        if "/admin/" in self.path:
            return self.admin
        is_for_mentor = self.path.startswith((HOURS, PROFILE, PICTURE)) or self.path.endswith(
            ("/no-show", "/accept", "/decline")
        )
        return self.mentor if is_for_mentor else self.mentee

    def body(self) -> dict[str, Any]:
        """What makes the operation possible."""
        if self.path == PROFILE:
            return SAID
        if self.path == REFUND:
            return {"amountMinor": 100, "reason": "Because"}
        if self.path.startswith(PEOPLE):
            return {"isAdmin": True} if self.path.endswith("/admin") else {"reason": "Because"}
        if self.path.startswith(HOURS):
            return DAY_OFF if self.path.endswith("/exceptions") else WEEK
        if self.method == "PUT":
            return {"title": "Another"}
        move = {"scheduledAt": in_hours(40).isoformat()}
        return {"/reschedule": move, "/cancel": WHY}.get(self.path.removeprefix(ONE), WHY)


Scene = Callable[[World], httpx.Response]

"""What admins are shown of everybody: people and sessions, as plain objects; camelCase on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.views import Account, View


class AdminPerson(Account):
    """Somebody's account as admins see it in the list of all."""

    deactivated_at: datetime | None
    created_at: datetime


class AdminPersonPage(View):
    """One page of all people."""

    people: list[AdminPerson]
    page: int
    pages: int
    total: int


class AccountEvent(View):
    """One thing that an admin did to an account."""

    action: str
    actor_id: UUID
    actor_name: str
    at: datetime
    details: dict[str, Any]
    ip_address: str | None
    user_agent: str | None


class AdminPersonDetail(AdminPerson):
    """One account, its live sessions that are to come in either role, and the latest 100 events.

    `headline`, `about` and `expertise` are what a mentor, or who asks to be one, says about themselves.
    """

    headline: str
    about: str
    expertise: list[str]
    decline_reason: str | None
    coming_sessions: int
    events: list[AccountEvent]


class AdminSession(View):
    """A session as admins see it in the list of all."""

    id: UUID
    title: str
    status: SessionStatus
    scheduled_at: datetime
    duration: int
    mentor_name: str
    mentor_email: str
    mentee_name: str
    mentee_email: str
    currency: str
    price_minor: int
    reschedule_count: int
    created_at: datetime


class AdminSessionPage(View):
    """One page of all sessions."""

    sessions: list[AdminSession]
    page: int
    pages: int
    total: int

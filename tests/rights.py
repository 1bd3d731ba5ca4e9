"""Who may do what to a session, and when: section 3.2 of the design as a table, written out for the tests.

It shares nothing with the function that decides. Services, REST and the handlers of pages are all held to it.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from mentorbook.db.engine import write_transaction
from mentorbook.db.sessions import MentoringSession, SessionClaim
from mentorbook.domain.kinds import LIVE_STATUSES
from mentorbook.domain.views import Account
from tests.people import a_mentee, a_mentor, in_hours

Role = Literal["nobody", "stranger", "mentee", "mentor", "admin"]
ROLES: tuple[Role, ...] = ("nobody", "stranger", "mentee", "mentor", "admin")
# `asked_late` is a request that lapses only at its start.
STATUSES = ("pending", "asked_late", "scheduled", "in_progress", "completed", "cancelled", "no_show")

START = in_hours(72)
LASTS = timedelta(hours=1)
# The room stays open for half an hour.
CLOSES = LASTS + timedelta(minutes=30)
# A request lapses a day before the start, so that every other edge lies on one side of it alone.
LAPSES = timedelta(hours=-24)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Right:
    """Who may, in which statuses, from when until when; a refusal by the clock has the code `closed`.

    Times are relative to the start; `opens` is the first moment, `closes` the last one, or with `before` the
    first at which it is too late.
    """

    who: tuple[Role, ...]
    statuses: tuple[str, ...]
    opens: timedelta | None
    closes: timedelta
    closed: str = "invalid_status"
    before: bool = False
    # What the clock closes for sessions, but not for requests: those end by lapsing.
    spares_requests: bool = False


RIGHTS = {
    "join": Right(
        ("mentee", "mentor"), ("scheduled", "in_progress"), -timedelta(minutes=10), CLOSES, before=True
    ),
    "reschedule": Right(
        ("mentee",), ("pending", "scheduled"), None, -timedelta(hours=4), "reschedule_cutoff_passed"
    ),
    "cancel": Right(
        ("mentee",),
        ("pending", "scheduled"),
        None,
        -timedelta(hours=2),
        "cancellation_cutoff_passed",
        spares_requests=True,
    ),
    "edit": Right(("mentee",), ("pending", "scheduled"), None, timedelta(), before=True),
    "no_show": Right(
        ("mentor",),
        ("scheduled", "in_progress", "completed"),
        timedelta(),
        timedelta(hours=24),
        "no_show_window_closed",
    ),
    "mentor_absent": Right(
        ("mentee",),
        ("scheduled", "in_progress", "completed", "no_show"),
        timedelta(),
        timedelta(hours=24),
        "no_show_window_closed",
    ),
    "accept": Right(("mentor",), ("pending",), None, timedelta(), before=True),
    "decline": Right(("mentor",), ("pending",), None, timedelta(), before=True),
}

# Both sides of every edge, to the second, and a moment long before them all.
MOMENTS = (
    timedelta(hours=-48),
    *(LAPSES - _SECOND, LAPSES),
    *(timedelta(hours=-4), timedelta(hours=-4) + _SECOND),
    *(timedelta(hours=-2), timedelta(hours=-2) + _SECOND),
    *(timedelta(minutes=-10) - _SECOND, timedelta(minutes=-10)),
    *(-_SECOND, timedelta()),
    *(CLOSES - _SECOND, CLOSES),
    *(timedelta(hours=24), timedelta(hours=24) + _SECOND),
)


@dataclass(frozen=True)
class Cell:
    """One cell of the table; `expected` is `yes` or the code of the refusal."""

    role: Role
    action: str
    status: str
    moment: timedelta

    @property
    def expected(self) -> str:
        """What the table says."""
        right = RIGHTS[self.action]
        outside = {"nobody": "not_authenticated", "stranger": "not_found"}
        if self.role in outside:
            return outside[self.role]
        if self.role not in right.who:
            return "not_permitted"
        has_lapsed = self.moment >= lapses(self.status)
        if stored(self.status) not in right.statuses or has_lapsed:
            return "invalid_status"
        if right.spares_requests and stored(self.status) == "pending":
            return "yes"
        early = right.opens is not None and self.moment < right.opens
        late = self.moment >= right.closes if right.before else self.moment > right.closes
        return right.closed if early or late else "yes"


def stored(status: str) -> str:
    """What stands in the database for one of STATUSES."""
    return "pending" if status == "asked_late" else status


def lapses(status: str) -> timedelta:
    """When a request lapses, relative to its start; never, for what is no request."""
    return {"pending": LAPSES, "asked_late": timedelta()}.get(status, timedelta.max)


def cells(status: str, moment: timedelta) -> Iterator[Cell]:
    """Every role and action at one moment of a session in one status."""
    for role, action in itertools.product(ROLES, RIGHTS):
        yield Cell(role, action, status, moment)


class Stage:
    """The people of the table, and sessions in any status, put there without anybody's leave."""

    def __init__(self) -> None:
        self.mentor, self.mentee = a_mentor("Moira"), a_mentee("Mina")
        self.people: dict[Role, Account | None] = {
            "nobody": None,
            "stranger": a_mentee("Stranger"),
            "mentee": self.mentee,
            "mentor": self.mentor,
            "admin": a_mentee("Admin", is_admin=True),
        }
        self._times = itertools.count()

    def free_time(self) -> datetime:
        """A time nobody has been moved to yet."""
        return START + timedelta(days=5, hours=next(self._times))

    def a_session(self, status: str) -> UUID:
        """A session of these two people at START, with its claims if it is live."""
        (identifier,) = self.sessions(status, 1, claims=stored(status) in LIVE_STATUSES)
        return identifier

    def sessions(self, status: str, number: int, *, claims: bool = False) -> list[UUID]:
        """So many sessions of these two people, all at START; with claims there can be but one."""
        rows = [self._a_row(status) for _ in range(number)]
        identifiers = [row.id for row in rows]
        people = (self.mentor.id, self.mentee.id) if claims else ()
        with write_transaction() as session:
            session.add_all(rows)
            session.flush()
            session.add_all(
                SessionClaim(session_id=each, user_id=person, starts_at=START, ends_at=START + LASTS)
                for each in identifiers
                for person in people
            )
        return identifiers

    def _a_row(self, status: str) -> MentoringSession:
        return MentoringSession(
            mentor_id=self.mentor.id,
            mentee_id=self.mentee.id,
            title="A session",
            status=stored(status),
            scheduled_at=START,
            ends_at=START + LASTS,
            expires_at=START + lapses(status) if stored(status) == "pending" else None,
            duration=60,
            meeting_url="/room/none",
            rate=Decimal(60),
            currency="GBP",
            price_minor=6000,
            created_at=in_hours(0),
            updated_at=in_hours(0),
        )

    def leave(self, session_id: UUID) -> None:
        """Get a session out of the way: later ones take its time."""
        with write_transaction() as session:
            session.execute(delete(SessionClaim).where(col(SessionClaim.session_id) == session_id))
            session.execute(
                update(MentoringSession)
                .where(col(MentoringSession.id) == session_id)
                .values(status="cancelled", expires_at=None)
            )

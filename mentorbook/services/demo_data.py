"""Demo people, hours and sessions, for an empty database only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlmodel import Session, col

from mentorbook.db import claims
from mentorbook.db.delivery import Notification
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession, SessionAuditLog
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import BlockType
from mentorbook.domain.money.payments import DEMO_CARD
from mentorbook.domain.money.prices import price_minor
from mentorbook.domain.slots import WeeklyBlock
from mentorbook.domain.views import Account, Booking
from mentorbook.services import outbox
from mentorbook.services.availability import published_hours
from mentorbook.services.availability.free_starts import offered
from mentorbook.services.availability.published_hours import published_calendar
from mentorbook.services.availability.publishing import Hours, publish_hours
from mentorbook.services.booking import bookings
from mentorbook.services.clock import now
from mentorbook.services.meeting.rooms import room_ordered
from mentorbook.services.money.paying import pay
from mentorbook.services.offload import call
from mentorbook.services.people import accounts, mentor_directory
from mentorbook.settings import settings

PASSWORD = "demo-password"  # noqa: S105 - published on purpose, in the README


@dataclass(frozen=True, slots=True)
class _Demo:
    """One demo mentor: who, what, and when on weekdays (0 = Sunday)."""

    email: str
    name: str
    zone: str
    profile: mentor_directory.Profile
    days: tuple[int, ...]
    ranges: tuple[tuple[str, str], ...]
    schedule: dict[str, object]


_WEEK = (1, 2, 3, 4, 5)

MENTORS = (
    _Demo(
        "ada@mentorbook.test",
        "Ada Lovell",
        "Europe/London",
        mentor_directory.Profile(
            "Staff engineer, distributed systems",
            "I have spent fifteen years making databases agree with each other, most of them on storage teams "
            "in London. Bring a design, an incident or a promotion packet, and we will take it apart together. "
            "I like diagrams, numbers, and questions that begin with “what if”.",
            ("System design", "Databases", "Career"),
            Decimal(60),
            "GBP",
        ),
        _WEEK,
        (("09:00", "12:30"), ("13:30", "17:30")),
        {"buffer_minutes": 15},
    ),
    _Demo(
        "kenji@mentorbook.test",
        "Kenji Mori",
        "Asia/Tokyo",
        mentor_directory.Profile(
            "Principal scientist, computer vision",
            "I read too many papers so that you do not have to. We can go through one that you are stuck on, "
            "plan an experiment, or look at why a model that works in the notebook fails in the field.",
            ("Machine learning", "Research"),
            Decimal(9000),
            "JPY",
        ),
        (1, 2, 3, 4, 5, 6),
        (("10:00", "13:00"), ("20:00", "24:00")),
        {},
    ),
    _Demo(
        "grace@mentorbook.test",
        "Grace Okafor",
        "America/New_York",
        mentor_directory.Profile(
            "Director of product, payments",
            "From engineer to product and from product to director: I have made both moves and regret neither. "
            "I read every request before I accept it, so tell me what you would like to leave with.",
            ("Product", "Leadership"),
            Decimal(80),
            "USD",
        ),
        (1, 2, 3, 4),
        (("10:00", "12:00"), ("14:00", "17:00")),
        {"require_confirmation": True, "default_session_duration": 45, "min_advance_booking_hours": 12.0},
    ),
    _Demo(
        "tomas@mentorbook.test",
        "Tomás Silva",
        "Europe/Lisbon",
        mentor_directory.Profile(
            "Security lead, red teams",
            "I break into things, with permission. Ask me about threat models that people really use, about the "
            "first year in security, or about the report that nobody wants to read.",
            ("Security", "Career"),
            Decimal(55),
            "EUR",
        ),
        (2, 3, 4, 5),
        (("08:00", "12:00"), ("18:00", "21:00")),
        {"default_session_duration": 30},
    ),
    _Demo(
        "meera@mentorbook.test",
        "Meera Bhat",
        "Asia/Kolkata",
        mentor_directory.Profile(
            "Data platform architect",
            "Pipelines, warehouses and the people between them. My sessions are free for students and for "
            "anybody who comes back from a career break.",
            ("Databases", "Leadership"),
            Decimal(0),
            "INR",
        ),
        (1, 3, 5),
        (("09:30", "13:30"),),
        {"buffer_minutes": 30},
    ),
    _Demo(
        "lena@mentorbook.test",
        "Lena Novak",
        "Europe/Prague",
        mentor_directory.Profile(
            "Frontend, design systems",
            "Design systems that people keep using, and interfaces that work for everybody. I am writing a book "
            "this winter and take sessions again in spring.",
            ("Accessibility", "Design"),
            Decimal(45),
            "EUR",
        ),
        (),
        (),
        {},
    ),
)
MENTEES = (
    ("priya@mentorbook.test", "Priya Raman", "Asia/Kolkata"),
    ("sam@mentorbook.test", "Sam Rivera", "America/Los_Angeles"),
)
ADMIN = ("admin@mentorbook.test", "Admin Ortiz", "UTC")

# (mentee, mentor, days from today, which free slot of that day, minutes, what about)
_COMING = (
    (0, 1, 1, 2, 60, "Reading papers faster", "video"),
    (0, 3, 2, 1, 30, "Threat models that ship", "video"),
    (0, 0, 3, 3, 60, "Preparing for a staff interview", "video"),
    (1, 0, 4, 1, 90, "A storage engine, from the log up", "video"),
    (1, 2, 5, 2, 45, "From engineer to product", "audio"),
)
# (mentee, mentor, what about), and in how many minutes.
_SOON, _BEGINS_IN = (1, 5, "Design systems that people keep using"), 8
_PAST = (
    (0, 0, -9, "Choosing a first distributed system to build", "completed"),
    (1, 1, -16, "An experiment that failed, and why", "completed"),
    (1, 3, -5, "Security for a small team", "no_show"),
)


async def seed() -> bool:
    """Write the demo data into an empty database; returns whether it did. One with users stays unchanged.

    What is to be paid is paid with the demo's test card, by the provider that is plugged in.
    """
    booked = await call(_write)
    if booked is None:
        return False
    for mentee, booking in booked:
        if booking.held_until is not None:
            await pay(mentee, booking.id, DEMO_CARD)
    await call(_let_time_pass)
    return True


def _write() -> list[tuple[Account, Booking]] | None:
    """Write all but what takes a provider; returns the sessions to come, or `None` where there are people."""
    with read_transaction() as session:
        if session.scalar(select(col(User.id)).limit(1)) is not None:
            return None
    hashed = accounts.hash_password(PASSWORD)
    people = [(ADMIN, True), *((person, False) for person in MENTEES)]
    ids: dict[str, UUID] = {}
    with write_transaction() as session:
        for (email, name, zone), is_admin in people:
            ids[email] = _add(session, email, name, zone, hashed, is_admin=is_admin)
        for demo in MENTORS:
            ids[demo.email] = _add(session, demo.email, demo.name, demo.zone, hashed)
    for demo in MENTORS:
        mentor_directory.publish_profile(ids[demo.email], demo.profile)
        weekly = tuple(
            WeeklyBlock(day, start, end, BlockType.AVAILABLE)
            for day in demo.days
            for start, end in demo.ranges
        )
        publish_hours(ids[demo.email], Hours(weekly=weekly, schedule=dict(demo.schedule)))
    mentor_ids = [ids[demo.email] for demo in MENTORS]
    mentee_ids = [ids[email] for email, _, _ in MENTEES]
    coming = _book_coming(mentor_ids, mentee_ids)
    _write_past(mentor_ids, mentee_ids)
    _begin_soon(mentor_ids, mentee_ids)
    return coming


def _add(session: Session, email: str, name: str, zone: str, hashed: str, *, is_admin: bool = False) -> UUID:
    user = User(
        email=email,
        name=name,
        timezone=zone,
        password_hash=hashed,
        is_admin=is_admin,
        is_demo=True,
        email_confirmed_at=now(),
        created_at=now(),
    )
    session.add(user)
    return user.id


def _book_coming(mentor_ids: list[UUID], mentee_ids: list[UUID]) -> list[tuple[Account, Booking]]:
    booked = []
    for mentee, mentor, days, nth, minutes, title, kind in _COMING:
        start = now() + timedelta(days=days)
        window = (start, start + timedelta(days=7))
        with read_transaction() as session:
            published = published_calendar(session, mentor_ids[mentor])
            # What is still free for both: a weekend between can bring two of these to the same day.
            free = offered(
                session, published, mentee_ids[mentee], starts=window, duration=minutes, moment=now()
            )
        actor = accounts.account(mentee_ids[mentee])
        request = {
            "mentorId": str(mentor_ids[mentor]),
            "scheduledAt": free[nth].isoformat(),
            "duration": minutes,
            "meetingType": kind,
            "title": title,
            "description": "",
        }
        booked.append((actor, bookings.create_booking(actor, request, f"demo {title}")))
    return booked


def _begin_soon(mentor_ids: list[UUID], mentee_ids: list[UUID]) -> None:
    """Write a session whose room is open now, whatever hours its mentor publishes, so that one can look in."""
    mentee, mentor, title = _SOON
    demo, minutes = MENTORS[mentor], 60
    start = now() + timedelta(minutes=_BEGINS_IN)
    start -= timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)
    with write_transaction() as session:
        published = published_calendar(session, mentor_ids[mentor])
        row = _a_session(published, mentee_ids[mentee], start, title, "scheduled", demo, minutes)
        session.add(row)
        session.flush()
        claims.claim(session, row.id, dict.fromkeys((row.mentor_id, row.mentee_id), (start, row.ends_at)))
        outbox.add_messages(session, [room_ordered(row)])


def _let_time_pass() -> None:
    """Date the demo data back by two days, so that nobody has a booking within the last minute."""
    two_days_ago = now() - timedelta(days=2)
    with write_transaction() as session:
        booked = (col(MentoringSession.scheduled_at) > now()) & col(MentoringSession.held_until).is_(None)
        session.execute(
            update(MentoringSession).where(booked).values(created_at=two_days_ago, booked_at=two_days_ago)
        )
        session.execute(update(Notification).values(created_at=two_days_ago))


def _write_past(mentor_ids: list[UUID], mentee_ids: list[UUID]) -> None:
    with write_transaction() as session:
        for mentee, mentor, days, title, status in _PAST:
            demo = MENTORS[mentor]
            published = published_calendar(session, mentor_ids[mentor])
            there = (now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
            minutes = published.schedule.default_session_duration
            row = _a_session(published, mentee_ids[mentee], there, title, status, demo, minutes)
            session.add(row)
            session.flush()
            session.add(_what_became_of(row))


def _a_session(
    published: published_hours.PublishedCalendar,
    mentee: UUID,
    start: datetime,
    title: str,
    status: str,
    demo: _Demo,
    minutes: int,
) -> MentoringSession:
    identifier = uuid4()
    return MentoringSession(
        id=identifier,
        mentor_id=published.mentor.id,
        mentee_id=mentee,
        title=title,
        status=status,
        scheduled_at=start,
        ends_at=start + timedelta(minutes=minutes),
        started_at=start if status == "completed" else None,
        ended_at=start + timedelta(minutes=minutes) if status == "completed" else None,
        duration=minutes,
        meeting_url=f"{settings.public_url}/room/{identifier}",
        rate=demo.profile.rate,
        currency=demo.profile.currency,
        price_minor=price_minor(demo.profile.rate, demo.profile.currency, minutes),
        created_at=start - timedelta(days=4),
        booked_at=start - timedelta(days=4),
        updated_at=min(start, now()),
    )


def _what_became_of(row: MentoringSession) -> SessionAuditLog:
    is_no_show = row.status == "no_show"
    return SessionAuditLog(
        session_id=row.id,
        user_id=row.mentor_id if is_no_show else None,
        action=row.status,
        policy_snapshot=SessionPolicies().model_dump(mode="json"),
        created_at=row.scheduled_at + timedelta(minutes=15) if is_no_show else row.ends_at,
    )

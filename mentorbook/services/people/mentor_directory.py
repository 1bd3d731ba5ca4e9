"""Mentors to choose from: the directory and the profile."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import Session, col

from mentorbook.db.claims import touch_calendars
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import AvailabilitySchedule, Mentor, User
from mentorbook.domain.errors import ValidationFailed, no_such
from mentorbook.domain.kinds import BlockType, MentorStatus, PaymentWay
from mentorbook.domain.money.prices import is_currency
from mentorbook.domain.people.own_profile import HIGHEST_RATE
from mentorbook.domain.people.pictures import picture_address
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.views import Account, MentorCard, MentorPage, MentorProfile, WeeklyRange
from mentorbook.services.availability.free_starts import next_slots
from mentorbook.services.availability.published_hours import (
    PublishedCalendar,
    published_calendar,
    published_calendars,
)
from mentorbook.services.clock import now
from mentorbook.settings import settings

PAGE_SIZE = 24
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """What to look for: text in name, headline or expertise; one expertise; a highest hourly rate in the
    mentor's own currency; a free slot within so many days, or between two instants, the second left out."""

    search: str = ""
    expertise: str = ""
    most_rate: Decimal | None = None
    within_days: int | None = None
    free_between: tuple[datetime, datetime] | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """What a mentor says about themselves; `rate` is per hour."""

    headline: str
    bio: str
    expertise: tuple[str, ...]
    rate: Decimal
    currency: str = "USD"
    is_available: bool = True


def plain(text: str) -> str:
    """Normalise text for searching: without case, accents and what cannot be printed (or stored)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c) and (c.isprintable() or c.isspace()))
    return " ".join("".join(kept).split())


def directory(viewer: Account | None, query: DirectoryQuery) -> MentorPage:
    """List one page of mentors by name, 24 a page, each with the earliest slot the viewer could book.

    At most five statements, whatever the number of mentors: who they are, what they publish (two, for what is
    not cached), and what blocks them, near and far.
    """
    moment = now()
    viewer_id = viewer.id if viewer else None
    page = slice((query.page - 1) * PAGE_SIZE, query.page * PAGE_SIZE)
    with read_transaction() as session:
        everybody = session.connection().execute(_everybody(query)).all()
        versions = {row.id: row.hours_version for row in everybody if row.matches}
        if (span := _free_within(query, moment)) is not None:
            cards = _cards(session, viewer_id, versions, moment, span)
            cards = [card for card in cards if card.next_slot]
            shown, total = cards[page], len(cards)
        else:
            total = len(versions)
            shown = _cards(session, viewer_id, dict(list(versions.items())[page]), moment)
    topics = sorted({topic for row in everybody for topic in row.expertise})
    pages = max(1, -(-total // PAGE_SIZE))
    return MentorPage(mentors=shown, page=query.page, pages=pages, total=total, expertise=topics)


def expertise_in_use(most: int) -> list[str]:
    """List the topics of approved mentors, those of the most mentors first, at most so many."""
    chosen = (
        select(col(Mentor.expertise))
        .join(User, col(User.id) == col(Mentor.id))
        .where(col(Mentor.status) == MentorStatus.APPROVED, col(User.deactivated_at).is_(None))
    )
    with read_transaction() as session:
        counted = Counter(topic for topics in session.scalars(chosen) for topic in topics)
    return sorted(counted, key=lambda topic: (-counted[topic], topic))[:most]


def _free_within(query: DirectoryQuery, moment: datetime) -> tuple[datetime, datetime] | None:
    """Return the first and the last start that a mentor is asked to have, if any is asked for."""
    if query.free_between is not None:
        return query.free_between[0], query.free_between[1] - timedelta(microseconds=1)
    if query.within_days is not None:
        return moment, moment + timedelta(days=query.within_days)
    return None


def _everybody(query: DirectoryQuery) -> Any:
    """Select every approved mentor by name, with whether the query matches; topics are those of all."""
    conditions: list[Any] = [col(AvailabilitySchedule.mentor_id).is_not(None)]
    for word in plain(query.search)[:100].split():
        conditions.append(col(Mentor.search_text).contains(word, autoescape=True))
    if query.expertise:
        # Expertise stands between bars in the search text, so that "art" does not find "smart cards".
        conditions.append(col(Mentor.search_text).contains(f"|{plain(query.expertise)}|", autoescape=True))
    if query.most_rate is not None and settings.payment_way != PaymentWay.FREE:
        conditions.append(col(Mentor.rate) <= query.most_rate)
    return (
        select(
            col(Mentor.id), col(Mentor.expertise), col(User.hours_version), and_(*conditions).label("matches")
        )
        .join(User, col(User.id) == col(Mentor.id))
        .outerjoin(AvailabilitySchedule, col(AvailabilitySchedule.mentor_id) == col(Mentor.id))
        .where(col(Mentor.status) == MentorStatus.APPROVED, col(User.deactivated_at).is_(None))
        .order_by(col(User.name), col(Mentor.id))
    )


def _cards(
    session: Session,
    viewer: UUID | None,
    versions: dict[UUID, int],
    moment: datetime,
    span: tuple[datetime, datetime] | None = None,
) -> list[MentorCard]:
    """Return a card for each of these mentors, in their order; a next slot is in the span, ends included."""
    cards: list[MentorCard] = []
    # A statement has room for so many values.
    for some in _chunks(list(versions), _AT_ONCE):
        calendars = published_calendars(session, {mentor: versions[mentor] for mentor in some})
        mentors = [calendars[mentor] for mentor in some]
        since, until = span or (None, None)
        following = next_slots(session, mentors, viewer, moment, since=since, until=until)
        cards += [_card(published, following.get(published.mentor.id)) for published in mentors]
    return cards


def _chunks(mentors: list[UUID], size: int) -> Iterator[list[UUID]]:
    for first in range(0, len(mentors), size):
        yield mentors[first : first + size]


def profile(viewer: Account | None, mentor_id: Any) -> MentorProfile:
    """Return a mentor's profile. Raises `NotFound`."""
    identifier = as_uuid(mentor_id)
    if identifier is None:
        raise no_such("mentor")
    with read_transaction() as session:
        published = published_calendar(session, identifier)
        if published.is_deactivated:
            raise no_such("mentor")
        following = next_slots(session, [published], viewer.id if viewer else None, now())
    weekly = [
        WeeklyRange(day=block.day, start=block.start, end=block.end)
        for block in sorted(published.calendar.weekly, key=lambda block: (block.day, block.start))
        if block.type == BlockType.AVAILABLE
    ]
    card = _card(published, following.get(identifier))
    mentor = published.mentor
    return MentorProfile(
        **dict(card),
        bio=mentor.bio,
        city=mentor.city,
        languages=list(mentor.languages),
        links=list(mentor.links),
        weekly_hours=weekly,
    )


def _card(published: PublishedCalendar, following: datetime | None) -> MentorCard:
    mentor = published.mentor
    return MentorCard(
        id=mentor.id,
        name=published.name,
        headline=mentor.headline,
        expertise=list(mentor.expertise),
        rate=mentor.rate,
        currency=mentor.currency,
        timezone=published.schedule.timezone,
        is_available=published.takes_bookings,
        requires_confirmation=published.asks_first,
        default_session_duration=published.schedule.default_session_duration,
        next_slot=following,
        picture=picture_address(mentor.id, mentor.picture),
    )


def publish_profile(user_id: UUID, wanted: Profile) -> None:
    """Make a user an approved mentor, or change a mentor's profile.

    Raises `NotFound`, `ValidationFailed` for a rate or a currency that is not valid.
    """
    rate = checked_rate(wanted.rate, wanted.currency)
    with write_transaction() as session:
        user = session.get(User, user_id)
        if user is None:
            raise no_such("account")
        mentor = session.get(Mentor, user_id) or Mentor(id=user_id, created_at=now())
        mentor.headline, mentor.bio = wanted.headline, wanted.bio
        mentor.expertise = list(wanted.expertise)
        mentor.rate, mentor.currency = rate, wanted.currency
        mentor.is_available = wanted.is_available
        mentor.status, mentor.decline_reason = MentorStatus.APPROVED, None
        mentor.search_text = search_text(user.name, wanted.headline, wanted.expertise)
        session.add(mentor)
        touch_calendars(session, [user_id], hours=True)


def checked_rate(rate: Decimal | str, currency: str) -> Decimal:
    """Return an hourly rate as a number. Raises `ValidationFailed` for an invalid rate or currency."""
    if not is_currency(currency):
        raise ValidationFailed({"currency": "must be the ISO 4217 code of a currency in use, such as GBP"})
    try:
        amount = Decimal(rate)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount <= HIGHEST_RATE or amount != round(amount, 3):
        raise ValidationFailed(
            {"rate": f"must be a number from 0 to {HIGHEST_RATE:,} with at most three decimals"}
        )
    return amount


def search_text(name: str, headline: str, expertise: Iterable[str]) -> str:
    """Return the text that the directory's search looks through."""
    topics = "".join(f"{plain(topic)}|" for topic in expertise)
    return f"{plain(name)} {plain(headline)} |{topics}"[:2000]

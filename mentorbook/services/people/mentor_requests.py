"""Ask to be a mentor, and withdraw that; who is not approved is neither shown nor booked."""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlmodel import Session, col

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import read_transaction, write_transaction
from mentorbook.db.people import AvailabilityException, AvailabilitySchedule, Mentor, User, WeeklyPattern
from mentorbook.domain.errors import InvalidStatus, RateLimited
from mentorbook.domain.kinds import MentorStatus, NoticeKind
from mentorbook.domain.views import Account, MentorStanding, NoticeFacts
from mentorbook.services.change_feed import ACCOUNTS, announce
from mentorbook.services.clock import now
from mentorbook.services.notifications import NewNotice, add_notices
from mentorbook.services.outbox import add_messages
from mentorbook.services.people.mentor_directory import search_text
from mentorbook.services.people.pictures import drop_file
from mentorbook.services.rate_counters import ceilings

# Each one notifies every admin.
MOST_REQUESTS, COUNTED_FOR = 3, 24 * 3600  # seconds


def mentor_standing(actor: Account) -> MentorStanding:
    """Return how the actor stands as a mentor, why a request was declined, and what they have filled in."""
    with read_transaction() as session:
        return _standing(session, actor.id)


def request_to_mentor(actor: Account) -> MentorStanding:
    """Ask the admins to make the actor a mentor, also once more after they have declined.

    From then on there is a profile and hours to fill. Who has asked, or is a mentor, changes nothing. Raises
    `RateLimited` beyond three requests a day.
    """
    standing = mentor_standing(actor)
    if standing.status in (MentorStatus.REQUESTED, MentorStatus.APPROVED):
        return standing
    name = f"mentor requests {actor.id}"
    if ceilings().add(name, COUNTED_FOR) > MOST_REQUESTS:
        raise RateLimited(ceilings().left(name), "You have asked several times today. Ask again tomorrow.")
    with write_transaction() as session:
        lock_people(session, [actor.id])
        told = _request(session, actor.id)
        standing = _standing(session, actor.id)
    announce([actor.id, *told, ACCOUNTS])
    return standing


def withdraw_request(actor: Account) -> None:
    """Withdraw a request that has not been approved, with the profile and the hours that came with it.

    Nothing happens where there is none. Raises `InvalidStatus` for who is a mentor.
    """
    with write_transaction() as session:
        lock_people(session, [actor.id])
        mentor = session.get(Mentor, actor.id)
        if mentor is None:
            return
        if mentor.status == MentorStatus.APPROVED:
            raise InvalidStatus("You are a mentor already, so there is no request to withdraw.")
        picture = mentor.picture
        for table in (AvailabilityException, WeeklyPattern, AvailabilitySchedule):
            session.execute(delete(table).where(col(table.mentor_id) == actor.id))
        session.delete(mentor)
        touch_calendars(session, [actor.id], hours=True)
    drop_file(actor.id, picture)
    announce([actor.id, ACCOUNTS])


def _request(session: Session, person: UUID) -> list[UUID]:
    """Record the request of a locked person, and notify the admins; returns whom."""
    user = session.get_one(User, person)
    mentor = session.get(Mentor, person)
    if mentor is None:
        mentor = Mentor(id=person, search_text=search_text(user.name, "", ()), created_at=now())
    elif mentor.status != MentorStatus.DECLINED:
        return []
    mentor.status, mentor.decline_reason, mentor.requested_at = MentorStatus.REQUESTED, None, now()
    session.add(mentor)
    session.flush()
    touch_calendars(session, [person], hours=True)
    others = (col(User.is_admin), col(User.deactivated_at).is_(None), col(User.id) != person)
    admins = list(session.scalars(select(col(User.id)).where(*others)))
    facts = NoticeFacts(other_name=user.name)
    notices = [NewNotice(admin, NoticeKind.MENTOR_REQUESTED, facts, actor_id=person) for admin in admins]
    if notices:
        add_messages(session, add_notices(session, notices))
    return admins


def _standing(session: Session, person: UUID) -> MentorStanding:
    is_open = exists().where(col(WeeklyPattern.mentor_id) == col(Mentor.id), col(WeeklyPattern.is_enabled))
    found = session.execute(select(Mentor, is_open).where(col(Mentor.id) == person)).first()
    if found is None:
        return MentorStanding(status=MentorStatus.NONE)
    mentor, has_hours = found
    status = MentorStatus(mentor.status)
    return MentorStanding(
        status=status,
        decline_reason=mentor.decline_reason,
        requested_at=mentor.requested_at if status == MentorStatus.REQUESTED else None,
        has_profile=bool(mentor.headline and mentor.expertise),
        has_hours=has_hours,
    )

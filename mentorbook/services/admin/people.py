"""Everybody with an account, for admins: search, filter, page, and one account with its record."""

from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import and_, case, func, not_, or_, select
from sqlmodel import Session, col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import AccountAuditLog, Mentor, User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.admin_views import AccountEvent, AdminPerson, AdminPersonDetail, AdminPersonPage
from mentorbook.domain.errors import NotPermitted, no_such
from mentorbook.domain.kinds import LIVE_STATUSES, MentorStatus
from mentorbook.domain.people.pictures import picture_address
from mentorbook.domain.schemas import as_uuid
from mentorbook.domain.text import is_text
from mentorbook.domain.views import Account
from mentorbook.services.admin.all_sessions import contains_word
from mentorbook.services.clock import now

PAGE_SIZE = 25
MOST_EVENTS = 100
PersonRole = Literal["mentor", "mentee", "admin"]
PersonStatus = Literal["requested", "deactivated"]
# `waiting` is who has asked to be a mentor, by name, then everybody else; `-` is the other way round.
PersonSort = Literal["waiting", "name", "-name", "joined", "-joined"]
PERSON_SORTS: tuple[PersonSort, ...] = get_args(PersonSort)
_actor = shared_alias(User)


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which people, and in which order: text in name or address; role, where a mentee is neither mentor nor
    admin; status."""

    search: str = ""
    role: PersonRole | None = None
    status: PersonStatus | None = None
    page: int = 1
    sort: PersonSort = "name"


def list_people(actor: Account, query: PeopleQuery) -> AdminPersonPage:
    """List one page of all people, sorted as asked, 25 a page. Raises `NotPermitted` for non-admins."""
    require_admin(actor)
    where = _asked(query)
    with read_transaction() as session:
        total = session.scalar(_joined(select(func.count())).where(*where)) or 0
        rows = session.execute(
            _joined(select(User, Mentor))
            .where(*where)
            .order_by(*_order(query.sort), col(User.id))
            .limit(PAGE_SIZE)
            .offset((query.page - 1) * PAGE_SIZE)
        ).all()
    people = [AdminPerson(**_facts(user, mentor)) for user, mentor in rows]
    return AdminPersonPage(people=people, page=query.page, pages=max(1, -(-total // PAGE_SIZE)), total=total)


def person(actor: Account, person_id: Any) -> AdminPersonDetail:
    """Return one account with its record. Raises `NotPermitted` for non-admins, `NotFound`."""
    require_admin(actor)
    identifier = as_uuid(person_id)
    if identifier is None:
        raise no_such("account")
    with read_transaction() as session:
        return load_person(session, identifier)


def load_person(session: Session, identifier: UUID) -> AdminPersonDetail:
    """Return one account in the transaction of the caller, who has asked for rights. Raises `NotFound`."""
    row = session.execute(_joined(select(User, Mentor)).where(col(User.id) == identifier)).first()
    if row is None:
        raise no_such("account")
    user, mentor = row
    is_theirs = or_(
        col(MentoringSession.mentor_id) == identifier, col(MentoringSession.mentee_id) == identifier
    )
    coming = select(func.count()).where(
        is_theirs,
        col(MentoringSession.status).in_(LIVE_STATUSES),
        col(MentoringSession.held_until).is_(None),
        col(MentoringSession.scheduled_at) > now(),
    )
    events = session.execute(
        select(AccountAuditLog, col(_actor.name))
        .join(_actor, col(_actor.id) == col(AccountAuditLog.actor_id))
        .where(col(AccountAuditLog.subject_id) == identifier)
        .order_by(col(AccountAuditLog.created_at).desc(), col(AccountAuditLog.id))
        .limit(MOST_EVENTS)
    ).all()
    return AdminPersonDetail(
        **_facts(user, mentor),
        headline=mentor.headline if mentor else "",
        about=mentor.bio if mentor else "",
        expertise=mentor.expertise if mentor else [],
        decline_reason=mentor.decline_reason if mentor else None,
        coming_sessions=session.scalar(coming) or 0,
        events=[_event(entry, name) for entry, name in events],
    )


def require_admin(actor: Account) -> None:
    """Raise `NotPermitted` for anybody but an admin."""
    if not actor.is_admin:
        raise NotPermitted("Only admins look after accounts.")


def _joined(query: Any) -> Any:
    return query.select_from(User).outerjoin(Mentor, col(Mentor.id) == col(User.id))


def _order(sort: PersonSort) -> list[Any]:
    """Return what a list is sorted by, before the id."""
    name, joined = func.lower(col(User.name)), col(User.created_at)
    if sort == "waiting":
        may_be_answered = and_(
            col(Mentor.status) == MentorStatus.REQUESTED, col(User.deactivated_at).is_(None)
        )
        return [case((may_be_answered, 0), else_=1), name]
    column = {"name": name, "joined": joined}[sort.removeprefix("-")]
    return [column.desc() if sort.startswith("-") else column.asc(), name]


def _asked(query: PeopleQuery) -> list[Any]:
    where: list[Any] = []
    # What is no text is in no name, and PostgreSQL would not even take it.
    typed = "".join(c for c in query.search if is_text(c))
    for word in typed.split()[:8]:
        where.append(or_(contains_word(User.name, word), contains_word(User.email, word)))
    is_mentor = func.coalesce(col(Mentor.status), MentorStatus.NONE.value) == MentorStatus.APPROVED.value
    if query.role == "mentor":
        where.append(is_mentor)
    elif query.role == "admin":
        where.append(col(User.is_admin))
    elif query.role == "mentee":
        where += [not_(is_mentor), not_(col(User.is_admin))]
    if query.status == "requested":
        where.append(col(Mentor.status) == MentorStatus.REQUESTED)
    elif query.status == "deactivated":
        where.append(col(User.deactivated_at).is_not(None))
    return where


def _facts(user: User, mentor: Mentor | None) -> dict[str, Any]:
    status = MentorStatus(mentor.status) if mentor else MentorStatus.NONE
    return {
        "id": user.id,
        "name": user.name,
        "timezone": user.timezone,
        "email": user.email,
        "is_mentor": status == MentorStatus.APPROVED,
        "is_admin": user.is_admin,
        "mentor_status": status,
        "picture": picture_address(user.id, mentor.picture) if mentor else None,
        "deactivated_at": user.deactivated_at,
        "created_at": user.created_at,
    }


def _event(entry: AccountAuditLog, actor_name: str) -> AccountEvent:
    return AccountEvent(
        action=entry.action,
        actor_id=entry.actor_id,
        actor_name=actor_name,
        at=entry.created_at,
        details=entry.details,
        ip_address=entry.ip_address,
        user_agent=entry.user_agent,
    )

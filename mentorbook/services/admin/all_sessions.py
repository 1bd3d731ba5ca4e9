"""Every session, for admins: search, filter, page, download."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import col

from mentorbook.db.aliases import shared_alias
from mentorbook.db.engine import read_transaction
from mentorbook.db.people import User
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.admin_views import AdminSession, AdminSessionPage
from mentorbook.domain.errors import NotPermitted, ValidationFailed
from mentorbook.domain.kinds import LIVE_STATUSES, SessionStatus
from mentorbook.domain.text import is_text
from mentorbook.domain.views import Account
from mentorbook.domain.zones import is_zone, zone
from mentorbook.services.clock import now
from mentorbook.services.spreadsheets import MOST_ROWS, Spreadsheet

PAGE_SIZE = 25
# A column to sort by, with `-` before it the other way round; `near` is what comes next, then the rest.
SortKey = Literal[
    "near",
    "title", "-title", "status", "-status", "starts", "-starts", "mentor", "-mentor",
    "mentee", "-mentee", "price", "-price", "moves", "-moves",
]  # fmt: skip
SORT_KEYS: tuple[SortKey, ...] = get_args(SortKey)
_AT_ONCE = 500
_mentor, _mentee = shared_alias(User), shared_alias(User)
_SEARCHED = (MentoringSession.title, _mentor.name, _mentor.email, _mentee.name, _mentee.email)


@dataclass(frozen=True, slots=True)
class AdminQuery:
    """Which sessions, and in which order: text in title, name or address; status; start between two local
    dates, inclusive."""

    search: str = ""
    status: SessionStatus | None = None
    first: date | None = None
    last: date | None = None
    page: int = 1
    zone: str = "UTC"
    sort: SortKey = "-starts"


def list_all_sessions(actor: Account, query: AdminQuery) -> AdminSessionPage:
    """List one page of all sessions, sorted as asked, 25 a page. Raises `NotPermitted` for non-admins."""
    where = _asked(actor, query)
    with read_transaction() as session:
        total = session.scalar(_joined(select(func.count())).where(*where)) or 0
        rows = session.execute(
            _listed(where, query.sort).limit(PAGE_SIZE).offset((query.page - 1) * PAGE_SIZE),
        ).all()
    return AdminSessionPage(
        sessions=[_session(*row) for row in rows],
        page=query.page,
        pages=max(1, -(-total // PAGE_SIZE)),
        total=total,
    )


@dataclass(frozen=True, slots=True)
class SessionsFile:
    """A table as CSV text, and whether some of it was left out."""

    text: str
    is_cut: bool


def sessions_csv(actor: Account, query: AdminQuery) -> SessionsFile:
    """Export the sessions of a query, whatever its page, as CSV; the latest 100,000 at most.

    A last line says when some are left out. Raises `NotPermitted`.
    """
    where = _asked(actor, query)
    table = Spreadsheet(AdminSession.model_fields)
    query_all = _listed(where, "-starts").limit(MOST_ROWS + 1).execution_options(yield_per=_AT_ONCE)
    count = 0
    with read_transaction() as session, session.execute(query_all) as rows:
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                table.say(f"Cut here, after {MOST_ROWS:,} sessions. Narrow the search for the others.")
                break
            table.add(_session(*row).model_dump(mode="json").values())
    return SessionsFile(table.text, count > MOST_ROWS)


def _session(row: MentoringSession, mentor: User, mentee: User) -> AdminSession:
    return AdminSession(
        id=row.id,
        title=row.title,
        status=SessionStatus(row.status),
        scheduled_at=row.scheduled_at,
        duration=row.duration,
        mentor_name=mentor.name,
        mentor_email=mentor.email,
        mentee_name=mentee.name,
        mentee_email=mentee.email,
        currency=row.currency,
        price_minor=row.price_minor,
        reschedule_count=row.reschedule_count,
        created_at=row.created_at,
    )


def _joined(query: Any) -> Any:
    return (
        query.select_from(MentoringSession)
        .join(_mentor, col(_mentor.id) == col(MentoringSession.mentor_id))
        .join(_mentee, col(_mentee.id) == col(MentoringSession.mentee_id))
    )


def _listed(where: list[Any], sort: SortKey) -> Any:
    everything = _joined(select(MentoringSession, _mentor, _mentee))
    last = (col(MentoringSession.scheduled_at).desc(), col(MentoringSession.id))
    return everything.where(*where).order_by(*_order(sort), *last)


def _order(sort: SortKey) -> list[Any]:
    """Return what a list is sorted by, before the start, latest first, and the id."""
    start = col(MentoringSession.scheduled_at)
    if sort == "near":
        is_live = col(MentoringSession.status).in_(LIVE_STATUSES)
        is_coming = and_(is_live, col(MentoringSession.ends_at) > now())
        return [case((is_coming, 0), else_=1), case((is_coming, start)).asc()]
    columns: dict[str, list[Any]] = {
        "title": [func.lower(col(MentoringSession.title))],
        "status": [col(MentoringSession.status)],
        "starts": [start],
        "mentor": [func.lower(col(_mentor.name))],
        "mentee": [func.lower(col(_mentee.name))],
        # Amounts of different currencies do not compare.
        "price": [col(MentoringSession.currency), col(MentoringSession.price_minor)],
        "moves": [col(MentoringSession.reschedule_count)],
    }
    is_down = sort.startswith("-")
    return [each.desc() if is_down else each.asc() for each in columns[sort.removeprefix("-")]]


def _asked(actor: Account, query: AdminQuery) -> list[Any]:
    if not actor.is_admin:
        raise NotPermitted("Only admins can see every session.")
    if not is_zone(query.zone):
        raise ValidationFailed({"timezone": "must be the name of an IANA time zone"})
    where: list[Any] = [col(MentoringSession.held_until).is_(None)]
    # What is no text is in no title and no name, and PostgreSQL would not even take it.
    typed = "".join(c for c in query.search if is_text(c))
    for word in typed.split()[:8]:
        where.append(or_(*(contains_word(column, word) for column in _SEARCHED)))
    if query.status:
        where.append(col(MentoringSession.status) == query.status)
    if query.first:
        where.append(col(MentoringSession.scheduled_at) >= _midnight(query.first, query.zone))
    if query.last and query.last < date.max:
        # Until the next day begins: a day that the clock repeats around midnight ends only then.
        next_day = query.last + timedelta(days=1)
        where.append(col(MentoringSession.scheduled_at) < _midnight(next_day, query.zone))
    return where


def contains_word(column: Any, word: str) -> Any:
    """Return the condition that text contains a word, whatever its case.

    SQLite, and a PostgreSQL database made for ASCII, lower-case nothing else: for any other word its usual
    writings in upper and lower case are compared.
    """
    lowered = func.lower(col(column)).contains(word.lower(), autoescape=True)
    if word.isascii():
        return lowered
    writings = {word, word.lower(), word.upper(), word.title()}
    return or_(lowered, *(col(column).contains(each, autoescape=True) for each in sorted(writings)))


def _midnight(day: date, name: str) -> datetime:
    """Return the start of a local day in UTC; at the edge of the calendar, the start of the UTC day."""
    try:
        return datetime.combine(day, time(), zone(name)).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)

"""Notifications in words: behind the bell, on their page, over the API, in mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from mentorbook.domain.kinds import ACCOUNT_NOTICES, NoticeKind
from mentorbook.domain.views import Notice, NoticeFacts, NoticePage, StoredNotice, StoredNotices
from mentorbook.presenters.dates import age, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.prices import format_minor

# What may still be answered where one reads of it: a request, and that it was moved.
REQUESTS = (NoticeKind.APPROVAL_REQUESTED, NoticeKind.SESSION_RESCHEDULED)

# What a mail says beside the notice: until when it can be undone, until when it is answered, how soon it is.
WITH_TERMS = (NoticeKind.BOOKING_CONFIRMED, NoticeKind.RESCHEDULE_CONFIRMED)
UNANSWERED = (NoticeKind.APPROVAL_REQUESTED, NoticeKind.APPROVAL_PENDING)
REMINDERS = (NoticeKind.REMINDER_DAY, NoticeKind.REMINDER_HOUR)

_NONE: Mapping[UUID, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """A notice's title, and its text with `{session}`, `{reason}`, and `{name}` and `{first_name}` of the
    other person."""

    title: str
    text: str


NOTICE_WORDS = {
    NoticeKind.BOOKING_CREATED: NoticeWords("New session booked", "{name} booked “{session}”"),
    NoticeKind.BOOKING_CONFIRMED: NoticeWords("Booking confirmed", "“{session}” with {name}"),
    NoticeKind.APPROVAL_REQUESTED: NoticeWords("New session request", "{name} asks for “{session}”"),
    NoticeKind.APPROVAL_PENDING: NoticeWords("Request sent", "{name} decides about “{session}”"),
    NoticeKind.REQUEST_ACCEPTED: NoticeWords("Request accepted", "“{session}” with {first_name} is booked"),
    NoticeKind.REQUEST_DECLINED: NoticeWords("Request declined", "{name} cannot take “{session}”"),
    NoticeKind.REQUEST_DECLINED_BY_YOU: NoticeWords("Request declined", "“{session}” with {first_name}"),
    NoticeKind.REQUEST_EXPIRED: NoticeWords(
        "Request expired", "“{session}” with {first_name} was not answered in time"
    ),
    NoticeKind.SESSION_CANCELLED: NoticeWords("Session Cancelled", "{name} cancelled “{session}”"),
    NoticeKind.CANCELLATION_CONFIRMED: NoticeWords("Cancellation Confirmed", "“{session}” with {first_name}"),
    NoticeKind.SESSION_RESCHEDULED: NoticeWords("Session Rescheduled", "{name} moved “{session}”"),
    NoticeKind.RESCHEDULE_CONFIRMED: NoticeWords("Reschedule Confirmed", "“{session}” with {first_name}"),
    NoticeKind.NO_SHOW: NoticeWords("Marked as a no-show", "{name} waited for you in “{session}”"),
    NoticeKind.NO_SHOW_MARKED: NoticeWords("No-show marked", "{first_name} did not come to “{session}”"),
    NoticeKind.MENTOR_ABSENT: NoticeWords(
        "Reported as absent", "{name} says that you did not come to “{session}”"
    ),
    NoticeKind.ABSENCE_REPORTED: NoticeWords(
        "Absence reported", "The admins know that {first_name} did not come to “{session}”"
    ),
    NoticeKind.ABSENCE_TO_REVIEW: NoticeWords(
        "A mentor did not come", "{name} says so about “{session}”; its timeline says who was there"
    ),
    NoticeKind.MENTOR_REQUESTED: NoticeWords("New request to mentor", "{name} asks to be a mentor"),
    NoticeKind.MENTOR_APPROVED: NoticeWords(
        "You are a mentor now", "Your request to be a mentor was approved"
    ),
    NoticeKind.MENTOR_DECLINED: NoticeWords("Your request to be a mentor was declined", "{reason}"),
    NoticeKind.MENTOR_INVITED: NoticeWords(
        "You are a mentor now", "Fill in your profile and your hours, and others can book you"
    ),
    NoticeKind.PASSWORD_LINK_MADE: NoticeWords(
        "A link for a new password was made",
        "An admin made it, so that you can choose a new one; if you did not ask for it, tell them",
    ),
    NoticeKind.PAID_TOO_LATE: NoticeWords(
        "Paid too late",
        "“{session}” with {name} was not held any more when you paid, and its time is gone",
    ),
    NoticeKind.MONEY_RETURNED: NoticeWords("Money returned", "“{session}” with {name}"),
    NoticeKind.REMINDER_DAY: NoticeWords("Session coming up", "“{session}” with {name}"),
    NoticeKind.REMINDER_HOUR: NoticeWords("Session starts soon", "“{session}” with {name}"),
}
# A booking is confirmed when it is made, or when a mentor accepts what was asked for.
_ACCEPTED = NoticeWords("Booking confirmed", "{name} accepted “{session}”")
_UNKNOWN = NoticeWords("News of a session", "“{session}” with {name}")
_NOTHING_KNOWN = NoticeWords("News of a session", "Something about a session has changed")


def notice_words(stored: StoredNotice) -> tuple[str, str]:
    """Return title and text of a notification; general words for a kind that a later version wrote."""
    facts = stored.facts
    if facts.text:
        return facts.title, facts.text
    kind = NoticeKind(stored.kind) if stored.kind in list(NoticeKind) else None
    words = NOTICE_WORDS[kind] if kind else _UNKNOWN
    if not facts.session_title and kind not in ACCOUNT_NOTICES:
        words = _NOTHING_KNOWN
    if kind == NoticeKind.BOOKING_CONFIRMED and facts.is_answer:
        words = _ACCEPTED
    # What people wrote is put in last and once: braces in a title or a name mean nothing.
    text = words.text.format(
        session=facts.session_title,
        name=facts.other_name,
        first_name=first_name(facts.other_name),
        reason=facts.reason,
    )
    return words.title, ". ".join(filter(None, (text, _money_words(facts))))


def _money_words(facts: NoticeFacts) -> str:
    """Return what is given back of what was paid, where a notice is about that."""
    if not facts.paid_minor:
        return ""
    paid = format_minor(facts.paid_minor, facts.currency)
    if facts.returned_minor >= facts.paid_minor:
        return f"All of your {paid} was given back before"
    before = ""
    if facts.returned_minor:
        before = f", beside the {format_minor(facts.returned_minor, facts.currency)} before"
    if not facts.refund_minor:
        return f"Nothing{' more' if before else ''} of your {paid} is given back{before}"
    if facts.refund_minor == facts.paid_minor:
        return f"You get your {paid} back"
    return f"You get {format_minor(facts.refund_minor, facts.currency)} of your {paid} back{before}"


def notice_action(stored: StoredNotice) -> str:
    """Return what a button says that leads to `notice_address`."""
    if stored.kind == NoticeKind.APPROVAL_REQUESTED:
        return "Answer the request"
    if stored.kind == NoticeKind.MENTOR_REQUESTED:
        return "Look at the request"
    if stored.session_id:
        return "Open the session"
    return "Open your settings" if stored.kind in ACCOUNT_NOTICES else "Open MentorBook"


def notice_page(found: StoredNotices) -> NoticePage:
    """Return the notifications in the shape of the API."""
    return NoticePage(
        notifications=[_notice(each) for each in found.notices],
        unread=found.unread,
        page=found.page,
        pages=found.pages,
        total=found.total,
    )


def _notice(stored: StoredNotice) -> Notice:
    title, body = notice_words(stored)
    return Notice(
        id=stored.id,
        kind=stored.kind,
        title=title,
        body=body,
        session_id=stored.session_id,
        actor_name=stored.actor_name,
        happens_at=stored.happens_at,
        created_at=stored.created_at,
        read=stored.read,
    )


@dataclass(frozen=True)
class NoticeItem:
    """One notification; `fresh` while it had not been read when this list was opened.

    `asks` is the session whose request the reader can still answer, or empty.
    """

    id: str
    title: str
    text: str
    initials: str
    age: str
    fresh: bool
    href: str
    asks: str = ""


def notice_item(
    stored: StoredNotice,
    *,
    zone: str,
    now: datetime,
    fresh: bool,
    waiting: Mapping[UUID, datetime] = _NONE,
) -> NoticeItem:
    """Return the notification with its session's time in the reader's zone.

    `waiting` are the requests that the reader may still answer, with their present start: what speaks of
    another time is not answered here.
    """
    title, text = notice_words(stored)
    time = f", {when(stored.happens_at, zone, now)}" if stored.happens_at else ""
    start = waiting.get(stored.session_id) if stored.session_id else None
    asks = stored.kind in REQUESTS and start is not None and start == stored.happens_at
    return NoticeItem(
        id=str(stored.id),
        title=title,
        text=f"{text}{time}",
        initials=initials(stored.actor_name) if stored.actor_name else "",
        age=age(stored.created_at, now),
        fresh=fresh,
        href=notice_address(stored),
        asks=str(stored.session_id) if asks else "",
    )


def notice_address(stored: StoredNotice) -> str:
    """Return where the reader can look at what a notice is about, or do something about it."""
    if stored.session_id:
        return f"/sessions/{stored.session_id}"
    if stored.kind == NoticeKind.MENTOR_REQUESTED:
        return f"/admin/people?person={stored.actor_id}" if stored.actor_id else "/admin/people"
    return "/settings" if stored.kind in ACCOUNT_NOTICES else "/notifications"

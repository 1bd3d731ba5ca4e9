"""Everybody's accounts, for an admin by their own clock: the rows of the table, and one account in full."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from mentorbook.domain.admin_views import AccountEvent, AdminPerson, AdminPersonDetail
from mentorbook.domain.kinds import AccountAction, MentorStatus
from mentorbook.presenters.admin.account_words import CHANGE_WORDS, MENTOR_WORDS
from mentorbook.presenters.booking.timeline import Fact, TimelineLine
from mentorbook.presenters.dates import clock, place, short_date, when
from mentorbook.presenters.names import first_name, initials

OWN_ACCOUNT = (
    "This is your own account. Only another admin can deactivate it or take the admin's role from you."
)


@dataclass(frozen=True)
class PersonRow:
    """One account in the table; `mentoring_tone` and `account_tone` are the colours of the words before."""

    id: str
    name: str
    initials: str
    email: str
    roles: str
    mentoring: str
    mentoring_tone: str
    account: str
    account_tone: str
    joined: str


@dataclass(frozen=True)
class Offer:
    """A change of the account that can be made: `kind` is its `AccountAction`. `asks` where it asks first."""

    kind: str = ""
    label: str = ""
    asks: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked before a change; `reason` is the label of the reason that it needs, or empty."""

    title: str = ""
    follows: str = ""
    sessions: str = ""
    reason: str = ""
    confirm: str = ""
    is_grave: bool = False


@dataclass(frozen=True)
class PersonDetails:
    """One account in full. `questions` are by the kind of the offer; `own` says so of the reader's own."""

    id: str = ""
    name: str = ""
    initials: str = ""
    email: str = ""
    roles: str = ""
    mentoring: str = ""
    mentoring_tone: str = ""
    account: str = ""
    account_tone: str = ""
    joined: str = ""
    zone: str = ""
    coming: str = ""
    headline: str = ""
    about: str = ""
    expertise: str = ""
    declined: str = ""
    profile: str = ""
    own: str = ""
    offers: list[Offer] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    story: list[TimelineLine] = field(default_factory=list)


def person_row(person: AdminPerson, *, zone: str, now: datetime) -> PersonRow:
    """Return the row of an account, with its dates on the clock of `zone`."""
    mentoring, mentoring_tone = MENTOR_WORDS[person.mentor_status]
    account, account_tone = _account(person)
    return PersonRow(
        id=str(person.id),
        name=person.name,
        initials=initials(person.name),
        email=person.email,
        roles=_roles(person),
        mentoring=mentoring,
        mentoring_tone=mentoring_tone,
        account=account,
        account_tone=account_tone,
        joined=short_date(person.created_at, zone, now),
    )


def person_details(
    person: AdminPersonDetail, *, reader: UUID, zone: str, now: datetime, sends_mail: bool = True
) -> PersonDetails:
    """Return one account as an admin, the `reader`, sees it on the clock of `zone`.

    Where MentorBook `sends_mail`, no admin makes links.
    """
    row = person_row(person, zone=zone, now=now)
    kinds = offered_changes(person, reader, sends_mail=sends_mail)
    return PersonDetails(
        **{name: getattr(row, name) for name in PersonRow.__dataclass_fields__},
        zone=f"{place(person.timezone)}, where it is {clock(now, person.timezone)}",
        coming=_sessions(person.coming_sessions),
        headline=person.headline,
        about=person.about,
        expertise=", ".join(person.expertise),
        declined=person.decline_reason or "",
        profile=f"/mentors/{person.id}" if person.is_mentor and person.deactivated_at is None else "",
        own=OWN_ACCOUNT if person.id == reader else "",
        offers=[Offer(kind, CHANGE_WORDS[kind].button, CHANGE_WORDS[kind].title != "") for kind in kinds],
        questions={kind.value: _question(kind, person) for kind in kinds if CHANGE_WORDS[kind].title},
        story=[_line(event, reader, zone, now) for event in person.events],
    )


def offered_changes(person: AdminPerson, reader: UUID, *, sends_mail: bool = True) -> list[AccountAction]:
    """List what an admin, the `reader`, can do to an account now, what is asked for first."""
    others = person.id != reader
    demotes = [AccountAction.ADMIN_WITHDRAWN] if person.is_admin and others else []
    if person.deactivated_at is not None:
        return [AccountAction.REACTIVATED, *demotes]
    kinds = list(_ABOUT_MENTORING[person.mentor_status])
    kinds += demotes if person.is_admin else [AccountAction.ADMIN_GRANTED]
    links = [] if sends_mail else [AccountAction.LINK_MADE]
    return [*kinds, *links, AccountAction.DEACTIVATED] if others else kinds


_ABOUT_MENTORING = {
    MentorStatus.NONE: (AccountAction.MENTOR_INVITED,),
    MentorStatus.REQUESTED: (AccountAction.MENTOR_APPROVED, AccountAction.MENTOR_DECLINED),
    MentorStatus.APPROVED: (),
    MentorStatus.DECLINED: (AccountAction.MENTOR_APPROVED,),
}


def done_words(kind: AccountAction, person: AdminPersonDetail) -> str:
    """Say that a change was made."""
    return CHANGE_WORDS[kind].done.format(first=first_name(person.name))


def _question(kind: AccountAction, person: AdminPersonDetail) -> Question:
    words, first = CHANGE_WORDS[kind], first_name(person.name)
    stays = kind == AccountAction.DEACTIVATED and person.coming_sessions > 0
    return Question(
        title=words.title.format(first=first),
        follows=words.follows.format(first=first),
        sessions=f"{_sessions(person.coming_sessions)}: nobody is told, and each stays as it is."
        if stays
        else "",
        reason=words.reason.format(first=first),
        confirm=words.confirm,
        is_grave=words.is_grave,
    )


def _roles(person: AdminPerson) -> str:
    roles = ["Mentor"] if person.is_mentor else []
    roles += ["Admin"] if person.is_admin else []
    return ", ".join(roles) or "Mentee"


def _account(person: AdminPerson) -> tuple[str, str]:
    return ("Active", "") if person.deactivated_at is None else ("Deactivated", "bad")


def _sessions(count: int) -> str:
    return f"{count or 'No'} coming session{'' if count == 1 else 's'}"


def _line(event: AccountEvent, reader: UUID, zone: str, now: datetime) -> TimelineLine:
    known = event.action in list(AccountAction)
    words = CHANGE_WORDS[AccountAction(event.action)] if known else None
    record = words.record if words else event.action.replace("_", " ").capitalize()
    more = [str(event.details["reason"])] if event.details.get("reason") else []
    ended = event.details.get("loginsEnded")
    more += [f"{ended} log-in{'' if ended == 1 else 's'} ended"] if isinstance(ended, int) and ended else []
    facts = [("Address", event.ip_address), ("Browser", event.user_agent)]
    return TimelineLine(
        title=f"{record} by {'you' if event.actor_id == reader else event.actor_name}",
        time=when(event.at, zone, now),
        more="\n".join(more),
        tone=words.tone if words else "plain",
        facts=[Fact(name, text) for name, text in facts if text],
    )

"""What admins do to accounts: approve, decline and invite mentors, deactivate, reactivate, make admins.

Each change leaves a row in `account_audit_log`; what is so already changes nothing and leaves none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from mentorbook.db.claims import lock_people, touch_calendars
from mentorbook.db.engine import write_transaction
from mentorbook.db.people import AccountAuditLog, Mentor, User
from mentorbook.db.rows import add_rows
from mentorbook.domain.admin_views import AdminPersonDetail
from mentorbook.domain.errors import InvalidStatus, NotPermitted, no_such
from mentorbook.domain.kinds import AccountAction, AccountMail, LinkPurpose, MentorStatus, NoticeKind
from mentorbook.domain.schemas import AccountReason, SetAdmin, as_uuid, parse
from mentorbook.domain.views import Account, NoticeFacts
from mentorbook.services.admin.people import load_person, require_admin
from mentorbook.services.booking.audit_trail import Origin
from mentorbook.services.change_feed import ACCOUNTS, MENTORS, announce
from mentorbook.services.clock import now
from mentorbook.services.mail.account_messages import news_message
from mentorbook.services.meeting.rooms import open_rooms_dropped
from mentorbook.services.notifications import NewNotice, add_notices
from mentorbook.services.outbox import add_messages
from mentorbook.services.people.account_links import add_link
from mentorbook.services.people.logins import delete_logins
from mentorbook.services.people.mentor_directory import search_text
from mentorbook.settings import settings

LINK_LASTS = timedelta(days=1)
_ACCOUNTS_LOCK = 7_305_814


@dataclass(frozen=True, slots=True)
class _Subject:
    """The locked account that is changed, by whom, from where."""

    session: Session
    actor: Account
    origin: Origin
    user: User

    @property
    def mentor(self) -> Mentor | None:
        """Return the mentor's row, if there is one."""
        return self.session.get(Mentor, self.user.id)

    def record(self, action: AccountAction, **details: Any) -> None:
        """Write the change down."""
        values = {
            "actor_id": self.actor.id,
            "subject_id": self.user.id,
            "action": action.value,
            "details": details,
            "ip_address": (self.origin.address or "")[:45] or None,
            "user_agent": (self.origin.agent or "")[:300] or None,
            "created_at": now(),
        }
        add_rows(self.session, AccountAuditLog, [values])

    def tell(self, kind: NoticeKind, reason: str = "") -> None:
        """Notify the person, without naming the admin."""
        notice = NewNotice(self.user.id, kind, NoticeFacts(reason=reason))
        add_messages(self.session, add_notices(self.session, [notice]))

    def republish(self) -> None:
        """Void what is cached of the person's time."""
        self.session.flush()
        touch_calendars(self.session, [self.user.id], hours=True)


@dataclass(frozen=True, slots=True)
class MadePasswordLink:
    """A link for a new password, and the account that it was made for; `token` is its secret."""

    person: AdminPersonDetail
    token: str = field(repr=False)
    expires_at: datetime


Change = Callable[[_Subject], None]
_NOWHERE = Origin()


def approve_mentor(actor: Account, person_id: Any, origin: Origin = _NOWHERE) -> AdminPersonDetail:
    """Approve who has asked to be a mentor, also once they were declined.

    Raises `NotPermitted`, `NotFound`, `InvalidStatus` for who has not asked or is deactivated.
    """

    def change(subject: _Subject) -> None:
        _refuse_deactivated(subject)
        mentor = subject.mentor
        if mentor is None:
            raise InvalidStatus("They have not asked to be a mentor. Invite them instead.")
        if mentor.status != MentorStatus.APPROVED:
            _make_mentor(subject, mentor, AccountAction.MENTOR_APPROVED, NoticeKind.MENTOR_APPROVED)

    return _changed(actor, person_id, origin, change)


def invite_mentor(actor: Account, person_id: Any, origin: Origin = _NOWHERE) -> AdminPersonDetail:
    """Make somebody an approved mentor at once, whether they have asked or not.

    Raises `NotPermitted`, `NotFound`, `InvalidStatus` for who is deactivated.
    """

    def change(subject: _Subject) -> None:
        _refuse_deactivated(subject)
        user = subject.user
        mentor = subject.mentor or Mentor(
            id=user.id, search_text=search_text(user.name, "", ()), created_at=now()
        )
        if mentor.status != MentorStatus.APPROVED:
            _make_mentor(subject, mentor, AccountAction.MENTOR_INVITED, NoticeKind.MENTOR_INVITED)

    return _changed(actor, person_id, origin, change)


def decline_mentor(
    actor: Account, person_id: Any, request: AccountReason | dict[str, Any], origin: Origin = _NOWHERE
) -> AdminPersonDetail:
    """Decline a request to be a mentor, with a reason that the person reads; they may ask again.

    Raises `NotPermitted`, `ValidationFailed`, `NotFound`, `InvalidStatus` where no request waits.
    """
    require_admin(actor)
    reason = parse(AccountReason, request).reason

    def change(subject: _Subject) -> None:
        mentor = subject.mentor
        if mentor is None or mentor.status != MentorStatus.REQUESTED:
            raise InvalidStatus("No request to be a mentor waits for an answer.")
        mentor.status, mentor.decline_reason = MentorStatus.DECLINED, reason
        subject.republish()
        subject.record(AccountAction.MENTOR_DECLINED, reason=reason)
        subject.tell(NoticeKind.MENTOR_DECLINED, reason)

    return _changed(actor, person_id, origin, change)


def deactivate(
    actor: Account, person_id: Any, request: AccountReason | dict[str, Any], origin: Origin = _NOWHERE
) -> AdminPersonDetail:
    """End all log-ins of an account, and let nobody log in to it, find it or book it; its sessions stay.

    Rooms that are open now are closed, so that the other person can come in anew, and they cannot.
    Nobody can do it to themselves, so one admin is always left. Raises `NotPermitted`, `ValidationFailed`,
    `NotFound`.
    """
    require_admin(actor)
    reason = parse(AccountReason, request).reason

    def change(subject: _Subject) -> None:
        if subject.user.id == actor.id:
            raise NotPermitted("You cannot deactivate your own account.")
        if subject.user.deactivated_at is not None:
            return
        subject.user.deactivated_at = now()
        subject.republish()
        ended = delete_logins(subject.session, subject.user.id, except_login="")
        add_messages(subject.session, open_rooms_dropped(subject.session, subject.user.id))
        subject.record(AccountAction.DEACTIVATED, reason=reason, loginsEnded=ended)

    return _changed(actor, person_id, origin, change)


def reactivate(actor: Account, person_id: Any, origin: Origin = _NOWHERE) -> AdminPersonDetail:
    """Let a deactivated account log in again, with what it was. Raises `NotPermitted`, `NotFound`."""

    def change(subject: _Subject) -> None:
        if subject.user.deactivated_at is not None:
            subject.user.deactivated_at = None
            subject.republish()
            subject.record(AccountAction.REACTIVATED)

    return _changed(actor, person_id, origin, change)


def set_admin(
    actor: Account, person_id: Any, request: SetAdmin | dict[str, Any], origin: Origin = _NOWHERE
) -> AdminPersonDetail:
    """Make somebody an admin, or no admin any more; nobody can demote themselves, so one is always left.

    Raises `NotPermitted`, `ValidationFailed`, `NotFound`, `InvalidStatus` to promote who is deactivated.
    """
    require_admin(actor)
    is_admin = parse(SetAdmin, request).is_admin

    def change(subject: _Subject) -> None:
        user = subject.user
        if user.id == actor.id and not is_admin:
            raise NotPermitted("You cannot take the admin's role from yourself.")
        if is_admin:
            _refuse_deactivated(subject)
        if user.is_admin != is_admin:
            user.is_admin = is_admin
            subject.session.flush()
            subject.record(AccountAction.ADMIN_GRANTED if is_admin else AccountAction.ADMIN_WITHDRAWN)

    return _changed(actor, person_id, origin, change)


def make_password_link(actor: Account, person_id: Any, origin: Origin = _NOWHERE) -> MadePasswordLink:
    """Make a link with which somebody chooses a new password, once, within a day; they hear of it.

    Only where no mail server is set: elsewhere people have it mailed. It says nothing about their address.
    Raises `NotPermitted`, also for oneself, `NotFound`, `InvalidStatus` where mail is sent or the account is
    deactivated.
    """
    made: list[str] = []

    def change(subject: _Subject) -> None:
        if settings.sends_mail:
            raise InvalidStatus("A mail server is set. They can have a link mailed: “Forgot your password?”")
        if subject.user.id == actor.id:
            raise NotPermitted("You change your own password in the settings.")
        _refuse_deactivated(subject)
        user, purpose = subject.user, LinkPurpose.RESET_PASSWORD
        made.append(add_link(subject.session, user, purpose, user.email, lasts=LINK_LASTS, is_mailed=False))
        subject.record(AccountAction.LINK_MADE)
        # The mail that goes with a notice could be one that they chose not to get.
        add_notices(subject.session, [NewNotice(user.id, NoticeKind.PASSWORD_LINK_MADE, NoticeFacts())])
        add_messages(subject.session, [news_message(AccountMail.PASSWORD_LINK_MADE, user.id, user.email)])

    expires_at = now() + LINK_LASTS
    person = _changed(actor, person_id, origin, change)
    return MadePasswordLink(person, made[0], expires_at)


def _changed(actor: Account, person_id: Any, origin: Origin, change: Change) -> AdminPersonDetail:
    """Run a change of an account, one after the other with all such changes; returns the account after it."""
    require_admin(actor)
    identifier = as_uuid(person_id)
    if identifier is None:
        raise no_such("account")
    with write_transaction() as session:
        _one_at_a_time(session)
        _refuse_former_admin(session, actor)
        # Bookings and own changes of the person come before it or after it.
        lock_people(session, [identifier])
        user = session.get(User, identifier, with_for_update={"key_share": True}, populate_existing=True)
        if user is None:
            raise no_such("account")
        change(_Subject(session, actor, origin, user))
        session.flush()
        after = load_person(session, identifier)
    announce([identifier, ACCOUNTS, MENTORS])
    return after


def _one_at_a_time(session: Session) -> None:
    """Lock all changes of accounts until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_ACCOUNTS_LOCK})"))


def _refuse_former_admin(session: Session, actor: Account) -> None:
    """Raise `NotPermitted` unless the actor is still an admin: another may have been quicker by a hair."""
    found = session.get(User, actor.id, populate_existing=True)
    if found is None or not found.is_admin or found.deactivated_at is not None:
        raise NotPermitted("Only admins look after accounts.")


def _refuse_deactivated(subject: _Subject) -> None:
    if subject.user.deactivated_at is not None:
        raise InvalidStatus("This account is deactivated. Reactivate it first.")


def _make_mentor(subject: _Subject, mentor: Mentor, action: AccountAction, kind: NoticeKind) -> None:
    mentor.status, mentor.decline_reason = MentorStatus.APPROVED, None
    subject.session.add(mentor)
    subject.republish()
    subject.record(action)
    subject.tell(kind)

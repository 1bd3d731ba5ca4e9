"""The closed lists of the field: session statuses, meeting kinds, reasons to cancel, audit actions, notices.

Schemas, tables of words, forms and tests are drawn from these; a value is what is stored and what is on the
wire. What people read for a kind stands in `presenters/`, where a test misses the words of a new one.
"""

from enum import StrEnum


class SessionStatus(StrEnum):
    """How a session stands; `transitions.py` says which may follow which."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def spoken(self) -> str:
        """Return the status as said inside a sentence: `This session is a no-show.`"""
        return _SPOKEN_STATUSES[self]


_SPOKEN_STATUSES = {
    SessionStatus.PENDING: "pending",
    SessionStatus.SCHEDULED: "scheduled",
    SessionStatus.IN_PROGRESS: "in progress",
    SessionStatus.COMPLETED: "completed",
    SessionStatus.CANCELLED: "cancelled",
    SessionStatus.NO_SHOW: "a no-show",
}

# A session that holds its two people's time.
LIVE_STATUSES = (SessionStatus.PENDING, SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)


class MeetingKind(StrEnum):
    """How the two people of a session meet."""

    VIDEO = "video"
    AUDIO = "audio"
    CHAT = "chat"


class CancelReason(StrEnum):
    """Why a mentee cancels."""

    SCHEDULE_CONFLICT = "schedule_conflict"
    PERSONAL_EMERGENCY = "personal_emergency"
    NO_LONGER_NEEDED = "no_longer_needed"
    FOUND_ALTERNATIVE = "found_alternative"
    TECHNICAL_ISSUES = "technical_issues"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the reason's official name (section 3.2 of the design), kept on the session's record."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    CancelReason.SCHEDULE_CONFLICT: "Schedule conflict",
    CancelReason.PERSONAL_EMERGENCY: "Personal emergency",
    CancelReason.NO_LONGER_NEEDED: "No longer need this session",
    CancelReason.FOUND_ALTERNATIVE: "Found alternative solution",
    CancelReason.TECHNICAL_ISSUES: "Technical issues expected",
    CancelReason.OTHER: "Other",
}


class AuditAction(StrEnum):
    """What was done to a session, as the audit trail keeps it; `booked` is told from the session itself."""

    BOOKED = "booked"
    ACCEPTED = "accepted"
    RESCHEDULED = "rescheduled"
    EDITED = "edited"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class MentorStatus(StrEnum):
    """How somebody stands as a mentor; only who is approved is shown to others and can be booked."""

    NONE = "none"
    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"


class AccountAction(StrEnum):
    """What an admin did to an account, as its audit trail keeps it."""

    MENTOR_APPROVED = "mentor_approved"
    MENTOR_DECLINED = "mentor_declined"
    MENTOR_INVITED = "mentor_invited"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    ADMIN_GRANTED = "admin_granted"
    ADMIN_WITHDRAWN = "admin_withdrawn"


class NoticeKind(StrEnum):
    """What a notice tells: one of a session's two people, or somebody about an account."""

    BOOKING_CREATED = "booking_created"
    BOOKING_CONFIRMED = "booking_confirmed"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_PENDING = "approval_pending"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_DECLINED_BY_YOU = "request_declined_by_you"
    REQUEST_EXPIRED = "request_expired"
    SESSION_CANCELLED = "session_cancelled"
    CANCELLATION_CONFIRMED = "cancellation_confirmed"
    SESSION_RESCHEDULED = "session_rescheduled"
    RESCHEDULE_CONFIRMED = "reschedule_confirmed"
    NO_SHOW = "no_show"
    NO_SHOW_MARKED = "no_show_marked"
    MENTOR_REQUESTED = "mentor_requested"
    MENTOR_APPROVED = "mentor_approved"
    MENTOR_DECLINED = "mentor_declined"
    MENTOR_INVITED = "mentor_invited"


# Those that are about an account and name no session.
ACCOUNT_NOTICES = (
    NoticeKind.MENTOR_REQUESTED,
    NoticeKind.MENTOR_APPROVED,
    NoticeKind.MENTOR_DECLINED,
    NoticeKind.MENTOR_INVITED,
)

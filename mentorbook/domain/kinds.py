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


class BlockType(StrEnum):
    """What a block of a week, or an exception, does to its time: only the first opens it (S3)."""

    AVAILABLE = "AVAILABLE"
    BREAK = "BREAK"
    BUFFER = "BUFFER"
    BLOCKED = "BLOCKED"


class MediaSource(StrEnum):
    """What somebody can send in a meeting, by LiveKit's names. Written words go another way."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN = "screen_share"
    SCREEN_SOUND = "screen_share_audio"


# What each kind of meeting lets its two people send.
MEDIA_OF: dict[MeetingKind, tuple[MediaSource, ...]] = {
    MeetingKind.VIDEO: tuple(MediaSource),
    MeetingKind.AUDIO: (MediaSource.MICROPHONE,),
    MeetingKind.CHAT: (),
}


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


class Ending(StrEnum):
    """How a session or a held time ended that nobody cancelled for a reason, as its record says it."""

    DECLINED = "The mentor declined the request"
    UNANSWERED = "The request was not answered in time"
    UNPAID = "It was not paid in time"
    PAID_TOO_LATE = "It was paid after its time"
    GIVEN_BACK = "The time was given back"


class AuditAction(StrEnum):
    """What was done to a session, as the audit trail keeps it.

    `booked` is told from the session itself, `joined` and `left` from who was in its room.
    """

    BOOKED = "booked"
    ACCEPTED = "accepted"
    RESCHEDULED = "rescheduled"
    EDITED = "edited"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    MENTOR_ABSENT = "mentor_absent"
    REFUNDED = "refunded"
    JOINED = "joined"
    LEFT = "left"


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
    LINK_MADE = "link_made"


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
    MENTOR_ABSENT = "mentor_absent"
    ABSENCE_REPORTED = "absence_reported"
    ABSENCE_TO_REVIEW = "absence_to_review"
    MENTOR_REQUESTED = "mentor_requested"
    MENTOR_APPROVED = "mentor_approved"
    MENTOR_DECLINED = "mentor_declined"
    MENTOR_INVITED = "mentor_invited"
    PASSWORD_LINK_MADE = "password_link_made"  # noqa: S105 - a name
    PAID_TOO_LATE = "paid_too_late"
    MONEY_RETURNED = "money_returned"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"


# Those that are about an account and name no session.
ACCOUNT_NOTICES = (
    NoticeKind.MENTOR_REQUESTED,
    NoticeKind.MENTOR_APPROVED,
    NoticeKind.MENTOR_DECLINED,
    NoticeKind.MENTOR_INVITED,
    NoticeKind.PASSWORD_LINK_MADE,
)


class NoticeTopic(StrEnum):
    """What people choose notices by: how they hear of each topic is theirs to say."""

    BOOKINGS = "bookings"
    REQUESTS = "requests"
    CHANGES = "changes"
    REMINDERS = "reminders"
    ATTENDANCE = "attendance"
    MENTORING = "mentoring"


TOPIC_OF = {
    NoticeKind.BOOKING_CREATED: NoticeTopic.BOOKINGS,
    NoticeKind.BOOKING_CONFIRMED: NoticeTopic.BOOKINGS,
    NoticeKind.APPROVAL_REQUESTED: NoticeTopic.REQUESTS,
    NoticeKind.APPROVAL_PENDING: NoticeTopic.REQUESTS,
    NoticeKind.REQUEST_ACCEPTED: NoticeTopic.REQUESTS,
    NoticeKind.REQUEST_DECLINED: NoticeTopic.REQUESTS,
    NoticeKind.REQUEST_DECLINED_BY_YOU: NoticeTopic.REQUESTS,
    NoticeKind.REQUEST_EXPIRED: NoticeTopic.REQUESTS,
    NoticeKind.SESSION_CANCELLED: NoticeTopic.CHANGES,
    NoticeKind.CANCELLATION_CONFIRMED: NoticeTopic.CHANGES,
    NoticeKind.SESSION_RESCHEDULED: NoticeTopic.CHANGES,
    NoticeKind.RESCHEDULE_CONFIRMED: NoticeTopic.CHANGES,
    NoticeKind.NO_SHOW: NoticeTopic.ATTENDANCE,
    NoticeKind.NO_SHOW_MARKED: NoticeTopic.ATTENDANCE,
    NoticeKind.MENTOR_ABSENT: NoticeTopic.ATTENDANCE,
    NoticeKind.ABSENCE_REPORTED: NoticeTopic.ATTENDANCE,
    NoticeKind.ABSENCE_TO_REVIEW: NoticeTopic.ATTENDANCE,
    NoticeKind.MENTOR_REQUESTED: NoticeTopic.MENTORING,
    NoticeKind.MENTOR_APPROVED: NoticeTopic.MENTORING,
    NoticeKind.MENTOR_DECLINED: NoticeTopic.MENTORING,
    NoticeKind.MENTOR_INVITED: NoticeTopic.MENTORING,
    NoticeKind.PAID_TOO_LATE: NoticeTopic.BOOKINGS,
    NoticeKind.MONEY_RETURNED: NoticeTopic.BOOKINGS,
    NoticeKind.REMINDER_DAY: NoticeTopic.REMINDERS,
    NoticeKind.REMINDER_HOUR: NoticeTopic.REMINDERS,
}
# Of no topic: nobody chooses not to hear of what keeps others out of an account. Their mail is one of the
# account (`AccountMail`), never that of a notice.
ALWAYS_TOLD = (NoticeKind.PASSWORD_LINK_MADE,)
# Whose mail puts a session into a calendar for the first time.
BRINGS_INVITATION = (
    NoticeKind.BOOKING_CREATED,
    NoticeKind.BOOKING_CONFIRMED,
    NoticeKind.REQUEST_ACCEPTED,
)


class LinkPurpose(StrEnum):
    """What a link that is mailed to somebody does, once."""

    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name
    CONFIRM_EMAIL = "confirm_email"
    CHANGE_EMAIL = "change_email"


class AccountMail(StrEnum):
    """What is mailed about an account whatever its owner has chosen, since it keeps others out."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    EMAIL_WANTED = "email_wanted"
    PASSWORD_LINK_MADE = "password_link_made"  # noqa: S105 - a name


class SecretPurpose(StrEnum):
    """What a secret address opens, for as long as it is not renewed."""

    CALENDAR = "calendar"
    UNSUBSCRIBE = "unsubscribe"


class Provider(StrEnum):
    """Who outside carries something for us; `provider_health` keeps whether they do."""

    VIDEO = "video"
    MAIL = "mail"
    PAYMENTS = "payments"


class MessageKind(StrEnum):
    """What a message of the outbox is about."""

    ROOM_CREATE = "room.create"
    ROOM_DELETE = "room.delete"
    RECORDING = "recording"
    MAIL_NOTICE = "mail.notice"
    MAIL_LINK = "mail.link"
    MAIL_ACCOUNT = "mail.account"
    REMINDER = "reminder"
    PAYMENT_CAPTURE = "payment.capture"
    PAYMENT_FOLLOW = "payment.follow"
    PAYMENT_COMPARE = "payment.compare"


# Messages that need nobody outside stand in no row.
KINDS_OF_PROVIDER = {
    Provider.VIDEO: (MessageKind.ROOM_CREATE, MessageKind.ROOM_DELETE, MessageKind.RECORDING),
    Provider.MAIL: (MessageKind.MAIL_NOTICE, MessageKind.MAIL_LINK, MessageKind.MAIL_ACCOUNT),
    Provider.PAYMENTS: (MessageKind.PAYMENT_CAPTURE, MessageKind.PAYMENT_FOLLOW),
}


class PaymentWay(StrEnum):
    """How a session that has a price is paid."""

    FREE = "free"
    SETTLE = "settle"
    DEMO = "demo"
    STRIPE = "stripe"

    @property
    def charges(self) -> bool:
        """Say whether the app takes the money; else nothing is held and nothing is paid here."""
        return self in (PaymentWay.DEMO, PaymentWay.STRIPE)


class PaymentStatus(StrEnum):
    """How a payment stands, by what the provider said; `REFUNDED` and `VOIDED` when all was given back."""

    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    VOIDED = "voided"
    CLOSED = "closed"


class RefundReason(StrEnum):
    """Why money is given back."""

    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    MENTOR_ABSENT = "mentor_absent"
    SHORTENED = "shortened"
    PAID_TOO_LATE = "paid_too_late"
    BY_HAND = "by_hand"
    OUTSIDE = "outside"


class RefundStatus(StrEnum):
    """How a refund stands: asked of the provider, given back, or refused by it for good."""

    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"


class PaymentEntryKind(StrEnum):
    """What happened to a payment, as its books keep it."""

    OPENED = "opened"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    CLOSED = "closed"
    REFUND_ORDERED = "refund_ordered"
    REFUNDED = "refunded"
    RELEASED = "released"
    REFUND_FAILED = "refund_failed"


class DifferenceKind(StrEnum):
    """In what the tables differ from what the payment provider says."""

    UNKNOWN_HERE = "unknown_here"
    UNKNOWN_THERE = "unknown_there"
    AMOUNT = "amount"
    STATUS = "status"
    CAPTURED = "captured"
    RETURNED = "returned"
    NEITHER_BOOKED_NOR_BACK = "neither"
    REFUSED = "refused"
    NOT_GIVEN_BACK = "not_given_back"

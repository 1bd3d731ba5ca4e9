"""The one family of errors that a person or a program may be told about."""

from collections.abc import Mapping
from typing import Any, ClassVar

from mentorbook.domain.availability.not_offered import NotOffered
from mentorbook.domain.booking.policies import NO_SHOW_WINDOW
from mentorbook.domain.spoken_lengths import spoken
from mentorbook.domain.views import Booking, FreeSlot

# Why a time is not free for somebody that is free for others.
OWN_SESSION = "You have another session at that time."


class DomainError(Exception):
    """A refusal with a stable `code`, a sentence for people, and the HTTP status it maps to.

    `extra` holds JSON-ready facts that go beside the error. `facts` names those that a class may carry, with
    their types, and `always` those that it always does: the API's documentation is made of them.
    """

    facts: ClassVar[Mapping[str, Any]] = {}
    always: ClassVar[frozenset[str]] = frozenset()
    code = "refused"
    status = 409
    message = "That is not possible."

    def __init__(self, message: str | None = None, **extra: Any) -> None:
        self.detail = message or self.message
        self.extra = extra
        super().__init__(self.detail)


class TryLater(DomainError):
    """Raised when the same call may well succeed in `retry_after` whole seconds, at least 1."""

    facts: ClassVar[Mapping[str, Any]] = {"retryAfter": int}
    always: ClassVar[frozenset[str]] = frozenset({"retryAfter"})

    def __init__(self, message: str | None = None, *, retry_after: float = 5) -> None:
        self.retry_after = max(1, int(-(-retry_after // 1)))
        super().__init__(message, retryAfter=self.retry_after)


class NotAuthenticated(DomainError):
    """Raised when a call needs somebody who is logged in."""

    code, status, message = "not_authenticated", 401, "Log in first."


class WrongCredentials(DomainError):
    """Raised for a wrong password and for an unknown account alike, so that neither can be told apart."""

    code, status, message = "wrong_credentials", 401, "That e-mail and password do not match."


class NotPermitted(DomainError):
    """Raised when the actor may see a thing but not do this to it."""

    code, status, message = "not_permitted", 403, "You are not permitted to do this."


class NotFound(DomainError):
    """Raised when a thing is absent, and just so when it is somebody else's."""

    code, status, message = "not_found", 404, "There is nothing here."


def no_such(thing: str) -> NotFound:
    """Return the refusal for a thing that is not there, or somebody else's, by its name."""
    return NotFound(f"There is no such {thing}.")


class SlotTaken(DomainError):
    """Raised when another session holds the time; `nearestSlots` says which are free near by."""

    facts: ClassVar[Mapping[str, Any]] = {"nearestSlots": list[FreeSlot], "own": bool}
    code, message = "slot_taken", "Somebody has just taken this time."


class SlotUnavailable(DomainError):
    """Raised when the mentor does not offer the time at all; `why` says why, as far as that is known."""

    facts: ClassVar[Mapping[str, Any]] = {"fields": dict[str, str]}
    code, message = "slot_unavailable", "The mentor does not offer this time."

    def __init__(self, why: NotOffered | None = None) -> None:
        self.why = why
        super().__init__()


class SelfBooking(DomainError):
    """Raised when a mentor tries to book their own time."""

    code, message = "self_booking", "You cannot book a session with yourself."


class MentorUnavailable(DomainError):
    """Raised when the mentor takes no bookings at present."""

    code, message = "mentor_unavailable", "This mentor takes no bookings at the moment."


class InvalidStatus(DomainError):
    """Raised when a session is not in a state in which the thing can be done."""

    code, message = "invalid_status", "That is not possible any more."


class CancellationCutoffPassed(DomainError):
    """Raised when it is too late to cancel."""

    code, message = "cancellation_cutoff_passed", "It is too late to cancel this session."


class RescheduleCutoffPassed(DomainError):
    """Raised when it is too late to move."""

    code, message = "reschedule_cutoff_passed", "It is too late to move this session."


class MaxReschedulesReached(DomainError):
    """Raised when the session was moved as often as is allowed."""

    code, message = "max_reschedules_reached", "This session was moved as often as is allowed."


class NoShowWindowClosed(DomainError):
    """Raised before the start, and later than 24 hours after it."""

    code = "no_show_window_closed"
    message = f"A no-show can be marked from the start until {spoken(NO_SHOW_WINDOW)} after it."


class ChangedMeanwhile(DomainError):
    """Raised when a booking is no longer what the caller last saw; `booking` is what it is, `tag` its tag."""

    facts: ClassVar[Mapping[str, Any]] = {"booking": Booking}
    always: ClassVar[frozenset[str]] = frozenset({"booking"})
    code, status = "changed_meanwhile", 412
    message = "This session has changed meanwhile. Look at it as it is now first."

    def __init__(self, booking: Mapping[str, Any], tag: str) -> None:
        self.tag = tag
        super().__init__(booking=dict(booking))


class HoursChanged(DomainError):
    """Raised when a mentor's hours are no longer what the caller last saw; `tag` is that of what they are."""

    code, status = "changed_meanwhile", 412
    message = "Your hours have changed meanwhile. Look at them as they are now first."

    def __init__(self, tag: str) -> None:
        self.tag = tag
        super().__init__()


class AccountChanged(DomainError):
    """Raised when fields of an account are no longer what the caller last saw; `present` has those."""

    code, status = "changed_meanwhile", 412
    message = "Your account has changed meanwhile. Look at it as it is now first."

    def __init__(self, present: Mapping[str, str]) -> None:
        self.present = dict(present)
        super().__init__()


class ProfileChanged(DomainError):
    """Raised when a mentor's profile is no longer what the caller last saw; `tag` is that of what it is."""

    code, status = "changed_meanwhile", 412
    message = "Your profile has changed meanwhile. Look at it as it is now first."

    def __init__(self, tag: str) -> None:
        self.tag = tag
        super().__init__()


class PoliciesChanged(DomainError):
    """Raised when another admin has changed the same policy meanwhile."""

    code, message = (
        "policies_changed",
        "Another admin has changed this policy meanwhile. Look at its new value first.",
    )


class ValidationFailed(DomainError):
    """Raised for input that is not well formed; `fields` maps each field's wire name to what is allowed."""

    facts: ClassVar[Mapping[str, Any]] = {"fields": dict[str, str]}
    always: ClassVar[frozenset[str]] = frozenset({"fields"})
    code, status, message = "validation_failed", 422, "Some of the input is not right."

    def __init__(self, fields: Mapping[str, str], message: str | None = None) -> None:
        self.fields = dict(fields)
        told = message or "; ".join(f"{name}: {why}" if name else why for name, why in self.fields.items())
        super().__init__(told, fields=self.fields)


class IdempotencyMismatch(DomainError):
    """Raised when an Idempotency-Key comes back with another body."""

    code, status = "idempotency_mismatch", 422
    message = "This Idempotency-Key was used for another request. Use a new key."


class RateLimited(TryLater):
    """Raised when somebody is too fast; `retry_after` is in whole seconds, at least 1."""

    code, status, message = "rate_limited", 429, "Too many at once. Wait a little and try again."

    def __init__(self, retry_after: float, message: str | None = None) -> None:
        super().__init__(message, retry_after=retry_after)


class LinkVoid(DomainError):
    """Raised for a link of an account that was used, is too old or was never made, which are told alike."""

    code, status, message = (
        "link_void",
        410,
        "This link does not work any more: it was used, is too old, or was never made. Ask for a new one.",
    )


class NotSigned(DomainError):
    """Raised for a call that claims to come from a provider and does not bear its signature."""

    code, status, message = "not_signed", 401, "This call is not signed by the video server."


class VideoUnavailable(TryLater):
    """Raised when the video server lets nobody in at the moment; `retry_after` is in whole seconds."""

    code, status, message = (
        "video_unavailable",
        503,
        "The video server cannot be reached at the moment. Your session stands; try again.",
    )


class DatabaseBusy(TryLater):
    """Raised when the database could not be had in time; nothing was changed."""

    code, status, message = (
        "busy",
        503,
        "MentorBook is very busy. Nothing was changed; try again in a moment.",
    )


class PaymentUnavailable(TryLater):
    """Raised when the payment provider takes no payment at the moment; `retry_after` is in whole seconds."""

    code, status, message = (
        "payment_unavailable",
        503,
        "The payment provider cannot be reached at the moment. Your time is held, and you never pay twice.",
    )


class CardRefused(DomainError):
    """Raised for a card that is not accepted; the words are for its holder."""

    code, status, message = "card_declined", 402, "The card was declined."


class HoldLapsed(DomainError):
    """Raised when a session can be paid no more, since its time is held no longer."""

    code, message = "hold_lapsed", "Your time is not held any more."


class TooManyHolds(DomainError):
    """Raised when somebody has as many times held as they may, and pays for none of them."""

    code, message = "too_many_holds", "Pay for one of the times that you have held, or give it back first."

"""The timeline of a session: what the audit trail holds, told to one reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mentorbook.domain.booking.session_phase import is_held, is_waiting
from mentorbook.domain.kinds import AuditAction, CancelReason, SessionStatus
from mentorbook.domain.schemas import field_label
from mentorbook.domain.views import Booking, FieldChange, TimelineEvent
from mentorbook.presenters.admin.policy_form import TEXTS
from mentorbook.presenters.booking.phrases import answer_words
from mentorbook.presenters.dates import clock, short_date, when
from mentorbook.presenters.names import first_name
from mentorbook.presenters.reader import Reader

_LONGEST_QUOTE = 120

# Of these it is said first who.
_COMING_AND_GOING = {AuditAction.JOINED: "came into the room", AuditAction.LEFT: "left the room"}
_ENDINGS = {AuditAction.CANCELLED, AuditAction.DECLINED, AuditAction.EXPIRED}


@dataclass(frozen=True, slots=True)
class ActionWords:
    """An audit action as a line of the timeline; `tone` is the colour of its dot: done, new, bad or plain."""

    title: str
    tone: str


ACTION_WORDS = {
    AuditAction.BOOKED: ActionWords("Booked", "done"),
    AuditAction.ACCEPTED: ActionWords("Accepted", "done"),
    AuditAction.RESCHEDULED: ActionWords("Moved", "new"),
    AuditAction.EDITED: ActionWords("Changed", "plain"),
    AuditAction.COMPLETED: ActionWords("Completed", "done"),
    AuditAction.CANCELLED: ActionWords("Cancelled", "bad"),
    AuditAction.DECLINED: ActionWords("Declined", "bad"),
    AuditAction.EXPIRED: ActionWords("Not answered in time", "bad"),
    AuditAction.NO_SHOW: ActionWords("Marked as a no-show", "bad"),
    AuditAction.MENTOR_ABSENT: ActionWords("Mentor reported as absent", "bad"),
    AuditAction.REFUNDED: ActionWords("Money returned", "done"),
    AuditAction.JOINED: ActionWords("Came into the room", "new"),
    AuditAction.LEFT: ActionWords("Left the room", "plain"),
}


@dataclass(frozen=True)
class Fact:
    """One line of what only admins see."""

    name: str
    value: str


@dataclass(frozen=True)
class TimelineLine:
    """One thing that happened; `tone` is done, new, bad or plain, `facts` only for admins."""

    title: str
    time: str
    more: str
    tone: str
    facts: list[Fact] = field(default_factory=list)


def timeline(booking: Booking, reader: Reader, events: Sequence[TimelineEvent]) -> list[TimelineLine]:
    """List what happened, newest first, and before it how the session stands."""
    lines = [_line(each, booking, reader, events) for each in events]
    return [*_standing(booking, reader, {each.action for each in events}), *lines]


def _line(
    each: TimelineEvent, booking: Booking, reader: Reader, events: Sequence[TimelineEvent]
) -> TimelineLine:
    words = _words(each.action)
    if each.action == AuditAction.BOOKED:
        title, more = _begun(booking, reader, events)
    elif each.action in _COMING_AND_GOING and each.actor_id:
        who = _name(each.actor_id, each.actor_name, booking, reader)
        title, more = f"{who[:1].upper()}{who[1:]} {_COMING_AND_GOING[AuditAction(each.action)]}", ""
    else:
        title, more = f"{words.title}{_by(each, booking, reader)}", _more(each, reader)
    return TimelineLine(
        title=title,
        time=when(each.at, reader.zone, reader.now),
        more=more,
        tone=words.tone,
        facts=_facts(each),
    )


def _words(action: str) -> ActionWords:
    """Return the words of an action; what a later version did is named as it is stored."""
    if action in list(AuditAction):
        return ACTION_WORDS[AuditAction(action)]
    return ActionWords(action.replace("_", " ").capitalize(), "plain")


def _begun(booking: Booking, reader: Reader, events: Sequence[TimelineEvent]) -> tuple[str, str]:
    if booking.held_until is not None:
        return "Time held for you", "Nobody is told before it is paid"
    answers = {AuditAction.ACCEPTED, AuditAction.DECLINED, AuditAction.EXPIRED}
    # A request keeps the time until which it could be answered, also when it was withdrawn before.
    asked = booking.expires_at is not None or any(each.action in answers for each in events)
    mentee = "you" if booking.mentee.id == reader.id else first_name(booking.mentee.name)
    mentor = "You were" if booking.mentor.id == reader.id else f"{first_name(booking.mentor.name)} was"
    return f"{'Requested' if asked else 'Booked'} by {mentee}", f"{mentor} {'asked' if asked else 'told'}"


def _by(each: TimelineEvent, booking: Booking, reader: Reader) -> str:
    if each.actor_id is None:
        return ""
    return f" by {_name(each.actor_id, each.actor_name, booking, reader)}"


def _name(person: UUID, name: str | None, booking: Booking, reader: Reader) -> str:
    if person == reader.id:
        return "you"
    if person in (booking.mentor.id, booking.mentee.id) and name:
        return first_name(name)
    return "an admin"


def _more(each: TimelineEvent, reader: Reader) -> str:
    if each.previous_scheduled_at and each.new_scheduled_at:
        old, new = (
            f"{short_date(at, reader.zone, reader.now)} {clock(at, reader.zone)}"
            for at in (each.previous_scheduled_at, each.new_scheduled_at)
        )
        return f"{old} → {new}" if old != new else f"{new}, with another length"
    if each.changes:
        return "\n".join(_changed(change) for change in each.changes)
    return ": ".join(part for part in (_reason(each.reason_category), each.reason_details) if part)


def _reason(category: str | None) -> str:
    """Return the reason's label; what a later version wrote, which this one does not know, is left out."""
    return CancelReason(category).label if category in list(CancelReason) else ""


def _changed(change: FieldChange) -> str:
    name, before, after = field_label(change.field), change.before, change.after
    if not before or not after:
        return f"{name} {'removed' if before else 'added'}: {_quoted(before or after or '')}"
    return f"{name}: {_quoted(before)} → {_quoted(after)}"


def _quoted(text: str) -> str:
    kept = " ".join(text.split())
    return f"“{kept if len(kept) <= _LONGEST_QUOTE else kept[: _LONGEST_QUOTE - 1].rstrip() + '…'}”"


def _facts(each: TimelineEvent) -> list[Fact]:
    facts = [
        Fact(TEXTS[key].on_record if key in TEXTS else key, _value(key, value))
        for key, value in (each.policy_snapshot or {}).items()
    ]
    for change in each.changes:
        # The line above quotes their beginning: whoever looks into the trail wants all of it.
        if each.policy_snapshot and max(len(change.before or ""), len(change.after or "")) > _LONGEST_QUOTE:
            name = field_label(change.field)
            facts += [
                Fact(f"{name} before", change.before or "–"),
                Fact(f"{name} after", change.after or "–"),
            ]
    for name, text in (("Address", each.ip_address), ("Browser", each.user_agent)):
        facts += [Fact(name, text)] if text else []
    return facts


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # A snapshot stays as it was written, also by a version whose policies were others.
    if not isinstance(value, int | float):
        return str(value)[:100]
    unit = " h before" if key.endswith("_hours") else " %" if key.endswith("_percent") else ""
    return f"{value:g}{unit}"


def _standing(booking: Booking, reader: Reader, known: set[str]) -> list[TimelineLine]:
    """Tell how the session stands by the clock, and how it ended where nobody wrote that down."""
    ends = when(booking.ends_at, reader.zone, reader.now)
    if booking.held_until is not None:
        if is_held(booking, reader.now):
            return [TimelineLine("Waiting for your payment", "", answer_words(booking, reader), "new")]
        title = "Given back" if booking.cancelled_by else "Not paid in time"
        return [TimelineLine(title, "", "The time is free again. Nothing was charged.", "bad")]
    if booking.status == SessionStatus.PENDING:
        if not is_waiting(booking, reader.now):
            return [TimelineLine("Not answered", "", answer_words(booking, reader), "bad")]
        whom = "your answer" if booking.mentor.id == reader.id else first_name(booking.mentor.name)
        return [TimelineLine(f"Waiting for {whom}", "", "", "new")]
    if booking.status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS):
        if booking.ends_at <= reader.now:
            return [TimelineLine("Ended", ends, "", "plain")]
        if booking.scheduled_at <= reader.now:
            return [TimelineLine("Started", when(booking.scheduled_at, reader.zone, reader.now), "", "new")]
        return []
    if booking.status == SessionStatus.COMPLETED and AuditAction.COMPLETED not in known:
        return [TimelineLine("Completed", ends, "", "done")]
    if booking.status == SessionStatus.NO_SHOW and AuditAction.NO_SHOW not in known:
        return [TimelineLine("Marked as a no-show", "", "", "bad")]
    if booking.status == SessionStatus.CANCELLED and not known & _ENDINGS:
        return [TimelineLine("Cancelled", "", booking.cancellation_reason or "", "bad")]
    return []

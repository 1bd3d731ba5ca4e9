"""Sessions as their cards show them: words from a booking, for one reader at one moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mentorbook.domain.actions import Action, Decision, allowed_actions
from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.policies import ROOM_OPENS, SessionPolicies, policy_times
from mentorbook.domain.views import LIVE_STATUSES, Booking, Person
from mentorbook.domain.wording import (
    MONTHS,
    clock,
    clock_range,
    day,
    first_name,
    initials,
    local,
    place,
    same_clock,
    when,
)

NO_VIDEO = "No video server is set up, so there is no room to join yet."


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which zone, when, under which policies, and whether there is a video server."""

    id: UUID
    zone: str
    now: datetime
    policies: SessionPolicies
    video: bool


@dataclass(frozen=True)
class SessionCard:
    """One session in the list. `join` is open, closed, or empty where there is nothing to join.

    Other actions are `on`, `off` (then the card says why) or empty where they are not for this reader.
    """

    id: str = ""
    title: str = ""
    status: str = ""
    badge: str = ""
    tone: str = ""
    mark: str = ""
    day: str = ""
    date: str = ""
    month: str = ""
    full_date: str = ""
    hot: bool = False
    name: str = ""
    initials: str = ""
    role: str = ""
    time: str = ""
    there: str = ""
    join: str = ""
    why: str = ""
    mentee_only: bool = False
    reschedule: str = ""
    moves: str = ""
    why_reschedule: str = ""
    cancel: str = ""
    withdraws: bool = False
    why_cancel: str = ""
    edit: str = ""
    answer: str = ""
    no_show: str = ""


def session_card(booking: Booking, reader: Reader) -> SessionCard:
    """The card of a session as the reader sees it."""
    start, other = booking.scheduled_at, other_person(booking, reader)
    wall, today = local(start, reader.zone), local(reader.now, reader.zone)
    badge, tone, mark = _badge(booking, reader)
    month = MONTHS[wall.month - 1][:3]
    allowed = allowed_actions(booking, reader.id, reader.policies, reader.now)
    stands = is_waiting(booking, reader.now) or is_confirmed(booking, reader.now)
    is_mentee = booking.mentee.id == reader.id and stands
    return SessionCard(
        id=str(booking.id),
        title=booking.title,
        status=booking.status,
        badge=badge,
        tone=tone,
        mark=mark,
        day="Today" if wall.date() == today.date() else f"{wall:%a}",
        date=str(wall.day),
        month=month if wall.year == today.year else f"{month} {wall.year}",
        full_date=day(start, reader.zone, year=True),
        hot=wall.date() == today.date() and is_live(booking, reader.now),
        name=other.name,
        initials=initials(other.name),
        role="You mentor" if booking.mentor.id == reader.id else "Mentor",
        time=clock_range(start, booking.ends_at, reader.zone),
        there=_there(start, other, reader),
        join=_join(booking, reader),
        why=_why(booking, reader),
        mentee_only=booking.mentor.id == reader.id and stands,
        reschedule=_state(allowed["reschedule"]) if is_mentee else "",
        moves=moves_words(booking, reader.policies),
        why_reschedule=_why_not("reschedule", allowed, reader) if is_mentee else "",
        cancel=_state(allowed["cancel"]) if is_mentee else "",
        withdraws=booking.status == "pending",
        why_cancel=_why_not("cancel", allowed, reader) if is_mentee else "",
        edit="on" if allowed["edit"].allowed else "",
        answer="on" if allowed["accept"].allowed else "",
        no_show="on" if allowed["no_show"].allowed else "",
    )


def moves_words(booking: Booking, policies: SessionPolicies) -> str:
    """`1 / 2`: how often the session was moved, of how often it may be; empty where none may be."""
    most = policies.max_reschedules_per_session
    return f"{booking.reschedule_count} / {most}" if most else ""


def other_person(booking: Booking, reader: Reader) -> Person:
    """Whom the reader meets; somebody who is neither of the two is shown the mentor."""
    return booking.mentee if booking.mentor.id == reader.id else booking.mentor


def is_live(booking: Booking, now: datetime) -> bool:
    """Whether the session is still to come or going on."""
    return booking.status in LIVE_STATUSES and booking.ends_at > now


def is_waiting(booking: Booking, now: datetime) -> bool:
    """Whether the mentor may still answer the request."""
    in_time = booking.expires_at is None or booking.expires_at > now
    return booking.status == "pending" and is_live(booking, now) and in_time


def is_confirmed(booking: Booking, now: datetime) -> bool:
    """Whether the session will take place or is taking place."""
    return booking.status in ("scheduled", "in_progress") and booking.ends_at > now


def room_opens_words(booking: Booking, reader: Reader) -> str:
    """`The room opens on Tue at 14:20.`"""
    date, _, time = when(booking.scheduled_at - ROOM_OPENS, reader.zone, reader.now).rpartition(" ")
    date = date.rstrip(",")
    return f"The room opens {date if date.startswith('to') else f'on {date}'} at {time}."


def answer_words(booking: Booking, reader: Reader) -> str:
    """Until when a request may be answered, and what happens to the time meanwhile."""
    if booking.expires_at is None or not is_waiting(booking, reader.now):
        return "Nobody answered this request in time."
    until = when(booking.expires_at, reader.zone, reader.now)
    if booking.mentor.id == reader.id:
        return f"You have until {until} to answer. The time is held for {first_name(booking.mentee.name)}."
    held = " The time is held for you." if booking.mentee.id == reader.id else ""
    return f"{first_name(booking.mentor.name)} has until {until} to answer.{held}"


def _badge(booking: Booking, reader: Reader) -> tuple[str, str, str]:
    now, mentor = reader.now, booking.mentor
    if booking.status == "completed":
        return "Completed", "", "check"
    if booking.status == "cancelled":
        return "Cancelled", "bad", ""
    if booking.status == "no_show":
        return "No-show", "or", ""
    if booking.status == "pending":
        if not is_waiting(booking, now):
            return "Not answered", "", ""
        whom = "your answer" if mentor.id == reader.id else first_name(mentor.name)
        return f"Waiting for {whom}", "wait", "hourglass"
    if booking.ends_at <= now:
        return "Ended", "", ""
    if booking.status == "in_progress":
        return "In progress", "ok", "dot"
    if _join(booking, reader) == "open" and booking.video_ready:
        return "Room open", "ok", "dot"
    return "Scheduled", "acc", ""


def _join(booking: Booking, reader: Reader) -> str:
    takes_part = reader.id in (booking.mentor.id, booking.mentee.id)
    if not takes_part or not is_confirmed(booking, reader.now):
        return ""
    decision = allowed_actions(booking, reader.id, reader.policies, reader.now)["join"]
    return "open" if reader.video and decision.allowed else "closed"


def _why(booking: Booking, reader: Reader) -> str:
    if booking.status == "pending" and is_live(booking, reader.now):
        return answer_words(booking, reader)
    if not is_confirmed(booking, reader.now):
        return ""
    said = []
    if _join(booking, reader) == "closed":
        said.append(room_opens_words(booking, reader) if reader.video else NO_VIDEO)
    times = policy_times(reader.policies, booking.scheduled_at)
    # What costs nothing is free to cancel for as long as it can be cancelled at all.
    free_until = times.free_until if booking.price_minor else times.cancel_until
    if booking.mentee.id == reader.id and booking.status == "scheduled" and free_until > reader.now:
        said.append(f"Free to cancel until {when(free_until, reader.zone, reader.now)}.")
    return " ".join(said)


def _state(decision: Decision) -> str:
    return "on" if decision.allowed else "off"


def _why_not(action: Action, allowed: dict[Action, Decision], reader: Reader) -> str:
    """Why the mentee cannot do it, and since when; what stands in the way of both is said once."""
    moving, cancelling = allowed["reschedule"].error, allowed["cancel"].error
    if isinstance(moving, InvalidStatus) and isinstance(cancelling, InvalidStatus):
        return "It has started, and can no longer be moved or cancelled." if action == "reschedule" else ""
    return refusal_words(allowed[action], reader)


def refusal_words(decision: Decision, reader: Reader) -> str:
    """Why something is not possible, with the time since when; empty when it is possible."""
    if decision.error is None:
        return ""
    since = f" ({when(decision.since, reader.zone, reader.now)})" if decision.since else ""
    return f"{decision.error.detail.removesuffix('.')}{since}."


def _there(start: datetime, other: Person, reader: Reader) -> str:
    if same_clock(reader.zone, other.timezone, start):
        return ""
    there = local(start, other.timezone)
    weekday = f"{there:%a} " if there.date() != local(start, reader.zone).date() else ""
    return f"{weekday}{clock(start, other.timezone)} {place(other.timezone)}"

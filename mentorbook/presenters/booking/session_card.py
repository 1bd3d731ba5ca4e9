"""Cards of sessions: one session for one reader at one moment."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.booking.actions import Action, Decision, allowed_actions
from mentorbook.domain.booking.refunds import refund_now
from mentorbook.domain.booking.session_phase import is_confirmed, is_held, is_live, is_waiting, other_person
from mentorbook.domain.errors import InvalidStatus
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.money.prices import payable
from mentorbook.domain.views import Booking, Person
from mentorbook.domain.wall_clock import local, same_clock
from mentorbook.presenters.booking.kinds import STATUS_WORDS
from mentorbook.presenters.booking.phrases import (
    answer_words,
    moves_words,
    refusal_words,
    room_opens_words,
)
from mentorbook.presenters.booking.policy_bar import refund_label
from mentorbook.presenters.booking.times import other_day
from mentorbook.presenters.dates import MONTHS, clock, clock_range, day, place, when
from mentorbook.presenters.names import first_name, initials
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader


@dataclass(frozen=True)
class SessionCard:
    """One session in the list. `join` is open, closed, or empty where there is nothing to join; `why_join`
    says when a closed room opens, and nothing where the page says that there is no video server.

    Other actions are `on`, `off` (then the card says why) or empty where they are not for this reader. `pay`
    is what the button to pay says, of a time that is held until then.
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
    picture: str = ""
    role: str = ""
    time: str = ""
    there: str = ""
    join: str = ""
    why_join: str = ""
    why: str = ""
    mentee_only: bool = False
    reschedule: str = ""
    moves: str = ""
    why_reschedule: str = ""
    cancel: str = ""
    withdraws: bool = False
    pay: str = ""
    why_cancel: str = ""
    edit: str = ""
    answer: str = ""
    no_show: str = ""
    mentor_absent: str = ""


def session_card(booking: Booking, reader: Reader) -> SessionCard:
    """Return the card of a session as the reader sees it."""
    start, other = booking.scheduled_at, other_person(booking, reader.id)
    wall, today = local(start, reader.zone), local(reader.now, reader.zone)
    badge, tone, mark = _badge(booking, reader)
    month = MONTHS[wall.month - 1][:3]
    allowed = allowed_actions(booking, reader.id, reader.policies, reader.now)
    held = is_held(booking, reader.now)
    stands = held or is_waiting(booking, reader.now) or is_confirmed(booking, reader.now)
    is_mentee, join = booking.mentee.id == reader.id and stands, _join(booking, reader)
    return SessionCard(
        id=str(booking.id),
        title=booking.title,
        status=booking.status.value,
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
        picture=other.picture or "",
        role="You mentor" if booking.mentor.id == reader.id else "Mentor",
        time=_here(start, booking, other, reader),
        there=_there(start, other, reader),
        join=join,
        why_join=room_opens_words(booking, reader) if join == "closed" and reader.video else "",
        why=_why(booking, reader),
        mentee_only=booking.mentor.id == reader.id and stands,
        reschedule=_state(allowed["reschedule"]) if is_mentee and not held else "",
        moves=moves_words(booking, reader.policies),
        why_reschedule=_why_not("reschedule", allowed, reader) if is_mentee and not held else "",
        cancel=_state(allowed["cancel"]) if is_mentee else "",
        withdraws=booking.status == SessionStatus.PENDING,
        pay=_pay(booking) if held else "",
        why_cancel=_why_not("cancel", allowed, reader) if is_mentee else "",
        edit="on" if allowed["edit"].allowed else "",
        answer="on" if allowed["accept"].allowed else "",
        no_show="on" if allowed["no_show"].allowed else "",
        mentor_absent="on" if allowed["mentor_absent"].allowed else "",
    )


def _badge(booking: Booking, reader: Reader) -> tuple[str, str, str]:
    """Return label, tone and mark: the status in its words, and what the clock makes of it."""
    now, status = reader.now, booking.status
    if booking.held_until is not None:
        if is_held(booking, now):
            return "Held for you", "wait", "hourglass"
        return ("Given back" if booking.cancelled_by else "Not paid"), "", ""
    if status == SessionStatus.PENDING:
        if not is_waiting(booking, now):
            return "Not answered", "", ""
        whom = "your answer" if booking.mentor.id == reader.id else first_name(booking.mentor.name)
        return f"Waiting for {whom}", STATUS_WORDS[status].tone, "hourglass"
    if status in (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS) and booking.ends_at <= now:
        # Where both are still in the room, it goes on until that closes.
        goes_on = status == SessionStatus.IN_PROGRESS and _join(booking, reader) == "open"
        return ("Running over", "ok", "dot") if goes_on else ("Ended", "", "")
    if status == SessionStatus.SCHEDULED and booking.video_ready and _join(booking, reader) == "open":
        return "Room open", "ok", "dot"
    words = STATUS_WORDS[status]
    return words.label, words.tone, words.mark


def _pay(booking: Booking) -> str:
    return f"Pay {format_minor(payable(booking.price_minor, booking.currency), booking.currency)}"


def _join(booking: Booking, reader: Reader) -> str:
    takes_part = reader.id in (booking.mentor.id, booking.mentee.id)
    if not takes_part:
        return ""
    decision = allowed_actions(booking, reader.id, reader.policies, reader.now)["join"]
    if reader.video and decision.allowed:
        return "open"
    return "closed" if is_confirmed(booking, reader.now) else ""


def _why(booking: Booking, reader: Reader) -> str:
    if booking.status == SessionStatus.PENDING and is_live(booking, reader.now):
        return answer_words(booking, reader)
    if not is_confirmed(booking, reader.now):
        return ""
    if booking.mentee.id != reader.id or booking.status != SessionStatus.SCHEDULED:
        return ""
    back = refund_now(booking, reader.policies, reader.now)
    if back.until < reader.now:
        return ""
    until = when(back.until, reader.zone, reader.now)
    said = refund_label(back.percent)
    return f"{said} until {until}." if back.percent == 100 else f"{said} if you cancel until {until}."


def _state(decision: Decision) -> str:
    return "on" if decision.allowed else "off"


def _why_not(action: Action, allowed: dict[Action, Decision], reader: Reader) -> str:
    """Say why the mentee cannot do it, and since when; a reason that prevents both is given once."""
    moving, cancelling = allowed["reschedule"].error, allowed["cancel"].error
    if isinstance(moving, InvalidStatus) and isinstance(cancelling, InvalidStatus):
        return "It has started, and can no longer be moved or cancelled." if action == "reschedule" else ""
    return refusal_words(allowed[action], reader)


def _here(start: datetime, booking: Booking, other: Person, reader: Reader) -> str:
    """Return the times on the reader's clock, with the weekday where the other clock has another."""
    weekday = other_day(start, other.timezone, reader.zone)
    return f"{weekday}{clock_range(start, booking.ends_at, reader.zone)}"


def _there(start: datetime, other: Person, reader: Reader) -> str:
    if same_clock(reader.zone, other.timezone, start):
        return ""
    weekday = other_day(start, reader.zone, other.timezone)
    return f"{weekday}{clock(start, other.timezone)} {place(other.timezone)}"

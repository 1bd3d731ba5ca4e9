"""A notice as a letter: the words of the bell, with everything that one wants to know beside it."""

from dataclasses import replace
from datetime import timedelta

from mentorbook.domain.booking.session_phase import is_confirmed, is_waiting, other_person
from mentorbook.domain.mail import one_line
from mentorbook.domain.mail_views import MailedNotice
from mentorbook.domain.views import Booking
from mentorbook.presenters.booking.kinds import MEETING_WORDS
from mentorbook.presenters.booking.payment_words import payment_words
from mentorbook.presenters.booking.phrases import answer_words
from mentorbook.presenters.booking.policy_bar import refund_words_of
from mentorbook.presenters.booking.times import there_words
from mentorbook.presenters.dates import clock_range, day, moment, place, when
from mentorbook.presenters.mail.addresses import preferences_page
from mentorbook.presenters.mail.letter import Letter
from mentorbook.presenters.names import first_name
from mentorbook.presenters.notices import (
    REMINDERS,
    UNANSWERED,
    WITH_TERMS,
    notice_action,
    notice_address,
    notice_words,
)
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

_ABOUT_SESSION = "You get this mail because it is about a session of yours."
_CORRECTION = "You get this mail because an earlier one has put this session into your calendar."
_FOR_ADMINS = "You get this mail because you are an admin of MentorBook."
_ABOUT_ACCOUNT = "You get this mail because it is about your account."
_LEAVE = "Choose which mail you get"


def notice_letter(mailed: MailedNotice, reader: Reader, home: str) -> Letter:
    """Return the letter of a notice, with the session's time on both clocks; `home` is the app's address.

    The time is that of the notice: a mail that comes late still tells what it was written for.
    """
    title, text = notice_words(mailed.notice)
    booking = mailed.booking
    return Letter(
        subject=_subject(mailed, title, reader),
        heading=title,
        greeting=f"Hello {first_name(one_line(mailed.reader.name))},",
        # In plain text a line of somebody's own would look like one of ours.
        paragraphs=(_sentence(mailed, one_line(text), reader),),
        facts=_facts(mailed, booking, reader) if booking else (),
        action=(_action(mailed, reader), f"{home}{notice_address(mailed.notice)}"),
        after=_after(mailed, booking, reader) if booking else (),
        small_print=_CORRECTION if mailed.is_correction else _small_print(booking, reader),
        leave=(_LEAVE, preferences_page(home, mailed.secret, mailed.topic)),
        home=("MentorBook", home),
    )


def _small_print(booking: Booking | None, reader: Reader) -> str:
    if booking is None:
        return _ABOUT_ACCOUNT
    return _ABOUT_SESSION if reader.id in (booking.mentor.id, booking.mentee.id) else _FOR_ADMINS


def _action(mailed: MailedNotice, reader: Reader) -> str:
    is_past = mailed.booking is not None and not is_waiting(mailed.booking, reader.now)
    if mailed.notice.kind in UNANSWERED and is_past:
        return "Open the session"
    return notice_action(mailed.notice)


def _subject(mailed: MailedNotice, title: str, reader: Reader) -> str:
    at = mailed.notice.happens_at
    if mailed.booking is None or at is None:
        return title
    return f"{title}: {mailed.booking.title} · {moment(at, reader.zone, reader.now)}"


def _sentence(mailed: MailedNotice, text: str, reader: Reader) -> str:
    at = mailed.notice.happens_at
    if mailed.notice.kind in REMINDERS and at is not None:
        return f"{text} starts {when(at, reader.zone, reader.now)}."
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _facts(mailed: MailedNotice, booking: Booking, reader: Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    other = other_person(booking, reader.id)
    found = [
        ("When", _both_clocks(booking, reader)),
        ("With", (one_line(other.name),)),
        ("How", (MEETING_WORDS[booking.meeting_type].summary,)),
    ]
    if before := mailed.notice.facts.moved_from:
        found.insert(1, ("Before", (moment(before, reader.zone, reader.now),)))
    if booking.price_minor:
        price = format_minor(booking.price_minor, booking.currency)
        paid = payment_words(booking, reader)
        found.append(("Price", (f"{price} for {booking.duration} minutes", paid)))
    return tuple(found)


def _both_clocks(booking: Booking, reader: Reader) -> tuple[str, ...]:
    start, zone = booking.scheduled_at, reader.zone
    # With the year: a mail is read at any time.
    here = f"{day(start, zone, year=True)}, {clock_range(start, booking.ends_at, zone)} {place(zone)}"
    other = there_words(start, booking.duration, zone, other_person(booking, reader.id).timezone)
    return (here, other) if other else (here,)


def _after(mailed: MailedNotice, booking: Booking, reader: Reader) -> tuple[str, ...]:
    kind = mailed.notice.kind
    if kind in UNANSWERED:
        return (answer_words(booking, reader),) if is_waiting(booking, reader.now) else ()
    stands = mailed.is_current and is_confirmed(booking, reader.now) and booking.scheduled_at > reader.now
    if kind in WITH_TERMS and booking.mentee.id == reader.id and stands:
        words = refund_words_of(booking, reader)
        return (words,) if words else ()
    return ()


def as_told(mailed: MailedNotice) -> MailedNotice:
    """Return the notice with its session as it stood when the notice was written."""
    booking, at, facts = mailed.booking, mailed.notice.happens_at, mailed.invitation
    if booking is None or at is None:
        return mailed
    minutes = facts.minutes if facts else booking.duration
    then = {"scheduled_at": at, "duration": minutes, "ends_at": at + timedelta(minutes=minutes)}
    told = booking.model_copy(update=then)
    return replace(mailed, booking=told, is_current=booking.scheduled_at == at)

"""What the policies mean for one session, in plain dates: three parts of a bar in time."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.booking.policies import PolicyTimes, SessionPolicies, policy_times
from mentorbook.domain.booking.refunds import Refund, RefundTerms, refund_now, refund_stages
from mentorbook.domain.kinds import SessionStatus
from mentorbook.domain.spoken_lengths import spoken_hours
from mentorbook.domain.views import Booking
from mentorbook.domain.wall_clock import local
from mentorbook.presenters.dates import clock, moment, when
from mentorbook.presenters.prices import format_minor
from mentorbook.presenters.reader import Reader

_TIMES = {0: "not at all", 1: "once", 2: "twice", 3: "three times"}
# No part gets narrower than its words, whatever the hours are.
_LEAST_SHARE, _SHARES = 16, 100
_SHARES_SAID = {100: "cancelling is free", 50: "half is given back", 0: "nothing is given back"}
_TONES = {100: "free", 0: "none"}


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """One stretch of the bar: what is possible, until when (or from when), how wide, which colour."""

    label: str
    until: str
    tone: str
    share: int


def policy_parts(
    policies: SessionPolicies,
    terms: RefundTerms,
    starts_at: datetime,
    *,
    zone: str,
    now: datetime,
    is_free: bool,
) -> list[PolicyPart]:
    """List the stretches still to come, from now to the start, dates in `zone`. Empty once it has started."""
    times = policy_times(policies, starts_at)
    shown: list[tuple[str, str, str, float]] = []
    begin = now
    for stage in refund_stages(terms, policies, starts_at, is_free=is_free):
        if (end := stage.until) > begin:
            until = f"until {_date(end, starts_at, zone, now)}"
            tone = _TONES.get(stage.percent, "late")
            shown.append((refund_label(stage.percent), until, tone, (end - begin).total_seconds()))
            begin = end
    if times.cancel_until < starts_at and now < starts_at:
        since = (
            f"from {_date(times.cancel_until, starts_at, zone, now)}"
            if times.cancel_until > now
            else "until it starts"
        )
        shown.append(("No changes", since, "closed", (starts_at - begin).total_seconds()))
    return _in_shares(shown)


def withdrawing_parts(
    starts_at: datetime, expires_at: datetime | None, *, zone: str, now: datetime
) -> list[PolicyPart]:
    """List the stretches of a request not accepted yet: free to withdraw until it lapses or starts."""
    lapses = min(expires_at or starts_at, starts_at)
    if now >= lapses:
        return []
    until = _date(lapses, starts_at, zone, now)
    shown = [("Free to withdraw", f"until {until}", "free", (lapses - now).total_seconds())]
    if lapses < starts_at:
        shown.append(("Lapses unanswered", f"from {until}", "closed", (starts_at - lapses).total_seconds()))
    return _in_shares(shown)


def policy_bar_parts(booking: Booking, reader: Reader) -> list[PolicyPart]:
    """Return what cancelling this session, or withdrawing this request, means from now to its start.

    Of one that is held while it is paid it is what will be so.
    """
    if booking.status == SessionStatus.PENDING and booking.held_until is None:
        return withdrawing_parts(booking.scheduled_at, booking.expires_at, zone=reader.zone, now=reader.now)
    return policy_parts(
        reader.policies,
        RefundTerms.read(booking.refund_terms, reader.policies),
        booking.scheduled_at,
        zone=reader.zone,
        now=reader.now,
        is_free=booking.price_minor == 0,
    )


def _in_shares(shown: list[tuple[str, str, str, float]]) -> list[PolicyPart]:
    """Return parts with widths in proportion to their seconds, of label, date, tone and seconds of each."""
    total = sum(part[3] for part in shown) or 1
    spare = _SHARES - _LEAST_SHARE * len(shown)
    return [
        PolicyPart(label, until, tone, round(_LEAST_SHARE + spare * length / total))
        for label, until, tone, length in shown
    ]


def refund_label(percent: int) -> str:
    """Return what cancelling gives back: `Free to cancel`, `Half refunded`, `Nothing refunded`."""
    known = {100: "Free to cancel", 50: "Half refunded", 0: "Nothing refunded"}
    return known.get(percent, f"{percent} % refunded")


def refund_words(
    price_minor: int, currency: str, refund: Refund, *, zone: str, now: datetime, said: str = "Cancelled now"
) -> str:
    """Say what cancelling gives back of a price, and until when; `said` begins the sentence.

    Empty when there is no price, or no more time to cancel.
    """
    if not price_minor or refund.until < now:
        return ""
    price, part = format_minor(price_minor, currency), format_minor(refund.amount_minor, currency)
    if refund.percent == 100:
        back = f"all of {price} back"
    elif refund.percent == 0:
        back = f"nothing of {price} back"
    elif refund.percent == 50:
        back = f"half, {part}, back"
    else:
        back = f"{refund.percent} % of {price}, {part}, back"
    return f"{said}, the policy gives {back}. That holds until {when(refund.until, zone, now)}."


def refund_words_of(booking: Booking, reader: Reader) -> str:
    """Say what cancelling this session gives back now, until when, and what was given back before.

    Of one that is paid here that is the amount, whatever share it is: of what was paid, less what came back.
    Empty as in `refund_words`.
    """
    refund, zone, now = refund_now(booking, reader.policies, reader.now), reader.zone, reader.now
    if booking.paid_minor is None or not booking.refunded_minor:
        price = booking.price_minor if booking.paid_minor is None else booking.paid_minor
        return refund_words(price, booking.currency, refund, zone=zone, now=now)
    if refund.until < now:
        return ""
    paid, before = (
        format_minor(each, booking.currency) for each in (booking.paid_minor, booking.refunded_minor)
    )
    if booking.refunded_minor >= booking.paid_minor:
        return f"All of {paid} is given back already."
    back = format_minor(refund.amount_minor, booking.currency) if refund.amount_minor else "nothing more"
    until = f"That holds until {when(refund.until, zone, now)}."
    return f"Cancelled now, the policy gives {back} of {paid} back, beside the {before} before. {until}"


def stages_words(booking: Booking, reader: Reader) -> str:
    """Say what cancelling gives back and until when: now, and after that. Empty once it is closed."""
    terms = RefundTerms.read(booking.refund_terms, reader.policies)
    stages = refund_stages(terms, reader.policies, booking.scheduled_at, is_free=not booking.price_minor)
    said = [
        f"{_SHARES_SAID.get(stage.percent, f'{stage.percent} % is given back')}{after} until "
        f"{_date(stage.until, booking.scheduled_at, reader.zone, reader.now)}"
        for stage, after in zip(
            (each for each in stages if each.until >= reader.now),
            ("", " after that,", " then,"),
            strict=False,
        )
    ]
    if not said:
        return ""
    words = "; ".join(said)
    return f"{words[:1].upper()}{words[1:]}."


def _date(instant: datetime, starts_at: datetime, zone: str, now: datetime) -> str:
    if local(instant, zone).date() == local(starts_at, zone).date():
        return f"{local(instant, zone):%a} {clock(instant, zone)}"
    return moment(instant, zone, now)


def moving_words(
    policies: SessionPolicies, times: PolicyTimes, used: int, *, zone: str, now: datetime
) -> str:
    """Say how often and until when the session may still be moved, as a sentence."""
    left = policies.max_reschedules_per_session - used
    if left <= 0:
        return "It cannot be moved." if not used else "You have moved it as often as is allowed."
    if times.reschedule_until <= now:
        return "It is too close to its start to be moved."
    often = _TIMES.get(left, f"{left} times")
    hours = spoken_hours(policies.reschedule_cutoff_hours)
    more = " more" if used else ""
    until = when(times.reschedule_until, zone, now)
    return f"You may move it {often}{more}, up to {hours} before it starts ({until})."

"""Who reads a page of sessions, and when that page has to be drawn again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mentorbook.domain.booking.policies import ROOM_OPENS, SessionPolicies
from mentorbook.domain.booking.refunds import RefundTerms, refund_stages
from mentorbook.domain.views import Account, Booking
from mentorbook.domain.wall_clock import midnight_after
from mentorbook.presenters.reader import Reader
from mentorbook.services.admin.policies import current_policies
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.settings import settings
from mentorbook.state.socket.page_alarms import page_alarms


async def reader_for(actor: Account, zone: str | None = None) -> Reader:
    """Return the actor as the reader of this moment, in their own time zone or in `zone` (an IANA name)."""
    return reader_by(actor, await call(current_policies), zone)


def reader_by(actor: Account, policies: SessionPolicies, zone: str | None = None) -> Reader:
    """Return the reader of this moment by policies that were read with what is shown."""
    video, way = settings.video_configured, settings.payment_way
    return Reader(actor.id, zone or actor.timezone, now(), policies, video, way)


def reload_at_next_moment(
    actor: Account,
    bookings: Iterable[Booking],
    *,
    every: timedelta | None = None,
    policies: SessionPolicies | None = None,
) -> None:
    """Schedule a reload of the actor's pages when one of these sessions reaches its next moment.

    With `policies` also when cancelling gives back less, and with `every` no later than so long from now.
    """
    moments: list[datetime] = [now() + every] if every else []
    # "Today" and "tomorrow" mean another day from then on.
    moments.append(midnight_after(now(), actor.timezone))
    for booking in bookings:
        start = booking.scheduled_at
        moments += [start - ROOM_OPENS, start, booking.ends_at]
        moments += [booking.expires_at] if booking.expires_at else []
        moments += [state.changes_at for state in booking.actions.values() if state.changes_at]
        moments += _refund_moments(booking, policies) if policies else []
    page_alarms.set(actor.id, moments)


def _refund_moments(booking: Booking, policies: SessionPolicies) -> list[datetime]:
    terms = RefundTerms.read(booking.refund_terms, policies)
    return [stage.until for stage in refund_stages(terms, policies, booking.scheduled_at)]

"""Who reads a page of sessions, and when that page has to be written anew."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mentorbook.domain.policies import ROOM_OPENS, SessionPolicies, policy_times
from mentorbook.domain.views import Account, Booking
from mentorbook.domain.wording import midnight_after
from mentorbook.services.clock import now
from mentorbook.services.offload import call
from mentorbook.services.policies import current_policies
from mentorbook.settings import settings
from mentorbook.state.clockwork import clockwork
from mentorbook.state.session_shapes import Reader


async def reader_for(actor: Account) -> Reader:
    """The actor as the reader of this moment."""
    policies = await call(current_policies)
    return Reader(actor.id, actor.timezone, now(), policies, settings.video_configured)


def wind(
    actor: Account,
    bookings: Iterable[Booking],
    *,
    every: timedelta | None = None,
    policies: SessionPolicies | None = None,
) -> None:
    """Have the actor's pages reload when one of these sessions reaches its next moment.

    With `policies` also when cancelling is no longer free.
    """
    moments: list[datetime] = [now() + every] if every else []
    # "Today" and "tomorrow" mean another day from then on.
    moments.append(midnight_after(now(), actor.timezone))
    for booking in bookings:
        start = booking.scheduled_at
        moments += [start - ROOM_OPENS, start, booking.ends_at]
        moments += [booking.expires_at] if booking.expires_at else []
        moments += [state.changes_at for state in booking.actions.values() if state.changes_at]
        moments += [policy_times(policies, start).free_until] if policies else []
    clockwork.wake(actor.id, moments)

"""Open an address that works without a log-in: whose secret it is, and how often somebody may try."""

from uuid import UUID

from mentorbook.domain.errors import NotFound, RateLimited
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.services.mail.secret_addresses import holder_of
from mentorbook.services.people.login_throttle import digest, in_words, network
from mentorbook.services.rate_counters import ceilings, counts

# Wrong secrets from one network. Nobody guesses 256 bits: this keeps the log short, and tells a program that
# it is wrong. Right ones are opened all the same: calendar services ask for everybody's from one network.
MOST_WRONG, WRONG_LASTS = 100, 900  # seconds
# Right ones, each by itself: more than all programs of one person ask, and than anybody presses.
MOST_OPENED, OPENED_LASTS = 120, 60  # seconds


def open_address(secret: str, purpose: SecretPurpose, address: str) -> UUID:
    """Return the account whose secret this is; `address` is the IP address that asks.

    Raises `NotFound` for one that is unknown, renewed or of a deactivated account, all alike, and
    `RateLimited` instead after many of these from one network, or when a right one is used too often.
    """
    holder = holder_of(secret, purpose)
    if holder is None:
        wrong = f"wrong secrets {network(address)}"
        if ceilings().add(wrong, WRONG_LASTS) > MOST_WRONG:
            raise _too_many(ceilings().left(wrong))
        raise NotFound("This address is not valid any more.")
    # By its digest: what is counted can be seen by others than who may use it.
    opened = f"opened {purpose} {digest(secret)}"
    if counts().add(opened, OPENED_LASTS) > MOST_OPENED:
        raise _too_many(counts().left(opened))
    return holder


def _too_many(left: float) -> RateLimited:
    return RateLimited(left, f"Too many calls. Try again in {in_words(left)}.")

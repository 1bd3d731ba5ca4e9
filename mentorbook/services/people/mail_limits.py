"""How much mail may be asked for within an hour, each purpose counted by itself: what strangers ask for must
not use up what somebody who is logged in may ask for."""

import logging
from uuid import UUID

from mentorbook.domain.errors import RateLimited
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.services.people.login_throttle import digest, in_words, network
from mentorbook.services.rate_counters import mail_counts

log = logging.getLogger(__name__)

MOST_TO_ADDRESS, MOST_FROM_NETWORK, MOST_BY_ACCOUNT = 5, 30, 5
COUNTED_FOR = 3600  # seconds
# Links for new passwords that all networks together may ask for: more than people ever do at a time. Beyond
# that, only addresses are mailed that were not asked for lately: where one was, there is a link already that
# works for as long again.
MOST_RESETS, RESETS_COUNTED_FOR = 60, 60  # seconds
LATELY = 1800  # seconds


def count_reset_asked(email: str, address: str) -> bool:
    """Count a link for a new password that anybody at `address` asks for, whether `email` has an account or
    not. Raises `RateLimited` beyond `MOST_FROM_NETWORK` and `MOST_TO_ADDRESS`.

    Return whether it is to be mailed. Beyond `MOST_RESETS` of everybody it is only when `email` was not asked
    for within `LATELY`, so no stranger keeps anybody from a link. Nobody is told, since whoever asks from
    many networks would learn when to go on; and who has an account plays no part, since whoever has accounts
    themselves would see by their own mail whether somebody else's was counted.
    """
    _count(LinkPurpose.RESET_PASSWORD, f"from {network(address)}", MOST_FROM_NETWORK)
    to = f"to {digest(email)}"
    _count(LinkPurpose.RESET_PASSWORD, to, MOST_TO_ADDRESS)
    lately = mail_counts().add(f"{LinkPurpose.RESET_PASSWORD.value} lately {to}", LATELY)
    asked = mail_counts().add(f"{LinkPurpose.RESET_PASSWORD.value} of everybody", RESETS_COUNTED_FOR)
    if asked == MOST_RESETS + 1:
        log.warning("more than %d links for new passwords were asked for in a minute", MOST_RESETS)
    return lately == 1 or asked <= MOST_RESETS


def count_confirmation_asked(account: UUID, address: str) -> None:
    """Count a link to confirm its own address that an account asks for from `address`. Raises `RateLimited`
    beyond `MOST_BY_ACCOUNT` and `MOST_FROM_NETWORK`."""
    _count(LinkPurpose.CONFIRM_EMAIL, f"by {account}", MOST_BY_ACCOUNT)
    _count(LinkPurpose.CONFIRM_EMAIL, f"from {network(address)}", MOST_FROM_NETWORK)


def count_change_asked(account: UUID, email: str, address: str) -> None:
    """Count a change to `email` that an account asks for from `address`, whether `email` has an account or
    not. Raises `RateLimited` beyond `MOST_BY_ACCOUNT`, `MOST_FROM_NETWORK` and `MOST_TO_ADDRESS`."""
    _count(LinkPurpose.CHANGE_EMAIL, f"by {account}", MOST_BY_ACCOUNT)
    _count(LinkPurpose.CHANGE_EMAIL, f"from {network(address)}", MOST_FROM_NETWORK)
    _count(LinkPurpose.CHANGE_EMAIL, f"to {digest(email)}", MOST_TO_ADDRESS)


def _count(purpose: LinkPurpose, whose: str, most: int) -> None:
    name = f"{purpose.value} {whose}"
    if mail_counts().add(name, COUNTED_FOR) > most:
        left = mail_counts().left(name)
        raise RateLimited(left, f"Too many mails have been asked for. Try again in {in_words(left)}.")

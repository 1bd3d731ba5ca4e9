"""How much mail may be asked for within an hour, each purpose counted by itself: what strangers ask for must
not use up what somebody who is logged in may ask for."""

from uuid import UUID

from mentorbook.domain.errors import RateLimited
from mentorbook.domain.kinds import LinkPurpose
from mentorbook.services.people.login_throttle import digest, in_words, network
from mentorbook.services.rate_counters import mail_counts

MOST_TO_ADDRESS, MOST_FROM_NETWORK, MOST_BY_ACCOUNT = 5, 30, 5
COUNTED_FOR = 3600  # seconds


def count_reset_asked(email: str, address: str) -> None:
    """Count a link for a new password that anybody at `address` asks for, whether `email` has an account or
    not. Raises `RateLimited` beyond `MOST_FROM_NETWORK` and `MOST_TO_ADDRESS`."""
    _count(LinkPurpose.RESET_PASSWORD, f"from {network(address)}", MOST_FROM_NETWORK)
    _count(LinkPurpose.RESET_PASSWORD, f"to {digest(email)}", MOST_TO_ADDRESS)


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

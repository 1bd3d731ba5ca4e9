"""How much mail may be asked for: by one network, and to one address, whether it has an account or not."""

from mentorbook.domain.errors import RateLimited
from mentorbook.services.people.login_throttle import digest, in_words, network
from mentorbook.services.rate_counters import mail_counts

MOST_TO_ADDRESS, MOST_FROM_NETWORK = 5, 30
COUNTED_FOR = 3600  # seconds


def count_mail_asked(email: str, address: str) -> None:
    """Count a mail that somebody at `address` asks to be sent to `email`. Raises `RateLimited` beyond
    `MOST_FROM_NETWORK` from one network and `MOST_TO_ADDRESS` to one address within an hour."""
    for name, most in (
        (f"asked from {network(address)}", MOST_FROM_NETWORK),
        (f"asked for {digest(email)}", MOST_TO_ADDRESS),
    ):
        if mail_counts().add(name, COUNTED_FOR) > most:
            left = mail_counts().left(name)
            raise RateLimited(left, f"Too many mails have been asked for. Try again in {in_words(left)}.")

"""Slows down who guesses passwords, and nobody else: by account and browser, with growing waits.

Only wrong tries count. No count can lock an owner out: a browser that has logged in to the account before is
slowed down by its own wrong tries alone, and everybody else waits at most `LONGEST_WAIT` before a try.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

from mentorbook.domain.errors import RateLimited
from mentorbook.services.people.password_hashing import Place
from mentorbook.services.rate_counters import Counts, ceilings, counts

# Wrong tries in a row before the first wait; from then on each one doubles it.
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 2, 60  # seconds
FORGOTTEN_AFTER = 3600  # seconds

# Strangers' wrong tries within a quarter of an hour, after which every stranger waits before the first try
# too. A longer wait would hurt the owner more than somebody with many addresses; see docs/adr.
ACCOUNT_CEILING, ADDRESS_CEILING = 30, 300
CEILING_LASTS = 900  # seconds
WAIT_AT_CEILING = 30  # seconds

REGISTRATIONS = 30  # an hour and address


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who tries: for which account, from which network, and with which known device, if any.

    `account` and `device` are hashes.
    """

    account: str
    address: str
    device: str | None = None

    @property
    def name(self) -> str:
        """Return the name that this guesser's wrong tries are counted under."""
        who = f"device {self.device}" if self.device else f"from {self.address}"
        return f"{who} at {self.account}"

    @property
    def place(self) -> Place:
        """Return the place in the queue for hashing a password."""
        return Place(self.address, self.device)


def admit(guesser: Guesser) -> None:
    """Admit a try. Raises `RateLimited` while this guesser has to wait.

    The try counts as wrong until `passed` is called, so that concurrent tries do not bypass the limit.
    """
    kept, name = counts(), guesser.name
    _refuse_while_waiting(kept, name)
    is_crowded = guesser.device is None and _is_crowded(guesser)
    if is_crowded and not kept.get(f"told {name}"):
        kept.add(f"told {name}", CEILING_LASTS)
        kept.add(f"wait {name}", WAIT_AT_CEILING)
        _refuse_while_waiting(kept, name)
    tries = kept.add(f"tries {name}", FORGOTTEN_AFTER)
    wait = max(_wait_after(tries), WAIT_AT_CEILING if is_crowded else 0)
    if wait and kept.add(f"wait {name}", wait) > 1:
        # Somebody else of the same name was quicker by a hair.
        kept.take_back(f"tries {name}")
        _refuse_while_waiting(kept, name)


def failed(guesser: Guesser) -> None:
    """Count a wrong try against the account and the network, unless from a known device."""
    if guesser.device is None:
        ceilings().add(f"account {guesser.account}", CEILING_LASTS)
        ceilings().add(f"address {guesser.address}", CEILING_LASTS)


def passed(guesser: Guesser) -> None:
    """Reset the guesser's wrong tries and waits after a right one."""
    for what in ("tries", "wait", "told"):
        counts().clear(f"{what} {guesser.name}")


def withdraw(guesser: Guesser) -> None:
    """Undo the count of a try that was admitted and then not made."""
    counts().take_back(f"tries {guesser.name}")
    counts().clear(f"wait {guesser.name}")


def count_registration(address: str) -> None:
    """Count one new account. Raises `RateLimited` beyond `REGISTRATIONS` an hour from one network."""
    name = f"registrations {network(address)}"
    if ceilings().add(name, 3600) > REGISTRATIONS:
        left = ceilings().left(name)
        raise RateLimited(left, f"Too many new accounts from here. Try again in {in_words(left)}.")


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(ip) >> 64 << 64, 64)))


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def in_words(seconds: float) -> str:
    """Word a wait for people, rounded up: "1 second", "2 minutes"."""
    whole = max(1, int(-(-seconds // 1)))
    number, unit = (whole, "second") if whole < 90 else (-(-whole // 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _wait_after(tries: int) -> int:
    return 0 if tries < FREE_TRIES else min(FIRST_WAIT << min(tries - FREE_TRIES, 10), LONGEST_WAIT)


def _is_crowded(guesser: Guesser) -> bool:
    kept = ceilings()
    return (
        kept.get(f"account {guesser.account}") >= ACCOUNT_CEILING
        or kept.get(f"address {guesser.address}") >= ADDRESS_CEILING
    )


def _refuse_while_waiting(kept: Counts, name: str) -> None:
    if left := kept.left(f"wait {name}"):
        raise RateLimited(
            left, f"There have been too many wrong tries. Wait {in_words(left)}, then try again."
        )

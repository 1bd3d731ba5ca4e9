"""What the routes share that a provider calls."""

import logging

from mentorbook.services.offload import call
from mentorbook.services.rate_counters import ceilings

log = logging.getLogger(__name__)

_SAID_AGAIN_AFTER = 60  # seconds


async def say_refused(whose: str, how_signed: str) -> None:
    """Log, once a minute, that a call was refused: of a provider with other keys we hear nothing."""
    await call(_say, whose, how_signed)


def _say(whose: str, how_signed: str) -> None:
    if ceilings().add(f"refused event of {whose}", _SAID_AGAIN_AFTER) == 1:
        log.warning("what claims to come from %s was refused: is it signed with %s?", whose, how_signed)

"""A child process that books until it is killed; takes a database, a mentor and a mentee."""

import sys
from datetime import timedelta
from uuid import UUID

from mentorbook.db.engine import connect
from mentorbook.domain.errors import SlotTaken
from mentorbook.services.booking import bookings
from mentorbook.services.clock import now
from mentorbook.services.people import accounts
from tests.people import a_request


def main(url: str, mentor: str, mentee: str) -> None:
    """Book hour after hour; says so after each, and skips what an earlier child has taken."""
    connect(url)
    bookings.MOST_A_MINUTE = 1_000_000
    who = accounts.account(UUID(mentee))
    start = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    for number in range(1_000_000):
        try:
            bookings.create_booking(
                who, a_request(UUID(mentor), start + timedelta(minutes=30 * number), duration=30)
            )
        except SlotTaken:
            continue
        sys.stdout.write("booked\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A rule's length is said in the same words wherever it is said."""

from dataclasses import replace
from datetime import timedelta

from mentorbook.domain.availability.draft import Schedule
from mentorbook.domain.availability.not_offered import NotOffered, NotOfferedReason
from mentorbook.domain.spoken_lengths import spoken, spoken_hours
from mentorbook.presenters.availability.rules import rules_of
from mentorbook.presenters.refusals import not_offered_words


def test_minutes_and_whole_hours() -> None:
    words = ["30 minutes", "1 hour", "90 minutes", "36 hours", "1 minute", "0 minutes"]
    assert [spoken_hours(hours) for hours in (0.5, 1, 1.5, 36, 1 / 60, 0)] == words
    assert spoken(timedelta(days=2)) == "48 hours"


def test_mentor_and_mentee_read_the_same_notice() -> None:
    too_soon = NotOffered(NotOfferedReason.TOO_SOON, "Ada")
    for hours, words in ((0.5, "30 minutes"), (1, "1 hour"), (1.5, "90 minutes"), (2, "2 hours")):
        refused = not_offered_words(replace(too_soon, notice_hours=hours))
        rule = rules_of(Schedule(timezone="UTC", min_advance_booking_hours=hours)).notice_line
        assert refused == f"is too soon: Ada asks for {words} of notice"
        assert rule == f"Mentees book at the latest {words} before a session starts."

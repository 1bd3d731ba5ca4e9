"""What the two people of a session are told of its recording."""

from typing import Any

import pytest

from mentorbook.domain.meeting.recording import Recording, RecordingStatus
from mentorbook.presenters.meeting.recording import recording_words

OPEN: dict[str, Any] = {
    "is_available": True,
    "is_open": True,
    "mine": False,
    "theirs": False,
    "status": "off",
    "other_name": "Moira MacGillivray",
}
CASES = [
    ({}, "This session is not recorded.", "Agree to a recording", True),
    ({"mine": True}, "You agree to a recording.", "Withdraw", False),
    ({"mine": True, "theirs": True}, "You both agree to a recording.", "Withdraw", False),
    ({"theirs": True}, "Moira would like to record this session.", "Agree to a recording", True),
    ({"status": "starting"}, "The recording is starting.", "Stop recording", False),
    (
        {"status": "on", "mine": True, "theirs": True},
        "This session is being recorded.",
        "Stop recording",
        False,
    ),
    ({"status": "stopping", "mine": True}, "The recording is stopping.", "", True),
    ({"status": "failed"}, "The recording could not start.", "Agree to a recording", True),
    (
        {"status": "failed", "had_begun": True},
        "The recording has stopped by itself.",
        "Agree to a recording",
        True,
    ),
    ({"is_available": False}, "Recording is not available here.", "", True),
    ({"is_open": False}, "", "", True),
    ({"is_open": False, "status": "on"}, "This session is being recorded.", "Stop recording", False),
]


@pytest.mark.parametrize(("facts", "head", "button", "agrees"), CASES)
def test_it_says_how_it_stands_and_what_may_be_done(
    facts: dict[str, Any], head: str, button: str, agrees: bool
) -> None:
    words = recording_words(Recording(**(OPEN | facts)), "Moira")
    assert (words.head, words.button, words.agrees) == (head, button, agrees)


@pytest.mark.parametrize("status", list(RecordingStatus))
def test_whatever_runs_is_said_over_the_room(status: RecordingStatus) -> None:
    runs = status in ("starting", "on", "stopping")
    assert recording_words(Recording(**(OPEN | {"status": status})), "Moira").runs is runs

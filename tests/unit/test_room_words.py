"""Whatever the room in the browser says has words, and no words are there that it never says."""

import re
from itertools import product
from pathlib import Path

from mentorbook.presenters.meeting.room_words import PROBLEMS, TOLD, WORDS

SCRIPTS = {
    path.name: path.read_text() for path in (Path(__file__).parents[2] / "assets" / "room").glob("*.js")
}
ALL = "\n".join(SCRIPTS.values())


def texts(of: str) -> set[str]:
    """The texts in quotes of a piece of script."""
    return set(re.findall(r'"([a-z_]+)"', of))


def body(script: str, begin: str, end: str) -> str:
    """A piece of a script."""
    return SCRIPTS[script].split(begin, 1)[1].split(end, 1)[0]


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"\bwords\.(\w+)", ALL))
    devices = ("camera", "microphone")
    switches = (*devices, "screen", "messages")
    asked |= set(switches) | {f"without_{device}" for device in devices}
    asked |= {f"{switch}{turn}Title" for switch, turn in product(switches, ("On", "Off"))}
    assert asked == set(WORDS)


def test_every_reason_why_a_device_is_not_there_has_words_for_camera_and_microphone() -> None:
    found = texts(body("devices.js", "function problemOf", "\n}\n"))
    found |= {"insecure", "unplugged", "unsent", "unsupported"}
    assert found >= {"refused", "missing", "busy", "failed", "system"}
    for device, problem in product(("camera", "microphone"), found):
        assert {"head", "text"} == set(PROBLEMS[f"{device}_{problem}"])


def test_every_reason_why_one_is_not_in_the_room_has_words() -> None:
    ends = texts(body("meeting.js", "const ENDS = {", "};")) | texts(
        body("meeting.js", "function refusalOf", "\n}\n")
    )
    answers = texts(body("join.js", "const CODES = {", "};")) | texts(body("join.js", "const PASSING", ";"))
    own = set(re.findall(r'end\("([a-z_]+)"', SCRIPTS["room.js"])) | {"unsupported", "failed", "again"}
    assert {"duplicate", "ended", "removed", "left"} <= ends
    assert {"signed_out", "video_down", "slow"} <= answers
    assert ends | answers | own == set(TOLD)


def test_a_name_that_is_filled_in_has_its_place() -> None:
    said = [words for words in WORDS.values() if isinstance(words, str)]
    assert {place for words in said for place in re.findall(r"\{(\w+)\}", words)} == {
        "name",
        "left",
        "seconds",
        "count",
    }

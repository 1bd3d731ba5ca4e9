"""Which characters of what people write can be seen, and what is asked of titles and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.mail import one_line
from mentorbook.domain.schemas import Register, UpdateProfile, parse
from mentorbook.domain.text import can_be_seen, is_text

# "I want", which Persian writes with a joiner inside; and a family, which is four people joined.
PERSIAN, FAMILY = "می\u200cخواهم", "👨\u200d👩\u200d👧\u200d👦"
UNSEEN = ["\u200b", "\u200b\u202e", "\u3164\u2800", "\u2060\ufeff", "\u200d"]


@pytest.mark.parametrize("text", [PERSIAN, FAMILY])
def test_what_is_joined_stays_joined(text: str) -> None:
    assert all(is_text(character) for character in text)
    assert one_line(text) == text
    assert can_be_seen(text)


@pytest.mark.parametrize("sign", ["\U0001fae8", "\U0001face", "\ue000"])
def test_what_the_tables_do_not_know_yet_is_text(sign: str) -> None:
    """An emoji of a later Unicode than Python's, and a font's own sign."""
    assert is_text(sign)
    assert can_be_seen(sign)
    assert one_line(f"{sign} {sign}") == f"{sign} {sign}"


@given(st.text())
def test_a_line_has_no_control_and_no_formatting(text: str) -> None:
    line = one_line(text)
    assert all(is_text(character) for character in line)
    assert not set(line) & set("\r\n\t\x00\u202e\u2066\u200b")


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_must_be_seen(name: str) -> None:
    person = {"email": "mina@people.test", "password": "a long password", "timezone": "UTC"}
    for schema, body in (
        (Register, {**person, "name": name}),
        (UpdateProfile, {"name": name, "timezone": "UTC"}),
    ):
        with pytest.raises(ValidationFailed) as refused:
            parse(schema, body)
        assert refused.value.fields == {"name": "must have something in it that can be seen"}

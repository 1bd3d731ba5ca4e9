"""Entity tags, and If-Match as RFC 9110 writes it."""

import contextlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.booking.entity_tags import IfMatch, if_match, tag_of
from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.views import ActionState, Person, RefundState
from tests.unit.test_session_words import ADA, NOW, START, booking


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"a"', {'"a"'}),
        ('"a", "b"', {'"a"', '"b"'}),
        (' \t"a"\t,"b" ', {'"a"', '"b"'}),
        # Empty elements of a list are to be passed over, and a comma may stand inside a tag.
        (', "a",, "b",', {'"a"', '"b"'}),
        ('"a,b"', {'"a,b"'}),
        ('""', {'""'}),
        ('"é\x21"', {'"é!"'}),
        # Weak tags are well formed and match nothing here.
        ('W/"a"', set()),
        ('W/"a", "b"', {'"b"'}),
        # Only the star on its own means anything.
        ('"*"', {'"*"'}),
    ],
)
def test_a_list_of_tags_is_read(header: str, tags: set[str]) -> None:
    assert if_match(header) == IfMatch(frozenset(tags))


def test_a_star_matches_whatever_there_is() -> None:
    for header in ("*", " * "):
        condition = if_match(header)
        assert condition is not None
        assert condition.holds('"whatever"')
    assert if_match(None) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        ",",
        "a",
        '"a',
        'a"',
        '"a" "b"',
        '*, "a"',
        '"a", *',
        "**",
        'w/"a"',
        'W/ "a"',
        '"a b"',
        '"\x00"',
        "'a'",
    ],
)
def test_what_is_malformed_is_named(header: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        if_match(header)
    assert list(refused.value.fields) == ["If-Match"]


@given(st.text(alphabet='Ww/"*, \tabc\xff\n', max_size=30))
def test_any_header_is_read_or_refused(header: str) -> None:
    with contextlib.suppress(ValidationFailed):
        if_match(header)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"description": "More"},
        {"status": "cancelled"},
        {"scheduled_at": START + timedelta(hours=1)},
        {"duration": 90},
        {"meeting_type": "chat"},
        {"video_ready": False},
        {"rate": Decimal(61)},
        {"price_minor": 1},
        {"refund_terms": {"free_cancellation_hours": 1}},
        {"reschedule_count": 1},
        {"expires_at": START},
        {"cancellation_reason": "Ill"},
        {"updated_at": NOW + timedelta(microseconds=1)},
        {"mentor": Person(id=ADA.id, name="Ada King", timezone=ADA.timezone)},
    ],
)
def test_every_change_of_a_session_changes_its_tag(change: dict[str, Any]) -> None:
    assert tag_of(booking()) == tag_of(booking())
    assert tag_of(booking(**change)) != tag_of(booking())


def test_what_the_clock_alone_changes_is_not_in_the_tag() -> None:
    refund = RefundState(percent=50, amount_minor=1, until=START)
    later = booking().model_copy(update={"actions": {"join": ActionState(allowed=True)}, "refund": refund})
    assert tag_of(later) == tag_of(booking())

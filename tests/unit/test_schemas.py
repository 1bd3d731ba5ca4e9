"""What may be sent: each wrong field gets a sentence that says what is allowed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorbook.domain.errors import RateLimited, ValidationFailed
from mentorbook.domain.schemas import CreateBooking, LogIn, MarkRead, Register, as_uuid, parse

RIGHT: dict[str, Any] = {
    "mentorId": "6f1c5a0e-0000-4000-8000-000000000001",
    "scheduledAt": "2027-03-03T09:00:00Z",
    "duration": 60,
    "title": "A session",
}
WHEN = "must be a date and time with an offset, such as 2026-03-03T09:00:00Z"
LENGTH = "must be 15 to 240 minutes, in steps of 15"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mentorId": None}, "must be a UUID"),
        ({"mentorId": "ada"}, "must be a UUID"),
        ({"scheduledAt": "2027-03-03"}, "needs an offset, such as Z or +05:30"),
        ({"scheduledAt": "soon"}, WHEN),
        ({"scheduledAt": 1.5}, WHEN),
        ({"scheduledAt": []}, WHEN),
        ({"scheduledAt": 1800014400}, WHEN),
        ({"scheduledAt": "1800014400"}, WHEN),
        ({"scheduledAt": "1800014400.5"}, WHEN),
        ({"scheduledAt": "-1800014400"}, WHEN),
        ({"scheduledAt": "+1800014400000"}, WHEN),
        ({"scheduledAt": "\u0661\u0668\u0660\u0660\u0660\u0661\u0664\u0664\u0660\u0660"}, WHEN),
        ({"scheduledAt": "2027-03-03T09:00:00"}, "needs an offset, such as Z or +05:30"),
        ({"scheduledAt": "9999-12-31T23:59:59-12:00"}, "is out of reach"),
        ({"duration": 14}, LENGTH),
        ({"duration": 241}, LENGTH),
        ({"duration": 61}, LENGTH),
        ({"duration": 10**400}, LENGTH),
        ({"duration": "60"}, "should be a valid integer"),
        ({"title": ""}, "must not be empty"),
        ({"title": " \n\t "}, "must not be empty"),
        ({"title": "x" * 121}, "may have at most 120 characters"),
        ({"description": "x" * 2001}, "may have at most 2,000 characters"),
        ({"title": "\x00"}, "has characters that cannot be stored"),
        ({"meetingType": "smoke"}, "must be 'video', 'audio' or 'chat'"),
        ({"mentorid": 1}, "is not a field of this request"),
    ],
)
def test_a_wrong_field_says_what_is_allowed(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse(CreateBooking, RIGHT | change)
    assert refused.value.fields == {next(iter(change)): said}


def test_missing_fields_are_required() -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse(CreateBooking, {})
    assert refused.value.fields == dict.fromkeys(
        ("mentorId", "scheduledAt", "duration", "title"), "is required"
    )
    assert "title: is required" in refused.value.detail


@pytest.mark.parametrize("data", [None, [], "text", 7, object()])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse(CreateBooking, data)
    assert list(refused.value.fields) == ["body"]


def test_instants_become_utc_and_text_is_trimmed() -> None:
    wanted = parse(CreateBooking, RIGHT | {"scheduledAt": "2027-03-03T14:30:00+05:30", "title": "  A  "})
    assert wanted.scheduled_at == datetime(2027, 3, 3, 9, tzinfo=UTC)
    assert wanted.scheduled_at.tzinfo is UTC
    assert (wanted.title, wanted.meeting_type, wanted.description) == ("A", "video", None)


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("ada+notes@people.test", "ada+notes@people.test"),
        ("ada@exämple.com", "ada@exämple.com"),
    ],
)
def test_addresses_are_kept_in_one_form(email: str, kept: str) -> None:
    body = {"email": email, "password": "long enough", "name": "Ada"}
    assert parse(Register, body).email == kept


@pytest.mark.parametrize(
    "email", ["ada", "@x.com", "a b@x.com", "a@b", "ada@example.com\nbcc: x@y.z", "\x00@x.com"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    body = {"email": email, "password": "long enough", "name": "Ada"}
    with pytest.raises(ValidationFailed) as refused:
        parse(Register, body)
    assert refused.value.fields == {"email": "is not an e-mail address, such as you@example.com"}


def test_a_short_password_is_told_the_least_length() -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse(Register, {"email": "a@b.test", "password": "short", "name": "Ada"})
    assert refused.value.fields == {"password": "must have at least 10 characters"}
    assert "short" not in refused.value.detail.replace("shorter", "")


def test_a_password_is_taken_as_it_is() -> None:
    assert parse(LogIn, {"email": "a@b.test", "password": "  spaces count  "}).password == "  spaces count  "


def test_too_many_ids_are_refused() -> None:
    with pytest.raises(ValidationFailed):
        parse(MarkRead, {"ids": [RIGHT["mentorId"]] * 501})


@given(st.one_of(st.text(), st.integers(), st.none(), st.binary(), st.uuids(), st.uuids().map(str)))
def test_as_uuid_never_raises(value: object) -> None:
    found = as_uuid(value)
    assert found is None or str(found) == str(value).lower()


@pytest.mark.parametrize(("wait", "said"), [(0, 1), (0.01, 1), (1.0, 1), (1.2, 2), (59.999, 60), (-5, 1)])
def test_a_wait_is_whole_seconds_and_at_least_one(wait: float, said: int) -> None:
    refusal = RateLimited(wait)
    assert (refusal.retry_after, refusal.extra) == (said, {"retryAfter": said})

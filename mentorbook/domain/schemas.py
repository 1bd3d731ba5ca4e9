"""What people may send: one set of schemas for the REST API and the pages, camelCase on the wire."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from mentorbook.domain.errors import ValidationFailed
from mentorbook.domain.kinds import CancelReason, MeetingKind, NoticeTopic
from mentorbook.domain.text import can_be_seen
from mentorbook.domain.zone_search import present_name
from mentorbook.domain.zones import is_zone

MIN_DURATION, MAX_DURATION, DURATION_STEP = 15, 240, 15
SHORTEST_PASSWORD = 10
TITLE_LENGTH, DESCRIPTION_LENGTH, REASON_LENGTH = 120, 2000, 500
# More wrong fields than these would be an answer that is larger than what it answers.
MOST_NAMED = 100
# Far enough for every booking window, near enough that no zone arithmetic can overflow.
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
FIRST_DATE, LAST_DATE = date(1970, 1, 3), date(9998, 12, 1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_A_DATE = "must be a date such as 2026-12-24"
_AN_INSTANT = "must be a date and time with an offset, such as 2026-03-03T09:00:00Z"

Model = TypeVar("Model", bound=BaseModel)


def _storable(text: str) -> str:
    # PostgreSQL cannot hold NUL, and a lone surrogate cannot be encoded at all.
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("has characters that cannot be stored")
    return text


def _visible(text: str) -> str:
    if text and not can_be_seen(text):
        raise ValueError("must have something in it that can be seen")
    return text


def _encodable(text: str) -> str:
    # Hashing takes any character but half a surrogate pair, which is none.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("has characters that cannot be stored")
    return text


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("is not a time zone; use an IANA name such as Europe/London")
    return present_name(name)


def _in_reach(instant: datetime) -> datetime:
    if not _EARLIEST <= instant <= _LATEST:
        raise ValueError("is out of reach")
    return instant.astimezone(UTC)


def _written_instant(value: Any) -> Any:
    # Pydantic reads a number, also one in quotes, as seconds since 1970; on this wire an instant is text that
    # begins with its date.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value)):
        return value
    raise ValueError(_AN_INSTANT)


def _written_date(value: Any) -> date:
    # Pydantic reads numbers as seconds since 1970, and takes midnights for dates.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:  # such as February 30
        pass
    raise ValueError(_A_DATE)


def _date_in_reach(day: date) -> date:
    if not FIRST_DATE <= day <= LAST_DATE:
        raise ValueError("is out of reach")
    return day


def _email(address: str) -> str:
    # `.test` is allowed: it can never be anybody's real domain, and demo and test accounts live there.
    try:
        # Hardly any mail server takes a name of other letters: nothing would ever reach it.
        checked = validate_email(
            address.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        raise ValueError("is not an e-mail address, such as you@example.com") from None
    return checked.normalized.lower()


Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_storable)]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_in_reach)]
AnyDay = Annotated[date, BeforeValidator(_written_date)]
Day = Annotated[AnyDay, AfterValidator(_date_in_reach)]
Duration = Annotated[int, Field(strict=True, ge=MIN_DURATION, le=MAX_DURATION, multiple_of=DURATION_STEP)]
NewPassword = Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=256), AfterValidator(_encodable)]
GivenPassword = Annotated[str, Field(max_length=256), AfterValidator(_encodable)]
Token = Annotated[str, Field(min_length=1, max_length=100)]
Title = Annotated[Text, Field(min_length=1, max_length=TITLE_LENGTH), AfterValidator(_visible)]
Name = Annotated[Text, Field(min_length=1, max_length=80), AfterValidator(_visible)]
Description = Annotated[Text, Field(max_length=DESCRIPTION_LENGTH)]


class Request(BaseModel):
    """A body from outside: unknown names are refused, so that a typo is never silently ignored."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class CreateBooking(Request):
    """Book a mentor's slot; `scheduledAt` carries an offset, `duration` is in minutes.

    With `hold` it is not paid at once where payments are the demo's, but held to be paid apart.
    """

    mentor_id: UUID
    scheduled_at: Instant
    duration: Duration
    meeting_type: MeetingKind = MeetingKind.VIDEO
    title: Title
    description: Description | None = None
    hold: bool = False


class PayBooking(Request):
    """How a session that is held is paid; `card` is the number of a test card, for demo payments."""

    card: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, repr=False)


class RefundPayment(Request):
    """What an admin gives back of a session's payment, in minor units, and why."""

    amount_minor: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
    reason: Annotated[Text, Field(min_length=1, max_length=REASON_LENGTH)]


class UpdateBooking(Request):
    """What the mentee may change before the start; what is left out stays."""

    title: Title | None = Field(None, title="Title")
    description: Description | None = Field(None, title="Notes")
    meeting_type: MeetingKind | None = Field(None, title="Meeting")


# What a session is about: asked when booking, changed by the mentee, in the audit trail under these labels.
SESSION_FIELDS = tuple(UpdateBooking.model_fields)


def field_label(name: str) -> str:
    """Return the label of a session's field, by its name in Python or in JSON; else the name itself."""
    for python_name, field in UpdateBooking.model_fields.items():
        if name in (python_name, field.alias):
            return field.title or name
    return name


class CancelBooking(Request):
    """Why a session is cancelled; `other` needs details. Whether a reason is required is a policy."""

    reason_category: CancelReason | None = None
    reason_details: Annotated[Text, Field(max_length=REASON_LENGTH)] | None = None


class RescheduleBooking(Request):
    """Where to move a session; without `duration` (minutes) it stays as long as it is."""

    scheduled_at: Instant
    duration: Duration | None = None


class Register(Request):
    """A new account; the password is stored only as an Argon2id hash."""

    email: Email
    password: NewPassword
    name: Name
    timezone: Zone = "UTC"


class LogIn(Request):
    """Credentials of an account."""

    email: Annotated[Text, Field(max_length=254)]
    password: GivenPassword


class ChangePassword(Request):
    """A new password; the present one proves that it is not somebody at an open browser."""

    current_password: GivenPassword
    new_password: NewPassword


class Ticket(Request):
    """What a page exchanges for the log-in cookie."""

    ticket: Token


class ForgotPassword(Request):
    """The address of the account that is to get a link for a new password, if there is one."""

    email: Email


class FollowLink(Request):
    """The secret of a link that was mailed."""

    token: Token


class ResetPassword(FollowLink):
    """A new password; the link's secret proves whose it is."""

    new_password: NewPassword


class ChangeEmail(Request):
    """Another address to log in with; the present password proves that it is not somebody at an open
    browser."""

    current_password: GivenPassword
    new_email: Email


class UpdateProfile(Request):
    """What people may change about themselves; what is left out stays as it is."""

    name: Name | None = None
    timezone: Zone | None = None


class AccountReason(Request):
    """Why an admin declines a request or deactivates an account."""

    reason: Annotated[Text, Field(min_length=1, max_length=REASON_LENGTH)]


class SetAdmin(Request):
    """Whether somebody is to be an admin."""

    is_admin: Annotated[bool, Field(strict=True)]


class MarkRead(Request):
    """Notifications to mark as read; without `ids`, all of them."""

    ids: Annotated[list[UUID], Field(max_length=500)] | None = None


class ChangeTopic(Request):
    """How to hear of a topic from now on; what is left out stays."""

    topic: NoticeTopic
    in_app: Annotated[bool, Field(strict=True)] | None = None
    by_mail: Annotated[bool, Field(strict=True)] | None = None


class ChangeChoices(Request):
    """Topics to hear of in another way; those left out stay."""

    topics: Annotated[list[ChangeTopic], Field(min_length=1, max_length=len(NoticeTopic))]


_SAID = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "uuid_parsing": "must be a UUID",
    "uuid_type": "must be a UUID",
    "timezone_aware": "needs an offset, such as Z or +05:30",
}


def _said(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "string_too_long" | "too_long":
            return f"may have at most {context['max_length']:,} characters"
        case "string_too_short" | "too_short" if context["min_length"] > 1:
            return f"must have at least {context['min_length']} characters"
        case "greater_than_equal" | "less_than_equal" | "multiple_of" if (
            str(error["loc"][-1]).lower().endswith("duration")
        ):
            return f"must be {MIN_DURATION} to {MAX_DURATION} minutes, in steps of {DURATION_STEP}"
        case "value_error":
            return str(context["error"])
        case "enum" | "literal_error":
            return f"must be {context['expected']}"
        case known if known in _SAID:
            return _SAID[known]
        case other if other.startswith("datetime"):
            return _AN_INSTANT
    return error["msg"].removeprefix("Input ").lower()


def fields_of(error: ValidationError) -> dict[str, str]:
    """Return wrong fields by their names in JSON, each with what is allowed; a hundred are enough."""
    fields: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False)[:MOST_NAMED]:
        name = ".".join(str(part) for part in detail["loc"]) or "body"
        fields.setdefault(name[:80], _said(detail))
    return fields


def parse(model: type[Model], data: Mapping[str, Any] | BaseModel | object) -> Model:
    """Return the data as `model`. Raises `ValidationFailed` that names every wrong field."""
    if isinstance(data, model):
        return data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ValidationFailed(fields_of(error)) from None


def as_uuid(value: object) -> UUID | None:
    """Return the UUID that a path or a page names, or `None` when it is none."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None

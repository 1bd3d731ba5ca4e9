"""Log lines never carry cookies, tickets, tokens or passwords."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from mentorbook import logs

SECRET = "s3cret-value_0123456789"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the app's logging writes."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.set_up("DEBUG")
    written = StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "line",
    [
        f"Cookie: mentorbook_3000={SECRET}",
        f"cookie: other=1; mentorbook={SECRET}; more=2",
        f"{{'host': 'localhost', 'cookie': 'mentorbook_3000={SECRET}', 'origin': 'x'}}",
        f'{{"cookie": "a=1; mentorbook={SECRET}", "more": 1}}',
        f"(b'cookie', b'mentorbook_3000={SECRET}')",
        f"Set-Cookie: mentorbook={SECRET}; HttpOnly",
        f"Authorization: Bearer {SECRET}",
        f"'authorization': 'Basic {SECRET}'",
        f"POST /api/session?ticket={SECRET} HTTP/1.1",
        f'{{"ticket": "{SECRET}"}}',
        f"password={SECRET}",
        f"(b'authorization', b'Bearer {SECRET}')",
        f"{{'password': \"it's {SECRET}\"}}",
        f'{{\\"password\\": \\"{SECRET}\\"}}',
        f"password=abc,{SECRET}",
        f'{{"token": ["{SECRET}"]}}',
        f'{{"email": "a@b.test", "password": "{SECRET}"}}',
        f"PASSWORD : {SECRET}",
        f"login token = {SECRET}",
        f"RouterData(headers={{'cookie': 'a=b; mentorbook_3000={SECRET}'}}, sid='x')",
    ],
)
def test_secrets_are_struck_out(lines: StringIO, line: str) -> None:
    logging.getLogger("reflex").error("an event failed: %s", line)
    assert SECRET not in lines.getvalue()
    assert "[redacted]" in lines.getvalue()
    assert "an event failed" in lines.getvalue()


def test_secrets_in_exceptions_are_struck_out_too(lines: StringIO) -> None:
    try:
        raise ValueError({"cookie": f"mentorbook={SECRET}", "password": SECRET})
    except ValueError:
        logging.getLogger("anything").exception("it failed")
    assert "Traceback" in lines.getvalue()
    assert SECRET not in lines.getvalue()


def test_arguments_are_struck_out_after_they_are_filled_in(lines: StringIO) -> None:
    logging.getLogger("anything").warning("headers %(headers)s", {"headers": {"cookie": SECRET}})
    assert SECRET not in lines.getvalue()


@pytest.mark.parametrize(
    "line", ["booked 3 sessions", "GET /api/mentors 200", "request 12ab failed", "the ticket was redeemed"]
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert logs.redact(line) == line


def test_every_logger_goes_through_the_one_formatter(lines: StringIO) -> None:
    logs.set_up("INFO")
    assert [type(handler.formatter) for handler in logging.getLogger().handlers] == [logs.Redacting]

"""Log lines never carry cookies, tickets, tokens or passwords."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from mentorbook import logs
from mentorbook.domain.money.prices import price_minor
from mentorbook.log_quota import Quota

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
        f"connecting to postgresql+psycopg://user:{SECRET}@db.test/mentorbook",
        f"[('smtp://robot@mail.test:{SECRET}@smtp.test:587',)]",
        f"Error 111 connecting to redis://:{SECRET}@cache.test:6379/0.",
        f"postgresql://user:a@b/{SECRET}@db.test/mentorbook?sslmode=require",
        f"wss://{SECRET}@video.test",
        f"sent Bearer {SECRET}",
        f"bearer  {SECRET}, once",
        f"GET /api/calendar/{SECRET}.ics HTTP/1.1",
        f"POST http://book.test/api/unsubscribe/{SECRET}/reminders failed",
        f"'asPath': '/unsubscribe?key={SECRET}&topic=reminders'",
        f"GET /unsubscribe/?topic=reminders&key={SECRET}",
        f"/login?next=%2Funsubscribe%3Ftopic%3Dchanges%26key%3D{SECRET}",
        f"{{'key': '{SECRET}', 'topic': 'reminders'}}",
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
    "line",
    [
        "booked 3 sessions",
        "GET /api/mentors 200",
        "GET /api/bookings/0a1b/calendar.ics 200",
        "the key: none, monkey=1",
        "request 12ab failed",
        "the ticket was redeemed",
        "listening on http://127.0.0.1:3000",
        "GET http://127.0.0.1:3000/sessions?q=a for mina@people.test",
        "mail to mina@people.test by smtp://mail.test:587/",
        "postgresql+psycopg:///mentorbook?host=/run, a@b",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert logs.redact(line) == line


def test_every_logger_goes_through_the_one_formatter(lines: StringIO) -> None:
    logs.set_up("INFO")
    assert [type(handler.formatter) for handler in logging.getLogger().handlers] == [logs.LineFormatter]


FORGED = "2026-01-01 00:00:00,000 INFO mentorbook: all is well"


@pytest.mark.parametrize("gap", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_no_value_begins_a_line(lines: StringIO, gap: str) -> None:
    log = logging.getLogger("anything")
    log.warning("title %s", f"x{gap}{FORGED}")
    try:
        raise ValueError(f"x{gap}{FORGED}")
    except ValueError:
        log.exception("it failed")
    log.warning("the stack", stack_info=True)
    written = lines.getvalue()
    assert written.count(FORGED) == 2
    assert not [line for line in written.splitlines() if line.startswith(FORGED)]
    records = [line for line in written.splitlines() if not line.startswith("    ")]
    assert len(records) == 3


def test_what_cannot_be_printed_is_escaped(lines: StringIO) -> None:
    logging.getLogger("anything").warning("%s", "\x1b[31m \u202e \ud83d \x00 é 時")
    assert lines.getvalue().endswith(": \\x1b[31m \\u202e \\ud83d \\x00 é 時\n")


def test_long_values_are_cut_and_say_so(lines: StringIO) -> None:
    logging.getLogger("anything").warning("%s", "A" * 1_000_000)
    assert lines.getvalue().endswith("A … and 999000 more characters\n")
    assert len(lines.getvalue()) < 1_200


def test_long_tracebacks_lack_their_middle(lines: StringIO) -> None:
    try:
        raise ValueError("\n".join(f"line {number} {'A' * 1_000}" for number in range(1_000)))
    except ValueError:
        logging.getLogger("anything").exception("it failed")
    written = lines.getvalue()
    assert len(written) < 30_000
    assert "Traceback (most recent call last)" in written
    assert "line 999 AAA" in written


def test_a_secret_that_the_cut_parts_from_its_name_is_not_told(lines: StringIO) -> None:
    try:
        raise ValueError(f"cookie: {SECRET * 5_000}")
    except ValueError:
        logging.getLogger("anything").exception("it failed")
    assert SECRET not in lines.getvalue()
    assert "ValueError: cookie:" in lines.getvalue()


def test_an_address_that_is_cut_before_its_host_is_not_told(lines: StringIO) -> None:
    address = f"redis://user:{SECRET}@cache.test"
    for length in range(logs.LONGEST_LINE - len(address), logs.LONGEST_LINE):
        logging.getLogger("anything").warning("%s %s", "A" * length, address)
    try:
        raise ValueError("\n".join(["", *[f"{number:02} {address}" for number in range(4_000)]]))
    except ValueError:
        logging.getLogger("anything").exception("it failed")
    assert SECRET[:3] not in lines.getvalue()
    assert "redis://[redacted]@cache.test" in lines.getvalue()


def price_of_nothing() -> None:
    """Fail inside the product's own code."""
    price_minor(None, "GBP", 60)  # type: ignore[arg-type]


def log_own_fault(name: str) -> None:
    """Log a fault of the product's own."""
    try:
        price_of_nothing()
    except (TypeError, AttributeError):
        logging.getLogger(name).exception("handler failed")


@pytest.mark.parametrize("name", ["mentorbook.state.action", "reflex.app", "asyncio"])
def test_a_fault_of_ours_keeps_its_traceback_whoever_logs_it(lines: StringIO, name: str) -> None:
    log_own_fault(name)
    written = lines.getvalue()
    assert "    Traceback (most recent call last):\n" in written
    assert "domain/money/prices.py" in written
    assert all(line.startswith("    ") for line in written.splitlines()[1:])


def test_the_same_fault_again_and_again_keeps_its_line_only(lines: StringIO) -> None:
    for _ in range(50):
        log_own_fault("mentorbook.state.action")
    written = lines.getvalue()
    assert written.count("handler failed") == 50
    assert written.count("Traceback") == 5
    assert written.count("(again at money/prices.py:") == 45
    handler().settle()
    assert "left out 45 more like this: traceback of money/prices.py:" in lines.getvalue()
    log_own_fault("mentorbook.state.action")
    assert lines.getvalue().count("Traceback") == 6


def handler() -> logs.BoundedHandler:
    """The one handler."""
    found = logging.getLogger().handlers[0]
    assert isinstance(found, logs.BoundedHandler)
    return found


def test_what_a_library_says_of_a_client_is_one_short_line(lines: StringIO) -> None:
    log = logging.getLogger("engineio.server")
    for _ in range(50):
        try:
            dict[str, int]()["x" * 10_000]
        except KeyError:
            log.exception("message async handler error")
    written = lines.getvalue()
    assert len(written) < 5_000
    assert "Traceback" not in written
    assert written.count("\n") == 10
    assert "KeyError: 'xxx" in written
    handler().settle()
    assert "left out 40 more like this: engineio.server:" in lines.getvalue().splitlines()[-1]


def test_what_a_library_says_as_information_is_left_alone(lines: StringIO) -> None:
    for _ in range(50):
        logging.getLogger("reflex").info("a message")
    assert lines.getvalue().count("a message") == 50


def test_an_event_that_fails_in_our_code_is_told_with_its_traceback(lines: StringIO) -> None:
    told = "[Reflex Backend Exception]\n Traceback (most recent call last):\n"
    ours = f'  File "{logs.__file__}", line 1, in x\n    y()\nValueError: {FORGED}\n{FORGED}\n'
    logging.getLogger("reflex.app").error(told + ours)
    written = lines.getvalue()
    assert f"an event failed: ValueError: {FORGED}" in written
    assert f"    {FORGED}" in written
    assert not [line for line in written.splitlines() if line.startswith(FORGED)]
    elsewhere = '  File "/lib/reflex/state.py", line 1, in x\n    y()\nValueError: wrong\n'
    logging.getLogger("reflex.app").error(told + elsewhere)
    assert lines.getvalue().splitlines()[-1].endswith("an event failed: ValueError: wrong")


def test_the_handler_that_a_library_made_for_itself_is_gone(lines: StringIO) -> None:
    theirs = logging.getLogger("engineio.server")
    own = StringIO()
    theirs.addHandler(logging.StreamHandler(own))
    logs.set_up("INFO")
    theirs.error("a complaint")
    assert theirs.handlers == []
    assert own.getvalue() == ""


def test_lines_are_counted_by_address_by_kind_and_in_all() -> None:
    quota = Quota(address=2, kind=5, overall=8)
    assert [quota.admits("a", "192.0.2.1") for _ in range(3)] == [True, True, False]
    assert [quota.admits("a", f"192.0.2.{n}") for n in range(2, 7)] == [True, True, True, False, False]
    assert [quota.admits("b", None) for _ in range(4)] == [True, True, True, False]
    assert quota.settle() == {"a": 3, "b": 1}
    assert quota.settle() == {}
    assert quota.admits("a", "192.0.2.1")


def test_counting_takes_no_memory_for_those_who_are_left_out() -> None:
    quota = Quota()
    for number in range(10_000):
        quota.admits("a", str(number))
    assert len(quota._admitted) == 10

"""Read calendar files by the letter of RFC 5545: lines, folding, names, and what each event must have."""

import re
from collections import Counter
from datetime import UTC, datetime

from icalendar import Calendar, Event

_LINE = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(?P<value>.*)'
)
_UTC = re.compile(r"\d{8}T\d{6}Z")
_ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"}
_INSTANTS = {"DTSTAMP", "DTSTART", "DTEND", "CREATED", "LAST-MODIFIED"}
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION"}
_STATUSES = {"TENTATIVE", "CONFIRMED", "CANCELLED"}

Lines = list[tuple[str, str]]


def content_lines(content: bytes) -> Lines:
    """Names and values of a file's lines; fails at the first that is none."""
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content), "a line ends with CRLF and with nothing else"
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    for octets in physical:
        assert len(octets) <= 75, octets
        text = octets.decode()  # no character is torn apart by a fold
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), octets
    found = []
    for line in content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        match = _LINE.fullmatch(line)
        assert match, line
        found.append((match["name"], match["value"]))
    return found


def checked(content: bytes) -> list[dict[str, str]]:
    """The properties of each event, after everything that the standard asks of the file."""
    lines = content_lines(content)
    assert (lines[0], lines[-1]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    assert lines.count(("BEGIN", "VCALENDAR")) == 1
    first = next(i for i, line in enumerate(lines) if i and line[0] == "BEGIN")  # a calendar is never empty
    head = Counter(name for name, _ in lines[:first])
    assert (head["PRODID"], head["VERSION"]) == (1, 1)
    assert ("VERSION", "2.0") in lines
    events = []
    while lines[first] == ("BEGIN", "VEVENT"):
        last = lines.index(("END", "VEVENT"), first)
        events.append(_event(lines[first + 1 : last]))
        first = last + 1
    if not events:
        assert (lines[first], lines[-2]) == (("BEGIN", "VTIMEZONE"), ("END", "VTIMEZONE"))
        first = len(lines) - 1
    assert first == len(lines) - 1, "nothing stands between the events"
    identifiers = [event["UID"] for event in events]
    assert len(set(identifiers)) == len(identifiers)
    assert [str(event["uid"]) for event in parsed(content)] == identifiers
    return events


def _event(lines: Lines) -> dict[str, str]:
    names = Counter(name for name, _ in lines)
    assert max(names.values()) == 1, names
    assert names.keys() >= _ONCE
    event = dict(lines)
    for name in _INSTANTS & event.keys():
        assert _UTC.fullmatch(event[name]), (name, event[name])
    assert event["DTSTART"] < event["DTEND"]
    assert event["SEQUENCE"].isdigit()
    assert event["STATUS"] in _STATUSES
    for name in _TEXTS & event.keys():
        # What is escaped is escaped by the standard; of the rest nothing has to be.
        plain = re.sub(r"\\[\\;,nN]", "", event[name])
        assert not re.search(r"[\\;,]", plain), (name, event[name])
    return event


def parsed(content: bytes) -> list[Event]:
    """The events as the library reads them, which must find nothing wrong."""
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert calendar.errors == []
    events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    assert all(event.errors == [] for event in events)
    return events


def instant(text: str) -> datetime:
    """What `20270114T120000Z` says."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

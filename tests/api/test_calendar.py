"""A calendar program that subscribes to somebody's sessions: what it gets, when, and who gets nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import User
from mentorbook.domain.kinds import SecretPurpose
from mentorbook.domain.schemas import DESCRIPTION_LENGTH, TITLE_LENGTH
from mentorbook.domain.text import can_be_seen
from mentorbook.domain.views import Account, Booking
from mentorbook.services.admin.account_changes import deactivate
from mentorbook.services.booking import calendar_feed
from mentorbook.services.booking.approval import accept_booking
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.booking.cancellation import cancel_booking
from mentorbook.services.booking.editing import update_booking
from mentorbook.services.booking.rescheduling import reschedule_booking
from mentorbook.services.mail import opened_addresses
from mentorbook.services.mail.secret_addresses import secret_of
from mentorbook.settings import settings
from tests.api.conftest import Door, told
from tests.conftest import Hands
from tests.ical import checked, content_lines, instant, parsed
from tests.people import a_mentee, a_mentor, a_request, in_hours

WHY = {"reasonCategory": "schedule_conflict"}


def address_of(person: Account) -> str:
    """The path of somebody's calendar."""
    return f"/api/calendar/{secret_of(person.id, SecretPurpose.CALENDAR)}.ics"


def feed(calling: Door, person: Account) -> bytes:
    """What a calendar program gets, which is nobody in particular."""
    answer = calling().get(address_of(person))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return answer.content


def book(mentee: Account, mentor: Account, hours: float, **values: object) -> Booking:
    """A session so many hours after NOON."""
    return create_booking(mentee, a_request(mentor, in_hours(hours), **values))


def only(calling: Door, person: Account) -> dict[str, str]:
    """The one event in somebody's calendar."""
    (event,) = checked(feed(calling, person))
    return event


def test_sessions_of_both_roles_are_in_it(db: Database, hands: Hands, calling: Door) -> None:
    mina, moira, ada = a_mentee("Mina Park"), a_mentor("Moira Hill"), a_mentor("Ada Lovell")
    booked, given = book(mina, moira, 24, title="Maps"), book(moira, ada, 30, title="Graphs")
    asks_first = a_mentor("Greta Berg", require_confirmation=True)
    asked = book(moira, asks_first, 50, title="Trees")
    found = {event["UID"]: event for event in checked(feed(calling, moira))}
    assert set(found) == {f"{each.id}@mentorbook" for each in (booked, given, asked)}
    theirs = found[f"{booked.id}@mentorbook"]
    assert (theirs["SUMMARY"], theirs["STATUS"]) == ("Maps · Mina Park", "CONFIRMED")
    assert found[f"{given.id}@mentorbook"]["SUMMARY"] == "Graphs · Ada Lovell"
    assert found[f"{asked.id}@mentorbook"]["STATUS"] == "TENTATIVE"
    assert instant(theirs["DTSTART"]) == booked.scheduled_at
    assert instant(theirs["DTEND"]) == booked.ends_at
    assert ("METHOD", "PUBLISH") in content_lines(feed(calling, moira))
    accept_booking(asks_first, asked.id)
    assert {event["STATUS"] for event in checked(feed(calling, moira))} == {"CONFIRMED"}


def test_it_follows_what_becomes_of_a_session(db: Database, hands: Hands, calling: Door) -> None:
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    assert checked(feed(calling, mina)) == []
    booked = book(mina, moira, 48, title="Maps")
    seen = [(only(calling, mina), only(calling, moira))]
    changes: tuple[Callable[[], Booking], ...] = (
        lambda: update_booking(mina, booked.id, {"title": "Globes"}),
        lambda: reschedule_booking(
            mina, booked.id, {"scheduledAt": in_hours(52).isoformat(), "duration": 30}
        ),
        lambda: cancel_booking(mina, booked.id, WHY),
    )
    for change in changes:
        hands.on(minutes=1)
        change()
        seen.append((only(calling, mina), only(calling, moira)))
    assert {event["UID"] for both in seen for event in both} == {f"{booked.id}@mentorbook"}
    for role, other in enumerate(("Moira", "Mina")):
        events = [both[role] for both in seen]
        summaries = [f"Maps · {other}", *[f"Globes · {other}"] * 3]
        assert [event["SUMMARY"] for event in events] == summaries
        assert [event["SEQUENCE"] for event in events] == ["0", "0", "1", "2"]
        assert [event["STATUS"] for event in events] == [*["CONFIRMED"] * 3, "CANCELLED"]
        stamps = [event["DTSTAMP"] for event in events]
        assert stamps == sorted(set(stamps))
    moved = seen[-1][0]
    assert (instant(moved["DTSTART"]), instant(moved["DTEND"])) == (in_hours(52), in_hours(52.5))


def test_what_is_known_is_not_sent_again(db: Database, hands: Hands, calling: Door) -> None:
    mina, moira, program = a_mentee(), a_mentor(), calling()
    booked, path = book(mina, moira, 48), address_of(mina)
    first = program.get(path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = program.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "private, max-age=300"
    assert program.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert calling().get(address_of(moira)).headers["etag"] != tag
    hands.on(minutes=1)
    update_booking(mina, booked.id, {"title": "Another"})
    changed = program.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    tag = changed.headers["etag"]
    with write_transaction() as session:
        session.get_one(User, moira.id).name = "Moira Hill"
    assert program.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_the_head_is_that_of_the_whole(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mina, program = a_mentee(), calling()
    book(mina, a_mentor(), 48)
    path = address_of(mina)
    whole, head = program.get(path), program.request("HEAD", path)
    kept = ("etag", "cache-control", "content-type", "content-length", "referrer-policy", "x-robots-tag")
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers[name] for name in kept] == [whole.headers[name] for name in kept]
    assert (whole.headers["referrer-policy"], whole.headers["x-robots-tag"]) == (
        "no-referrer",
        "noindex, nofollow",
    )
    known = program.request("HEAD", path, headers={"If-None-Match": whole.headers["etag"]})
    assert known.status_code == 304
    assert program.request("HEAD", "/api/calendar/none.ics").status_code == 404


def test_a_secret_that_is_none_is_as_absent_as_any_other(db: Database, hands: Hands, calling: Door) -> None:
    mina, noor, admin = a_mentee("Mina"), a_mentee("Noor"), a_mentee("Admin", is_admin=True)
    program, former = calling(), address_of(mina)
    present = calling(mina).post("/api/me/calendar").json()["url"]
    assert present.startswith(f"{settings.public_url}/api/calendar/")
    path = present.removeprefix(settings.public_url)
    assert (path, program.get(path).status_code) == (address_of(mina), 200)
    gone = address_of(noor)
    deactivate(admin, noor.id, {"reason": "Because"})
    of_mail = f"/api/calendar/{secret_of(mina.id, SecretPurpose.UNSUBSCRIBE)}.ics"
    wrong = (former, gone, of_mail, "/api/calendar/none.ics", "/api/calendar/%00.ics", f"{path[:-5]}.ics")
    answers = [program.get(each) for each in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    # To be logged in makes no difference, as anybody or as its owner.
    assert told(calling(mina).get(former)) == told(answers[0])


def test_an_address_is_there_once_it_was_asked_for(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mina = calling(a_mentee())
    assert mina.get("/api/me/calendar").json() == {"url": None}
    first = mina.post("/api/me/calendar").json()
    assert mina.get("/api/me/calendar").json() == first
    assert mina.post("/api/me/calendar").json() != first


def test_whoever_guesses_waits_and_who_knows_an_address_does_not(
    sqlite_db: Database, hands: Hands, calling: Door
) -> None:
    path, guesser = address_of(a_mentee()), calling(host="198.51.100.7")
    answers = [guesser.get(f"/api/calendar/{n}.ics") for n in range(opened_addresses.MOST_WRONG + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert (answers[-1].status_code, told(answers[-1])["error"]) == (429, "rate_limited")
    assert int(answers[-1].headers["retry-after"]) == opened_addresses.WRONG_LASTS
    # A calendar service asks for everybody's from one network: one that was renewed must stop no other.
    assert guesser.get(path).status_code == 200


def test_no_error_puts_a_secret_into_the_log(
    postgres_db: Database, hands: Hands, calling: Door, caplog: pytest.LogCaptureFixture
) -> None:
    mina = a_mentee()
    path, secret = address_of(mina), secret_of(mina.id, SecretPurpose.CALENDAR)
    with postgres_db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE secret_addresses RENAME TO gone"))
    answer = calling().get(path)
    with postgres_db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO secret_addresses"))
    assert answer.status_code == 500
    assert secret not in answer.text
    assert "FROM secret_addresses" in caplog.text
    assert secret not in caplog.text


def starts(content: bytes) -> list[datetime]:
    """When the sessions of a calendar begin."""
    return [instant(event["DTSTART"]) for event in checked(content)]


def test_it_goes_back_ninety_days(sqlite_db: Database, hands: Hands, calling: Door) -> None:
    mina, moira = a_mentee(), a_mentor()
    first, second = book(mina, moira, 24), book(mina, moira, 48)
    hands.now = first.scheduled_at + timedelta(days=90)
    assert starts(feed(calling, mina)) == [first.scheduled_at, second.scheduled_at]
    hands.on(seconds=1)
    assert starts(feed(calling, mina)) == [second.scheduled_at]


def test_what_has_no_room_is_furthest_from_now(
    db: Database, hands: Hands, calling: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina, moira = a_mentee(), a_mentor()
    for hours in (24, 48, 72, 96, 120):
        hands.on(minutes=1)
        book(mina, moira, hours)
    hands.now = in_hours(60)
    for most, left in ((5, (24, 48, 72, 96, 120)), (4, (48, 72, 96, 120)), (3, (72, 96, 120)), (2, (72, 96))):
        monkeypatch.setattr(calendar_feed, "MOST_SESSIONS", most)
        assert starts(feed(calling, mina)) == [in_hours(hours) for hours in left]


@pytest.mark.parametrize(
    ("zone", "days"),
    [("America/New_York", ("2027-03-13", "2027-03-14")), ("Europe/Lisbon", ("2027-10-30", "2027-10-31"))],
)
def test_nine_in_the_morning_is_nine_across_a_change_of_the_clock(
    sqlite_db: Database, hands: Hands, calling: Door, zone: str, days: tuple[str, str]
) -> None:
    mina, moira, clock = (
        a_mentee(zone=zone),
        a_mentor(zone=zone, max_advance_booking_days=None),
        ZoneInfo(zone),
    )
    nine = [datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=clock) for day in days]
    assert nine[1].astimezone(UTC) - nine[0].astimezone(UTC) != timedelta(days=1)
    for start in nine:
        create_booking(mina, a_request(moira, start))
    content = feed(calling, mina)
    assert starts(content) == [start.astimezone(UTC) for start in nine]
    seen = [event.decoded("dtstart").astimezone(clock) for event in parsed(content)]
    assert [f"{start:%Y-%m-%d %H:%M}" for start in seen] == [f"{day} 09:00" for day in days]


ODD = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    | st.sampled_from(list("\r\n\t,;:\\\"'👩‍🚀é·\u2028\x85\x0b\x1b")),
    max_size=100,
)


@given(title=ODD, description=ODD, name=ODD)
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_people_write_comes_through(
    calling: Door, hands: Hands, sqlite_db: Database, title: str, description: str, name: str
) -> None:
    hands.on(hours=2)
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    with write_transaction() as session:
        session.get_one(User, moira.id).name = name.strip() or "M"
    request = a_request(moira, hands.now.replace(minute=0) + timedelta(hours=24))
    title = title.strip()[:TITLE_LENGTH]
    # What nobody could see is no title.
    words = {"title": title if can_be_seen(title) else "T", "description": description[:DESCRIPTION_LENGTH]}
    booked = create_booking(mina, request | words)
    content = feed(calling, mina)
    checked(content)
    (event,) = parsed(content)

    def readable(written: str) -> str:
        """The text with one kind of line break, and without what no calendar can hold."""
        return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", "\n".join(written.splitlines()))

    assert event["summary"] == readable(f"{booked.title} · {name.strip() or 'M'}")
    about = f"{booked.description}\n\n" if booked.description else ""
    assert event["description"] == readable(f"{about}{booked.meeting_url}")


@pytest.mark.parametrize("words", ["Übung, Teil 2; „Bäume“ 🌳\nund mehr", "日本語の題名" * 20, "\\n \\, \\;"])
def test_words_of_all_kinds_make_the_round_trip(
    db: Database, hands: Hands, calling: Door, words: str
) -> None:
    mina, moira = a_mentee("Zoë"), a_mentor("Łukasz 👩🏽‍🚀; Bąk, jr")
    book(mina, moira, 24, title=words[:TITLE_LENGTH], description=words * 3)
    content = feed(calling, mina)
    checked(content)
    (event,) = parsed(content)
    assert event["summary"] == f"{words[:TITLE_LENGTH]} · {moira.name}"
    assert str(event["description"]).startswith(words * 3)


def test_nothing_of_others_is_in_it(db: Database, hands: Hands, calling: Door) -> None:
    """Every word of it is one of one's own sessions, of the name of whom one meets, or of the format."""
    mentors = [a_mentor(f"Mentor{n} Hill{n}") for n in range(3)]
    mentees = [a_mentee(f"Mentee{n} Park{n}") for n in range(3)]
    booked = []
    for n, (mentee, mentor) in enumerate([(a, b) for a in mentees for b in mentors]):
        hands.on(minutes=1)
        booked.append(book(mentee, mentor, 24 + 2 * n, title=f"Title{n}", description=f"Notes{n}"))
    booked.append(book(mentors[0], mentors[1], 90, title="Title9", description="Notes9"))
    cancel_booking(mentees[0], booked[0].id, WHY)
    everybody = [*mentors, *mentees]
    for person in everybody:
        own = [each for each in booked if person.id in (each.mentor_id, each.mentee_id)]
        content = feed(calling, person).decode().replace("\r\n ", "")
        others = {other.name for each in own for other in (each.mentor, each.mentee)} - {person.name}
        assert others
        said = set(re.findall(r"(?:Mentor|Hill|Mentee|Park|Title|Notes)\d", content))
        mine = {word for name in others for word in name.split()}
        mine |= {word for each in own for word in (each.title, str(each.description))}
        assert said == mine
        assert "people.test" not in content
        assert not re.search(r"[\w.-]+@(?!mentorbook\b)", content)
        ids = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", content))
        assert ids == {str(each.id) for each in own}
        assert "schedule_conflict" not in content
        assert "Schedule conflict" not in content


def test_a_letter_of_the_law_is_really_asked() -> None:
    """Positive control of the check that the tests here rely on."""
    event = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270101T000000Z\r\n"
        "DTSTART:20270101T000000Z\r\nDTEND:20270101T010000Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\nSUMMARY:x\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert [each["UID"] for each in checked(event.encode())] == ["a"]
    for good, bad in (
        ("\r\n", "\n"),
        ("SUMMARY:x", "SUMMARY:x,y"),
        ("SUMMARY:x", f"SUMMARY:{'x' * 80}"),
        ("SUMMARY:x", "SUMMARY:x\x0b"),
        ("DTSTAMP:20270101T000000Z", "DTSTAMP:20270101T000000"),
        ("UID:a\r\n", ""),
        ("UID:a\r\n", "UID:a\r\nUID:b\r\n"),
        ("PRODID:-//x//EN\r\n", ""),
        ("SEQUENCE:0", "SEQUENCE:x"),
        ("BEGIN:VEVENT\r\nUID", "X:y\r\nBEGIN:VEVENT\r\nX Y:z\r\nUID"),
        ("DTEND:20270101T010000Z", "DTEND:20261231T000000Z"),
    ):
        assert good in event
        with pytest.raises(AssertionError):
            checked(event.replace(good, bad).encode())

"""Mail as it leaves: what people wrote is text in it, never a header and never markup."""

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from aiosmtplib import SMTPDataError, SMTPRecipientRefused
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.kinds import NoticeKind, NoticeTopic
from mentorbook.domain.mail import Attachment, Mail
from mentorbook.domain.mail_views import InvitationFacts, MailedNotice, MailReader
from mentorbook.domain.ports import MailRefused
from mentorbook.domain.views import Booking, NoticeFacts, StoredNotice
from mentorbook.integrations import mime, smtp
from mentorbook.integrations.mime import mime_message
from mentorbook.presenters.calendars import invitation
from mentorbook.presenters.mail.letter import as_html, as_text
from mentorbook.presenters.mail.notice import as_told, notice_letter
from mentorbook.presenters.reader import Reader
from tests.unit.test_session_words import NOW
from tests.unit.test_session_words import booking as a_booking

HOME = "https://book.example"
HOSTILE = 'Ada\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script> & "quotes" {braces}'


def a_mail(**values: object) -> Mail:
    made = Mail(
        to_address="ada@people.test",
        to_name="Ada",
        subject="Booking confirmed",
        text="Hello",
        html="<p>Hello</p>",
        message_id="<1@book.example>",
        written_at=NOW,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def parsed(mail: Mail) -> EmailMessage:
    """The mail as its reader's program reads it."""
    return email.message_from_bytes(bytes(mime_message(mail, "no-reply@book.example")), policy=policy.default)


@given(st.text(), st.text())
def test_no_text_can_add_a_header_or_lose_the_mail(name: str, subject: str) -> None:
    usual = parsed(a_mail())
    mail = parsed(a_mail(to_name=name, subject=subject))
    assert mail.keys() == usual.keys()
    assert [each.addr_spec for each in mail["To"].addresses] == ["ada@people.test"]
    assert mail.get_content_type() == "multipart/alternative"


ENCODED = (
    "=?utf-8?q?Hi=0D=0AReply-To:_evil@x.example=0D=0AX-A:b?=",
    "=?u8?q?A=0D=0AContent-Type:text/html=0D=0A=0D=0A<a_href=//e.example>Log_in</a><!--?=",
    "=?us-ascii?b?SGkNClgtQTogYg==?=",
    "=?utf-8?q?=ED=A0=80?=",
)


@pytest.mark.parametrize("text", ENCODED)
def test_an_encoded_word_is_text_and_no_header(text: str) -> None:
    usual = parsed(a_mail())
    for mail in (parsed(a_mail(to_name=text)), parsed(a_mail(subject=text))):
        assert mail.keys() == usual.keys()
        assert mail.get_content_type() == "multipart/alternative"
        assert [each.addr_spec for each in mail["To"].addresses] == ["ada@people.test"]
    assert parsed(a_mail(subject=text))["Subject"].replace("\u200b", "") == text


@given(st.lists(st.sampled_from(["=?", "?=", "utf-8?q?", "=0D=0A", "X: y", "_", "=?utf-8?b?", "DQo=", " "])))
def test_no_encoded_word_adds_a_header(parts: list[str]) -> None:
    text = "".join(parts)
    assert parsed(a_mail(to_name=text, subject=text)).keys() == parsed(a_mail()).keys()


def test_a_header_that_is_added_all_the_same_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime, "_header_text", lambda text: text)
    with pytest.raises(MailRefused, match="headers"):
        mime_message(a_mail(subject=ENCODED[0]), "no-reply@book.example")


def test_a_domain_is_that_of_its_letters() -> None:
    assert mime.ascii_address("x@straße.de") == "x@xn--strae-oqa.de"
    assert mime.ascii_address("x@xn--strae-oqa.de") == "x@xn--strae-oqa.de"
    assert mime.ascii_address("x@book_shop.example") == "x@book_shop.example"
    with pytest.raises(MailRefused):
        mime.ascii_address("x@\u2028.example")


def test_a_hostile_name_is_one_line_of_text() -> None:
    mail = parsed(a_mail(to_name=HOSTILE, subject=HOSTILE))
    assert mail["Bcc"] is None
    assert "Bcc: all@evil.example" in mail["Subject"]
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize("address", ["", "nobody", "two words@people.test", "a@b\r\nBcc: x@evil.example"])
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(MailRefused) as refused:
        mime_message(a_mail(to_address=address), "no-reply@book.example")
    assert refused.value.is_final


@pytest.mark.parametrize(
    ("code", "words", "is_final", "is_put_off"),
    [
        (451, "4.3.0 Try again later", False, True),
        (450, "Busy", False, True),
        (554, "5.7.1 Your address is on a block list", False, True),
        (550, "5.1.8 The sender has no mailbox", False, True),
        (452, "4.2.2 Over quota", False, False),
        (450, "4.1.1 Not known yet", False, False),
        (552, "5.2.2 Over quota", False, False),
        (550, "5.1.1 No such mailbox", True, False),
        (550, "No such mailbox", True, False),
    ],
)
def test_only_what_may_hold_for_every_mail_puts_off_more_than_this_one(
    code: int, words: str, is_final: bool, is_put_off: bool
) -> None:
    said = smtp._refused(SMTPRecipientRefused(code, words, "ada@people.test"))
    assert isinstance(said, MailRefused)
    assert (said.is_final, said.is_put_off) == (is_final, is_put_off)


def test_a_mail_that_is_refused_for_what_it_says_is_not_given_up() -> None:
    said = smtp._refused(SMTPDataError(550, "5.1.1 It looks like spam"))
    assert isinstance(said, MailRefused)
    assert (said.is_final, said.is_put_off) == (False, True)


def test_the_same_mail_sent_again_has_the_same_message_id() -> None:
    first, second = (bytes(mime_message(a_mail(), "no-reply@book.example")) for _ in range(2))
    assert b"Message-ID: <1@book.example>" in first
    assert email.message_from_bytes(first)["Message-ID"] == email.message_from_bytes(second)["Message-ID"]


def test_a_mail_program_finds_the_invitation_and_how_to_unsubscribe() -> None:
    facts = Attachment("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    mail = parsed(a_mail(invitation=facts, unsubscribe_url=f"{HOME}/api/unsubscribe/x/bookings"))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert mail["List-Unsubscribe"] == f"<{HOME}/api/unsubscribe/x/bookings>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_line_to_unsubscribe_stands_as_mail_programs_read_it() -> None:
    """No encoded word, on one line, with a secret as long as they are."""
    url = f"{HOME}/api/unsubscribe/{'aZ-_0' * 8}123/reminders"
    content = mime_message(a_mail(unsubscribe_url=url), "no-reply@book.example")
    head = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"List-Unsubscribe: <{url}>".encode() in head
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


def test_domains_of_other_letters_are_written_as_mail_servers_know_them() -> None:
    content = mime_message(a_mail(to_address="ada@bücher.example"), "no-reply@bücher.example")
    assert content.isascii()
    assert b"To: Ada <ada@xn--bcher-kva.example>" in content
    assert b"From: MentorBook <no-reply@xn--bcher-kva.example>" in content


def test_nobody_writes_a_line_of_their_own_into_a_plain_text() -> None:
    title = "Win\r\n\r\n-- \r\nhttps://evil.example/login"
    mailed = a_mailed(NoticeKind.BOOKING_CREATED, a_booking(title=title), other_name="A\nB\u2028C")
    text, _ = letter_of(mailed)
    usual, _ = letter_of(a_mailed(NoticeKind.BOOKING_CREATED))
    assert len(text.splitlines()) == len(usual.splitlines())


def a_mailed(
    kind: NoticeKind, booking: Booking | None = None, *, zone: str = "Asia/Kolkata", **facts: object
) -> MailedNotice:
    """A notice of this kind to the mentee."""
    booking = booking or a_booking()
    given = {"session_title": booking.title, "other_name": booking.mentor.name, **facts}
    notice = StoredNotice(
        id=uuid4(),
        kind=kind.value,
        facts=NoticeFacts.model_validate(given),
        session_id=booking.id,
        actor_name=booking.mentor.name,
        happens_at=booking.scheduled_at,
        created_at=NOW,
        read=False,
    )
    reader = MailReader(booking.mentee.id, booking.mentee.name, "priya@people.test", zone)
    return MailedNotice(notice, reader, booking, SessionPolicies(), "secret", NoticeTopic.CHANGES)


def letter_of(mailed: MailedNotice) -> tuple[str, str]:
    """Plain text and HTML."""
    reader = Reader(mailed.reader.id, mailed.reader.timezone, NOW, mailed.policies, video=True)
    letter = notice_letter(mailed, reader, HOME)
    return as_text(letter), as_html(letter)


def test_an_admin_is_not_told_that_it_is_about_a_session_of_theirs() -> None:
    mailed = a_mailed(NoticeKind.ABSENCE_TO_REVIEW)
    assert "because it is about a session of yours" in letter_of(mailed)[0]
    admin = MailReader(uuid4(), "Admin Ortiz", "admin@people.test", "UTC")
    text, _ = letter_of(replace(mailed, reader=admin))
    assert "because you are an admin of MentorBook" in text
    assert "a session of yours" not in text


def test_who_wants_no_mail_of_a_kind_is_told_why_they_get_this_one() -> None:
    mailed = a_mailed(NoticeKind.SESSION_CANCELLED)
    text, _ = letter_of(replace(mailed, is_correction=True))
    assert "because an earlier one has put this session into your calendar" in text
    assert "into your calendar" not in letter_of(mailed)[0]


class _Reading(HTMLParser):
    """Tags and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> _Reading:
    reading = _Reading()
    reading.feed(html)
    return reading


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_is_a_letter_in_both_forms(kind: NoticeKind) -> None:
    text, html = letter_of(a_mailed(kind, reason="Too early."))
    shown = " ".join(" ".join(read(html).text).split())
    for line in filter(None, (line.strip() for line in text.splitlines())):
        words = line.removesuffix(":")
        if line.startswith(("http", "--", "Choose")):
            continue
        assert words.partition(": ")[2] in shown or words in shown, line


def test_markup_in_names_and_titles_is_text() -> None:
    plain = a_booking()
    hostile = plain.model_copy(update={"title": HOSTILE})
    usual = read(letter_of(a_mailed(NoticeKind.BOOKING_CONFIRMED))[1])
    found = read(letter_of(a_mailed(NoticeKind.BOOKING_CONFIRMED, hostile, other_name=HOSTILE))[1])
    assert found.tags == usual.tags
    assert "<script>alert(1)</script>" in "".join(found.text)


def test_the_time_stands_on_both_clocks_in_the_readers_first() -> None:
    text, _ = letter_of(a_mailed(NoticeKind.BOOKING_CONFIRMED))
    booking = a_booking()
    kolkata = booking.scheduled_at.astimezone(ZoneInfo("Asia/Kolkata"))
    mentors = booking.scheduled_at.astimezone(ZoneInfo(booking.mentor.timezone))
    when = text.split("When: ")[1].split("With: ")[0]
    assert f"{kolkata:%H:%M}" in when.splitlines()[0]
    assert f"{mentors:%H:%M}" in when.splitlines()[1]


@pytest.mark.parametrize(
    ("start", "local"),
    [
        # Britain turns its clocks on 28 March 2027 at 01:00 UTC.
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "00:30"),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "02:30"),
        # And back on 31 October 2027, when 01:30 comes twice.
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "01:30"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "01:30"),
        (datetime(2027, 10, 31, 2, 30, tzinfo=UTC), "02:30"),
    ],
)
def test_an_invitation_is_right_across_a_change_of_clocks(start: datetime, local: str) -> None:
    booking = a_booking(scheduled_at=start, title="Café – 数学, ünïcode; a\\b")
    reader = MailReader(booking.mentee.id, 'Zoë "Z" 李', "zoe@people.test", "Europe/London")
    facts = InvitationFacts(starts_at=start, minutes=60, sequence=2)
    content = invitation(booking, reader, facts, organizer="no-reply@book.example", written_at=NOW)
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    assert (event.start, event.end) == (start, start + timedelta(hours=1))
    assert isinstance(event.start, datetime)
    assert f"{event.start.astimezone(ZoneInfo('Europe/London')):%H:%M}" == local
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}".encode() in content
    assert event["SUMMARY"] == f"Café – 数学, ünïcode; a\\b · {booking.mentor.name}"
    assert event["ATTENDEE"] == "mailto:zoe@people.test"
    assert event["ATTENDEE"].params["CN"] == "Zoë Z 李"
    assert local in str(event["DESCRIPTION"])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_notice_is_told_as_it_was_when_it_was_written() -> None:
    booking = a_booking()
    mailed = a_mailed(NoticeKind.BOOKING_CONFIRMED, booking)
    moved = replace(
        mailed,
        booking=booking.model_copy(update={"scheduled_at": booking.scheduled_at + timedelta(days=2)}),
        invitation=InvitationFacts(starts_at=booking.scheduled_at, minutes=30, sequence=0),
    )
    told = as_told(moved).booking
    assert told is not None
    assert (told.scheduled_at, told.duration) == (booking.scheduled_at, 30)
    assert isinstance(told.id, UUID)

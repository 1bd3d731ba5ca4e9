"""Mail about accounts: every kind has its words, and nothing that people wrote is markup or a header."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from mentorbook.domain.account_mail import Addressee, MailedLink, MailedNews
from mentorbook.domain.kinds import AccountMail, LinkPurpose
from mentorbook.integrations.mime import mime_message
from mentorbook.mailing import account_mail
from mentorbook.presenters.mail.account import LINK_WORDS, NEWS_WORDS, account_letter
from mentorbook.settings import settings

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
HOSTILE = "<b>Mina</b>\r\nBcc: everybody@evil.test\r\n\r\n<script>x</script> {{ letter }} {name}"
TOKEN = "t" * 43


def reader(name: str = "Mina Rao", zone: str = "Asia/Kolkata") -> Addressee:
    return Addressee(name=name, email="mina@people.test", timezone=zone)


def a_link(purpose: LinkPurpose, who: Addressee) -> MailedLink:
    return MailedLink(purpose, who, NOW + timedelta(hours=1), TOKEN)


def every(who: Addressee) -> list[MailedLink | MailedNews]:
    """One mail of each kind."""
    return [
        *(a_link(purpose, who) for purpose in LinkPurpose),
        *(MailedNews(about, who) for about in AccountMail),
    ]


def test_every_link_and_every_piece_of_news_has_words_of_its_own() -> None:
    assert set(LINK_WORDS) == set(LinkPurpose)
    assert set(NEWS_WORDS) == set(AccountMail)
    letters = [account_letter(each, "https://book.example", NOW) for each in every(reader())]
    assert len({letter.subject for letter in letters}) == len(letters)
    for letter in letters:
        assert letter.greeting in ("Hello Mina,", "Hello,")
        assert "!" not in "".join((letter.subject, *letter.paragraphs, *letter.after))
        assert letter.action is not None
        assert letter.action[1].startswith("https://book.example")
        assert letter.small_print.startswith("You get this mail because")
        assert letter.leave is None


def test_whoever_may_have_made_no_account_is_not_called_what_a_stranger_typed() -> None:
    who = reader("http://evil.example/win")
    mail = account_mail(a_link(LinkPurpose.CONFIRM_EMAIL, who), "<1@book.example>", NOW)
    assert "evil.example" not in mail.to_name + mail.subject + mail.text + mail.html
    assert "Hello," in mail.text
    known = account_letter(a_link(LinkPurpose.RESET_PASSWORD, reader()), "https://b.example", NOW)
    assert known.greeting == "Hello Mina,"


def test_a_link_says_until_when_by_the_readers_clock() -> None:
    letter = account_letter(a_link(LinkPurpose.RESET_PASSWORD, reader()), "https://book.example", NOW)
    assert letter.action == ("Choose a new password", f"https://book.example/reset?token={TOKEN}")
    assert letter.after[0] == "The link works once, until Wed 13 Jan, 18:30 (Kolkata)."
    for purpose in (LinkPurpose.CONFIRM_EMAIL, LinkPurpose.CHANGE_EMAIL):
        letter = account_letter(a_link(purpose, reader()), "https://book.example", NOW)
        assert letter.action is not None
        assert letter.action[1] == f"https://book.example/confirm?token={TOKEN}"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


def _tags(html: str) -> list[str]:
    parser = _Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("number", range(len(LinkPurpose) + len(AccountMail)))
def test_a_name_with_line_breaks_and_tags_changes_neither_headers_nor_markup(number: int) -> None:
    plain, hostile = (
        account_mail(every(who)[number], "<1@book.example>", NOW) for who in (reader(), reader(HOSTILE))
    )
    assert _tags(hostile.html) == _tags(plain.html)
    assert "{{ letter }}" not in hostile.html
    sent = bytes(mime_message(hostile, settings.mail_sender))
    message = message_from_bytes(sent, policy=policy.default)
    assert sorted(message.keys()) == sorted(
        message_from_bytes(bytes(mime_message(plain, settings.mail_sender)), policy=policy.default).keys()
    )
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "mina@people.test"
    text = message.get_body(("plain",))
    assert text is not None
    assert "everybody@evil.test" not in text.get_content()


def test_the_secret_is_in_no_representation() -> None:
    assert TOKEN not in repr(a_link(LinkPurpose.RESET_PASSWORD, reader()))

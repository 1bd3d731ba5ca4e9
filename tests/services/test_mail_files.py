"""Mail as files, where no mail server is set."""

import asyncio
import email
import stat
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest

from mentorbook.domain.mail import Mail
from mentorbook.domain.ports import MailRefused
from mentorbook.integrations import mail_files
from mentorbook.integrations.mail_files import MailFiles
from tests.conftest import NOON


def a_mail(number: int = 1, address: str = "ada@people.test") -> Mail:
    return Mail(
        to_address=address,
        to_name="Ada Löfgren",
        subject=f"Mail {number}",
        text="Hello",
        html="<p>Hello</p>",
        message_id=f"<{number}@book.example>",
        written_at=NOON + timedelta(seconds=number),
    )


def send(folder: Path, *mails: Mail) -> list[Path]:
    """Send them; returns what is in the folder."""

    async def each() -> None:
        for mail in mails:
            await MailFiles(folder, "no-reply@book.example").send(mail)

    asyncio.run(each())
    return sorted(folder.iterdir())


def test_a_mail_is_a_file_that_mail_programs_open_and_nobody_else_reads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        (path,) = send(tmp_path / "mail", a_mail())
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["To"]) == ("Mail 1", "Ada Löfgren <ada@people.test>")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert str(path) in caplog.text


def test_the_same_mail_again_is_the_same_file(tmp_path: Path) -> None:
    assert len(send(tmp_path, a_mail(), a_mail(), a_mail(2))) == 2


def test_what_cannot_be_written_to_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(MailRefused):
        send(tmp_path, a_mail(address="nobody"))
    assert list(tmp_path.iterdir()) == []


def test_the_latest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_files, "MOST_KEPT", 3)
    monkeypatch.setattr(mail_files, "_LOOKS_EVERY", 1)
    kept = send(tmp_path, *(a_mail(number) for number in range(9)))
    assert [path.name[:15] for path in kept] == [
        f"{NOON + timedelta(seconds=number):%Y%m%d-%H%M%S}" for number in (6, 7, 8)
    ]

"""Write mail: the services' facts of an outbox message, in the presenters' words."""

from datetime import datetime
from typing import Any

from mentorbook.domain.account_mail import MailedLink, MailedNews
from mentorbook.domain.kinds import LinkPurpose, MessageKind
from mentorbook.domain.mail import Attachment, Mail
from mentorbook.domain.mail_views import MailedNotice
from mentorbook.presenters.calendars import invitation
from mentorbook.presenters.mail.account import account_letter
from mentorbook.presenters.mail.addresses import one_click
from mentorbook.presenters.mail.letter import as_html, as_text
from mentorbook.presenters.mail.notice import as_told, notice_letter
from mentorbook.presenters.reader import Reader
from mentorbook.services.clock import now
from mentorbook.services.mail.account_mail import link_to_mail, news_to_mail
from mentorbook.services.mail.notice_mail import notice_to_mail
from mentorbook.services.outbox import Message
from mentorbook.settings import settings


def written_mail(message: Message) -> Mail | None:
    """Return the mail of a message, or `None` when none is to be sent any more.

    Reads the database, so not on the event loop. A mail about an account that is written again has another
    link: either works.
    """
    identifier, written_at = message_id(message), message.due_at
    match MessageKind(message.kind):
        case MessageKind.MAIL_NOTICE:
            noticed = notice_to_mail(message.payload, message.id)
            return notice_mail(as_told(noticed), identifier, written_at) if noticed else None
        case MessageKind.MAIL_LINK:
            mailed = link_to_mail(message.payload)
        case MessageKind.MAIL_ACCOUNT:
            mailed = news_to_mail(message.payload)
        case other:
            raise ValueError(f"no mail is written for {other}")
    return account_mail(mailed, identifier, written_at) if mailed else None


def account_mail(mailed: MailedLink | MailedNews, identifier: str, written_at: datetime) -> Mail:
    """Return the mail of a link or of what has happened to an account. Nobody unsubscribes from these."""
    letter = account_letter(mailed, settings.public_url, now())
    is_strangers = isinstance(mailed, MailedLink) and mailed.purpose == LinkPurpose.CONFIRM_EMAIL
    return Mail(
        to_address=mailed.addressee.email,
        # Whoever has the address may have made no account: what was typed as a name is a stranger's then.
        to_name="" if is_strangers else mailed.addressee.name,
        subject=letter.subject,
        text=as_text(letter),
        html=as_html(letter),
        message_id=identifier,
        written_at=written_at,
    )


def message_id(message: Message) -> str:
    """Return the Message-ID of a message's mail, the same at every try: a mail that comes twice is known."""
    return f"<{message.id}@{settings.mail_domain}>"


def notice_mail(mailed: MailedNotice, identifier: str, written_at: datetime) -> Mail:
    """Return the mail of a notice, by the clock of whom it is for."""
    home, person = settings.public_url, mailed.reader
    video, way = settings.video_configured, settings.payment_way
    reader = Reader(person.id, person.timezone, now(), mailed.policies, video, way)
    letter = notice_letter(mailed, reader, home)
    facts: dict[str, Any] = {}
    if mailed.booking is not None and mailed.invitation is not None:
        content = invitation(
            mailed.booking, person, mailed.invitation, organizer=settings.mail_sender, written_at=written_at
        )
        method = "CANCEL" if mailed.invitation.is_cancelled else "REQUEST"
        facts["invitation"] = Attachment(method, content)
    return Mail(
        to_address=person.email,
        to_name=person.name,
        subject=letter.subject,
        text=as_text(letter),
        html=as_html(letter),
        message_id=identifier,
        written_at=written_at,
        unsubscribe_url=one_click(home, mailed.secret, mailed.topic),
        **facts,
    )

"""Mail about an account: links that work once, and what has happened to it."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.account_mail import MailedLink, MailedNews
from mentorbook.domain.kinds import AccountMail, LinkPurpose
from mentorbook.presenters.dates import moment, place
from mentorbook.presenters.mail.addresses import confirm_page, reset_page
from mentorbook.presenters.mail.letter import Letter
from mentorbook.presenters.names import first_name

_ABOUT_ACCOUNT = "You get this mail because it is about your account, whatever mail you have chosen."


@dataclass(frozen=True, slots=True)
class _Words:
    """A mail's subject, which is its heading too, what it says, what the button does, and what else to know.

    `because` says why one gets it.
    """

    title: str
    text: str
    action: str
    after: str
    because: str = _ABOUT_ACCOUNT


LINK_WORDS = {
    LinkPurpose.RESET_PASSWORD: _Words(
        title="Choose a new password",
        text="Somebody, most likely you, has asked for a new password for your account.",
        action="Choose a new password",
        after="If it was not you, leave this mail alone: your password stays as it is.",
        because="You get this mail because a new password was asked for with this address.",
    ),
    LinkPurpose.CONFIRM_EMAIL: _Words(
        title="Confirm your address",
        text="An account was made with this address. Confirm that it is yours, so that mail about your "
        "sessions reaches you.",
        action="Confirm this address",
        after="If you made no account, leave this mail alone.",
        because="You get this mail because somebody made an account with this address.",
    ),
    LinkPurpose.CHANGE_EMAIL: _Words(
        title="Confirm your new address",
        text="You have asked to log in with this address from now on. Confirm that it is yours. Until then "
        "your account keeps the address that it has.",
        action="Use this address",
        after="If you did not ask for it, leave this mail alone.",
        because="You get this mail because somebody wants to log in with this address.",
    ),
}
NEWS_WORDS = {
    AccountMail.PASSWORD_CHANGED: _Words(
        title="Your password was changed",
        text="The password of your account was changed, and every other browser was logged out. If you had "
        "an address for your calendar program, it no longer works; you can make a new one in your settings.",
        action="Open MentorBook",
        after="If it was not you, ask for a new password on the page where you log in.",
    ),
    AccountMail.EMAIL_CHANGE_ASKED: _Words(
        title="A new address was asked for",
        text="Somebody who knows your password has asked to log in to your account with another address. A "
        "link was sent there. Until it is followed, this address stays yours.",
        action="Open your settings",
        after="If it was not you, change your password: that stops it.",
    ),
    AccountMail.EMAIL_CHANGED: _Words(
        title="Your address was changed",
        text="Your account has another address now. You log in with that one, and mail goes there.",
        action="Open MentorBook",
        after="If it was not you, write to whoever runs this MentorBook.",
        because="You get this mail because this was the address of your account.",
    ),
    AccountMail.EMAIL_WANTED: _Words(
        title="Somebody wanted to use your address",
        text="Somebody has asked to log in to another account with this address. It belongs to your account, "
        "so nothing was changed.",
        action="Open MentorBook",
        after="If it was you, log in with this address: you have an account with it already.",
    ),
    AccountMail.PASSWORD_LINK_MADE: _Words(
        title="An admin made a link for a new password",
        text="With it a new password can be chosen for your account, once, within a day. An admin gives it "
        "to you.",
        action="Open MentorBook",
        after="If you did not ask for it, tell whoever runs this MentorBook.",
    ),
}


def account_letter(mailed: MailedLink | MailedNews, home: str, now: datetime) -> Letter:
    """Return the letter of a link or of news; `home` is the app's address."""
    if isinstance(mailed, MailedNews):
        words = NEWS_WORDS[mailed.about]
        address = f"{home}/settings" if mailed.about == AccountMail.EMAIL_CHANGE_ASKED else home
        return _letter(words, mailed.addressee.name, address, home)
    page = reset_page if mailed.purpose == LinkPurpose.RESET_PASSWORD else confirm_page
    zone = mailed.addressee.timezone
    until = f"{moment(mailed.expires_at, zone, now)} ({place(zone)})"
    # Whoever has the address may have made no account, and is not to be greeted with what a stranger typed.
    is_known = mailed.purpose != LinkPurpose.CONFIRM_EMAIL
    return _letter(
        LINK_WORDS[mailed.purpose],
        mailed.addressee.name if is_known else "",
        page(home, mailed.token),
        home,
        f"The link works once, until {until}.",
    )


def _letter(words: _Words, name: str, address: str, home: str, *first: str) -> Letter:
    return Letter(
        subject=words.title,
        heading=words.title,
        greeting=f"Hello {first_name(name)}," if name else "Hello,",
        paragraphs=(words.text,),
        action=(words.action, address),
        after=(*first, words.after),
        small_print=words.because,
        home=("MentorBook", home),
    )

"""The list of one's log-ins."""

from dataclasses import dataclass
from datetime import datetime

from mentorbook.domain.schemas import SHORTEST_PASSWORD
from mentorbook.domain.views import Login
from mentorbook.presenters.dates import when

NEW_PASSWORD_HINT = (
    f"At least {SHORTEST_PASSWORD} characters. Any character is allowed; a few words are good."
)

_PHONES = ("iPhone", "iPad", "Android")


@dataclass(frozen=True)
class LoginItem:
    """A log-in as its owner reads it."""

    id: str
    browser: str
    since: str
    used: str
    address: str
    is_current: bool
    is_phone: bool
    log_out_label: str


AFTER_RESET = "Your password is changed. Log in with the new one."
ALREADY_OUT = "That browser was logged out already."


def logged_out_words(browser: str) -> str:
    """Return the message after a browser has been logged out."""
    return f"{browser} is logged out."


def others_out_words(ended: int) -> str:
    """Return the message after every other browser has been logged out."""
    return f"{ended_words(ended)} You stay logged in here."


def password_changed_words(ended: int) -> str:
    """Return the message after the password is changed, which ends so many other log-ins."""
    return f"Your password is changed. {others_out_words(ended)}"


def ended_words(ended: int) -> str:
    """Say how many other log-ins have ended, as a sentence."""
    if not ended:
        return "No other browser was logged in."
    return "One other log-in has ended." if ended == 1 else f"{ended} other log-ins have ended."


def login_item(login: Login, *, zone: str, now: datetime) -> LoginItem:
    """Return a log-in with its times by `zone`."""
    since = when(login.created_at, zone, now)
    used = when(login.used_at, zone, now)
    return LoginItem(
        id=str(login.id),
        browser=login.browser,
        since=since,
        used=used if used != since else "",
        address=login.ip_address or "",
        is_current=login.is_current,
        is_phone=login.browser.endswith(_PHONES),
        log_out_label=f"Log out {login.browser}, logged in {since}",
    )

"""Addresses that stand in mail; all begin with the public address of the app."""

from urllib.parse import urlencode

from mentorbook.domain.kinds import NoticeTopic


def preferences_page(home: str, secret: str, topic: NoticeTopic) -> str:
    """Return where one says, without a log-in, what mail one wants; `topic` is what this one is about."""
    return f"{home}/unsubscribe?{urlencode({'key': secret, 'topic': topic.value})}"


def reset_page(home: str, token: str) -> str:
    """Return where the holder of a link chooses a new password, once."""
    return f"{home}/reset?{urlencode({'token': token})}"


def confirm_page(home: str, token: str) -> str:
    """Return where the holder of a link confirms that an address is theirs, once."""
    return f"{home}/confirm?{urlencode({'token': token})}"


def one_click(home: str, secret: str, topic: NoticeTopic) -> str:
    """Return where a mail program ends the mail of a topic, by a POST (RFC 8058)."""
    return f"{home}/api/unsubscribe/{secret}/{topic.value}"

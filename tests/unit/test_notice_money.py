"""What a notice says of money: the bell, its page and the mail have it from the same words."""

from uuid import uuid4

import pytest

from mentorbook.domain.kinds import NoticeKind
from mentorbook.domain.views import NoticeFacts, StoredNotice
from mentorbook.presenters.notices import notice_words
from tests.unit.test_session_words import NOW


def text_of(kind: NoticeKind, **facts: object) -> str:
    """What such a notice says."""
    about = NoticeFacts.model_validate({"session_title": "Maps", "other_name": "Ada Lovell", **facts})
    return notice_words(StoredNotice(uuid4(), kind, about, uuid4(), "Ada", NOW, NOW, False))[1]


@pytest.mark.parametrize(
    ("refund", "paid", "currency", "said"),
    [
        (6000, 6000, "GBP", "You get your £60.00 back"),
        (3000, 6000, "GBP", "You get £30.00 of your £60.00 back"),
        (0, 6000, "GBP", "Nothing of your £60.00 is given back"),
        (4500, 9000, "JPY", "You get ¥4,500 of your ¥9,000 back"),
        (6170, 12340, "KWD", "You get KWD 6.170 of your KWD 12.340 back"),
    ],
)
def test_who_has_paid_is_told_what_comes_back(refund: int, paid: int, currency: str, said: str) -> None:
    facts = {"refund_minor": refund, "paid_minor": paid, "currency": currency}
    for kind in (NoticeKind.CANCELLATION_CONFIRMED, NoticeKind.REQUEST_DECLINED, NoticeKind.MONEY_RETURNED):
        assert text_of(kind, **facts).endswith(f". {said}")


def test_who_has_not_paid_reads_nothing_of_money() -> None:
    assert text_of(NoticeKind.CANCELLATION_CONFIRMED) == "“Maps” with Ada"

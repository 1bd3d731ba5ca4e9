"""Every kind has its words: a new entry of an enum without them fails here."""

from uuid import uuid4

import pytest

from mentorbook.components.booking.meeting_way import meeting_way
from mentorbook.domain.availability.draft import DraftException
from mentorbook.domain.availability.not_offered import NotOfferedReason
from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.booking.transitions import TRANSITIONS
from mentorbook.domain.kinds import (
    ACCOUNT_NOTICES,
    ALWAYS_TOLD,
    TOPIC_OF,
    AuditAction,
    BlockType,
    CancelReason,
    DifferenceKind,
    MeetingKind,
    NoticeKind,
    NoticeTopic,
    SessionStatus,
)
from mentorbook.domain.money.statements import PaymentDifferenceState
from mentorbook.domain.views import NoticeFacts, StoredNotice
from mentorbook.presenters.admin.payment_differences import DIFFERENCE_WORDS
from mentorbook.presenters.admin.policy_form import TEXTS
from mentorbook.presenters.availability.exceptions import what
from mentorbook.presenters.availability.kinds import BLOCK_KINDS
from mentorbook.presenters.booking.kinds import MEETING_WORDS, STATUS_WORDS
from mentorbook.presenters.booking.timeline import ACTION_WORDS
from mentorbook.presenters.notices import NOTICE_WORDS, notice_words
from mentorbook.presenters.people.preferences import TOPIC_WORDS
from mentorbook.presenters.refusals import NOT_OFFERED_WORDS
from tests.unit.test_session_words import NOW
from tests.unit.test_where_things_go import modules_with


def test_every_status_has_a_badge_and_a_way_on() -> None:
    assert set(STATUS_WORDS) == set(TRANSITIONS) == set(SessionStatus)
    assert all(words.label for words in STATUS_WORDS.values())


def test_every_status_can_be_said_and_every_audit_action_told() -> None:
    assert len({status.spoken for status in SessionStatus}) == len(SessionStatus)
    assert set(ACTION_WORDS) == set(AuditAction)


def test_every_way_to_meet_has_words_and_is_drawn() -> None:
    assert set(MEETING_WORDS) == set(MeetingKind)
    drawn = str(meeting_way(MeetingKind.VIDEO.value))  # type: ignore[arg-type]
    for words in MEETING_WORDS.values():
        assert all((words.label, words.summary, words.icon))
        assert words.summary in drawn


def test_every_type_of_a_block_has_words_and_opens_its_time_or_closes_it() -> None:
    assert set(BLOCK_KINDS) == set(BlockType)
    one_day = {"startDate": "2027-01-13", "endDate": "2027-01-13"}
    said = {what(DraftException.model_validate(one_day | {"type": kind.value})) for kind in BlockType}
    assert len(said) == len(BlockType)
    assert modules_with(r"\"(AVAILABLE|BREAK|BUFFER|BLOCKED)\"") == {"domain/kinds.py"}


def test_every_reason_has_a_label_of_its_own() -> None:
    assert len({reason.label for reason in CancelReason}) == len(CancelReason)


def test_every_policy_has_words() -> None:
    assert set(TEXTS) == set(SessionPolicies.model_fields)


def test_every_reason_not_to_offer_a_time_has_words() -> None:
    assert set(NOT_OFFERED_WORDS) == set(NotOfferedReason)


def test_every_difference_of_payments_has_words() -> None:
    assert set(DIFFERENCE_WORDS) == set(DifferenceKind)
    for kind in DifferenceKind:
        amount = "6000 GBP" if kind == DifferenceKind.AMOUNT else "6000"
        it = PaymentDifferenceState(
            reference="pi_1",
            session_id=None,
            kind=kind,
            ours=amount,
            theirs="no more",
            currency="GBP",
            found_at=NOW,
        )
        said = DIFFERENCE_WORDS[kind](it)
        assert said.endswith(".")
        assert "6000" not in said or kind == DifferenceKind.STATUS


def test_every_notice_has_a_topic_and_every_topic_words() -> None:
    # Nobody turns off what keeps others out of their account.
    assert set(ALWAYS_TOLD) == {NoticeKind.PASSWORD_LINK_MADE}
    assert set(TOPIC_OF) == set(NoticeKind) - set(ALWAYS_TOLD)
    assert set(TOPIC_OF.values()) == set(TOPIC_WORDS) == set(NoticeTopic)
    titles = {words.title for words in TOPIC_WORDS.values()}
    assert len(titles) == len(NoticeTopic)
    assert all(words.text.endswith(".") for words in TOPIC_WORDS.values())


def a_notice(kind: str, **facts: object) -> StoredNotice:
    given = {"session_title": "Reading {papers}", "other_name": "Ada {name} Lovell", **facts}
    return StoredNotice(
        id=uuid4(),
        kind=kind,
        facts=NoticeFacts.model_validate(given),
        session_id=None,
        actor_name=None,
        happens_at=None,
        created_at=NOW,
        read=False,
    )


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in ACCOUNT_NOTICES])
def test_every_notice_has_words_of_its_own_that_name_the_session_and_the_other(kind: NoticeKind) -> None:
    title, text = notice_words(a_notice(kind))
    assert title == NOTICE_WORDS[kind].title
    # What people wrote is told as they wrote it: braces in it are no places of ours.
    assert "“Reading {papers}”" in text
    assert "Ada" in text


@pytest.mark.parametrize("kind", ACCOUNT_NOTICES)
def test_every_notice_about_an_account_has_words_without_a_session(kind: NoticeKind) -> None:
    title, text = notice_words(a_notice(kind, session_title="", reason="No {experience} yet"))
    assert title == NOTICE_WORDS[kind].title
    assert "session" not in text
    assert "Ada {name} Lovell" in text or kind != NoticeKind.MENTOR_REQUESTED


def test_a_booking_that_a_mentor_accepted_says_who_did() -> None:
    assert notice_words(a_notice("booking_confirmed", is_answer=True)) == (
        "Booking confirmed",
        "Ada {name} Lovell accepted “Reading {papers}”",
    )


def test_what_an_earlier_version_wrote_is_told_as_it_was() -> None:
    old = a_notice("booking_created", title="New session booked", text="Mina booked “Maps”")
    assert notice_words(old) == ("New session booked", "Mina booked “Maps”")


def test_what_a_later_version_wrote_is_told_in_general_words() -> None:
    assert notice_words(a_notice("a_kind_of_tomorrow"))[1].startswith("“Reading {papers}” with Ada")

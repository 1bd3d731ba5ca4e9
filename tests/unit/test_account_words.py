"""What admins do to accounts, in words."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mentorbook.domain.admin_views import AccountEvent, AdminPersonDetail
from mentorbook.domain.kinds import ACCOUNT_NOTICES, AccountAction, MentorStatus, NoticeKind
from mentorbook.domain.views import NoticeFacts, StoredNotice
from mentorbook.presenters.admin.account_words import CHANGE_WORDS, MENTOR_WORDS
from mentorbook.presenters.admin.people import person_details, person_row
from mentorbook.presenters.notices import notice_item
from tests.unit.test_session_words import NOW

READER = uuid4()


def someone(**values: object) -> AdminPersonDetail:
    """An account of somebody else's."""
    facts = {
        "id": uuid4(),
        "name": "Noor {x} Haddad",
        "timezone": "Asia/Kolkata",
        "email": "noor@people.test",
        "is_mentor": False,
        "is_admin": False,
        "deactivated_at": None,
        "created_at": NOW - timedelta(days=400),
        "headline": "",
        "about": "",
        "expertise": [],
        "decline_reason": None,
        "coming_sessions": 0,
        "events": [],
    }
    return AdminPersonDetail.model_validate(facts | values)


def test_every_action_and_every_standing_has_words() -> None:
    assert set(CHANGE_WORDS) == set(AccountAction)
    assert set(MENTOR_WORDS) == set(MentorStatus)
    for words in CHANGE_WORDS.values():
        assert all((words.button, words.done, words.record))
        asks = (words.title, words.follows, words.confirm)
        assert all(asks) or not any(asks)
        assert words.title or not words.reason


def test_a_row_says_who_somebody_is() -> None:
    mentor = someone(is_mentor=True, is_admin=True, mentor_status=MentorStatus.APPROVED, deactivated_at=NOW)
    row = person_row(mentor, zone="UTC", now=NOW)
    assert (row.roles, row.mentoring, row.account) == ("Mentor, Admin", "Mentor", "Deactivated")
    row = person_row(someone(), zone="UTC", now=NOW)
    assert (row.roles, row.mentoring, row.account, row.account_tone) == ("Mentee", "No", "Active", "")


def test_deactivating_says_what_follows_and_names_people_as_they_are() -> None:
    details = person_details(someone(coming_sessions=2), reader=READER, zone="UTC", now=NOW)
    question = details.questions["deactivated"]
    assert question.title == "Deactivate Noor's account?"
    assert "ends at once" in question.follows
    assert question.sessions == "2 coming sessions: nobody is told, and each stays as it is."
    details = person_details(someone(name="{reason}"), reader=READER, zone="UTC", now=NOW)
    assert details.questions["deactivated"].title == "Deactivate {reason}'s account?"
    assert details.questions["deactivated"].sessions == ""


def test_what_was_done_is_told_with_who_when_and_why() -> None:
    def event(action: str, actor: object, name: str, **details: object) -> AccountEvent:
        return AccountEvent.model_validate(
            {
                "action": action,
                "actor_id": actor,
                "actor_name": name,
                "at": NOW - timedelta(days=1),
                "details": details,
                "ip_address": "192.0.2.1",
                "user_agent": None,
            }
        )

    events = [
        event("deactivated", uuid4(), "Ada Lovell", reason="Spam {x}", loginsEnded=2),
        event("mentor_approved", READER, "Me"),
        event("frozen_over", uuid4(), "Ada Lovell"),
    ]
    story = person_details(someone(events=events), reader=READER, zone="UTC", now=NOW).story
    assert [line.title for line in story] == [
        "Account deactivated by Ada Lovell",
        "Approved as a mentor by you",
        "Frozen over by Ada Lovell",
    ]
    assert story[0].more == "Spam {x}\n2 log-ins ended"
    assert story[0].time.startswith("yesterday")
    assert [(fact.name, fact.value) for fact in story[0].facts] == [("Address", "192.0.2.1")]


@pytest.mark.parametrize("kind", ACCOUNT_NOTICES)
def test_a_notice_of_an_account_leads_to_where_something_can_be_done(kind: NoticeKind) -> None:
    asker = uuid4()
    stored = StoredNotice(
        uuid4(), kind, NoticeFacts(other_name="Noor"), None, "Noor", None, NOW, False, actor_id=asker
    )
    href = notice_item(stored, zone="UTC", now=NOW, fresh=True).href
    expected = f"/admin/people?person={asker}" if kind == NoticeKind.MENTOR_REQUESTED else "/settings"
    assert href == expected

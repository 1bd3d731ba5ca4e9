"""Everybody's accounts as admins list them, and that exactly what is offered is accepted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentorbook.db.engine import Database, write_transaction
from mentorbook.db.people import Mentor, User
from mentorbook.domain.errors import DomainError
from mentorbook.domain.kinds import AccountAction, MentorStatus
from mentorbook.domain.views import Account
from mentorbook.presenters.admin.people import offered_changes
from mentorbook.services.admin.account_changes import (
    approve_mentor,
    deactivate,
    decline_mentor,
    invite_mentor,
    make_password_link,
    reactivate,
    set_admin,
)
from mentorbook.services.admin.people import PeopleQuery, PersonSort, list_people, person
from mentorbook.services.clock import now
from mentorbook.services.notifications import list_notifications
from mentorbook.services.people.mentor_requests import request_to_mentor
from tests.conftest import Hands
from tests.people import a_mentee
from tests.unit.test_account_words import someone

WHY = {"reason": "Because"}
DEEDS: dict[AccountAction, Callable[[Account, UUID], Any]] = {
    AccountAction.MENTOR_APPROVED: approve_mentor,
    AccountAction.MENTOR_DECLINED: lambda actor, who: decline_mentor(actor, who, WHY),
    AccountAction.MENTOR_INVITED: invite_mentor,
    AccountAction.DEACTIVATED: lambda actor, who: deactivate(actor, who, WHY),
    AccountAction.REACTIVATED: reactivate,
    AccountAction.ADMIN_GRANTED: lambda actor, who: set_admin(actor, who, {"isAdmin": True}),
    AccountAction.LINK_MADE: lambda actor, who: make_password_link(actor, who).person,
    AccountAction.ADMIN_WITHDRAWN: lambda actor, who: set_admin(actor, who, {"isAdmin": False}),
}


def test_who_waits_for_an_answer_comes_first(db: Database, hands: Hands) -> None:
    hands.now -= timedelta(days=1)
    admin = a_mentee("Ada", is_admin=True)
    hands.on(days=1)
    for name in ("bo", "Noor", "Zoe", "Cleo"):
        hands.on(minutes=1)
        who = a_mentee(name)
        if name != "bo":
            request_to_mentor(who)
        if name == "Cleo":
            deactivate(admin, who.id, WHY)

    def listed(sort: PersonSort) -> list[str]:
        return [each.name for each in list_people(admin, PeopleQuery(sort=sort)).people]

    assert listed("waiting") == ["Noor", "Zoe", "Ada", "bo", "Cleo"]
    assert listed("name") == ["Ada", "bo", "Cleo", "Noor", "Zoe"]
    assert listed("-name") == listed("name")[::-1]
    assert listed("joined") == ["Ada", "bo", "Noor", "Zoe", "Cleo"]
    assert listed("-joined") == listed("joined")[::-1]


def test_an_account_tells_what_its_mentor_says(db: Database, hands: Hands) -> None:
    admin, noor = a_mentee("Ada", is_admin=True), a_mentee("Noor")
    assert (person(admin, noor.id).headline, person(admin, noor.id).expertise) == ("", [])
    request_to_mentor(noor)
    with write_transaction() as session:
        mentor = session.get_one(Mentor, noor.id)
        mentor.headline, mentor.bio, mentor.expertise = "Maps", "All of them", ["Cartography"]
    found = person(admin, noor.id)
    assert (found.headline, found.about, found.expertise) == ("Maps", "All of them", ["Cartography"])


def test_the_notice_of_a_request_names_who_asks(db: Database, hands: Hands) -> None:
    admin, noor = a_mentee("Ada", is_admin=True), a_mentee("Noor")
    request_to_mentor(noor)
    (notice,) = list_notifications(admin).notices
    assert notice.actor_id == noor.id


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from(MentorStatus),
    is_admin=st.booleans(),
    is_deactivated=st.booleans(),
    is_own=st.booleans(),
    deed=st.sampled_from(AccountAction),
)
def test_what_the_page_offers_is_what_changes_something(
    sqlite_db: Database,
    hands: Hands,
    status: MentorStatus,
    is_admin: bool,
    is_deactivated: bool,
    is_own: bool,
    deed: AccountAction,
) -> None:
    """All that is offered is done and leaves a record; what is not offered is refused, or changes nothing."""
    admin = a_mentee("Ada", is_admin=True)
    subject = admin if is_own else a_mentee("Noor", is_admin=is_admin)
    with write_transaction() as session:
        if status != MentorStatus.NONE:
            session.add(Mentor(id=subject.id, status=status, search_text="", created_at=now()))
        if is_deactivated and not is_own:
            session.get_one(User, subject.id).deactivated_at = now()
    offered = offered_changes(person(admin, subject.id), admin.id, sends_mail=False)
    try:
        done = [event.action for event in DEEDS[deed](admin, subject.id).events]
    except DomainError:
        done = []
    if deed in offered:
        assert done == [deed]
    elif done:
        # An invitation also answers a request, and a request can be declined of who is deactivated.
        assert deed in (AccountAction.MENTOR_INVITED, AccountAction.MENTOR_DECLINED)


@pytest.mark.parametrize("status", MentorStatus)
def test_an_own_account_offers_neither_its_end_nor_its_demotion(status: MentorStatus) -> None:
    own = someone(is_admin=True, mentor_status=status)
    assert not {AccountAction.DEACTIVATED, AccountAction.ADMIN_WITHDRAWN} & {*offered_changes(own, own.id)}
    assert AccountAction.DEACTIVATED in offered_changes(own, UUID(int=9))

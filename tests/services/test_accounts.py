"""Accounts from the services' side: what pages and the command line use."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.people import LoginSession, Mentor
from mentorbook.domain.errors import AccountChanged, NotAuthenticated, NotFound, ValidationFailed
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor


def logins() -> int:
    """How many log-ins are stored."""
    with read_transaction() as session:
        return len(session.scalars(select(LoginSession)).all())


def test_roles_come_from_what_a_person_has(db: Database, hands: Hands) -> None:
    mentee, mentor = a_mentee(), a_mentor()
    assert (mentee.is_mentor, mentee.is_admin) == (False, False)
    assert (mentor.is_mentor, mentor.is_admin) == (True, False)
    accounts.grant_admin(mentee.id)
    assert accounts.account(mentee.id).is_admin
    assert not accounts.account(mentor.id).is_admin


def test_an_account_is_found_by_its_address_in_any_case(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    assert accounts.account_by_email(f"  {mentee.email.upper()} ") == mentee
    with pytest.raises(NotFound):
        accounts.account_by_email("no@people.test")


def test_a_token_names_its_person_until_the_log_out(db: Database, hands: Hands) -> None:
    mentee = a_mentee()
    token = accounts.start_login(mentee.id, address="192.0.2.1", agent="x" * 1000)
    second = accounts.start_login(mentee.id, address=None, agent=None)
    assert accounts.account_by_token(token) == mentee
    accounts.end_login(token)
    assert accounts.account_by_token(token) is None
    assert accounts.account_by_token(second) == mentee


def test_a_log_out_is_about_one_log_in(db: Database, hands: Hands) -> None:
    accounts.issue_ticket(a_mentee().id, address=None, agent=None)
    accounts.start_login(a_mentee().id, address=None, agent=None)
    hands.on(seconds=31)
    accounts.end_login(None)
    assert logins() == 2


def test_a_ticket_cannot_be_redeemed_twice(db: Database, hands: Hands) -> None:
    ticket = accounts.issue_ticket(a_mentee().id, address=None, agent=None)
    accounts.redeem_ticket(ticket)
    with pytest.raises(NotAuthenticated):
        accounts.redeem_ticket(ticket)


def test_a_changed_name_is_found_by_search_and_shown_on_the_page(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Before")
    assert profile(None, mentor.id).name == "Before"
    changed = accounts.update_profile(mentor, {"name": "Zoë After", "timezone": "Asia/Tokyo"})
    assert (changed.name, changed.timezone, changed.is_mentor) == ("Zoë After", "Asia/Tokyo", True)
    assert profile(None, mentor.id).name == "Zoë After"
    assert [card.name for card in directory(None, DirectoryQuery(search="zoe")).mentors] == ["Zoë After"]
    assert directory(None, DirectoryQuery(search="before")).mentors == []


def test_a_mentors_hours_stay_in_their_zone_when_the_person_moves(db: Database, hands: Hands) -> None:
    mentor = a_mentor(zone="Europe/London")
    accounts.update_profile(mentor, {"name": "Moira", "timezone": "Asia/Tokyo"})
    assert profile(None, mentor.id).timezone == "Europe/London"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"timezone": "Nowhere"}, "timezone"), ({"email": "x@y.test"}, "email")],
)
def test_a_wrong_profile_names_its_field(
    sqlite_db: Database, hands: Hands, change: dict[str, str], field: str
) -> None:
    mentee = a_mentee()
    with pytest.raises(ValidationFailed) as refused:
        accounts.update_profile(mentee, {"name": "Mina", "timezone": "UTC"} | change)
    assert list(refused.value.fields) == [field]
    assert accounts.account(mentee.id) == mentee


def test_what_is_left_out_of_a_profile_stays(db: Database, hands: Hands) -> None:
    mentee = a_mentee("Mina", zone="Asia/Tokyo")
    changed = accounts.update_profile(mentee, {"name": "Minna"})
    assert (changed.name, changed.timezone) == ("Minna", "Asia/Tokyo")


def test_what_was_changed_meanwhile_is_named_and_not_overwritten(db: Database, hands: Hands) -> None:
    mentee = a_mentee("Mina", zone="Asia/Tokyo")
    seen = {"name": "Mina", "timezone": "Asia/Tokyo"}
    accounts.update_profile(mentee, {"name": "Io"}, seen)
    with pytest.raises(AccountChanged) as refused:
        accounts.update_profile(mentee, {"name": "Minna", "timezone": "UTC"}, seen)
    assert refused.value.present == {"name": "Io"}
    assert accounts.account(mentee.id).timezone == "Asia/Tokyo"
    # What nobody contradicts is no conflict.
    assert accounts.update_profile(mentee, {"name": "Io", "timezone": "UTC"}, seen).timezone == "UTC"


def test_search_text_holds_no_more_than_it_should(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Ünï Cödé")
    with read_transaction() as session:
        stored = session.scalar(select(col(Mentor.search_text)).where(col(Mentor.id) == mentor.id))
    assert stored == "uni code mentor of tests |testing|"

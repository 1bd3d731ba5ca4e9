"""Mentors read and replace their own profile, and everything that shows it follows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from mentorbook.db.engine import Database, read_transaction
from mentorbook.db.people import Mentor
from mentorbook.db.sessions import MentoringSession
from mentorbook.domain.booking.entity_tags import IfMatch, tag_of_answer
from mentorbook.domain.errors import NotPermitted, ProfileChanged, ValidationFailed
from mentorbook.domain.people.own_profile import languages
from mentorbook.services import change_feed
from mentorbook.services.availability.slots import SlotQuery, list_slots
from mentorbook.services.booking.bookings import create_booking
from mentorbook.services.people.accounts import update_profile
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory, profile
from mentorbook.services.people.own_profile import own_profile, save_profile
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor, a_request, in_hours

THURSDAY = date(2027, 1, 14)


def said(**values: Any) -> dict[str, Any]:
    """What a mentor sends."""
    return {
        "headline": "Maps and how to read them",
        "about": "Ten years of maps.\nAsk me anything.",
        "expertise": ["Cartography", "Map making"],
        "rate": "12.50",
        "currency": "EUR",
        "city": "Zürich",
        "languages": ["de", "en"],
        "links": [
            {"url": "https://maps.example/moira", "label": "My maps"},
            {"url": "https://example.org/", "label": None},
        ],
        "isAvailable": True,
        **values,
    }


def test_what_is_saved_is_read_and_shown_and_found(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    assert profile(None, mentor.id).city is None  # and is remembered
    saved = save_profile(mentor, said())
    assert saved == own_profile(mentor)
    assert saved.model_dump(mode="json", by_alias=True) == said()
    shown = profile(None, mentor.id).model_dump(mode="json", by_alias=True)
    for name in ("headline", "expertise", "rate", "currency", "city", "languages", "links", "isAvailable"):
        assert shown[name] == said()[name], name
    assert shown["bio"] == said()["about"]
    found = [
        directory(None, DirectoryQuery(search=text)).total for text in ("CARTO", "how to read", "Testing")
    ]
    assert found == [1, 1, 0]
    assert directory(None, DirectoryQuery()).expertise == ["Cartography", "Map making"]
    # What was answered can be sent back.
    assert save_profile(mentor, saved.model_dump(mode="json", by_alias=True)) == saved


def test_what_is_left_out_is_empty(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    save_profile(mentor, said())
    kept = ("headline", "expertise", "rate", "currency")
    saved = save_profile(mentor, {name: said()[name] for name in kept})
    assert (saved.about, saved.city, saved.languages, saved.links, saved.is_available) == (
        "",
        None,
        [],
        [],
        True,
    )


def test_only_mentors_have_a_profile(db: Database, hands: Hands) -> None:
    for person in (a_mentee(), a_mentee(is_admin=True)):
        with pytest.raises(NotPermitted):
            own_profile(person)
        with pytest.raises(NotPermitted):
            save_profile(person, {})
    with read_transaction() as session:
        assert session.scalars(select(Mentor)).all() == []


def test_a_new_rate_is_for_new_sessions_only(db: Database, hands: Hands) -> None:
    mentor, mentee = a_mentor(rate="60", currency="GBP"), a_mentee()
    before = create_booking(mentee, a_request(mentor, in_hours(24)))
    save_profile(mentor, said(rate="0", currency="JPY"))
    after = create_booking(mentee, a_request(mentor, in_hours(30)))
    with read_transaction() as session:
        kept = select(
            col(MentoringSession.rate), col(MentoringSession.currency), col(MentoringSession.price_minor)
        )
        rows = session.execute(kept.order_by(col(MentoringSession.scheduled_at))).all()
    assert [tuple(row) for row in rows] == [(Decimal(60), "GBP", 6000), (Decimal(0), "JPY", 0)]
    assert (before.price_minor, after.price_minor) == (6000, 0)


def test_a_pause_takes_the_slots_and_open_pages_hear_of_it(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    query = SlotQuery(mentor.id, THURSDAY, THURSDAY, "UTC", 60)
    assert list_slots(None, query).starts
    heard: list[frozenset[Any]] = []
    with change_feed.listening(heard.append):
        save_profile(mentor, said(isAvailable=False))
    assert heard == [frozenset({mentor.id, change_feed.MENTORS})]
    assert list_slots(None, query).starts == ()
    assert profile(None, mentor.id).is_available is False


def test_a_profile_changed_meanwhile_is_not_overwritten(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    seen = tag_of_answer(own_profile(mentor))
    first = save_profile(mentor, said(headline="First"), IfMatch(frozenset({seen})))
    with pytest.raises(ProfileChanged) as refused:
        save_profile(mentor, said(headline="Second"), IfMatch(frozenset({seen})))
    assert refused.value.tag == tag_of_answer(first) != seen
    assert own_profile(mentor) == first
    save_profile(mentor, said(headline="Second"), IfMatch(anything=True))


def test_a_new_name_is_found_beside_the_new_profile(db: Database, hands: Hands) -> None:
    mentor = a_mentor("Moira")
    update_profile(mentor, {"name": "Noor", "timezone": "UTC"})
    save_profile(mentor, said())  # by somebody who still goes by the old name
    assert directory(None, DirectoryQuery(search="noor")).total == 1
    assert directory(None, DirectoryQuery(search="moira")).total == 0


ONE_LINE = "must be one line of plain text"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"headline": " "}, "headline", "must not be empty"),
    ({"headline": "x" * 121}, "headline", "may have at most 120 characters"),
    ({"headline": "two\nlines"}, "headline", ONE_LINE),
    ({"headline": "turned \u202e round"}, "headline", ONE_LINE),
    ({"about": "x" * 4_001}, "about", "may have at most 4,000 characters"),
    ({"about": "\x00"}, "about", "has characters that cannot be stored"),
    ({"expertise": []}, "expertise", "must be 1 to 12"),
    ({"expertise": [f"Topic {n}" for n in range(13)]}, "expertise", "must be 1 to 12"),
    ({"expertise": ["Go", "rust", "GO"]}, "expertise", "must not contain the same twice"),
    ({"expertise": ["Map  making", "map making"]}, "expertise", "must not contain the same twice"),
    ({"expertise": ["x"]}, "expertise.0", "must have 2 to 40 characters"),
    ({"expertise": ["x" * 41]}, "expertise.0", "must have 2 to 40 characters"),
    ({"expertise": ["art|smart"]}, "expertise.0", "must not contain |"),
    ({"rate": 12.5}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "-1"}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "1e3"}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "٣"}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "NaN"}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "500000.01"}, "rate", 'must be text such as "60" or "12.50", from 0 to 500,000'),
    ({"rate": "1.005"}, "rate", "may have at most 2 decimals in EUR"),
    ({"rate": "1.5", "currency": "JPY"}, "rate", "may have no decimals in JPY"),
    ({"currency": "eur"}, "currency", "must be the ISO 4217 code of a currency in use, such as GBP"),
    ({"currency": "XAU"}, "currency", "must be the ISO 4217 code of a currency in use, such as GBP"),
    ({"city": "x" * 81}, "city", "may have at most 80 characters"),
    ({"languages": ["de", "de"]}, "languages", "must not contain the same twice"),
    ({"languages": sorted(languages())[:11]}, "languages", "must be at most 10"),
    ({"languages": ["German"]}, "languages.0", "is not the BCP 47 code of a language, such as en or de"),
    ({"languages": ["und"]}, "languages.0", "is not the BCP 47 code of a language, such as en or de"),
    ({"links": [{"url": "https://a.test"}] * 6}, "links", "must be at most 5"),
    ({"links": [{"url": "http://a.test"}]}, "links.0.url", "must be an address that begins with https://"),
    (
        {"links": [{"url": "javascript:alert(1)"}]},
        "links.0.url",
        "must be an address that begins with https://",
    ),
    ({"links": [{"url": "//a.test"}]}, "links.0.url", "must be an address that begins with https://"),
    (
        {"links": [{"url": "https://bank.test:x@evil.test"}]},
        "links.0.url",
        "must not contain a user name or a password",
    ),
    ({"links": [{"url": "https://a.test/" + "x" * 300}]}, "links.0.url", "may have at most 300 characters"),
    ({"links": [{"url": "https://a.test/" + "ä" * 200}]}, "links.0.url", "may have at most 300 characters"),
    ({"isAvailable": "yes"}, "isAvailable", "valid boolean"),
    # No column but those that are asked for can be set.
    ({"status": "approved"}, "status", "is not a field of this request"),
    ({"searchText": "x"}, "searchText", "is not a field of this request"),
    ({"id": "x"}, "id", "is not a field of this request"),
]


@pytest.mark.parametrize(
    ("values", "field", "why"), WRONG, ids=[f"{f}-{n}" for n, (_, f, _) in enumerate(WRONG)]
)
def test_what_is_wrong_is_named_and_changes_nothing(
    sqlite_db: Database, hands: Hands, values: dict[str, Any], field: str, why: str
) -> None:
    mentor = a_mentor()
    before = own_profile(mentor)
    with pytest.raises(ValidationFailed) as refused:
        save_profile(mentor, said(**values))
    assert list(refused.value.fields) == [field]
    assert why in refused.value.fields[field]
    assert own_profile(mentor) == before


def test_what_lies_at_the_edge_is_taken(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    edge = said(
        headline="x" * 120,
        about="x" * 4_000,
        expertise=[f"{n:02}{'x' * 38}" for n in range(12)],
        rate="500000",
        currency="KWD",
        languages=sorted(languages())[:10],
        links=[{"url": f"https://a.test/{n}", "label": "x" * 60} for n in range(5)],
    )
    saved = save_profile(mentor, edge).model_dump(mode="json", by_alias=True)
    assert saved == edge | {"rate": saved["rate"]}
    assert Decimal(saved["rate"]) == 500_000
    assert save_profile(mentor, said(rate="1.125", currency="KWD")).rate == "1.125"


def test_a_host_that_only_looks_like_another_is_shown_in_ascii(sqlite_db: Database, hands: Hands) -> None:
    saved = save_profile(a_mentor(), said(links=[{"url": "https://ехаmple.test/ä"}]))
    assert saved.links[0].url == "https://xn--mple-43d3a6i.test/%C3%A4"

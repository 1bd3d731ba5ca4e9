"""`/api/mentors/me/profile`: what mentors say about themselves, over the wire."""

from typing import Any

from mentorbook.db.engine import Database
from tests.api.conftest import Door, told
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor

PROFILE = "/api/mentors/me/profile"
SAID: dict[str, Any] = {
    "headline": "Maps",
    "about": "",
    "expertise": ["Cartography"],
    "rate": "12.50",
    "currency": "EUR",
    "city": "Bern",
    "languages": ["de"],
    "links": [{"url": "https://maps.example/", "label": "Maps"}],
    "isAvailable": True,
}


def test_a_profile_is_saved_answered_and_shown(db: Database, hands: Hands, calling: Door) -> None:
    mentor = a_mentor()
    caller = calling(mentor)
    saved = caller.request("PUT", PROFILE, json=SAID)
    assert (saved.status_code, saved.json()) == (200, SAID)
    assert caller.get(PROFILE).json() == SAID
    shown = calling(a_mentee()).get(f"/api/mentors/{mentor.id}").json()
    for name in ("headline", "rate", "city", "languages", "links"):
        assert shown[name] == SAID[name]


def test_a_stale_tag_changes_nothing(db: Database, hands: Hands, calling: Door) -> None:
    caller = calling(a_mentor())
    tag = caller.get(PROFILE).headers["etag"]
    saved = caller.request("PUT", PROFILE, json=SAID, headers={"If-Match": tag})
    assert saved.headers["etag"] == caller.get(PROFILE).headers["etag"] != tag
    refused = caller.request("PUT", PROFILE, json=SAID | {"headline": "X"}, headers={"If-Match": tag})
    assert (refused.status_code, told(refused)["error"]) == (412, "changed_meanwhile")
    assert refused.headers["etag"] == saved.headers["etag"]
    assert caller.get(PROFILE).json() == SAID


def test_nobody_sets_what_is_not_asked(db: Database, hands: Hands, calling: Door) -> None:
    caller = calling(a_mentor())
    before = caller.get(PROFILE).json()
    for name in ("id", "status", "isAdmin", "searchText", "search_text", "createdAt", "bio"):
        refused = caller.request("PUT", PROFILE, json=SAID | {name: "x"})
        assert told(refused)["fields"] == {name: "is not a field of this request"}
    assert caller.get(PROFILE).json() == before

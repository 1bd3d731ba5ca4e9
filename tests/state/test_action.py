"""`@action`: the one way into a state."""

import logging
from typing import Annotated, Any

import pytest
import reflex as rx
from pydantic import Field

from mentorbook.db.engine import Database
from mentorbook.domain.errors import DomainError, NotAuthenticated, SlotTaken, ValidationFailed
from mentorbook.domain.views import Account
from mentorbook.services.people import accounts
from mentorbook.state.action import action, browser_zone
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.probes import probe
from tests.state.harness import Page, visible
from tests.statements import statements


@probe
class Probe(rx.State):
    """Handlers that only note what reached them."""

    reached: str = ""
    notes: rx.Field[list[str]] = rx.field(default_factory=list)

    @action("anyone")
    async def open_to_all(self, actor: Account | None) -> Any:
        """For everybody."""
        self.reached = actor.name if actor else "nobody"

    @action("anyone")
    async def whoever_it_is(self, text: str) -> Any:
        """Does the same for everybody."""
        self.reached = text

    @action()
    async def for_members(self, actor: Account) -> Any:
        """For whoever is logged in."""
        self.reached = actor.name

    @action("mentor")
    async def for_mentors(self, actor: Account) -> Any:
        """For mentors."""
        self.reached = actor.name

    @action("admin")
    async def for_admins(self, actor: Account) -> Any:
        """For admins."""
        self.reached = actor.name

    @action("anyone")
    async def typed(
        self, actor: Account | None, flag: bool, count: int, text: Annotated[str, Field(max_length=9)] = "x"
    ) -> Any:
        """Takes exactly these."""
        self.reached = f"{flag} {count} {text}"

    @action("anyone")
    async def steps(self, actor: Account | None, fail: bool = False) -> Any:
        """Says something half-way."""
        self.notes = [*self.notes, "first"]
        yield rx.toast.info("half-way")
        if fail:
            raise SlotTaken
        self.notes = [*self.notes, "second"]

    @action("anyone")
    async def break_down(self, actor: Account | None) -> Any:
        """Fails for a reason of ours."""
        raise RuntimeError("the secret inner workings")


@probe
class HookedProbe(rx.State):
    """Shows its refusals itself."""

    said: str = ""

    @action("anyone")
    async def refuse(self, actor: Account | None, how: str) -> Any:
        """Fails in one way or another."""
        raise {"taken": SlotTaken, "login": NotAuthenticated}[how]()

    async def _refused(self, error: DomainError) -> Any:
        self.said = error.code
        return [] if isinstance(error, SlotTaken) else None


def test_the_actor_comes_from_the_cookie(db: Database, hands: Hands) -> None:
    page = Page(a_mentee("Mina"))
    page.do(Probe, "for_members")
    assert page.state(Probe).reached == "Mina"


@pytest.mark.parametrize("cookie", ["", "made-up", "x" * 10_000])
def test_without_a_log_in_one_is_sent_to_log_in_and_back(
    sqlite_db: Database, hands: Hands, cookie: str
) -> None:
    page = Page(cookie=cookie, path="/mentors/one two")
    said = page.do(Probe, "for_members")
    assert "window.location.assign('/login?next=/mentors/one%20two')" in said
    assert page.state(Probe).reached == ""
    page.do(Probe, "open_to_all")
    assert page.state(Probe).reached == "nobody"


def test_a_log_out_elsewhere_counts_at_once(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    accounts.end_login(page.cookie)
    assert "/login" in page.do(Probe, "for_members")
    assert page.state(Probe).reached == ""


@pytest.mark.parametrize(("handler", "who"), [("for_mentors", "mentor"), ("for_admins", "admin")])
def test_a_role_opens_only_its_own_handlers(
    sqlite_db: Database, hands: Hands, handler: str, who: str
) -> None:
    people = {"mentee": a_mentee(), "mentor": a_mentor(), "admin": a_mentee(is_admin=True)}
    for kind, person in people.items():
        page = Page(person)
        said = page.do(Probe, handler)
        assert (page.state(Probe).reached != "") == (kind == who)
        assert ("You are not permitted to do this." in said) == (kind != who)


WRONG = [
    ({}, "flag"),
    ({"flag": True}, "count"),
    ({"flag": {"a": 1}, "count": 1}, "flag"),
    ({"flag": "true", "count": 1}, "flag"),
    ({"flag": 1, "count": 1}, "flag"),
    ({"flag": True, "count": "one"}, "count"),
    ({"flag": True, "count": True}, "count"),
    ({"flag": True, "count": 1.5}, "count"),
    ({"flag": True, "count": None}, "count"),
    ({"flag": True, "count": [1]}, "count"),
    ({"flag": True, "count": 1, "text": "x" * 1_000_000}, "text"),
    ({"flag": True, "count": 1, "text": {"text": "x"}}, "text"),
    ({"flag": True, "count": 1, "more": 1}, "more"),
    ({"flag": True, "count": 1, "actor": {"id": 1}}, "actor"),
    ({"flag": True, "count": 1, "__class__": "x"}, "__class__"),
    ({"flag": True, "count": 1, "x" * 5_000: 1}, "x" * 80),
    ({"flag": True, "count": 1, "text": "half of \ud83d"}, "text: has a broken character"),
    ({"flag": True, "count": 1, "text": {"deep": ["\ud83d"]}}, "text: has a broken character"),
    ({"flag": True, "count": 1, "\ud83d": 1}, "input: has a broken character"),
]


@pytest.mark.parametrize(("payload", "field"), WRONG, ids=range(len(WRONG)))
def test_wrong_arguments_get_a_toast_and_change_nothing(
    sqlite_db: Database, hands: Hands, payload: dict[str, Any], field: str
) -> None:
    page = Page(a_mentee())
    said = page.do(Probe, "typed", **payload)
    assert "toast" in said
    assert field in said
    assert len(said) < 1_000
    assert page.state(Probe).reached == ""


def test_right_arguments_pass(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    assert page.do(Probe, "typed", flag=False, count=3, text="text") == ""
    assert page.state(Probe).reached == "False 3 text"
    page.do(Probe, "typed", flag=True, count=4)
    assert page.state(Probe).reached == "True 4 x"


def test_a_handler_may_speak_half_way(sqlite_db: Database, hands: Hands) -> None:
    page = Page()
    assert "half-way" in page.do(Probe, "steps")
    assert page.state(Probe).notes == ["first", "second"]
    said = page.do(Probe, "steps", fail=True)
    assert "Somebody has just taken this time." in said
    assert page.state(Probe).notes == ["first", "second", "first"]


def test_a_state_may_show_a_refusal_itself(sqlite_db: Database, hands: Hands) -> None:
    page = Page()
    assert page.do(HookedProbe, "refuse", how="taken") == ""
    assert page.state(HookedProbe).said == "slot_taken"


def test_what_a_state_does_not_show_goes_the_usual_way(sqlite_db: Database, hands: Hands) -> None:
    assert "/login" in Page().do(HookedProbe, "refuse", how="login")


def test_a_fault_of_ours_gives_a_reference_and_no_word_about_it(
    sqlite_db: Database, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    page = Page(a_mentee())
    with caplog.at_level(logging.ERROR):
        said = page.do(Probe, "break_down")
    assert "inner workings" not in said
    assert "RuntimeError" not in said
    (record,) = caplog.records
    reference = str(record.args[1]) if isinstance(record.args, tuple) else ""
    assert len(reference) == 8
    assert f"tell us {reference}" in said
    assert "inner workings" in caplog.text
    assert page.cookie is not None
    assert page.cookie not in caplog.text


def test_guarding_hides_the_actor_from_the_browser() -> None:
    handler = Probe.event_handlers["typed"]
    assert handler.fn.__guarded__ == "anyone"
    assert list(handler.fn.__annotations__) == ["flag", "count", "text"]


@pytest.mark.parametrize(
    ("cookie", "zone"), [("Asia%2FTokyo", "Asia/Tokyo"), ("Mars%2FOlympus", "UTC"), (None, "UTC")]
)
def test_the_browsers_zone_comes_from_its_cookie(
    sqlite_db: Database, hands: Hands, cookie: str | None, zone: str
) -> None:
    assert browser_zone(Page(zone=cookie).state(Probe)) == zone


def test_nothing_of_a_cookie_is_visible(sqlite_db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    page.do(Probe, "for_members")
    assert page.cookie is not None
    assert page.cookie not in repr(visible(page.state(Probe)))


def test_fields_of_a_refusal_reach_the_toast(sqlite_db: Database, hands: Hands) -> None:
    assert str(ValidationFailed({"count": "is required"})) == "count: is required"
    assert "count: is required" in Page().do(Probe, "typed", flag=True)


def test_who_it_is_is_asked_only_where_it_matters(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    with statements() as said:
        page.do(Probe, "whoever_it_is", text="done")
    assert (page.state(Probe).reached, said) == ("done", [])
    with statements() as said:
        page.do(Probe, "open_to_all")
    assert len(said) == 1


def test_a_handler_that_does_not_know_who_it_is_takes_only_what_it_names(db: Database, hands: Hands) -> None:
    page = Page(a_mentee())
    for wrong in ({}, {"text": 1}, {"text": "x", "actor": "somebody"}, {"text": "x", "more": 1}):
        page.do(Probe, "whoever_it_is", **wrong)
        assert page.state(Probe).reached == ""

"""The form of a mentor's profile: what is typed is kept, compared, saved, or told why not."""

import asyncio
from typing import Any

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import request_to_mentor, withdraw_request
from mentorbook.services.people.own_profile import own_profile, save_profile
from mentorbook.state.people.own_profile import ProfileEditor
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee, a_mentor
from tests.state.harness import Page, Tabs, publishing, settled

HERE = "/settings/profile"
SAID: dict[str, Any] = {"headline": "Maps", "expertise": ["Ink"], "rate": "12.50", "currency": "EUR"}


def at_the_form(mentor: Account, **options: Any) -> Page:
    """A tab with the form loaded."""
    page = Page(mentor, path=HERE, **options)
    page.do(ProfileEditor, "load")
    return page


def typed(page: Page, **texts: str) -> None:
    """Type into fields."""
    for name, text in texts.items():
        page.do(ProfileEditor, "write", name=name, text=text)


def test_an_applicant_fills_the_form_and_saves_it(db: Database, hands: Hands) -> None:
    a_mentor("Moira")
    person = a_mentee("Noor")
    request_to_mentor(person)
    page = at_the_form(person)
    form = page.state(ProfileEditor)
    assert (form.phase, form.headline, form.expertise, form.suggested) == ("shown", "", [], ["Testing"])
    assert not form.is_changed
    typed(page, headline="Maps", about="Ten years.\nAsk.", rate="12.50", city="Bern")
    page.do(ProfileEditor, "choose_currency", code="EUR")
    page.do(ProfileEditor, "add_topic", form={"topic": " Map   making "})
    page.do(ProfileEditor, "choose_topic", topic="Testing")
    page.do(ProfileEditor, "add_language", form={"language": "de"})
    page.do(ProfileEditor, "add_link")
    page.do(ProfileEditor, "write_link", place=0, name="url", text="https://maps.example/")
    page.do(ProfileEditor, "add_link")  # left empty
    assert (form.is_changed, form.suggested) == (True, [])
    assert (form.card.headline, form.card.expertise, form.card.rate) == (
        "Maps",
        ["Map making", "Testing"],
        "€12.50 / h",
    )
    page.do(ProfileEditor, "save")
    assert (form.is_saved, form.is_changed, form.draft) == (True, False, "")
    saved = own_profile(accounts.account(person.id))
    assert saved.model_dump(mode="json", by_alias=True) == {
        "headline": "Maps",
        "about": "Ten years.\nAsk.",
        "expertise": ["Map making", "Testing"],
        "rate": "12.50",
        "currency": "EUR",
        "city": "Bern",
        "languages": ["de"],
        "links": [{"url": "https://maps.example/", "label": None}],
        "isAvailable": True,
    }
    typed(page, city="Basel")
    assert (form.is_saved, form.is_changed) == (False, True)


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = at_the_form(mentor)
    form = page.state(ProfileEditor)
    before = own_profile(mentor)
    typed(page, headline="", about="x" * 4_001, rate="sixty")
    page.do(ProfileEditor, "remove_topic", topic="Testing")
    page.do(ProfileEditor, "add_link")
    page.do(ProfileEditor, "write_link", place=0, name="url", text="http://maps.example/")
    assert "aria-invalid" in page.do(ProfileEditor, "save")  # which gets the focus
    assert form.errors == {
        "headline": "The headline must not be empty.",
        "about": "The text may have at most 4,000 characters.",
        "rate": "Write the rate as a number such as 60 or 12.50, up to 500,000.",
        "expertise": "Choose 1 to 12 topics.",
    }
    assert form.links[0].url_error == "It must be an address that begins with https://."
    assert (form.about, form.links[0].url) == ("x" * 4_001, "http://maps.example/")
    assert own_profile(mentor) == before
    typed(page, headline="Maps")
    assert "headline" not in form.errors
    page.do(ProfileEditor, "write_link", place=0, name="url", text="https://maps.example/")
    assert form.links[0].url_error == ""


def test_topics_are_checked_as_they_are_added(db: Database, hands: Hands) -> None:
    page = at_the_form(a_mentor())
    form = page.state(ProfileEditor)
    page.do(ProfileEditor, "add_topic", form={"topic": "x"})
    assert form.errors == {"expertise": "A topic must have 2 to 40 characters."}
    assert form.expertise == ["Testing"]
    turn = form.turn
    page.do(ProfileEditor, "add_topic", form={"topic": "TESTING"})
    # The page has not drawn it by itself, and is answered all the same.
    assert form.expertise == ["Testing"]
    assert form.turn != turn
    for number in range(11):
        page.do(ProfileEditor, "choose_topic", topic=f"Topic {number}")
    page.do(ProfileEditor, "choose_topic", topic="One too many")
    assert len(form.expertise) == 12
    assert form.errors == {"expertise": "Choose 1 to 12 topics."}
    page.do(ProfileEditor, "remove_topic", topic="Testing")
    assert form.errors == {}


def test_no_more_than_ten_languages_and_only_real_ones(db: Database, hands: Hands) -> None:
    page = at_the_form(a_mentor())
    form = page.state(ProfileEditor)
    for code in ("de", "de", "xx", "", "en", "fr", "it", "es", "pt", "nl", "pl", "cs", "da", "fi"):
        page.do(ProfileEditor, "add_language", form={"language": code})
    spoken = [each.value for each in form.spoken]
    assert spoken == ["de", "en", "fr", "it", "es", "pt", "nl", "pl", "cs", "da"]
    assert form.errors == {"languages": "Choose at most 10 languages."}
    page.do(ProfileEditor, "remove_language", code="en")
    assert (form.spoken[1].label, form.errors) == ("French", {})


def test_what_is_typed_survives_a_reload_and_a_restart(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = at_the_form(mentor)
    typed(page, headline="Half a thought", rate="7")
    page.do(ProfileEditor, "choose_topic", topic="Ink")
    page.do(ProfileEditor, "choose_available", is_available=False)
    page.do(ProfileEditor, "add_link")
    page.do(ProfileEditor, "write_link", place=0, name="label", text="My maps")
    # A server that knows nothing: the browser brings the draft along, under its own log-in.
    fresh = Page(cookie=page.cookie, path=HERE, tab="fresh")
    fresh.state(ProfileEditor).draft = page.state(ProfileEditor).draft
    fresh.state(ProfileEditor).city = "Typed while it was away"
    fresh.do(ProfileEditor, "load")
    form = fresh.state(ProfileEditor)
    assert (form.headline, form.rate, form.expertise) == ("Half a thought", "7", ["Testing", "Ink"])
    assert (form.is_available, form.links[0].label, form.city) == (
        False,
        "My maps",
        "Typed while it was away",
    )
    assert form.is_changed
    # Coming back to the same server keeps it as well.
    page.do(ProfileEditor, "load")
    assert page.state(ProfileEditor).headline == "Half a thought"


def test_nobody_elses_draft_is_shown(db: Database, hands: Hands) -> None:
    page = at_the_form(a_mentor("Moira"))
    typed(page, headline="Private")
    other = Page(a_mentor("Greta"), path=HERE, tab="other")
    other.state(ProfileEditor).draft = page.state(ProfileEditor).draft
    other.do(ProfileEditor, "load")
    assert other.state(ProfileEditor).headline == "Mentor of tests"
    assert other.state(ProfileEditor).draft == ""


def test_what_was_saved_meanwhile_is_not_overwritten_unasked(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = at_the_form(mentor)
    form = page.state(ProfileEditor)
    typed(page, headline="Mine")
    theirs = save_profile(mentor, SAID | {"headline": "Theirs"})
    page.do(ProfileEditor, "save")
    assert (form.is_stale, form.headline, own_profile(mentor)) == (True, "Mine", theirs)
    page.do(ProfileEditor, "save")  # pressed again, it still is
    assert own_profile(mentor) == theirs
    page.do(ProfileEditor, "overwrite")
    assert (form.is_stale, own_profile(mentor).headline) == (False, "Mine")
    typed(page, headline="Mine again")
    save_profile(mentor, SAID | {"headline": "Theirs again"})
    page.do(ProfileEditor, "save")
    page.do(ProfileEditor, "discard")
    assert (form.headline, form.is_stale, form.is_changed, form.draft) == ("Theirs again", False, False, "")


def test_a_draft_from_before_another_save_is_told_of_it(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    page = at_the_form(mentor)
    typed(page, headline="Mine")
    save_profile(mentor, SAID)
    fresh = Page(cookie=page.cookie, path=HERE, tab="fresh")
    fresh.state(ProfileEditor).draft = page.state(ProfileEditor).draft
    fresh.do(ProfileEditor, "load")
    fresh.do(ProfileEditor, "save")
    assert fresh.state(ProfileEditor).is_stale
    assert own_profile(mentor).headline == "Maps"


def test_another_tab_shows_what_was_saved_unless_it_is_changed(db: Database, hands: Hands) -> None:
    mentor = a_mentor()
    quiet, busy = at_the_form(mentor, tab="quiet"), at_the_form(mentor, tab="busy")

    async def run() -> None:
        with publishing(Tabs(quiet, busy)), change_feed.listening(live.changed):
            await quiet.send(ProfileEditor, "load")
            await busy.send(ProfileEditor, "load")
            await busy.send(ProfileEditor, "write", name="city", text="Bern")
            save_profile(mentor, SAID)
            await settled()

    asyncio.run(run())
    assert quiet.state(ProfileEditor).headline == "Maps"
    assert (busy.state(ProfileEditor).headline, busy.state(ProfileEditor).city) == ("Mentor of tests", "Bern")


def test_a_request_that_is_withdrawn_in_another_tab_leaves_no_form(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    request_to_mentor(person)
    quiet, busy = at_the_form(person, tab="quiet"), at_the_form(person, tab="busy")

    async def run() -> None:
        with publishing(Tabs(quiet, busy)), change_feed.listening(live.changed):
            await quiet.send(ProfileEditor, "load")
            await busy.send(ProfileEditor, "load")
            await busy.send(ProfileEditor, "write", name="city", text="Bern")
            withdraw_request(person)
            await settled()

    asyncio.run(run())
    assert [page.state(ProfileEditor).phase for page in (quiet, busy)] == ["none", "none"]


def test_what_is_discarded_after_a_request_was_withdrawn_leaves_no_form(db: Database, hands: Hands) -> None:
    person = a_mentee("Noor")
    request_to_mentor(person)
    page = at_the_form(person)
    typed(page, city="Bern")
    withdraw_request(person)
    assert page.do(ProfileEditor, "discard") == ""
    assert (page.state(ProfileEditor).phase, page.state(ProfileEditor).draft) == ("none", "")


def test_leaving_the_page_forgets_the_form_and_drawing_it_anew_does_not(db: Database, hands: Hands) -> None:
    page = at_the_form(a_mentor())
    form = page.state(ProfileEditor)
    typed(page, headline="Half a thought")
    page.do(ProfileEditor, "depart", path=HERE)
    assert form.headline == "Half a thought"
    assert form.draft
    page.do(ProfileEditor, "depart", path="/settings")
    assert (form.phase, form.headline, form.draft) == ("loading", "", "")


def test_who_is_no_mentor_is_led_to_the_settings(db: Database, hands: Hands) -> None:
    page = at_the_form(a_mentee())
    assert page.state(ProfileEditor).phase == "none"
    assert "Only mentors have a profile." in page.do(ProfileEditor, "save")

"""Name and zone in the settings, in several tabs and over a restart: nothing is taken back or lost."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mentorbook.db.engine import Database
from mentorbook.domain.views import Account
from mentorbook.services import change_feed
from mentorbook.services.people import accounts
from mentorbook.state.people.account_forms import Registration
from mentorbook.state.people.me import Me
from mentorbook.state.people.profile_form import ProfileForm
from mentorbook.state.socket.live_pages import live
from tests.conftest import Hands
from tests.people import a_mentee
from tests.state.harness import Page, Tabs, publishing, settled
from tests.state.test_kept_choices import restarted

PATH = "/settings"


def _opened(person: Account, tab: str = "tab") -> tuple[Page, ProfileForm]:
    page = Page(person, path=PATH, tab=tab)
    page.do(ProfileForm, "arrive")
    return page, page.state(ProfileForm)


def _in_two_tabs(person: Account, *deeds: Callable[[Page, Page], Any], is_live: bool) -> tuple[Page, Page]:
    one, two = (Page(person, path=PATH, tab=tab) for tab in ("one", "two"))

    async def run() -> None:
        with publishing(Tabs(one, two)), change_feed.listening(live.changed if is_live else lambda _: None):
            for page in (one, two):
                await page.send(ProfileForm, "arrive")
            for deed in deeds:
                await deed(one, two)
                await settled()

    asyncio.run(run())
    return one, two


def _zone_in_one(one: Page, _: Page) -> Any:
    return one.send(ProfileForm, "choose_zone", name="Asia/Tokyo")


def _save_one(one: Page, _: Page) -> Any:
    return one.send(ProfileForm, "save", form={"name": "Mina"})


def _name_in_two(_: Page, two: Page) -> Any:
    return two.send(ProfileForm, "edit", name="Minna")


def _save_two(_: Page, two: Page) -> Any:
    return two.send(ProfileForm, "save", form={"name": "Minna"})


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "asleep"])
@pytest.mark.parametrize("first", [True, False], ids=["typed before", "typed after"])
def test_a_name_that_is_saved_in_one_tab_takes_no_zone_back(
    db: Database, hands: Hands, is_live: bool, first: bool
) -> None:
    mina = a_mentee("Mina")
    deeds: list[Callable[[Page, Page], Any]] = [_zone_in_one, _save_one]
    deeds.insert(0 if first else 2, _name_in_two)
    _, two = _in_two_tabs(mina, *deeds, _save_two, is_live=is_live)
    saved, form = accounts.account(mina.id), two.state(ProfileForm)
    assert (saved.name, saved.timezone) == ("Minna", "Asia/Tokyo")
    assert (form.name, form.zone, form.saved, form.is_changed) == ("Minna", "Asia/Tokyo", True, False)


def test_what_is_entered_stays_and_the_rest_follows(sqlite_db: Database, hands: Hands) -> None:
    _, two = _in_two_tabs(a_mentee("Mina"), _name_in_two, _zone_in_one, _save_one, is_live=True)
    form = two.state(ProfileForm)
    assert (form.name, form.zone, form.is_changed) == ("Minna", "Asia/Tokyo", True)


def test_what_was_changed_elsewhere_is_told_before_it_is_replaced(db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    page, form = _opened(mina)
    page.do(ProfileForm, "choose_zone", name="Asia/Tokyo")
    accounts.update_profile(mina, {"name": "Io", "timezone": "Europe/Berlin"})
    said = page.do(ProfileForm, "save", form={"name": "Minna"})
    assert "focus" in said
    assert form.name_error == (
        "Your name was changed elsewhere meanwhile, to “Io”. Save again to have this instead."
    )
    assert "to “Berlin”" in form.zone_error
    assert (form.name, form.zone, form.saved) == ("Minna", "Asia/Tokyo", False)
    assert accounts.account(mina.id).name == "Io"
    page.do(ProfileForm, "save", form={"name": "Minna"})
    saved = accounts.account(mina.id)
    assert (saved.name, saved.timezone, form.name_error, form.zone_error) == ("Minna", "Asia/Tokyo", "", "")


def test_a_wrong_name_is_said_at_its_field_and_stays(sqlite_db: Database, hands: Hands) -> None:
    page, form = _opened(a_mentee("Mina"))
    page.do(ProfileForm, "save", form={"name": " "})
    assert form.name_error.startswith("Your name")
    assert (form.name, form.is_changed, form.saved) == (" ", True, False)


def test_what_is_entered_outlives_the_server(sqlite_db: Database, hands: Hands) -> None:
    mina = a_mentee("Mina")
    page, _ = _opened(mina)
    page.do(ProfileForm, "edit", name="Minna")
    page.do(ProfileForm, "choose_zone", name="Asia/Tokyo")
    accounts.update_profile(mina, {"timezone": "Europe/Berlin"})
    again = restarted(page, PATH, ProfileForm, "arrive", ProfileForm)
    form = again.state(ProfileForm)
    assert (form.name, form.zone, form.is_changed, form.turn != "") == ("Minna", "Asia/Tokyo", True, True)
    # What was seen before it is what may be replaced.
    again.do(ProfileForm, "save", form={"name": "Minna"})
    assert (form.name_error, form.zone_error != "") == ("", True)


def test_what_is_saved_or_entered_as_it_was_is_no_draft(sqlite_db: Database, hands: Hands) -> None:
    page, form = _opened(a_mentee("Mina"))
    page.do(ProfileForm, "edit", name="Minna")
    assert form.draft
    page.do(ProfileForm, "edit", name="Mina")
    assert (form.draft, form.is_changed) == ("", False)
    page.do(ProfileForm, "save", form={"name": "Minna"})
    assert (form.draft, form.saved, page.state(Me).name) == ("", True, "Minna")


def test_what_is_entered_before_a_new_server_has_loaded_the_form_stays(
    sqlite_db: Database, hands: Hands
) -> None:
    page = Page(a_mentee("Mina"), path=PATH)
    page.do(ProfileForm, "choose_zone", name="Asia/Tokyo")
    page.do(ProfileForm, "edit", name="Minna")
    page.do(ProfileForm, "arrive")
    form = page.state(ProfileForm)
    assert (form.name, form.zone, form.is_changed) == ("Minna", "Asia/Tokyo", True)


def test_an_account_has_the_zone_that_the_registration_showed(sqlite_db: Database, hands: Hands) -> None:
    """Whatever a server that was restarted since knows of it."""
    page = Page(path="/register")
    page.do(Registration, "arrive")
    form = {"name": "Mina", "email": "mina@zones.test", "password": "a few words", "timezone": "Asia/Tokyo"}
    page.do(Registration, "submit", form=form)
    found = accounts.account_by_email("mina@zones.test")
    assert found.timezone == "Asia/Tokyo"
    page.do(Registration, "submit", form=form | {"email": "x@zones.test", "timezone": "Nowhere"})
    state = page.state(Registration)
    assert ("time zone" in state.problem, state.refused_zone != "") == (True, True)

"""Somebody becomes a mentor without a command line: asks, fills in a profile by keyboard, waits, is there."""

from typing import Any

import pytest
from playwright.sync_api import expect

from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.views import Account
from mentorbook.services.admin.account_changes import approve_mentor
from mentorbook.services.availability.own_hours import save_hours
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_requests import mentor_standing, request_to_mentor
from mentorbook.services.people.own_profile import own_profile, save_profile
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.line import Line
from tests.e2e.visitor import DESKTOP, PHONE, Visitor, Visits
from tests.people import a_mentee, a_mentor

WEEK: dict[str, Any] = {
    "schedule": {"timezone": "UTC"},
    "weeklyPatterns": [{"dayOfWeek": 1, "timeBlocks": [{"startTime": "09:00", "endTime": "12:00"}]}],
}
SAID = {"headline": "Maps", "expertise": ["Ink"], "rate": "60", "currency": "GBP"}


def done(visitor: Visitor) -> list[str | None]:
    """The steps that the page shows as done, in their order."""
    steps = visitor.part("setup-step", done="true")
    return [step.get_attribute("data-step") for step in steps.all()]


def press_until(visitor: Visitor, name: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until something has the focus."""
    for _ in range(most):
        if visitor.focused() == name:
            return
        visitor.page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached; {visitor.focused()} is")


def an_applicant(name: str = "Noor") -> Account:
    """Somebody who has asked."""
    person = a_mentee(name)
    request_to_mentor(person)
    return accounts.account(person.id)


def test_asking_filling_in_and_being_approved_by_keyboard(visits: Visits, admin: Account) -> None:
    a_mentor("Moira")
    person = a_mentee("Noor")
    visitor = visits(person)
    keyboard = visitor.page.keyboard
    visitor.go("/settings")
    visitor.part("ask-to-mentor").wait_for()
    press_until(visitor, "ask-to-mentor")
    keyboard.press("Enter")
    expect(visitor.part("mentoring")).to_have_attribute("data-status", "requested")
    expect(visitor.part("asked-since")).to_have_text("Wed 13 Jan, 12:00")
    assert done(visitor) == []
    visitor.part("setup-step", step="profile").get_by_role("link").focus()
    keyboard.press("Enter")
    visitor.page.locator("#headline").wait_for()
    press_until(visitor, "headline")
    keyboard.type("Reads maps with you")
    press_until(visitor, "topic")
    keyboard.type("Map making")
    keyboard.press("Enter")
    expect(visitor.part("chosen-topic")).to_have_text(["Map making"])
    expect(visitor.page.locator("#topic")).to_have_value("")
    press_until(visitor, "suggested-topic")
    keyboard.press("Enter")
    expect(visitor.part("chosen-topic")).to_have_text(["Map making", "Testing"])
    expect(visitor.page.locator("#topic")).to_be_focused()
    press_until(visitor, "rate")
    keyboard.press("Control+A")
    keyboard.type("12.50")
    press_until(visitor, "Currency")
    keyboard.type("EUR")
    press_until(visitor, "language")
    keyboard.type("German")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(visitor.part("chosen-language")).to_have_text(["German"])
    expect(visitor.part("card-preview")).to_contain_text("Reads maps with you")
    expect(visitor.part("card-preview")).to_contain_text("€12.50 / h")
    press_until(visitor, "save-profile")
    keyboard.press("Enter")
    expect(visitor.part("profile-saved")).to_be_visible()
    assert done(visitor) == ["profile"]
    saved = own_profile(accounts.account(person.id))
    assert (saved.headline, saved.expertise, saved.rate, saved.currency, saved.languages) == (
        "Reads maps with you",
        ["Map making", "Testing"],
        "12.50",
        "EUR",
        ["de"],
    )
    # Left, and resumed on another device.
    save_hours(accounts.account(person.id), WEEK)
    other = visits(person, size=PHONE)
    other.go("/settings")
    expect(other.part("setup-step", done="true")).to_have_count(2)
    assert done(other) == ["profile", "hours"]
    approve_mentor(admin, person.id)
    # The page hears of it by itself, and leads to what mentees see.
    expect(other.part("mentoring")).to_have_attribute("data-status", "approved")
    other.part("setup-step", step="page").get_by_role("link").click()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Noor")
    expect(other.page.get_by_text("Reads maps with you")).to_be_visible()


def test_an_applicants_step_leads_to_the_preview(visits: Visits) -> None:
    person = an_applicant()
    save_profile(person, SAID)
    visitor = visits(person, size=PHONE)
    visitor.go("/settings")
    page_step = visitor.part("setup-step", step="page").get_by_role("link")
    page_step.click()
    expect(visitor.part("card-preview")).to_be_in_viewport(ratio=1)
    # Also from further up on the same page.
    visitor.page.evaluate("window.scrollTo(0, 0)")
    expect(visitor.part("card-preview")).not_to_be_in_viewport()
    page_step.click()
    expect(visitor.part("card-preview")).to_be_in_viewport(ratio=1)


def test_a_request_is_withdrawn_only_after_a_question(visits: Visits) -> None:
    person = an_applicant()
    visitor = visits(person)
    visitor.go("/settings")
    visitor.part("withdraw-request").click()
    visitor.part("keep-request").click()
    assert mentor_standing(person).status == MentorStatus.REQUESTED
    visitor.part("withdraw-request").click()
    visitor.part("confirm-withdrawal").click()
    expect(visitor.part("ask-to-mentor")).to_be_visible()
    assert mentor_standing(person).status == MentorStatus.NONE
    # Asked again, it does not begin with the question.
    visitor.part("ask-to-mentor").click()
    expect(visitor.part("withdraw-request")).to_be_visible()
    expect(visitor.part("confirm-withdrawal")).to_have_count(0)


def test_unsaved_text_outlives_a_reload_and_a_restart_and_is_asked_about(visits: Visits) -> None:
    visitor = visits(an_applicant())
    page, line = visitor.page, Line(visitor)
    visitor.go("/settings")
    visitor.part("setup-step", step="profile").get_by_role("link").click()
    headline = page.locator("#headline")
    headline.fill("Half a thought")
    page.locator("#city").fill("Bern")
    page.locator("#city").press("Tab")
    visitor.until(lambda: "Bern" in page.evaluate("JSON.stringify(sessionStorage)"))
    visitor.reload()
    expect(headline).to_have_value("Half a thought")
    line.restart()
    line.wait_until_back()
    expect(headline).to_have_value("Half a thought")
    expect(page.locator("#city")).to_have_value("Bern")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.get_by_role("button", name="Keep editing").click()
    expect(headline).to_have_value("Half a thought")
    page.go_back()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    visitor.part("discard-profile").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    visitor.part("setup-step", step="profile").get_by_role("link").click()
    expect(headline).to_have_value("")


def test_what_is_chosen_is_drawn_before_the_server_says_so(visits: Visits) -> None:
    a_mentor("Moira")
    person = an_applicant()
    save_profile(person, SAID | {"languages": ["de"]})
    visitor = visits(person)
    page, line = visitor.page, Line(visitor)
    visitor.go("/settings/profile")
    expect(visitor.part("chosen-topic")).to_have_text(["Ink"])
    line.hold_answers()
    page.get_by_role("button", name="Add Testing").click()
    expect(visitor.part("chosen-topic")).to_have_text(["Ink", "Testing"])
    page.get_by_role("button", name="Remove Ink").click()
    expect(visitor.part("chosen-topic")).to_have_text(["Testing"])
    page.get_by_role("button", name="Remove German").click()
    expect(visitor.part("chosen-language")).to_have_count(0)
    page.locator("#currency").select_option("JPY")
    page.locator("#bookable").uncheck()
    # What only the server can do says that it was asked.
    page.get_by_role("button", name="Save profile").click()
    expect(visitor.part("save-profile")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#currency")).to_have_value("JPY")
    expect(page.locator("#bookable")).not_to_be_checked()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.get_by_role("button", name="Keep editing").click()
    line.release()
    expect(visitor.part("chosen-topic")).to_have_text(["Testing"])
    visitor.until(lambda: own_profile(person).currency == "JPY")
    saved = own_profile(person)
    assert (saved.expertise, saved.languages, saved.is_available) == (["Testing"], [], False)


def test_what_another_tab_saved_is_told_before_it_is_overwritten(visits: Visits) -> None:
    person = an_applicant()
    visitor = visits(person)
    page = visitor.page
    visitor.go("/settings/profile")
    page.locator("#headline").fill("Mine")
    expect(visitor.part("card-preview")).to_contain_text("Mine")
    save_profile(person, SAID | {"headline": "Theirs"})
    page.locator("#topic").fill("Ink")
    page.keyboard.press("Enter")
    expect(visitor.part("chosen-topic")).to_have_count(1)
    visitor.part("save-profile").click()
    expect(visitor.part("profile-stale")).to_be_visible()
    assert barriers(page) == []
    assert own_profile(person).headline == "Theirs"
    page.get_by_role("button", name="Save mine over it").click()
    expect(visitor.part("profile-saved")).to_be_visible()
    assert own_profile(person).headline == "Mine"


@pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, True), ((360, 740), False), (PHONE, True), ((768, 1024), False)],
    ids=["desktop dark", "small phone", "phone dark", "tablet"],
)
def test_everybody_can_fill_in_a_profile(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    visitor = visits(an_applicant(), size=size, dark=dark)
    page = visitor.page
    visitor.go("/settings")
    expect(visitor.part("setup-step")).to_have_count(3)
    assert barriers(page) == []
    visitor.part("withdraw-request").click()
    expect(visitor.part("confirm-withdrawal")).to_be_visible()
    assert barriers(page) == []
    visitor.go("/settings/profile")
    page.locator("#topic").fill("A topic of its own that is long enough!!")
    page.get_by_role("button", name="Add topic").click()
    expect(visitor.part("chosen-topic")).to_have_count(1)
    page.locator("#language").select_option("de")
    page.get_by_role("button", name="Add language").click()
    expect(visitor.part("chosen-language")).to_have_count(1)
    page.locator("#add-link").click()
    expect(page.locator("#link-0")).to_be_focused()
    page.locator("#link-0").fill("http://maps.example/")
    page.locator("#rate").fill("sixty")
    visitor.part("save-profile").click()
    expect(page.locator("#headline")).to_be_focused()
    for problem in ("headline must not be empty", "Write the rate as a number", "begins with https://"):
        expect(page.get_by_text(problem)).to_be_visible()
    assert barriers(page) == []
    assert beyond_the_edge(page) == 0
    if size[0] < 600:
        # The check box is pressed by its line.
        small = small_targets(page, "main", least=38)
        assert [each for each in small if 'id="bookable"' not in each] == []

"""Admins at the browser: policies with their preview, all sessions, and pages that others never see."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mentorbook.domain.booking.policies import SessionPolicies
from mentorbook.domain.views import Account
from mentorbook.services.admin.policies import change_policies, current_policies
from tests.conftest import NOON
from tests.e2e.checking import barriers, beyond_the_edge
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import Visits, booked
from tests.people import a_mentee, a_mentor

SOON = NOON + timedelta(hours=5)
LATER = datetime(2027, 1, 20, 10, 0, tzinfo=UTC)


def test_a_lowered_policy_is_previewed_saved_and_followed(visits: Visits, admin: Account) -> None:
    mentee = a_mentee("Mina")
    booked(mentee, a_mentor("Moira"), SOON, title="The owl of tonight")
    mine, theirs = visits(admin), visits(mentee)
    theirs.go("/sessions")
    expect(theirs.part("cancel-session")).not_to_have_attribute("aria-disabled", "true")
    mine.go("/admin/policies")
    field = mine.part("policy-cancellation_cutoff_hours")
    field.fill("200")
    expect(mine.page.get_by_text("Must be a number from 0 to 168.")).to_be_visible()
    expect(mine.part("save-policies")).to_have_attribute("aria-disabled", "true")
    field.fill("6")
    expect(mine.page.get_by_text("could no longer be cancelled.")).to_be_visible()
    expect(mine.page.get_by_text("The owl of tonight")).to_be_visible()
    assert current_policies() == SessionPolicies()
    mine.part("save-policies").click()
    expect(mine.page.get_by_text("1 change saved.")).to_be_visible()
    expect(mine.page.get_by_text("by Admin")).to_be_visible()
    assert current_policies().cancellation_cutoff_hours == 6
    expect(theirs.part("cancel-session")).to_have_attribute("aria-disabled", "true")
    assert mine.errors == theirs.errors == []


def test_a_lower_cutoff_gives_a_session_back(visits: Visits, admin: Account) -> None:
    mentee = a_mentee("Mina")
    change_policies(admin, {"cancellation_cutoff_hours": 6})
    session = booked(mentee, a_mentor("Moira"), SOON, title="The owl of tonight")
    mine, theirs = visits(admin), visits(mentee)
    theirs.go(f"/sessions/{session.id}")
    button = theirs.part("cancel-session")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(
        "It could be cancelled until 6 hours before the start (today 11:00)."
    )
    mine.go("/admin/policies")
    mine.part("policy-cancellation_cutoff_hours").fill("2")
    preview = mine.page.get_by_role("complementary")
    expect(preview).to_contain_text("could be cancelled again.")
    expect(preview).to_contain_text("The owl of tonight")
    expect(preview).not_to_contain_text("no longer")
    expect(button).to_have_attribute("aria-disabled", "true")
    mine.part("save-policies").click()
    expect(mine.page.get_by_text("1 change saved.")).to_be_visible()
    assert current_policies().cancellation_cutoff_hours == 2
    # The page was open all along.
    expect(button).to_have_attribute("aria-disabled", "false")
    expect(button).to_have_accessible_description("")
    button.click()
    expect(theirs.part("confirm-cancel")).to_be_visible()
    assert mine.errors == theirs.errors == []


def test_two_admins_do_not_overwrite_each_other_unseen(visits: Visits, admin: Account) -> None:
    other = a_mentee("Other", is_admin=True)
    mine = visits(admin)
    mine.go("/admin/policies")
    mine.part("policy-cancellation_cutoff_hours").fill("6")
    expect(mine.page.get_by_text("Save 1 change")).to_be_visible()
    change_policies(other, {"cancellation_cutoff_hours": 9})
    mine.part("save-policies").click()
    expect(mine.page.get_by_text("Another admin has changed this policy meanwhile.")).to_be_visible()
    assert current_policies().cancellation_cutoff_hours == 9
    mine.page.get_by_role("button", name="Discard").click()
    expect(mine.part("policy-cancellation_cutoff_hours")).to_have_value("9")


def test_all_sessions_can_be_searched_opened_and_downloaded(
    visits: Visits, admin: Account, tmp_path: Path
) -> None:
    mentee, mentor = a_mentee("Wilhelmina Owlsworth"), a_mentor("Moira")
    session = booked(mentee, mentor, LATER, title="Feathers, in depth")
    visitor = visits(admin)
    visitor.go("/admin/sessions")
    visitor.part("admin-search").fill("owlsworth")
    expect(visitor.page.get_by_text("1 session", exact=True)).to_be_visible()
    with visitor.page.expect_download() as download:
        visitor.part("admin-csv").click()
    download.value.save_as(tmp_path / "sessions.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "sessions.csv").read_text("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["Feathers, in depth"]
    visitor.part("admin-status").select_option("cancelled")
    expect(visitor.page.get_by_text("No session matches")).to_be_visible()
    visitor.part("admin-status").select_option("")
    visitor.page.get_by_role("link", name="Feathers, in depth").click()
    expect(visitor.part("panel-details", session_id=str(session.id))).to_be_visible()
    visitor.page.get_by_role("link", name="Open its page").click()
    visitor.page.wait_for_url(f"**/sessions/{session.id}")
    expect(visitor.page.get_by_role("heading", name="Feathers, in depth")).to_be_visible()


@pytest.mark.parametrize("path", ["/admin/policies", "/admin/sessions"])
def test_others_find_nothing_there(visits: Visits, path: str) -> None:
    visitor = visits(a_mentor("Moira"))
    visitor.go(path)
    expect(visitor.page.get_by_text("There is nothing here")).to_be_visible()
    expect(visitor.part("save-policies")).to_have_count(0)
    stranger = visits()
    stranger.page.goto(path)
    stranger.page.wait_for_url(f"**/login?next={path}")


@NIGHT_ON_A_PHONE
def test_admin_pages_have_no_barriers(
    visits: Visits, admin: Account, size: tuple[int, int], dark: bool
) -> None:
    visitor = visits(admin, size=size, dark=dark)
    visitor.go("/admin/policies")
    visitor.part("policy-cancellation_cutoff_hours").fill("nonsense")
    expect(visitor.page.get_by_text("Must be a number")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) <= 0
    visitor.go("/admin/sessions")
    expect(visitor.part("admin-search")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) <= 0

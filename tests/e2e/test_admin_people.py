"""All people at the browser: who asks to mentor, one account beside the list, and what admins do to it."""

import itertools
import re
from typing import Any

from playwright.sync_api import expect

from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.views import Account
from mentorbook.services.admin import account_changes
from mentorbook.services.admin.people import person
from mentorbook.services.people.mentor_requests import request_to_mentor
from tests.e2e.checking import barriers, beyond_the_edge, small_targets
from tests.e2e.keys import Keys
from tests.e2e.line import Line
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits
from tests.people import a_mentee

_numbers = itertools.count(1)


def _someone(first: str, **values: Any) -> Account:
    """Somebody with a last name of their own, by which they are found."""
    return a_mentee(f"{first} Wombat{next(_numbers)}x", **values)


def _admin() -> Account:
    return a_mentee("Alex", is_admin=True)


def _open(visitor: Visitor, who: Account) -> None:
    visitor.go(f"/admin/people?search={who.name.split()[1]}&person={who.id}")
    expect(visitor.part("person-details", person_id=str(who.id))).to_be_visible()


def test_a_request_is_heard_of_answered_and_stays_on_record(visits: Visits) -> None:
    """The list is open all along; the notice leads to who asks; the answer comes by keyboard."""
    noor, admin = _someone("Noor"), _admin()
    visitor = visits(admin)
    visitor.go(f"/admin/people?search={noor.name.split()[1]}")
    row = visitor.part("person-row", person_id=str(noor.id))
    expect(row).to_contain_text("Mentee")
    request_to_mentor(noor)
    expect(row).to_contain_text("Asks to mentor")
    assert barriers(visitor.page) == []
    visitor.part("notification-bell").click()
    visitor.part("notification-item").filter(has_text=noor.name).click()
    panel = visitor.part("person-panel")
    expect(visitor.part("person-details", person_id=str(noor.id))).to_be_visible()
    expect(panel).to_be_focused()
    assert barriers(visitor.page) == []
    keys = Keys(visitor)
    keys.tab_to("change-mentor_declined")
    keys.page.keyboard.press("Enter")
    dialog = visitor.part("account-dialog")
    expect(dialog).to_be_visible()
    # Nothing is done without a reason, and what is typed is there again after a reload.
    visitor.part("confirm-change").click()
    expect(visitor.part("account-reason")).to_be_focused()
    expect(dialog).to_contain_text("Say in a few words why.")
    visitor.part("account-reason").fill("Tell us more.")
    visitor.part("confirm-change").focus()
    visitor.until(lambda: "Tell us more." in str(visitor.page.evaluate("JSON.stringify(sessionStorage)")))
    visitor.reload()
    expect(visitor.part("account-reason")).to_have_value("Tell us more.")
    assert barriers(visitor.page) == []
    visitor.part("confirm-change").click()
    expect(dialog).to_have_count(0)
    expect(panel).to_contain_text("Request to mentor declined by you")
    expect(panel).to_contain_text("Tell us more.")
    assert person(admin, noor.id).decline_reason == "Tell us more."
    visitor.part("change-mentor_approved").click()
    expect(panel).to_contain_text("Approved as a mentor by you")
    assert person(admin, noor.id).mentor_status == MentorStatus.APPROVED
    # It is their page now, and theirs to read of it.
    theirs = visits(noor)
    theirs.go("/notifications")
    theirs.part("notification-item").filter(has_text="You are a mentor now").click()
    expect(theirs.page).to_have_url(re.compile("/settings"))
    assert visitor.errors == theirs.errors == []


def test_a_deactivated_account_is_out_at_once(visits: Visits) -> None:
    mina, admin = _someone("Mina"), _admin()
    theirs, visitor = visits(mina), visits(admin)
    theirs.go("/sessions")
    _open(visitor, mina)
    visitor.part("change-deactivated").click()
    dialog = visitor.part("account-dialog")
    expect(dialog).to_contain_text("Every log-in of Mina's ends at once.")
    visitor.part("account-reason").fill("Asked for it")
    visitor.part("confirm-change").click()
    expect(dialog).to_have_count(0)
    expect(visitor.part("change-reactivated")).to_be_visible()
    expect(visitor.part("person-row", person_id=str(mina.id))).to_contain_text("Mina")
    expect(visitor.part("person-panel")).to_contain_text("1 log-in ended")
    # Their open page is told so by itself.
    expect(theirs.part("login-email")).to_be_visible()
    visitor.part("change-reactivated").click()
    expect(visitor.part("change-deactivated")).to_be_visible()
    done = sorted(event.action for event in person(admin, mina.id).events)
    assert done == ["deactivated", "reactivated"]
    assert visitor.errors == []


def test_a_question_closes_by_escape_and_back_and_goes_when_it_is_overtaken(visits: Visits) -> None:
    noor, admin, other = _someone("Noor"), _admin(), _admin()
    visitor = visits(admin)
    _open(visitor, noor)
    dialog, opener = visitor.part("account-dialog"), visitor.part("change-admin_granted")
    opener.click()
    expect(dialog).to_contain_text("Make Noor an admin?")
    expect(visitor.page.locator("#keep-account")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    expect(visitor.part("person-panel")).to_be_visible()
    opener.click()
    expect(dialog).to_be_visible()
    visitor.page.go_back()
    expect(dialog).to_have_count(0)
    opener.click()
    expect(visitor.part("confirm-change")).to_be_visible()
    account_changes.set_admin(other, noor.id, {"isAdmin": True})
    expect(dialog).to_contain_text("This was done meanwhile")
    expect(visitor.part("confirm-change")).to_have_count(0)
    dialog.get_by_role("button", name="Close").click()
    expect(visitor.part("person-panel")).to_contain_text("Made an admin by Alex")
    # One's own account says why neither is offered.
    _open_own(visitor, admin)
    expect(visitor.part("person-panel")).to_contain_text("This is your own account.")
    expect(visitor.part("change-deactivated")).to_have_count(0)
    assert visitor.errors == []


def _open_own(visitor: Visitor, admin: Account) -> None:
    visitor.go(f"/admin/people?person={admin.id}")
    expect(visitor.part("person-details", person_id=str(admin.id))).to_be_visible()


def test_filters_and_order_are_in_the_address(visits: Visits) -> None:
    visitor = visits(_admin())
    zoe, abe = _someone("Zoe"), a_mentee(f"Abe Wombat{next(_numbers)}y", is_admin=True)
    request_to_mentor(zoe)
    visitor.go("/admin/people")
    visitor.part("people-search").fill("Wombat")
    expect(visitor.page).to_have_url(re.compile("search=Wombat"))
    names = visitor.page.locator("tbody td.wide a")
    expect(visitor.part("person-row", person_id=str(abe.id))).to_be_visible()
    expect(visitor.page.locator(".awaited")).to_have_count(0)
    # Who waits stands above who does not, whatever they are called.
    listed = "(rows) => rows.map((row) => row.dataset.personId)"
    ids = visitor.part("person-row").evaluate_all(listed)
    assert ids.index(str(zoe.id)) < ids.index(str(abe.id))
    visitor.part("people-role").select_option("admin")
    expect(visitor.part("person-row", person_id=str(zoe.id))).to_have_count(0)
    expect(visitor.part("person-row", person_id=str(abe.id))).to_be_visible()
    visitor.reload()
    expect(visitor.part("people-role")).to_have_value("admin")
    expect(visitor.part("people-search")).to_have_value("Wombat")
    visitor.page.get_by_role("columnheader", name="Joined").get_by_role("link").click()
    expect(visitor.page).to_have_url(re.compile("sort=joined"))
    visitor.part("people-status").select_option("deactivated")
    visitor.part("people-search").fill("nobody is called so")
    expect(visitor.page.get_by_text("Nobody matches")).to_be_visible()
    visitor.page.get_by_role("button", name="Clear filters").click()
    expect(names.first).to_be_visible()
    assert visitor.errors == []


def test_opening_an_account_does_not_wait_for_the_server(visits: Visits) -> None:
    noor = _someone("Noor")
    visitor = visits(_admin())
    line = Line(visitor)
    visitor.go(f"/admin/people?search={noor.name.split()[1]}")
    visitor.page.locator(f"#open-{noor.id}").wait_for()
    line.hold_answers()
    visitor.page.locator(f"#open-{noor.id}").click()
    expect(visitor.part("person-panel")).to_be_visible()
    expect(visitor.part("person-panel").get_by_role("status")).to_contain_text("Loading the account")
    line.release()
    expect(visitor.part("person-details", person_id=str(noor.id))).to_be_visible()


@NIGHT_ON_A_PHONE
def test_an_account_is_looked_after_at_any_size(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    noor = _someone("Noor")
    request_to_mentor(noor)
    visitor = visits(_admin(), size=size, dark=dark)
    visitor.go("/admin/people?status=requested")
    row = visitor.page.locator(f"#open-{noor.id}")
    expect(row).to_be_visible()
    assert (barriers(visitor.page), beyond_the_edge(visitor.page)) == ([], 0)
    row.click()
    expect(visitor.part("person-details", person_id=str(noor.id))).to_be_visible()
    assert (barriers(visitor.page), beyond_the_edge(visitor.page)) == ([], 0)
    if size == PHONE:
        expect(row).to_be_hidden()
        assert small_targets(visitor.page, "[data-testid=person-panel]") == []
    visitor.part("change-mentor_declined").click()
    expect(visitor.part("account-reason")).to_be_visible()
    assert (barriers(visitor.page), beyond_the_edge(visitor.page)) == ([], 0)
    visitor.page.keyboard.press("Escape")
    visitor.part("close-panel").click()
    expect(row).to_be_focused()


def test_nobody_else_finds_anything_there(visits: Visits) -> None:
    visitor = visits(a_mentee("Mina"))
    visitor.go("/admin/people?person=nonsense&change=deactivated")
    expect(visitor.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    expect(visitor.part("account-dialog")).to_have_count(0)
    assert visitor.errors == []

"""Sessions in one's own calendar program: by an address of one's own, and one by one."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Download, expect

from mentorbook.services.booking.calendar_feed import calendar_secret
from mentorbook.settings import settings
from tests.e2e.checking import barriers, beyond_the_edge
from tests.e2e.looks import NIGHT_ON_A_PHONE
from tests.e2e.visitor import PHONE, Visitor, Visits, booked
from tests.ical import checked
from tests.people import a_mentee, a_mentor

TEN = datetime(2027, 1, 14, 10, 0, tzinfo=UTC)


def address(visitor: Visitor) -> str:
    """What stands in the field."""
    return visitor.page.get_by_label("Address of your calendar").input_value()


def events(program: Visitor, url: str) -> list[dict[str, str]]:
    """What a calendar program gets at an address, which holds no cookie of anybody's."""
    answer = program.page.request.get(url)
    assert answer.status == 200
    return checked(answer.body())


def test_a_calendar_address_is_made_copied_followed_and_renewed(visits: Visits) -> None:
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    here, there, program = visits(mina), visits(mina), visits()
    here.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=here.site)
    for visitor in (here, there):
        visitor.go("/settings")
        expect(visitor.part("make-calendar")).to_be_visible()
    here.part("make-calendar").click()
    expect(here.part("open-calendar")).to_be_visible()
    first = address(here)
    assert first == f"{settings.public_url}/api/calendar/{calendar_secret(mina)}.ics"
    expect(here.part("open-calendar")).to_have_attribute("href", first.replace("http://", "webcal://"))
    expect(there.page.get_by_label("Address of your calendar")).to_have_value(first)
    here.part("copy-calendar").click()
    expect(here.part("copy-calendar")).to_have_text("Copied")
    assert here.page.evaluate("navigator.clipboard.readText()") == first
    assert events(program, first) == []
    booked(mina, moira, TEN, title="Owls")
    assert [event["SUMMARY"] for event in events(program, first)] == ["Owls · Moira"]
    here.part("renew-calendar").click()
    here.part("keep-calendar").click()
    expect(here.part("confirm-renewal")).to_have_count(0)
    assert address(here) == first
    here.part("renew-calendar").click()
    here.part("confirm-renewal").click()
    expect(here.part("calendar-told")).to_contain_text("This is your new address.")
    expect(here.part("confirm-renewal")).to_have_count(0)
    expect(here.part("copy-calendar")).to_have_text("Copy")
    second = address(here)
    expect(there.page.get_by_label("Address of your calendar")).to_have_value(second)
    assert program.page.request.get(first).status == 404
    assert [event["SUMMARY"] for event in events(program, second)] == ["Owls · Moira"]
    assert here.errors == there.errors == []


def test_where_nothing_may_be_copied_the_address_is_selected(visits: Visits) -> None:
    visitor = visits(a_mentee("Mina"))
    visitor.tab.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    visitor.go("/settings")
    visitor.part("make-calendar").click()
    visitor.part("copy-calendar").click()
    visitor.until(lambda: visitor.page.evaluate("getSelection().toString()") == address(visitor))
    expect(visitor.part("copy-calendar")).to_have_text("Copy")
    assert visitor.errors == []


def _summary(download: Download, folder: Path) -> str:
    path = folder / download.suggested_filename
    download.save_as(path)
    (event,) = checked(path.read_bytes())
    return event["SUMMARY"]


def test_each_session_is_added_from_wherever_it_is_shown(visits: Visits, tmp_path: Path) -> None:
    mina, moira = a_mentee("Mina"), a_mentor("Moira")
    visitor = visits(mina)
    visitor.come_to_confirm(moira, TEN, title="Owls")
    visitor.part("confirm-booking").click()
    page, found = visitor.page, []
    with page.expect_download() as after_booking:
        visitor.part("add-to-calendar").click()
    found.append(_summary(after_booking.value, tmp_path))
    visitor.part("open-session").click()
    expect(page.get_by_role("heading", name="Owls", level=1)).to_be_visible()
    with page.expect_download() as on_its_page:
        visitor.part("add-to-calendar").click()
    found.append(_summary(on_its_page.value, tmp_path))
    # At a desk a card leads to the session's page; on a phone it has a menu.
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visitor.go("/sessions")
    visitor.part("session-card").get_by_test_id("more-actions").click()
    with page.expect_download() as in_the_list:
        page.get_by_role("menuitem", name="Add to calendar").click()
    found.append(_summary(in_the_list.value, tmp_path))
    assert found == ["Owls · Moira"] * 3


@NIGHT_ON_A_PHONE
def test_everybody_can_use_the_calendar_section(visits: Visits, size: tuple[int, int], dark: bool) -> None:
    visitor = visits(a_mentee("Mina"), size=size, dark=dark)
    visitor.go("/settings")
    visitor.part("make-calendar").click()
    visitor.part("renew-calendar").click()
    expect(visitor.part("confirm-renewal")).to_be_visible()
    assert barriers(visitor.page) == []
    assert beyond_the_edge(visitor.page) == 0

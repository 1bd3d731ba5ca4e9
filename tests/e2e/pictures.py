"""Takes the pictures of the README: `python -m tests.e2e.pictures` writes them into docs/images/.

They show the demo on a Monday in January, so that they change only when the interface does.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from mentorbook.domain.views import Account
from mentorbook.services import clock
from mentorbook.services.people import accounts
from mentorbook.services.people.mentor_directory import DirectoryQuery, directory
from tests.e2e.chromium import find_chromium
from tests.e2e.meeting import Guest, MeetingPlace, running_meetings
from tests.e2e.server import running_app
from tests.e2e.visitor import PHONE, Tabs, Visitor, Visits

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MONDAY = datetime(2027, 1, 11, 9, 20, tzinfo=UTC)
TITLE, NOTES = "Reviewing a storage design", "The draft is six pages; page three is where I am stuck."


def main() -> None:
    """Start the demo, go round, take pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        clock.stand_at(lambda: MONDAY),
        running_app(Path(folder), demo=True) as site,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        visits = Visits(Tabs(chromium, site), site)
        _take(visits)
        visits.end()
        chromium.close()
    _take_meeting()


def _take_meeting() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        running_meetings(Path(folder), playwright.chromium) as place,
    ):
        _take_room(place)


def _take_room(place: MeetingPlace) -> None:
    """The lobby and the room, with cameras off: a made-up camera is no pretty sight.

    They are of the day they are taken: LiveKit's tokens need the clock of the machine.
    """
    names = ("Kenji Mori", "Priya Raman")
    meeting = place.meeting(starts_in=-1128, title="Reading papers faster", names=names)
    kenji, priya = place.guest(meeting.mentor), place.guest(meeting.mentee)
    phone = place.guest(meeting.mentee, size=PHONE)
    for guest in (priya, phone):
        guest.go(f"/room/{meeting.session}")
        guest.part("check-camera").click()
    kenji.enter(meeting)
    kenji.part("toggle-camera").click()
    for guest, name in ((priya, "lobby"), (phone, "lobby-phone")):
        guest.part("presence").get_by_text("is in the room").wait_for()
        guest.page.evaluate("scrollTo(0, 0)")
        _keep(guest, name)
    for guest, name in ((phone, "room-phone"), (priya, "room")):
        guest.join()
        guest.part("other-tile", seen="no").wait_for()
        if guest is priya:
            _write(kenji, "Here is the paper we start from.")
            _write(priya, "Thanks, opening it now.")
        guest.part("connection-quality", quality="excellent").wait_for()
        guest.page.mouse.move(0, 0)
        _keep(guest, name)


def _write(guest: Guest, words: str) -> None:
    """Write to the other, and wait until it is there."""
    box = guest.part("room-chat").get_by_role("textbox")
    box.fill(words)
    box.press("Enter")
    guest.part("room-chat").get_by_text(words).wait_for()


def _take(visits: Visits) -> None:
    priya, ada = accounts.account_by_email("priya@mentorbook.test"), _mentor("Ada Lovell")
    screen = visits(priya)
    screen.go("/")
    screen.part("mentor-card").first.wait_for()
    _keep(screen, "directory")
    _to_confirm(screen, ada, picture="time")
    _keep(screen, "confirm")
    screen.part("confirm-booking").click()
    screen.part("booking-success").wait_for()
    _keep(screen, "success")
    screen.go("/sessions")
    screen.part("session-card").first.wait_for()
    _keep(screen, "sessions")
    screen.page.get_by_role("link", name=TITLE, exact=True).click()
    screen.part("session-details").wait_for()
    _keep(screen, "session")
    _take_changes(screen)
    admin = accounts.account_by_email("admin@mentorbook.test")
    _take_policies(visits(admin))
    _take_system(visits(admin))
    _take_hours(visits(ada))
    phone = visits(priya, size=PHONE)
    _to_confirm(phone, ada, picture="phone")
    dark = visits(priya, dark=True)
    _to_confirm(dark, ada, picture="dark")


def _take_changes(screen: Visitor) -> None:
    """The two dialogs of the session on show; nothing is changed."""
    screen.part("cancel-session").click()
    screen.part("cancel-reason").get_by_role("radio", name="Schedule conflict").check()
    _keep(screen, "cancel")
    screen.page.keyboard.press("Escape")
    screen.part("cancel-dialog").wait_for(state="detached")
    screen.part("reschedule-session").click()
    dialog = screen.part("reschedule-dialog")
    dialog.get_by_test_id("time-slot").nth(5).click()
    dialog.get_by_role("button", name="Move to").wait_for()
    _keep(screen, "reschedule")
    screen.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def _take_policies(screen: Visitor) -> None:
    """What a longer cutoff would do; it is not saved."""
    screen.go("/admin/policies")
    screen.part("policy-cancellation_cutoff_hours").fill("72")
    screen.page.get_by_text("could no longer be cancelled").wait_for()
    _keep(screen, "policies")


def _take_system(screen: Visitor) -> None:
    """What delivers mail and rooms, and how it stands."""
    screen.go("/admin/system")
    screen.part("system-providers").wait_for()
    _keep(screen, "system")


def _take_hours(screen: Visitor) -> None:
    """A mentor's week with a change that is not saved, and her sessions of the week."""
    screen.go("/availability")
    screen.part("week-block").nth(2).click()
    screen.page.get_by_role("button", name="Add to Saturday").click()
    screen.part("not-saved").wait_for()
    screen.page.mouse.move(0, 0)
    _keep(screen, "availability")
    screen.part("discard-hours").click()
    screen.part("not-saved").wait_for(state="detached")
    screen.go("/sessions?view=week&week=2027-01-18")
    screen.part("mentor-week").get_by_role("link", name=TITLE).first.wait_for()
    _keep(screen, "week")


def _mentor(name: str) -> Account:
    return accounts.account(directory(None, DirectoryQuery(search=name)).mentors[0].id)


def _to_confirm(visitor: Visitor, mentor: Account, *, picture: str) -> None:
    """Book the second time of the coming Tuesday, as far as the summary."""
    visitor.open_modal(mentor)
    visitor.part("calendar-day", date="2027-01-19").click()
    slot = visitor.part("time-slot").nth(1)
    start = datetime.fromisoformat(slot.get_attribute("data-start") or "")
    visitor.choose(start, "2027-01-19")
    visitor.page.mouse.move(0, 0)
    _keep(visitor, picture)
    visitor.continue_to_details()
    visitor.continue_to_confirm(TITLE, NOTES)


def _keep(visitor: Visitor, name: str) -> None:
    visitor.page.evaluate("document.fonts.ready")
    visitor.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main()

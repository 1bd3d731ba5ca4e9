"""Camera and microphone before the meeting and in it: whatever is missing, there is a way on."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as TookTooLong
from playwright.sync_api import expect

from tests.e2e.checking import barriers
from tests.e2e.meeting import Guest, MeetingPlace
from tests.e2e.visitor import PATIENCE_MS

# What a browser says when it has no such device, or another program has it, or its page may not ask.
_FAILING = """
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.failing = %s;
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        for (const kind of ["video", "audio"])
            if (wishes[kind] && window.failing[kind])
                throw new DOMException("so it is", window.failing[kind]);
        return open(wishes);
    };
"""


# A browser that asks for the kinds in `window.asking`, and is answered with `window.allow()`.
_ASKING = """
    const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices), waiting = [];
    window.asking = [];
    window.allow = () => { window.asking = []; waiting.splice(0).forEach((go) => go()); };
    window.asked = () => waiting.length;
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        if (window.asking.some((kind) => wishes[kind])) await new Promise((go) => waiting.push(go));
        return asked(wishes);
    };
"""


def failing(**kinds: str) -> str:
    """A browser whose devices of these kinds fail with these names."""
    return _FAILING % kinds


@pytest.fixture(autouse=True)
def seen_out(meetings: MeetingPlace) -> Iterator[None]:
    """Nobody stays in a browser after a test, and no page had an error of its own."""
    yield
    assert meetings.see_out() == []


def at_the_check(guest: Guest, session: str) -> Guest:
    """In the lobby, with the check begun."""
    guest.go(f"/room/{session}")
    start, begun = guest.part("start-check"), guest.part("check-microphone")
    expect(start.or_(begun)).to_be_visible()
    # It begins by itself where the devices are allowed, also in this very moment: the button is gone then.
    if not begun.is_visible():
        with suppress(TookTooLong):
            start.click(timeout=PATIENCE_MS / 2)
    expect(guest.part("check-microphone")).to_be_visible()
    return guest


def test_the_check_shows_picture_and_level_and_keeps_what_was_chosen(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    mina = at_the_check(meetings.guest(session.mentee), session.session)
    mina.wait_for_picture("device-check")
    level = mina.page.get_by_role("meter", name="Microphone level")
    mina.until(lambda: int(level.get_attribute("aria-valuenow") or 0) > 5)
    expect(mina.part("device-check")).to_contain_text("Your microphone works.")
    assert barriers(mina.page) == []
    cameras = mina.part("choose-camera").locator("option")
    names = cameras.all_inner_texts()
    assert names
    mina.part("check-camera").click()
    expect(mina.part("camera-preview")).to_have_count(0)
    assert mina.open_devices() == 1
    mina.reload()
    expect(mina.part("check-camera")).to_have_attribute("aria-pressed", "false")
    mina.join()
    expect(mina.part("own-tile", seen="no", muted="no")).to_be_visible()
    assert mina.page.evaluate("window.opened.some((each) => each.kind === 'video')") is False


def test_nothing_asks_for_the_camera_before_somebody_presses(meetings: MeetingPlace) -> None:
    early = meetings.meeting(starts_in=1200)
    mina = meetings.guest(early.mentee)
    mina.go(f"/room/{early.session}")
    expect(mina.part("opens-in")).to_contain_text("Opens in 9:")
    expect(mina.part("join-room")).to_have_attribute("aria-disabled", "true")
    expect(mina.part("join-room")).to_have_accessible_description(re.compile("The room opens today at"))
    assert mina.page.evaluate("window.opened.length") == 0
    mina.part("start-check").click()
    expect(mina.part("camera-preview")).to_be_visible()
    mina.page.get_by_role("link", name="Back to the session").click()
    expect(mina.part("session-details")).to_be_visible()
    assert mina.open_devices() == 0


@pytest.mark.parametrize(
    ("error", "problem", "says"),
    [
        ("NotFoundError", "missing", "No camera was found."),
        ("NotReadableError", "busy", "Another program uses the camera."),
        ("NotAllowedError", "refused", "The camera is blocked for MentorBook."),
    ],
)
def test_without_a_camera_one_meets_all_the_same(
    meetings: MeetingPlace, error: str, problem: str, says: str
) -> None:
    session = meetings.meeting()
    mina = at_the_check(meetings.guest(session.mentee, script=failing(video=error)), session.session)
    expect(mina.part("camera-problem", problem=problem)).to_contain_text(says)
    expect(mina.part("microphone-problem")).to_have_count(0)
    assert barriers(mina.page) == []
    mina.page.get_by_role("button", name="Join without camera").click()
    expect(mina.part("camera-problem")).to_have_count(0)
    mina.join()
    expect(mina.part("own-tile", seen="no", muted="no")).to_be_visible()
    mina.part("toggle-camera").click()
    expect(mina.part("camera-problem", problem=problem)).to_contain_text(says)
    mina.page.evaluate("window.failing = {}")
    mina.page.get_by_role("button", name="Try again").click()
    expect(mina.part("own-tile", seen="yes")).to_be_visible()
    expect(mina.part("camera-problem")).to_have_count(0)


def test_whoever_allows_nothing_listens_and_is_told_how_to_allow_it(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    refused = failing(video="NotAllowedError", audio="NotAllowedError")
    mina = at_the_check(meetings.guest(session.mentee, script=refused), session.session)
    for device in ("camera", "microphone"):
        expect(mina.part(f"{device}-problem", problem="refused")).to_contain_text(f"allow the {device}")
    moira = meetings.guest(session.mentor)
    moira.enter(session)
    mina.join()
    mina.wait_for_picture("other-tile")
    mina.wait_for_more("audio")
    for device in ("camera", "microphone"):
        expect(mina.part(f"{device}-problem", problem="refused")).to_be_visible()
    expect(moira.part("other-tile", seen="no", muted="yes")).to_be_visible()
    assert barriers(mina.page) == []


def test_a_device_that_is_unplugged_is_missed_and_one_that_is_plugged_in_is_used(
    meetings: MeetingPlace,
) -> None:
    session = meetings.meeting()
    mina = at_the_check(meetings.guest(session.mentee), session.session)
    expect(mina.part("camera-preview")).to_be_visible()
    mina.page.evaluate(
        "const camera = window.opened.find((each) => each.kind === 'video');"
        "camera.stop(); camera.dispatchEvent(new Event('ended'))"
    )
    expect(mina.part("camera-problem", problem="unplugged")).to_contain_text("The camera is gone.")
    mina.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect(mina.part("camera-problem")).to_have_count(0)
    expect(mina.part("camera-preview")).to_be_visible()


def test_another_device_is_chosen_in_the_meeting_and_kept(meetings: MeetingPlace) -> None:
    session = meetings.meeting("audio")
    mina = meetings.guest(session.mentee)
    mina.enter(session)
    expect(mina.part("own-tile", muted="no")).to_be_visible()
    mina.part("room-devices").click()
    devices = mina.part("room-microphone")
    expect(devices).to_be_enabled()
    name, identifier = devices.locator("option").last.evaluate("(option) => [option.text, option.value]")
    devices.select_option(identifier)
    expect(devices).to_have_value(identifier)
    assert barriers(mina.page) == []
    mina.until(lambda: mina.page.evaluate("window.opened.at(-1).label") == name)
    mina.part("leave-room").click()
    mina.part("start-check").click()
    expect(mina.part("choose-microphone")).to_have_value(identifier)


def test_an_insecure_page_and_a_browser_without_webrtc_say_so(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    insecure = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
    mina = at_the_check(meetings.guest(session.mentee, script=insecure), session.session)
    expect(mina.part("camera-problem", problem="insecure")).to_contain_text("only over https")
    moira = meetings.guest(session.mentor, script="delete window.RTCPeerConnection;")
    moira.go(f"/room/{session.session}")
    expect(moira.part("room-told", code="unsupported")).to_contain_text("Open this page in Firefox")
    expect(moira.part("join-room")).to_have_attribute("aria-disabled", "true")


def test_a_screen_that_may_not_be_recorded_is_not_shared_and_said_so(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    refused = """navigator.mediaDevices.getDisplayMedia =
        async () => { throw new DOMException("closed", "NotAllowedError"); };"""
    mina = meetings.guest(session.mentee, script=refused)
    mina.enter(session)
    expect(mina.part("own-tile", seen="yes")).to_be_visible()
    mina.part("toggle-screen").click()
    expect(mina.part("screen-problem", problem="refused")).to_contain_text("Nobody saw anything.")
    mina.part("screen-problem").get_by_role("button", name="Close").click()
    expect(mina.part("screen-problem")).to_have_count(0)


def test_who_presses_microphone_while_the_browser_asks_for_the_camera_is_not_heard(
    meetings: MeetingPlace,
) -> None:
    session = meetings.meeting()
    mina = at_the_check(meetings.guest(session.mentee, script=_ASKING), session.session)
    expect(mina.part("camera-preview")).to_be_visible()
    mina.page.evaluate("window.asking = ['video']")
    mina.join()
    moira = meetings.guest(session.mentor)
    moira.enter(session)
    expect(moira.part("other-tile", muted="no")).to_be_visible()
    mina.until(lambda: mina.page.evaluate("window.asked()") == 1)
    camera, microphone = mina.part("toggle-camera"), mina.part("toggle-microphone")
    expect(camera).to_have_attribute("aria-busy", "true")
    microphone.click()
    expect(microphone).to_have_attribute("aria-pressed", "false")
    expect(moira.part("other-tile", muted="yes")).to_be_visible()
    # And what is turned off while the browser asks does not come on when it is allowed.
    camera.click()
    expect(camera).to_have_attribute("aria-pressed", "false")
    mina.page.evaluate("window.allow()")
    expect(camera).to_have_attribute("aria-busy", "false")
    expect(mina.part("own-tile", seen="no", muted="yes")).to_be_visible()
    assert mina.page.evaluate(
        "window.opened.every((each) => each.kind !== 'video' || each.readyState === 'ended')"
    )
    camera.click()
    expect(mina.part("own-tile", seen="yes", muted="yes")).to_be_visible()


def test_a_camera_that_is_allowed_after_it_was_turned_off_stays_off(meetings: MeetingPlace) -> None:
    session = meetings.meeting(starts_in=1200)
    mina = meetings.guest(session.mentee, script=_ASKING)
    mina.go(f"/room/{session.session}")
    mina.page.evaluate("window.asking = ['video']")
    mina.part("start-check").click()
    mina.until(lambda: mina.page.evaluate("window.asked()") == 1)
    mina.part("check-camera").click()
    mina.page.evaluate("window.allow()")
    mina.until(lambda: mina.page.evaluate("window.opened.some((each) => each.kind === 'video')"))
    mina.until(lambda: mina.open_devices() == 1)
    expect(mina.part("check-camera")).to_have_attribute("aria-pressed", "false")
    expect(mina.part("camera-preview")).to_have_count(0)
    expect(mina.page.get_by_role("meter", name="Microphone level")).to_be_visible()


def test_a_choice_of_one_device_leaves_the_other_its_own(meetings: MeetingPlace) -> None:
    session = meetings.meeting(starts_in=1200)
    mina = meetings.guest(session.mentee, script=_ASKING)
    mina.go(f"/room/{session.session}")
    mina.page.evaluate("window.asking = ['video']")
    mina.part("start-check").click()
    mina.until(lambda: mina.page.evaluate("window.asked()") == 1)
    # Off, and opened anew by itself, while the question for both still stands.
    mina.part("check-microphone").click()
    mina.part("check-microphone").click()
    mina.until(lambda: mina.open_devices() == 1)
    mina.page.evaluate("window.allow()")
    expect(mina.part("camera-preview")).to_be_visible()
    mina.until(lambda: mina.open_devices() == 2)


def test_no_camera_is_on_without_the_check_that_shows_it(meetings: MeetingPlace) -> None:
    session = meetings.meeting(starts_in=300)
    mina = at_the_check(meetings.guest(session.mentee), session.session)
    expect(mina.part("camera-preview")).to_be_visible()
    meetings.tell("cancel", session=session.session, who=session.mentee["id"])
    expect(mina.part("device-check")).to_have_count(0)
    mina.until(lambda: mina.open_devices() == 0)

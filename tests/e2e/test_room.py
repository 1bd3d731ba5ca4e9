"""Two people meet, in two browsers, by a real LiveKit server."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.e2e.checking import barriers, beyond_the_edge
from tests.e2e.meeting import Guest, MeetingPlace

NARROW, PHONE_ON_ITS_SIDE = (360, 740), (740, 360)
# A microphone that somebody talks into without a pause. Of the made-up one's beeps the browser takes all but
# the first few for noise, and sends silence.
TALKING = """
    const listen = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        await listen(wishes);
        const sound = new AudioContext(), voice = sound.createOscillator();
        const said = sound.createMediaStreamDestination();
        voice.connect(said);
        voice.start();
        return said.stream;
    };
"""


@pytest.fixture(autouse=True)
def seen_out(meetings: MeetingPlace) -> Iterator[None]:
    """Nobody stays in a browser after a test, and no page had an error of its own."""
    yield
    assert meetings.see_out() == []


def control(guest: Guest, name: str) -> None:
    """Press one of the switches under the meeting."""
    guest.part(f"toggle-{name}").click()


def scripts_of(page: Page) -> list[str]:
    """The names of the scripts that the page has fetched."""
    found: list[str] = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    return [urlsplit(each).path.rpartition("/")[2] for each in found if each.endswith(".js")]


def test_two_people_see_and_hear_each_other_share_a_screen_and_leave(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting()
    mina, moira = meetings.guest(meeting.mentee), meetings.guest(meeting.mentor)
    mina.go(f"/room/{meeting.session}")
    expect(mina.part("presence")).to_have_text("Moira is not in the room yet.")
    assert not any(name.startswith("stage") for name in scripts_of(mina.page))
    moira.enter(meeting)
    expect(mina.part("presence")).to_have_text("Moira is in the room.")
    expect(moira.part("other-missing")).to_contain_text("Mina is not here yet.")
    mina.join()
    assert any(name.startswith("stage") for name in scripts_of(mina.page))
    for guest in (mina, moira):
        guest.wait_for_picture("other-tile")
        guest.wait_for_picture("own-tile")
        guest.wait_for_more("video", "audio")
        expect(guest.part("time-left")).to_contain_text("left")
        expect(guest.part("connection-quality")).to_contain_text("Good")
    assert (
        meetings.tell("state", session=meeting.session, who=meeting.mentee["id"])["status"] == "in_progress"
    )

    control(moira, "screen")
    mina.wait_for_picture("shared-screen")
    expect(mina.part("room-said")).to_have_text("Moira shares a screen.")
    control(moira, "screen")
    expect(mina.part("shared-screen")).to_have_count(0)

    control(moira, "microphone")
    expect(moira.part("toggle-microphone")).to_have_attribute("aria-pressed", "false")
    expect(mina.part("other-tile", muted="yes")).to_contain_text("microphone off")
    control(moira, "camera")
    expect(mina.part("other-tile", seen="no")).to_be_visible()

    moira.part("leave-room").click()
    expect(moira.part("room-told", code="left")).to_be_visible()
    expect(mina.part("other-missing")).to_contain_text("Moira has left.")
    assert moira.open_devices() == 0
    moira.page.get_by_role("button", name="Join again").click()
    moira.wait_until_in()
    mina.wait_for_picture("other-tile")
    for guest in (mina, moira):
        guest.part("leave-room").click()
        expect(guest.part("room-told", code="left")).to_be_visible()
        assert guest.open_devices() == 0
    meetings.until(
        lambda: meetings.tell("state", session=meeting.session, who=meeting.mentor["id"])["in"] == []
    )
    mina.page.get_by_role("link", name="Back to the session").click()
    expect(mina.part("session-details")).to_be_visible()
    assert mina.errors == moira.errors == []


def test_the_token_stays_in_the_page(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting()
    mina = meetings.guest(meeting.mentee)
    heard: list[str] = []
    mina.tab.on("console", lambda message: heard.append(message.text))
    frames: list[str] = []

    def opened(socket: WebSocket) -> None:
        if "/_event" in socket.url:
            socket.on("framesent", lambda frame: frames.append(str(frame)))
            socket.on("framereceived", lambda frame: frames.append(str(frame)))

    mina.tab.on("websocket", opened)
    with mina.page.expect_response(lambda answer: answer.url.endswith("/join")) as joined:
        mina.enter(meeting)
    token = joined.value.json()["token"]
    assert frames
    kept = mina.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, history.state])"
    )
    assert token not in kept + "".join(frames) + "".join(heard)
    assert token not in meetings.log.read_text(errors="replace")


def test_a_room_for_voices_opens_no_camera(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting("audio")
    mina, moira = meetings.guest(meeting.mentee), meetings.guest(meeting.mentor, script=TALKING)
    mina.go(f"/room/{meeting.session}")
    expect(mina.part("choose-microphone")).to_be_visible()
    expect(mina.part("choose-camera")).to_have_count(0)
    mina.join()
    moira.enter(meeting)
    for guest in (mina, moira):
        expect(guest.part("other-tile")).to_be_visible()
        guest.wait_for_more("audio")
        expect(guest.part("toggle-camera")).to_have_count(0)
        expect(guest.part("toggle-screen")).to_have_count(0)
        assert guest.received()["video"] == 0
        assert guest.page.evaluate("window.opened.every((each) => each.kind === 'audio')")
    expect(mina.page.locator("[data-testid=other-tile][data-speaking]")).to_be_visible()
    expect(mina.page.locator("[data-testid=own-tile]:not([data-speaking])")).to_be_visible()
    assert barriers(mina.page) == []


def test_a_room_for_writing_opens_nothing(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting("chat")
    mina, moira = meetings.guest(meeting.mentee), meetings.guest(meeting.mentor)
    mina.go(f"/room/{meeting.session}")
    expect(mina.part("join-room")).to_be_visible()
    expect(mina.part("device-check")).to_have_count(0)
    expect(mina.part("recording-choice")).to_have_count(0)
    # The conversation is beside the lobby, and not below what fits the window.
    expect(mina.part("chat-send")).to_be_in_viewport(ratio=1)
    mina.join()
    expect(mina.part("chat-presence")).to_have_text("Moira is not here yet.")
    moira.enter(meeting)
    expect(mina.part("chat-presence")).to_have_text("Moira is here.")
    assert mina.page.evaluate("window.opened.length") == 0
    assert barriers(mina.page) == []


def test_a_meeting_ends_with_the_page_whichever_way_it_is_left(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting()
    mina, moira = meetings.guest(meeting.mentee), meetings.guest(meeting.mentor)
    moira.enter(meeting)
    mina.go("/sessions")
    mina.page.get_by_role("link", name="Join").first.click()
    mina.join()
    expect(moira.part("other-tile")).to_be_visible()
    mina.page.go_back()
    expect(mina.part("session-card")).to_be_visible()
    expect(moira.part("other-missing")).to_contain_text("Mina has left.")
    assert mina.open_devices() == 0
    mina.page.go_forward()
    mina.join()
    expect(moira.part("other-tile")).to_be_visible()
    # To the page of another room, which is none of hers.
    mina.page.evaluate(
        "history.pushState({}, '', '/room/none'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    expect(mina.page.get_by_role("heading", name="There is no such session")).to_be_visible()
    expect(moira.part("other-missing")).to_contain_text("Mina has left.")
    assert mina.open_devices() == 0
    mina.page.go_back()
    mina.join()
    expect(moira.part("other-tile")).to_be_visible()
    mina.page.close()
    expect(moira.part("other-missing")).to_contain_text("Mina has left.")


# Each size in one theme, and the other theme at one size: see looks.py.
SIZES = ((768, 1024), (1280, 800), PHONE_ON_ITS_SIDE)


@pytest.mark.parametrize(("sizes", "dark"), [(SIZES, False), ((NARROW,), True)], ids=["light", "phone dark"])
def test_lobby_and_room_bar_nobody_at_any_size(
    meetings: MeetingPlace, sizes: tuple[tuple[int, int], ...], dark: bool
) -> None:
    meeting = meetings.meeting(title="A very long title of a session about reading papers faster than before")
    mina, moira = meetings.guest(meeting.mentee, dark=dark), meetings.guest(meeting.mentor, dark=dark)
    moira.enter(meeting)
    mina.go(f"/room/{meeting.session}")
    mina.part("camera-preview").wait_for()
    for size in sizes:
        mina.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert (size, barriers(mina.page), max(0, beyond_the_edge(mina.page))) == (size, [], 0)
    mina.join()
    mina.wait_for_picture("other-tile")
    for size in sizes:
        mina.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert (size, barriers(mina.page), max(0, beyond_the_edge(mina.page))) == (size, [], 0)
        for name in ("toggle-microphone", "toggle-camera", "toggle-chat", "leave-room", "time-left"):
            expect(mina.part(name)).to_be_in_viewport(ratio=1)
        assert (
            mina.page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
            or mina.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
        )


def test_a_meeting_works_by_keyboard_alone(meetings: MeetingPlace) -> None:
    meeting = meetings.meeting()
    mina = meetings.guest(meeting.mentee)
    mina.go(f"/room/{meeting.session}")
    mina.part("join-room").press("Enter")
    mina.wait_until_in()
    expect(mina.part("own-tile", seen="yes")).to_be_visible()
    names = []
    for _ in range(9):
        mina.page.keyboard.press("Tab")
        names.append(mina.focused())
    switches = ["toggle-microphone", "toggle-camera", "toggle-screen", "toggle-chat"]
    assert names == ["chat-log", "chat-text", "chat-send", *switches, "room-devices", "leave-room"]
    # What is said of a recording comes before the way out, and not after it.
    assert (
        mina.page.evaluate(
            """document.querySelector(".recording-place")
            .compareDocumentPosition(document.querySelector("[data-testid=toggle-microphone]"))"""
        )
        == 4
    )  # follows
    mina.part("room-devices").press("Enter")
    expect(mina.part("room-microphone")).to_be_enabled()
    mina.page.keyboard.press("Tab")
    expect(mina.part("room-microphone")).to_be_focused()
    mina.page.keyboard.press("Escape")
    expect(mina.part("room-devices")).to_be_focused()
    pressed = mina.part("toggle-chat").get_attribute("aria-pressed")
    mina.part("toggle-chat").press("Space")
    expect(mina.part("toggle-chat")).not_to_have_attribute("aria-pressed", json.dumps(pressed == "true"))
    mina.part("leave-room").press("Enter")
    # Whoever leaves stands at what is said of it, before the way back.
    expect(mina.part("room-told", code="left")).to_be_visible()
    assert mina.page.evaluate("document.activeElement.textContent").startswith("You left the room.")
    mina.page.keyboard.press("Tab")
    expect(mina.part("join-room")).to_be_focused()


def test_what_is_written_reaches_the_other_and_is_counted_while_the_chat_is_hidden(
    meetings: MeetingPlace,
) -> None:
    meeting = meetings.meeting()
    mina, moira = meetings.guest(meeting.mentee), meetings.guest(meeting.mentor)
    for guest in (mina, moira):
        guest.enter(meeting)
    control(mina, "chat")
    for number in (1, 2):
        moira.part("chat-text").fill(f"Message {number}")
        moira.part("chat-text").press("Enter")
        expect(mina.part("toggle-chat")).to_contain_text(str(number))
    control(mina, "chat")
    expect(mina.part("chat-message")).to_have_text(["Message 1", "Message 2"])
    mina.part("chat-text").fill("I have read them")
    mina.part("chat-send").click()
    expect(moira.part("chat-message").last).to_have_text("I have read them")
    control(mina, "chat")
    expect(mina.part("toggle-chat")).not_to_contain_text("2")
    assert barriers(mina.page) == []
    mina.part("leave-room").click()
    mina.go(f"/sessions/{meeting.session}")
    expect(mina.part("chat-message")).to_have_count(3)

"""What can go wrong with a meeting: each has its own words, and a way on."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.boxes import faults
from tests.e2e.checking import barriers
from tests.e2e.line import Line
from tests.e2e.meeting import MeetingPlace


@pytest.fixture(autouse=True)
def seen_out(meetings: MeetingPlace) -> Iterator[None]:
    """Nobody stays in a browser after a test, and no page had an error of its own."""
    yield
    assert meetings.see_out() == []


def answering(status: int, error: str = "refused", **headers: str) -> Callable[[Route], None]:
    """An app that answers whoever joins like this."""
    body = json.dumps({"error": error, "detail": "Said by the server.", "requestId": "1"})

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers={"content-type": "application/json", **headers}, body=body)

    return answer


def test_a_room_that_was_opened_in_another_tab_can_be_taken_over(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    first, second = meetings.guest(session.mentee), meetings.guest(session.mentee)
    first.enter(session)
    second.enter(session)
    expect(first.part("room-told", code="duplicate")).to_contain_text("in another tab")
    assert first.open_devices() == 0
    first.page.get_by_role("button", name="Use it here").click()
    first.wait_until_in()
    expect(second.part("room-told", code="duplicate")).to_be_visible()


def test_whoever_is_removed_and_whose_room_is_closed_is_told(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    mina, moira = meetings.guest(session.mentee), meetings.guest(session.mentor)
    mina.enter(session)
    moira.enter(session)
    expect(mina.part("other-tile")).to_be_visible()
    meetings.tell("remove", session=session.session, who=session.mentee["id"])
    expect(mina.part("room-told", code="removed")).to_be_visible()
    mina.join()
    expect(moira.part("other-tile")).to_be_visible()
    meetings.tell("delete_room", session=session.session)
    for guest in (mina, moira):
        expect(guest.part("room-told", code="ended")).to_contain_text("The room is closed.")
        assert guest.open_devices() == 0
    assert barriers(mina.page) == []


def test_a_session_that_is_cancelled_while_inside_ends_the_meeting(meetings: MeetingPlace) -> None:
    session = meetings.meeting(starts_in=300)
    moira = meetings.guest(session.mentor)
    moira.enter(session)
    expect(moira.part("time-left")).to_contain_text("Starts in")
    meetings.tell("cancel", session=session.session, who=session.mentee["id"])
    expect(moira.part("room-told", code="cancelled")).to_contain_text("This session was cancelled.")
    expect(moira.part("join-room")).to_have_count(0)
    assert moira.open_devices() == 0


def test_a_room_that_is_closed_before_the_page_hears_of_the_cancelling_says_why(
    meetings: MeetingPlace,
) -> None:
    session = meetings.meeting(starts_in=300)
    moira = meetings.guest(session.mentor)
    moira.enter(session)
    meetings.tell("delete_room", session=session.session)
    expect(moira.part("room-told", code="ended")).to_be_visible()
    meetings.tell("cancel", session=session.session, who=session.mentee["id"])
    expect(moira.part("room-told", code="cancelled")).to_contain_text("This session was cancelled.")


def test_a_recording_that_cannot_start_is_said_in_the_room_and_both_go_on_without(
    meetings: MeetingPlace,
) -> None:
    session = meetings.meeting()
    # What is said of a microphone that may not be used is below, and not under it.
    refused = """navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("refused", "NotAllowedError"); };"""
    mina = meetings.guest(session.mentee, size=(360, 740), script=refused)
    moira = meetings.guest(session.mentor, script=refused)
    meetings.tell("keep_recordings", folder="/out")
    try:
        mina.go(f"/room/{session.session}")
        mina.part("recording-button").click()
        expect(mina.part("recording-choice")).to_contain_text("It begins when Moira agrees too.")
        mina.join()
        moira.enter(session)
        sign = moira.part("recording-sign")
        expect(sign).to_contain_text("Mina would like to record this session.")
        sign.get_by_role("button", name="Agree to a recording").click()
        for guest in (mina, moira):
            expect(guest.part("recording-sign")).to_contain_text("The recording could not start.")
            expect(guest.part("microphone-problem")).to_be_visible()
            assert (barriers(guest.page), faults(guest.page, "[data-testid=recording-sign]")) == ([], [])
            told, said = (
                guest.part(part).bounding_box() for part in ("microphone-problem", "recording-sign")
            )
            assert told is not None
            assert said is not None
            assert told["y"] >= said["y"] + said["height"]
        sign.get_by_role("button", name="Go on without").click()
        for guest in (mina, moira):
            expect(guest.part("recording-sign")).to_have_count(0)
    finally:
        meetings.tell("keep_recordings", folder=None)


def test_a_video_server_that_is_restarted_has_both_back_by_itself(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    mina, moira = meetings.guest(session.mentee), meetings.guest(session.mentor)
    mina.enter(session)
    moira.enter(session)
    mina.wait_for_picture("other-tile")
    mina.part("toggle-microphone").click()
    expect(mina.part("own-tile", muted="yes")).to_be_visible()
    meetings.stop_video()
    try:
        interrupted = mina.part("room-interrupted")
        expect(interrupted.or_(mina.part("reconnecting")).first).to_be_visible()
        expect(interrupted).to_contain_text("The video server does not answer.", timeout=60_000)
        assert barriers(mina.page) == []
    finally:
        meetings.start_video()
    for guest in (mina, moira):
        expect(guest.part("room")).to_be_visible(timeout=60_000)
    mina.wait_for_picture("other-tile")
    # As it was: the camera on, the microphone off.
    expect(mina.part("own-tile", seen="yes", muted="yes")).to_be_visible()
    assert "/room/" in mina.page.url


def test_a_lost_network_is_said_and_comes_back(meetings: MeetingPlace) -> None:
    session = meetings.meeting("audio")
    mina = meetings.guest(session.mentee)
    # The signal goes by a socket that the test can cut.
    cut: list[object] = []

    def relay(socket: object) -> None:
        cut.append(socket)
        socket.connect_to_server()  # type: ignore[attr-defined]

    mina.tab.route_web_socket(lambda url: "/rtc" in url, relay)
    mina.enter(session)
    expect(mina.part("own-tile")).to_be_visible()
    mina.page.evaluate("window.connections.forEach((each) => each.close())")
    for socket in cut:
        socket.close(code=3000)  # type: ignore[attr-defined]
    expect(mina.part("room-said")).to_have_text("The connection is back.")
    expect(mina.part("own-tile")).to_be_visible()


def test_a_restart_of_the_app_does_not_end_a_meeting(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    mina, moira = meetings.guest(session.mentee), meetings.guest(session.mentor)
    line = Line(mina)
    moira.enter(session)
    mina.enter(session)
    mina.wait_for_picture("other-tile")
    connections = mina.page.evaluate("window.connections.length")
    meetings.tell("forget_pages")
    line.heard.clear()
    line.cut()
    mina.until(lambda: any('"is_hydrated_rx_state_":true' in said for said in line.heard))
    expect(mina.part("offline-note")).to_have_count(0)
    mina.wait_for_more("video", "audio")
    expect(mina.part("time-left")).to_contain_text("left")
    assert mina.page.evaluate("window.connections.length") == connections
    # What the new state says of the session still reaches the room.
    mina.part("leave-room").click()
    expect(mina.part("presence")).to_have_text("Moira is in the room.")


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (401, "signed_out", "Log in"),
        (403, "not_permitted", "This room is not yours."),
        (404, "missing", "There is no such session."),
        (409, "not_now", "Said by the server."),
        (429, "too_many", "That was too often."),
        (422, "failed", "Joining did not work."),
    ],
)
def test_each_refusal_of_the_app_has_its_words(
    meetings: MeetingPlace, status: int, code: str, says: str
) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)
    mina.tab.route("**/join", answering(status))
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code=code)).to_contain_text(says)
    assert barriers(mina.page) == []
    mina.page.unroute("**/join")
    mina.join()


def test_a_video_server_that_is_down_is_asked_again_by_itself_and_by_hand(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)
    mina.tab.route("**/join", answering(503, **{"retry-after": "50"}))
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code="video_down")).to_contain_text("The video server does not answer.")
    expect(mina.page.get_by_text("Next try in 4")).to_be_visible()
    assert barriers(mina.page) == []
    mina.page.get_by_role("button", name="Not now").click()
    expect(mina.part("join-room")).to_have_text("Join")
    mina.page.unroute("**/join")
    mina.tab.route("**/join", answering(503, **{"retry-after": "1"}))
    mina.part("join-room").click()
    expect(mina.part("room-told", code="video_down")).to_be_visible()
    mina.page.unroute("**/join")
    mina.wait_until_in()


def test_join_asks_once_however_often_it_is_pressed(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)
    waiting: list[Route] = []
    mina.tab.route("**/join", lambda route: waiting.append(route))
    mina.go(f"/room/{session.session}")
    join = mina.part("join-room")
    join.click()
    expect(join).to_have_attribute("aria-busy", "true")
    expect(join).to_have_text("Joining …")
    join.click()
    join.press("Enter")
    mina.until(lambda: bool(waiting))
    assert len(waiting) == 1
    waiting[0].continue_()
    mina.wait_until_in()


def test_joining_can_be_given_up_and_begun_again(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    mina = meetings.guest(session.mentee)
    late: list[Route] = []
    mina.tab.route("**/stage-*.js", lambda route: late.append(route))
    mina.go(f"/room/{session.session}")
    join, cancel = mina.part("join-room"), mina.part("cancel-joining")
    expect(mina.part("camera-preview")).to_be_visible()
    join.click()
    expect(cancel).to_have_text("Cancel")
    assert barriers(mina.page) == []
    cancel.press("Enter")
    expect(cancel).to_have_count(0)
    expect(join).to_have_text("Join")
    expect(join).to_have_attribute("aria-busy", "false")
    expect(join).to_be_focused()
    expect(mina.part("room-told")).to_have_count(0)
    expect(mina.part("camera-preview")).to_be_visible()
    # There was a pass, and now there is what draws the room: too late for who has given up.
    with mina.page.expect_event("requestfinished", lambda request: "/stage-" in request.url):
        late[0].continue_()
    rooms = "done(document.querySelectorAll('.room').length)"
    assert mina.page.evaluate(f"new Promise((done) => setTimeout(() => {rooms}, 500))") == 0
    # A pass that is still waited for is not wanted any more.
    mina.tab.route("**/join", lambda route: late.append(route))
    join.click()
    with mina.page.expect_event("requestfailed", lambda request: request.url.endswith("/join")):
        cancel.click()
    mina.page.unroute("**/join")
    mina.join()


def test_a_token_that_the_video_server_refuses_is_said(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)

    def forge(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "token": "a.forged.token"})

    mina.tab.route("**/join", forge)
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code="refused")).to_contain_text("refused the way in")
    mina.page.unroute("**/join")
    mina.page.get_by_role("button", name="Join again").click()
    mina.wait_until_in()


def test_a_room_that_cannot_be_loaded_is_said(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)
    mina.tab.route("**/stage-*.js", lambda route: route.abort())
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code="not_loaded")).to_contain_text("Reload the page")
    mina.page.unroute("**/stage-*.js")
    mina.page.get_by_role("button", name="Reload the page").click()
    mina.ready()
    mina.join()


def test_a_room_that_does_not_come_is_not_waited_for_without_end(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    hurried = """const later = window.setTimeout.bind(window);
        window.setTimeout = (go, after, ...values) => later(go, after === 20000 ? 1000 : after, ...values);"""
    mina = meetings.guest(session.mentee, script=hurried)
    mina.tab.route("**/stage-*.js", lambda route: None)
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code="not_loaded")).to_contain_text("Reload the page")


# What a computer's clock says once it has slept for three minutes.
SLEPT = "const now = Date.now.bind(Date); Date.now = () => now() + 180000"


def test_a_computer_that_slept_does_not_take_the_meeting_back_by_itself(meetings: MeetingPlace) -> None:
    session = meetings.meeting()
    laptop, phone = meetings.guest(session.mentee), meetings.guest(session.mentee)
    laptop.enter(session)
    expect(laptop.part("own-tile", seen="yes")).to_be_visible()
    laptop.page.evaluate(SLEPT)
    expect(laptop.part("room-told", code="away")).to_contain_text("You were out of the room")
    assert laptop.open_devices() == 0
    assert barriers(laptop.page) == []
    phone.enter(session)
    laptop.page.get_by_role("button", name="Join again").click()
    laptop.wait_until_in()
    expect(phone.part("room-told", code="duplicate")).to_be_visible()


def test_an_interrupted_meeting_is_tried_again_for_two_minutes_and_then_on_demand(
    meetings: MeetingPlace,
) -> None:
    session = meetings.meeting()
    mina = meetings.guest(session.mentee)

    def elsewhere(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "serverUrl": "ws://127.0.0.1:9"})

    mina.tab.route("**/join", elsewhere)
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    interrupted = mina.part("room-interrupted")
    expect(interrupted).to_contain_text("The video server cannot be reached from here.")
    expect(interrupted.get_by_test_id("write-instead")).to_have_text(
        "Write to Moira on the page of the session"
    )
    mina.page.unroute("**/join")
    mina.tab.route("**/join", answering(503, **{"retry-after": "1"}))
    expect(interrupted).to_contain_text("Said by the server.")
    mina.page.evaluate(SLEPT)
    mina.page.unroute("**/join")
    expect(mina.part("room-told", code="away")).to_contain_text("Join again when you are there.")
    assert mina.open_devices() == 0
    mina.page.get_by_role("button", name="Join again").click()
    mina.wait_until_in()


def test_one_writes_in_the_lobby_of_a_chat_while_the_video_server_is_down(meetings: MeetingPlace) -> None:
    session = meetings.meeting("chat")
    mina = meetings.guest(session.mentee)
    mina.tab.route("**/join", answering(503, **{"retry-after": "50"}))
    mina.go(f"/room/{session.session}")
    mina.part("join-room").click()
    expect(mina.part("room-told", code="video_down")).to_be_visible()
    mina.part("chat-text").fill("I am here")
    mina.part("chat-text").press("Enter")
    expect(mina.part("chat-message")).to_have_text("I am here")
    assert barriers(mina.page) == []
    mina.page.unroute("**/join")
    mina.page.get_by_role("button", name="Try now").click()
    mina.wait_until_in()
    # Once, in the room.
    expect(mina.part("chat-message")).to_have_text("I am here")


def test_the_last_minutes_are_counted_down_and_the_end_closes_the_room(meetings: MeetingPlace) -> None:
    session = meetings.meeting("audio", starts_in=-60 * 86, minutes=60)
    mina = meetings.guest(session.mentee)
    mina.enter(session)
    expect(mina.part("time-left")).to_contain_text("Over time, closes in 3:")
    expect(mina.part("closes-soon")).to_contain_text("The room closes in 3:")
    assert barriers(mina.page) == []

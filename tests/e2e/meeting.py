"""Two people in a meeting: the app, a real LiveKit server and a browser with made-up cameras."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, Error, Page, expect

from mentorbook.frontend_build import build
from tests.e2e.chromium import find_chromium
from tests.e2e.visitor import DESKTOP, PATIENCE_MS, PHONE, Tabs, Visitor
from tests.servers.livekit import LiveKit, running_livekit
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
MADE_UP_DEVICES = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
)
# What a page does with the connections that LiveKit makes in it; they are kept where a test can ask them.
_KEEP_CONNECTIONS = """
    window.connections = [];
    window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
        construct: (made, values) => {
            const one = new made(...values);
            window.connections.push(one);
            return one;
        },
    });
"""
_RECEIVED = """async () => {
    const received = { video: 0, audio: 0 };
    for (const connection of window.connections)
        for (const each of (await connection.getStats()).values())
            if (each.type === "inbound-rtp") received[each.kind] += each.bytesReceived;
    return received;
}"""
# How bright the brightest part of a picture is, from 0 to 255.
_BRIGHTEST = """(video) => {
    const canvas = new OffscreenCanvas(32, 32), pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 32, 32);
    const bytes = pen.getImageData(0, 0, 32, 32).data;
    return Math.max(...bytes.filter((each, place) => place % 4 !== 3));
}"""


@dataclass(frozen=True)
class Meeting:
    """A session whose room is open, and its two people."""

    session: str
    mentor: dict[str, str]
    mentee: dict[str, str]


class Guest(Visitor):
    """Somebody at a browser with a camera and a microphone."""

    def __init__(self, page: Page, site: str) -> None:
        super().__init__(page, site)
        self.thrown: list[str] = []

    def _thrown(self, error: Error) -> None:
        self.thrown.append(str(error))

    def enter(self, meeting: Meeting) -> None:
        """Go to the room and press Join."""
        self.go(f"/room/{meeting.session}")
        self.join()

    def join(self) -> None:
        """Press Join, and wait until LiveKit is there."""
        self.part("join-room").click()
        self.wait_until_in()

    def wait_until_in(self) -> None:
        """Wait until the connection stands."""
        expect(self.page.locator('.stage[data-state="connected"], .room-body[data-written]')).to_be_visible()

    def received(self) -> dict[str, int]:
        """How many bytes of video and audio have come so far."""
        found: dict[str, int] = self.page.evaluate(_RECEIVED)
        return found

    def wait_for_more(self, *kinds: str) -> None:
        """Wait until more has come of each kind than has so far."""
        before = self.received()
        self.until(lambda: all(self.received()[kind] > before[kind] for kind in kinds))

    def wait_for_picture(self, part: str) -> None:
        """Wait until a part shows more than blackness."""
        video = self.part(part).locator("video")
        video.wait_for()
        self.until(lambda: video.evaluate("(video) => video.videoWidth") > 2)
        self.until(lambda: video.evaluate(_BRIGHTEST) > 60)

    def open_devices(self) -> int:
        """How many tracks of cameras, microphones and screens this page has open."""
        count: int = self.page.evaluate("window.opened.filter((each) => each.readyState === 'live').length")
        return count


class MeetingPlace:
    """The running app with its video server, which can be stopped and started; and a browser."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._folder = folder
        self._port, self._video_port = free_port(), free_port()
        self.site = f"http://127.0.0.1:{self._port}"
        self._tabs = Tabs(browser, self.site, _KEEP_CONNECTIONS + _KEEP_TRACKS)
        self._video = ExitStack()
        self.livekit = self.start_video()
        self._guests: list[tuple[Guest, dict[str, Any]]] = []
        self.log = folder / "log"

    def start_video(self) -> LiveKit:
        """Start the LiveKit server, always on the same port."""
        hook = f"{self.site}/api/livekit/webhook"
        return self._video.enter_context(running_livekit(webhook_url=hook, port=self._video_port))

    def stop_video(self) -> None:
        """Stop it, with whatever is in it."""
        self._video.close()

    @contextmanager
    def open(self) -> Iterator["MeetingPlace"]:
        """Run the app."""
        of_video = (self.livekit.url, self.livekit.api_key, self.livekit.api_secret)
        command = [
            sys.executable,
            "-m",
            "tests.e2e.meeting_app",
            str(self._folder),
            str(self._port),
            *of_video,
        ]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        # The app ends with its input, at the latest with this process.
        with (
            self._video,
            self.log.open("wb") as log,
            subprocess.Popen(command, cwd=ROOT, stderr=log, **pipes) as self._app,
        ):
            assert self._heard() == "ready"
            yield self
            self.see_out()

    def see_out(self) -> list[str]:
        """See every guest out; returns what scripts of pages have thrown."""
        thrown: list[str] = []
        while self._guests:
            guest, options = self._guests.pop()
            thrown += guest.thrown
            guest.leave(self._tabs, options)
        return thrown

    def tell(self, order: str, **values: Any) -> Any:
        """Have the app's process do something, and return what it says."""
        assert self._app.stdin is not None
        self._app.stdin.write(json.dumps({"do": order, **values}) + "\n")
        self._app.stdin.flush()
        return self._heard()

    def _heard(self) -> Any:
        assert self._app.stdout is not None
        line = self._app.stdout.readline()
        assert line, self.log.read_text(errors="replace")[-4000:]
        return json.loads(line)

    def meeting(
        self,
        kind: str = "video",
        *,
        starts_in: int = -60,
        minutes: int = 60,
        title: str = "Reading papers faster",
        names: tuple[str, str] = ("Moira MacGillivray", "Mina Patel"),
    ) -> Meeting:
        """A session that began a minute ago, or begins later."""
        values = {"kind": kind, "starts_in": starts_in, "minutes": minutes, "title": title, "names": names}
        return Meeting(**self.tell("book", **values))

    def guest(
        self,
        person: dict[str, str],
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        may: tuple[str, ...] = ("camera", "microphone"),
        script: str = "",
    ) -> Guest:
        """Somebody who is logged in; `may` is what the browser allows, `script` runs before every page."""
        is_phone = size[0] <= PHONE[0]
        options: dict[str, Any] = {
            "base_url": self.site,
            "accept_downloads": True,
            "has_touch": is_phone,
            "is_mobile": is_phone,
            "locale": "en-GB",
            "permissions": list(may),
        }
        guest = Guest(self._tabs.open(size, dark=dark, **options), self.site)
        guest.log_in(person["cookie"], person["token"])
        if script:
            guest.tab.add_init_script(script)
        self._guests.append((guest, options))
        return guest

    def until(self, holds: Any, *, within: float = PATIENCE_MS / 1000) -> None:
        """Wait for something that no page shows."""
        patience = time.monotonic() + within
        while not holds():
            assert time.monotonic() < patience, "waited in vain"
            time.sleep(0.05)


# Every track that the page opens, so that a test can ask which are still open.
_KEEP_TRACKS = """
    window.opened = [];
    for (const name of ["getUserMedia", "getDisplayMedia"]) {
        const open = navigator.mediaDevices?.[name]?.bind(navigator.mediaDevices);
        if (open) navigator.mediaDevices[name] = async (...wishes) => {
            const stream = await open(...wishes);
            window.opened.push(...stream.getTracks());
            return stream;
        };
    }
"""


@contextmanager
def running_meetings(folder: Path, chromium: BrowserType) -> Iterator[MeetingPlace]:
    """Everything that a meeting needs."""
    build()  # here, where somebody sees what it says
    browser = chromium.launch(executable_path=find_chromium(), args=list(MADE_UP_DEVICES))
    try:
        with MeetingPlace(folder, browser).open() as place:
            yield place
    finally:
        browser.close()

"""Six frames of a booking over a line of 150 ms: what is there so many milliseconds after each press.

python -m benchmarks.film_strip

Draws `docs/images/booking-at-150-ms.png`. Each frame is taken after a wait that is written under it, counted
from the press; taking it needs some milliseconds more.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

from benchmarks.bench_line import MENTOR, slow_site
from mentorbook.services.people import accounts
from tests.e2e.chromium import find_chromium
from tests.e2e.visitor import DESKTOP, Visitor
from tests.people import a_mentee

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "booking-at-150-ms.png"
LINE = 0.15  # seconds, there and back
AT_ONCE, WITH_THE_ANSWER = 30, 230  # ms
_WIDTH = 640
_STYLE = (
    "body{margin:0;padding:24px;background:#f1f1f4;color:#1c2024;font:16px system-ui,sans-serif;display:grid;"
    f"grid-template-columns:repeat(3,{_WIDTH}px);gap:24px}} figure{{margin:0}} img{{width:100%;display:block;"
    "border-radius:10px;box-shadow:0 2px 8px #0003} figcaption{padding:10px 2px}"
)


@dataclass(frozen=True)
class Frame:
    """One picture and what it is of."""

    words: str
    image: bytes

    def html(self) -> str:
        """Return the frame as a figure."""
        data = base64.b64encode(self.image).decode()
        words = f"<figcaption>{self.words}</figcaption>"
        return f"<figure><img src='data:image/png;base64,{data}'>{words}</figure>"


def shoot(chromium: Browser, address: str, cookie: dict[str, str]) -> list[Frame]:
    """Book a session, and take a picture after each press."""
    width, height = DESKTOP
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": height}, timezone_id="UTC"
    )
    visitor = Visitor(context.new_page(), address)
    visitor.context.add_cookies([cookie])  # type: ignore[list-item]
    frames: list[Frame] = []

    def press(control: Locator, words: str, wait: int) -> None:
        control.click()
        visitor.page.wait_for_timeout(wait)
        frames.append(Frame(f"<b>{words}</b>, {wait} ms after the press", visitor.page.screenshot()))
        visitor.page.wait_for_timeout(800)

    visitor.go("/?q=" + MENTOR)
    visitor.part("mentor-card").first.click()
    visitor.part("book-session").wait_for()
    visitor.page.wait_for_timeout(1000)
    press(visitor.part("book-session"), "Book a session", AT_ONCE)
    press(visitor.page.locator("[data-testid=calendar-day][data-state=free]").nth(2), "A day", AT_ONCE)
    press(visitor.part("time-slot").nth(2), "A time", AT_ONCE)
    press(visitor.part("step-next"), "Continue", AT_ONCE)
    visitor.part("session-title").fill("How to read a map")
    press(visitor.part("step-next"), "Continue", WITH_THE_ANSWER)
    press(visitor.part("confirm-booking"), "Book this session", WITH_THE_ANSWER)
    visitor.context.close()
    return frames


def main() -> None:
    """Take the frames and join them."""
    with slow_site() as (line, cookie), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        line.round_trip = LINE
        # Somebody who has not booked anything this minute.
        token = accounts.start_login(a_mentee("Sam").id, address=None, agent="film strip")
        frames = shoot(chromium, line.address, {**cookie, "value": token})
        page = chromium.new_page(viewport={"width": 3 * _WIDTH + 96, "height": 400})
        page.set_content(f"<style>{_STYLE}</style>{''.join(frame.html() for frame in frames)}")
        page.screenshot(path=PICTURE, full_page=True)
        chromium.close()
    print(f"{len(frames)} frames in {PICTURE.name}")


if __name__ == "__main__":
    main()

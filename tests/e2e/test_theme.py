"""The theme stands before anything is painted, and all that is on the page takes it together."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visits
from tests.people import a_mentee, a_mentor

# In every frame from the first: the colours of ground, frame, cards, words, icons and controls.
WATCH = """(() => {
    const parts = ["body", ".radix-themes", ".top", ".brand", ".nav a[aria-current]", "h1", ".page-head p",
        ".card", ".mentor h2", ".mentor h2 + p", ".mentor .next", ".filters .icon", ".input", ".chip",
        ".btn.g", "select"];
    window.coloursSeen = {};
    const look = () => {
        for (const part of parts) {
            const element = document.querySelector(part);
            if (!element) continue;
            const style = getComputedStyle(element);
            (window.coloursSeen[part] ??= new Set()).add(`${style.color} on ${style.backgroundColor}`);
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
SEEN = """Object.fromEntries(Object.entries(window.coloursSeen).map(([part, seen]) => [part, [...seen]]))"""


def _colours_seen(page: Page) -> dict[str, list[str]]:
    """What each part looked like, each look once, in all frames until two more have passed."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: dict[str, list[str]] = page.evaluate(SEEN)
    return found


# In the dark with motion, where most could change; what a theme sets has nothing to do with motion.
@pytest.mark.parametrize(("dark", "motion"), [(True, "no-preference"), (False, "reduce")])
def test_nothing_changes_its_colour_while_a_page_loads(visits: Visits, motion: str, dark: bool) -> None:
    a_mentor("Moira", "Europe/London")
    visitor = visits(dark=dark, cold=True)
    visitor.page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    visitor.tab.add_init_script(WATCH)
    visitor.context.new_cdp_session(visitor.page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    visitor.go("/?q=moira")
    expect(visitor.page.get_by_role("heading", name="Moira").first).to_be_visible()
    seen = _colours_seen(visitor.page)
    assert len(seen) > 12
    assert {part: looks for part, looks in seen.items() if len(looks) > 1} == {}
    assert ("on rgb(17, 17, 19)" in seen[".radix-themes"][0]) is dark


# In every frame: how the page as a whole looks.
WATCH_ALL = """() => {
    window.looksSeen = [];
    const parts = ["body", ".top", ".nav a[aria-current]", "h1", ".mentor", ".mentor h2", ".chip", "select",
        ".input"];
    const look = () => {
        const now = JSON.stringify(parts.map((part) => {
            const style = getComputedStyle(document.querySelector(part));
            return `${part}: ${style.color} on ${style.backgroundColor}`;
        }));
        if (window.looksSeen.at(-1) !== now) window.looksSeen.push(now);
        requestAnimationFrame(look);
    };
    look();
}"""


def test_another_theme_is_everywhere_at_once(visits: Visits) -> None:
    a_mentor("Moira", "Europe/London")
    visitor = visits(a_mentee())
    visitor.page.emulate_media(reduced_motion="no-preference")
    visitor.go("/?q=moira")
    expect(visitor.page.get_by_role("heading", name="Moira").first).to_be_visible()
    visitor.part("account-menu").click()
    dark = visitor.page.get_by_role("menuitemradio", name="Dark")
    dark.hover()
    visitor.page.evaluate(WATCH_ALL)
    dark.click()
    visitor.page.wait_for_function("document.documentElement.classList.contains('dark')")
    visitor.page.evaluate("new Promise((done) => setTimeout(done, 400))")
    looks: list[str] = visitor.page.evaluate("window.looksSeen")
    assert len(looks) == 2, looks

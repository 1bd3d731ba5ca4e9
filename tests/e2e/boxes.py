"""Whether everything on the screen lies in its box, can be read and can be pressed."""

from pathlib import Path

from playwright.sync_api import Page

# `outside`: words and controls that stick out of a box around them, at the sides always, above and below up
# to the nearest box that scrolls. `covered`: controls that take no press at their middle, once scrolled to.
# `broken`: words that are torn although none is long. `dangling`: a dot between two things, one of which is
# in another line. Left out: what is for screen readers only, what is cut with an ellipsis on purpose, and
# what lies in a box that scrolls sideways on purpose.
_FAULTS = (Path(__file__).parent / "boxes.js").read_text()

_IN_VIEW = """(controls) => controls.filter((control) => {
    const box = control.getBoundingClientRect();
    return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1
        || !control.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
}).map((control) => `not in view: ${control.getAttribute("aria-label") || control.textContent}`)"""


def faults(page: Page, *within: str) -> list[str]:
    """What lies outside its box or under something else, in the parts that match one of the selectors."""
    found: list[str] = page.evaluate(_FAULTS, list(within))
    return found


def out_of_view(page: Page, controls: str) -> list[str]:
    """Which of these controls cannot be pressed without scrolling."""
    found: list[str] = page.locator(controls).evaluate_all(_IN_VIEW)
    return found

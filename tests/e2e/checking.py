"""What every page must pass, whatever it shows."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()


def barriers(page: Page) -> list[str]:
    """What keeps some people from using the page as it is now; empty is good."""
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))")
    found = _axe.run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {_why(node)}"
        for violation in found
        for node in violation["nodes"]
    ]


def _why(node: dict) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])


def beyond_the_edge(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return pixels


def small_targets(page: Page, within: str, least: int = 44) -> list[str]:
    """Controls that are less high than a fingertip."""
    small: list[str] = page.evaluate(
        """([within, least]) => [...document.querySelectorAll(within)]
            .flatMap((part) => [...part.querySelectorAll("button, a, input, textarea, select")])
            .filter((control) => control.checkVisibility())
            .map((control) => [Math.round(control.getBoundingClientRect().height), control])
            .filter(([height]) => height < least)
            .map(([height, control]) => `${height}: ${control.outerHTML.slice(0, 120)}`)""",
        [within, least],
    )
    return small

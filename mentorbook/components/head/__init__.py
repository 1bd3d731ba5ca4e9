"""What the head of every page has of ours: its icon, and the scripts that do not wait for the page's code."""

from pathlib import Path

import reflex as rx
from reflex.components.component import Component

_HERE = Path(__file__).parent


def head() -> list[Component]:
    """Return the elements, in order.

    Whoever is quick must not be quicker than what listens to them, so these scripts stand in the page itself:
    as files they would keep the first paint waiting, behind the code of the page. The others are done once
    the page is there.
    """
    inline = [rx.el.script((_HERE / name).read_text()) for name in ("focus.js", "press.js")]
    later = [rx.el.script(src=src, defer=True) for src in ("/calendar.js", "/theme.js")]
    return [*inline, *later, rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")]

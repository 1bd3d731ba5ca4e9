"""A browser's own description of itself, in words that its owner recognises."""

import re

# In this order: nearly every one also claims to be its predecessors.
_BROWSERS = (
    ("Edge", r"\bEdgA?/|\bEdgiOS/|\bEdge/"),
    ("Opera", r"\bOPR/|\bOPiOS/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bHeadlessChrome/|\bChrome/|\bCriOS/|\bChromium/"),
    ("Safari", r"\bVersion/[\d.]+ .*\bSafari/"),
    ("curl", r"^curl/"),
    ("Python", r"^python-|^Python/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_in_words(user_agent: str | None) -> str:
    """Name browser and system, such as "Firefox on Windows"; "Unknown browser" where neither is known."""
    text = (user_agent or "")[:300]
    browser = _first(_BROWSERS, text)
    system = _first(_SYSTEMS, text)
    if browser and system:
        return f"{browser} on {system}"
    if browser:
        return browser
    return f"Unknown browser on {system}" if system else "Unknown browser"


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in names if re.search(pattern, text)), None)

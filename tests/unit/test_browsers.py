"""Browsers in words, from what real ones send."""

import pytest

from mentorbook.domain.browsers import browser_in_words

# ruff: noqa: E501
MOZILLA = "Mozilla/5.0"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0", "Firefox on Windows"),
        (f"{MOZILLA} (X11; Linux x86_64) {KIT} Chrome/143.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/143.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/26.1 Safari/605.1.15", "Safari on macOS"),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) {SAFARI} Version/26.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) {SAFARI} CriOS/143.0.0.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (f"{MOZILLA} (iPad; CPU OS 18_7 like Mac OS X) {SAFARI} FxiOS/146.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPad"),
        (f"{MOZILLA} (Linux; Android 10; K) {KIT} Chrome/143.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} (Linux; Android 10; K) {KIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {KIT} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {KIT} Chrome/143.0.0.0 Safari/537.36 OPR/125.0.0.0", "Opera on Windows"),
        (f"{MOZILLA} (X11; Linux x86_64) {KIT} HeadlessChrome/143.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("curl/8.5.0", "curl"),
        ("python-httpx/0.28.1", "Python"),
        (f"{MOZILLA} (Windows NT 10.0)", "Unknown browser on Windows"),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
        (None, "Unknown browser"),
        ("Chrome" * 10_000, "Unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_its_owner_knows_it(agent: str | None, words: str) -> None:
    assert browser_in_words(agent) == words

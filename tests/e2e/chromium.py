"""Finds a Chromium for the browser tests, and installs one where it may."""

import functools
import os
import shutil
import subprocess
import sys

INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")


def find_chromium() -> str | None:
    """The path of a Chromium: the one asked for, Playwright's own, or the system's."""
    if chosen := os.environ.get("MENTORBOOK_CHROMIUM"):
        if os.access(chosen, os.X_OK):
            return chosen
        sys.exit(f"MENTORBOOK_CHROMIUM is {chosen!r}, which is no program.")
    return _playwrights_own() or next(filter(None, map(shutil.which, INSTALLED_NAMES)), None)


def install_chromium() -> str | None:
    """Tries Playwright's download, then Debian's package; answers like `find_chromium`."""
    print("Installing Chromium for the browser tests ...", flush=True)
    _runs([sys.executable, "-m", "playwright", "install", "chromium"], seconds=180)
    _playwrights_own.cache_clear()
    if (found := find_chromium()) or not (shutil.which("apt-get") and os.geteuid() == 0):
        return found
    if _runs(["apt-get", "-q", "update"], seconds=180):
        _runs(["apt-get", "-qy", "install", "--no-install-recommends", *DEBIAN_PACKAGES], seconds=900)
    return find_chromium()


@functools.cache
def _playwrights_own() -> str | None:
    """Asked in a process of its own: the caller may be inside an event loop, where Playwright refuses."""
    question = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and os.access(path, os.X_OK) else None


def _runs(command: list[str], seconds: int) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, timeout=seconds, capture_output=True, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    if not (find_chromium() or install_chromium()):
        sys.exit(
            "The browser tests need Chromium, and it could not be installed: install Chromium or Chrome, "
            "or name one with MENTORBOOK_CHROMIUM=/path/to/chrome."
        )


if __name__ == "__main__":
    main()

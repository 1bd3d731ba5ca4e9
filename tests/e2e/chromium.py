"""Finds a Chromium for the browser tests, and installs one where it may.

Its headless shell comes first: the same engine, without the tabs and toolbars around every page of a test,
which nobody sees and which take as much of the processor as the pages.
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

DEBIAN_SHELL = "chromium-headless-shell"
INSTALLED_NAMES = (DEBIAN_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = (DEBIAN_SHELL, "fonts-liberation", "fonts-noto-color-emoji")


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
    _runs([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], seconds=180)
    _playwrights_own.cache_clear()
    if (found := find_chromium()) or not _may_install():
        return found
    if _runs(["apt-get", "-q", "update"], seconds=180):
        _apt_install(*DEBIAN_PACKAGES, seconds=900)
    return find_chromium()


def add_shell() -> None:
    """Adds the headless shell to a Chromium of Debian's, if that is a matter of a moment."""
    is_there = os.environ.get("MENTORBOOK_CHROMIUM") or _playwrights_own() or shutil.which(DEBIAN_SHELL)
    if not is_there and shutil.which("chromium") and _may_install():
        _apt_install(DEBIAN_SHELL, seconds=60)


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _apt_install(*packages: str, seconds: int) -> None:
    _runs(["apt-get", "-qy", "install", "--no-install-recommends", *packages], seconds)


@functools.cache
def _playwrights_own() -> str | None:
    """Asked in a process of its own: the caller may be inside an event loop, where Playwright refuses."""
    question = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    if not path:
        return None
    return next((each for each in (*_shells_beside(Path(path)), path) if os.access(each, os.X_OK)), None)


def _shells_beside(chromium: Path) -> list[str]:
    """Where Playwright keeps the headless shell of the same build: beside `chromium-<build>`."""
    for folder in chromium.parents:
        if folder.name.startswith("chromium-"):
            shells = folder.name.replace("chromium-", "chromium_headless_shell-", 1)
            return sorted(str(each) for each in folder.parent.glob(f"{shells}/*/*headless*shell"))
    return []


def _runs(command: list[str], seconds: int) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, timeout=seconds, capture_output=True, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    add_shell()
    if not (find_chromium() or install_chromium()):
        sys.exit(
            "The browser tests need Chromium, and it could not be installed: install Chromium or Chrome, "
            "or name one with MENTORBOOK_CHROMIUM=/path/to/chrome."
        )


if __name__ == "__main__":
    main()

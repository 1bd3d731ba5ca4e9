"""Where the built pages are, and what Reflex needs in order to serve them.

A wheel brings them inside the package. A checkout keeps them under `.cache/pages/<fingerprint of their
sources>`, built by `mentorbook/frontend_build.py`. Only the standard library is used here, so that the build
of a wheel can ask before anything else is installed.
"""

import fcntl
import hashlib
import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
SHIPPED = PACKAGE / "built_pages"
CACHE = ROOT / ".cache"
PAGES = CACHE / "pages"

QUIET = {"REFLEX_TELEMETRY_ENABLED": "false", "REFLEX_CHECK_LATEST_VERSION": "false"}


def ready_pages() -> Path:
    """Return the folder of the built pages, or end the process with one sentence when there is none.

    It is also the working directory to serve from: Reflex looks there for `rxconfig.py`, and nowhere else.
    """
    if SHIPPED.is_dir():
        return SHIPPED
    if not (ROOT / "rxconfig.py").is_file():
        sys.exit("This installation holds no pages: install a wheel that `pip wheel .` has built.")
    if not (pages := cached_pages()).is_dir():
        sys.exit("The pages are not built: make build")
    return pages


def hold(pages: Path) -> None:
    """Keep these pages, as long as this process lives, from being deleted after later builds."""
    fcntl.flock(os.open(_lock(pages), os.O_RDONLY), fcntl.LOCK_SH)


def is_held(pages: Path) -> bool:
    """Say whether a living process serves these pages."""
    try:
        with _lock(pages).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _lock(pages: Path) -> Path:
    return pages / "reflex.json"


def serving_environment(pages: Path) -> dict[str, str]:
    """Return what `mentorbook.mentorbook:app` must find in the environment to serve these pages."""
    return QUIET | {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(pages),
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def cached_pages() -> Path:
    """Return where a checkout keeps the pages of its present sources, whether they are built yet or not."""
    lock = (path for path in (ROOT / "reflex.lock").rglob("*") if path.is_file())
    return PAGES / fingerprint([*sources(), *sorted(lock)])


def sources() -> list[Path]:
    """Return the files that the pages are built from, but for the lock: a build may change that."""
    assets = (path for path in (ROOT / "assets").rglob("*") if path.is_file())
    code = (path for kind in ("py", "js", "mjs") for path in PACKAGE.rglob(f"*.{kind}"))
    return sorted([ROOT / "rxconfig.py", ROOT / "requirements.txt", *code, *assets])


def fingerprint(files: list[Path]) -> str:
    """Return a name that changes with the content or the place of any of the files."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]

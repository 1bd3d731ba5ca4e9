"""Build the pages of a checkout once and keep them under .cache/pages/<fingerprint of their sources>.

What is served is never the folder being built: a broken build changes nothing, a running server keeps its
pages while the next ones are built, and going back to earlier sources needs no build at all. A wheel leaves
this module out: it brings its pages.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mentorbook.frontend import CACHE, PAGES, QUIET, ROOT, cached_pages, fingerprint, is_held, sources

WEB = ROOT / ".web"
LOG = CACHE / "build.log"
KEPT_BUILDS = 4


def build() -> Path:
    """Build the pages unless they are there already, and return their folder."""
    if (ready := cached_pages()).is_dir():
        ready.touch()  # the builds used least recently go first
        return ready
    with _alone():
        if (ready := cached_pages()).is_dir():
            return ready
        started = time.monotonic()
        print("Building the pages (about half a minute the first time) ...", flush=True)
        built_from = None
        while built_from != (built_from := fingerprint(sources())):  # again, if somebody edits meanwhile
            _export()
        _forget_addresses(ROOT / "reflex.lock" / "bun.lock")
        _publish(ready := cached_pages())
        print(f"Built in {time.monotonic() - started:.0f} s.", flush=True)
    return ready


@contextmanager
def _alone() -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another build of this folder to finish ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _export() -> None:
    """Run Reflex in a process of its own, which sees none of this machine's MentorBook settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MENTORBOOK_")}
    # Added in front: pip tells an isolated build by this variable where its packages are.
    paths = filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    environment |= QUIET | {"REFLEX_ENV_MODE": "prod", "PYTHONPATH": os.pathsep.join(paths)}
    environment["REFLEX_DIR"] = str(CACHE / "reflex")
    environment.pop("REFLEX_WEB_WORKDIR", None)
    if registry := _npm_registry():
        environment["NPM_CONFIG_REGISTRY"] = registry
    with LOG.open("w") as log:
        command = [sys.executable, "-c", "from mentorbook.frontend_build import export_here; export_here()"]
        code = subprocess.call(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    if code:
        print(LOG.read_text(), file=sys.stderr)
        sys.exit(f"The pages could not be built; the messages above are in {LOG.relative_to(ROOT)}.")


def export_here() -> None:
    """Do what `reflex export` does, without the changes its set-up makes to .gitignore and requirements."""
    from reflex.utils import export, frontend_skeleton, prerequisites

    if prerequisites.needs_reinit():
        prerequisites.initialize_reflex_user_directory()  # type: ignore[no-untyped-call]
        frontend_skeleton.initialize_web_directory()  # type: ignore[no-untyped-call]
    export.export(zipping=False, backend=False)


def _npm_registry() -> str | None:
    """Return where this machine's npm installs from; `None` without npm: then Reflex decides."""
    if chosen := os.environ.get("NPM_CONFIG_REGISTRY"):
        return chosen
    if npm := shutil.which("npm"):
        answer = subprocess.run(
            [npm, "config", "get", "registry"], capture_output=True, text=True, check=False, cwd=ROOT
        )
        if answer.returncode == 0 and answer.stdout.startswith("http"):
            return answer.stdout.strip()
    return None


def _forget_addresses(lockfile: Path) -> None:
    """Remove the addresses of a mirror from the lock: the hashes identify the packages."""
    if lockfile.is_file():
        text = lockfile.read_text()
        clean = re.sub(r'(\["[^"]+", )"https?://[^"]*"', r'\1""', text)
        if clean != text:
            lockfile.write_text(clean)


def _publish(ready: Path) -> None:
    draft = PAGES / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(WEB / "build" / "client", draft / "build" / "client")
    shutil.copytree(WEB / "backend", draft / "backend")
    for file in (WEB / "reflex.json", ROOT / "rxconfig.py"):
        shutil.copy(file, draft)
    draft.rename(ready)
    forget_old_builds(PAGES)


def forget_old_builds(folder: Path) -> None:
    """Delete the builds that were used least recently, except those that a process serves."""
    builds = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in builds[:-KEPT_BUILDS]:
        if not is_held(old):
            shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    build()

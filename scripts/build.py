"""Builds the pages once and keeps them under .cache/pages/<fingerprint of their sources>.

What is served is never the folder being built: a broken build changes nothing, a running server keeps its
pages while the next ones are built, and going back to earlier sources needs no build at all.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / ".web"
CACHE = ROOT / ".cache"
PAGES = CACHE / "pages"
LOG = CACHE / "build.log"
KEPT_BUILDS = 4

QUIET = {
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_DIR": str(CACHE / "reflex"),
}


def serving_environment() -> dict[str, str]:
    """What `mentorbook.mentorbook:app` must find in the environment to serve the built pages."""
    return QUIET | {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_USE_GRANIAN": "true",
        "REFLEX_WEB_WORKDIR": str(pages()),
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def pages() -> Path:
    """The folder of the pages that belong to the present sources, whether it exists yet or not."""
    lock = (path for path in (ROOT / "reflex.lock").rglob("*") if path.is_file())
    return PAGES / _fingerprint([*_sources(), *sorted(lock)])


def _sources() -> list[Path]:
    assets = (path for path in (ROOT / "assets").rglob("*") if path.is_file())
    code = (ROOT / "mentorbook").rglob("*.py")
    return sorted([ROOT / "rxconfig.py", ROOT / "requirements.txt", Path(__file__).resolve(), *code, *assets])


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]


def build() -> Path:
    """Builds the pages unless they are there already."""
    if (ready := pages()).is_dir():
        ready.touch()  # the builds used least recently go first
        return ready
    with _alone():
        if (ready := pages()).is_dir():
            return ready
        started = time.monotonic()
        print("Building the pages (about half a minute the first time) ...", flush=True)
        sources = None
        while sources != (sources := _fingerprint(_sources())):  # again, if somebody edits meanwhile
            _export()
        _forget_addresses(ROOT / "reflex.lock" / "bun.lock")
        _publish(ready := pages())
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
    """Runs Reflex in a process of its own, which sees none of this machine's MentorBook settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MENTORBOOK_")}
    environment |= QUIET | {"REFLEX_ENV_MODE": "prod", "PYTHONPATH": str(ROOT)}
    environment.pop("REFLEX_WEB_WORKDIR", None)
    if registry := _npm_registry():
        environment["NPM_CONFIG_REGISTRY"] = registry
    with LOG.open("w") as log:
        command = [sys.executable, "-c", "from scripts.build import export_here; export_here()"]
        code = subprocess.call(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    if code:
        print(LOG.read_text(), file=sys.stderr)
        sys.exit(f"The pages could not be built; the messages above are in {LOG.relative_to(ROOT)}.")


def export_here() -> None:
    """What `reflex export` does, without the changes its set-up makes to .gitignore and requirements."""
    from reflex.utils import export, frontend_skeleton, prerequisites

    if prerequisites.needs_reinit():
        prerequisites.initialize_reflex_user_directory()  # type: ignore[no-untyped-call]
        frontend_skeleton.initialize_web_directory()  # type: ignore[no-untyped-call]
    export.export(zipping=False, backend=False)


def _npm_registry() -> str | None:
    """Where this machine's npm installs from; without npm Reflex decides."""
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
    """A mirror's address has no place in the lock: the hashes say what is meant."""
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
    shutil.copy(WEB / "reflex.json", draft)
    draft.rename(ready)
    builds = sorted(PAGES.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in builds[:-KEPT_BUILDS]:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    build()

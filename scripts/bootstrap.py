"""Installs the pinned packages into .venv; quick when nothing has changed.

Only the standard library, and nothing newer than Python 3.6 can parse: an old Python must get as far as
saying that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from typing import IO, NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
COMMAND = os.path.join(VENV, "bin", "mentorbook")
CACHE = os.path.join(ROOT, ".cache")
LOG = os.path.join(CACHE, "setup.log")
UNFINISHED = os.path.join(VENV, ".unfinished")


def main(arguments: "list[str]") -> None:
    if sys.version_info[:2] < (3, 11):  # noqa: UP036
        stop(f"MentorBook needs Python 3.11 or newer, and this is {version()}: please install python3.11.")
    names = ["requirements.txt"] + (["requirements-dev.txt"] if "--dev" in arguments else [])
    if is_installed(names):
        add_command()
        return
    require_venv_module()
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, "setup.lock"), "w") as lock:
        wait_for(lock)
        if not is_installed(names):  # somebody else may have done it meanwhile
            install(names)
    add_command()


def add_command() -> None:
    """Make `.venv/bin/mentorbook`, which runs the code of this folder."""
    if os.path.exists(COMMAND):
        return
    write(
        COMMAND,
        f"#!{PYTHON}\nimport sys\n\nsys.path.insert(0, {ROOT!r})\nfrom mentorbook.cli import app\n\napp()\n",
    )
    os.chmod(COMMAND, 0o755)


def is_installed(names: "list[str]") -> bool:
    return all(read(stamp(name)) == fingerprint(name) for name in names) and not os.path.exists(UNFINISHED)


def install(names: "list[str]") -> None:
    started = time.monotonic()
    print("Installing the Python packages into .venv (about a minute the first time) ...", flush=True)
    if not is_usable():
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], "Could not create .venv.")
    # Everything is pinned, so nothing is to be resolved: pip would look for the newest release of whatever is
    # asked for with an extra, and refuse it because it is not pinned.
    pip = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps"]
    pip += ["--no-input", "--disable-pip-version-check"]
    for name in names:
        write(UNFINISHED, "Somebody stopped the installation: the next one starts from nothing.\n")
        file = os.path.join(ROOT, name)
        run([*pip, "-r", file], "Could not install the Python packages; is this machine online?")
        write(stamp(name), fingerprint(name))
        os.remove(UNFINISHED)
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def is_usable() -> bool:
    """Say whether there is a .venv which was made here, is whole, and whose Python still exists."""
    made_here = VENV in read(os.path.join(VENV, "pyvenv.cfg"))
    return made_here and not os.path.exists(UNFINISHED) and works([PYTHON, "-m", "pip", "--version"])


def fingerprint(name: str) -> str:
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read() + VENV.encode()).hexdigest()


def stamp(name: str) -> str:
    return os.path.join(VENV, "." + name + ".installed")


def version() -> str:
    return ".".join(str(part) for part in sys.version_info[:2])


def require_venv_module() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(f"This Python has no venv module; on Debian and Ubuntu: apt install python{version()}-venv")


def wait_for(lock: IO[str]) -> None:
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Waiting for another setup of this folder to finish ...", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def run(command: "list[str]", sorry: str) -> None:
    """Run a command with its output in the log; a failure ends in one sentence."""
    environment = dict(os.environ, PIP_USER="0")
    with open(LOG, "w") as log:
        code = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    if code:
        if code > 0 and os.path.exists(UNFINISHED):
            os.remove(UNFINISHED)  # pip gave up by itself, and then it leaves things as they were
        complaints = [line.strip() for line in read(LOG).splitlines() if line.strip()]
        errors = [line for line in complaints if line.startswith("ERROR")]
        last = (errors or complaints or ["no output"])[-1]
        stop(f"{sorry} ({last}) The whole story: {os.path.relpath(LOG)}")


def works(command: "list[str]") -> bool:
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def stop(sentence: str) -> NoReturn:
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)

"""Pins what requirements*.in ask for, with hashes and without any registry's address.

Pins that still fit are kept; `python -m scripts.lock --upgrade` takes the newest of everything. The npm
packages of the pages are pinned in reflex.lock/, which the next build brings up to date.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"

UV = "uv==0.13.*"
OPTIONS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]


def main(arguments: list[str]) -> None:
    uv, environment = _uv(), _environment()
    for name in ("requirements", "requirements-dev"):
        command = [uv, "pip", "compile", "-q", *OPTIONS, "--python-version", "3.11", *arguments]
        done = subprocess.run(
            [*command, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT, env=environment, check=False
        )
        if done.returncode:
            sys.exit(f"{name}.in could not be pinned; uv says why above.")
    print("Pinned requirements.txt and requirements-dev.txt; `make build` brings reflex.lock/ up to date.")


def _uv() -> str:
    """Return the machine's uv, else one in the cache."""
    if installed := shutil.which("uv"):
        return installed
    folder = CACHE / "uv"
    if not (folder / "bin" / "uv").exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        if subprocess.call([*pip, "--target", folder, UV]):
            sys.exit("uv could not be installed; is this machine online?")
    return str(folder / "bin" / "uv")


def _environment() -> dict[str, str]:
    """Return the environment for uv with pip's index and certificates, since uv reads no pip settings."""
    environment = dict(os.environ)
    index = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    index = os.environ.get("PIP_INDEX_URL") or index
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    certificates = os.environ.get("PIP_CERT")
    if certificates and Path(certificates).exists():
        environment.setdefault("SSL_CERT_FILE", certificates)
    return environment


if __name__ == "__main__":
    main(sys.argv[1:])

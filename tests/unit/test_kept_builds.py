"""Which builds of the pages are kept."""

import os
from pathlib import Path

from mentorbook.frontend import hold
from mentorbook.frontend_build import KEPT_BUILDS, forget_old_builds


def test_the_latest_builds_are_kept_and_one_that_is_served(tmp_path: Path) -> None:
    builds = [tmp_path / f"build-{age}" for age in range(KEPT_BUILDS + 3)]
    for age, build in enumerate(builds):
        build.mkdir()
        (build / "reflex.json").write_text("{}")
        os.utime(build, (1_000_000 - age, 1_000_000 - age))
    hold(served := builds[-1])
    forget_old_builds(tmp_path)
    assert set(tmp_path.iterdir()) == {*builds[:KEPT_BUILDS], served}

"""Which tests are run once more when they fail, and which never are."""

from collections.abc import Iterable
from pathlib import Path

import pytest

# Double bookings, and slots that are shown but not accepted: once is enough to have broken these promises.
STRICT_PROMISES = {1, 2}


def give_second_try(items: Iterable[pytest.Item], folder: Path) -> None:
    """Let what fails in a folder run once more; what proves one of STRICT_PROMISES has failed at once."""
    for item in items:
        if item.path.is_relative_to(folder) and not proven_by(item) & STRICT_PROMISES:
            item.add_marker(pytest.mark.flaky(reruns=1))


def proven_by(item: pytest.Item) -> set[int]:
    """Numbers of the promises that a test is marked to prove."""
    return {number for mark in item.iter_markers("promise") for number in mark.args}

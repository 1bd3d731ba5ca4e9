"""How a page may look: the sizes and themes in which tests see it.

A theme sets colours and a size sets places: what the style sheets set for some widths only takes its
colours from the theme, as tests/unit/test_style_sheets.py keeps. So a test sees each size once and each
theme once, in pairs, and not every pair. What only phones show (the bar, the foot of a dialog that fills
the screen, the labels of a table's cells) is seen there in the dark, where contrast is hardest; pages that
differ most at a desk are seen there in the dark.
"""

import pytest

from tests.e2e.visitor import DESKTOP, PHONE

_SIZES = {"desktop": DESKTOP, "phone": PHONE}


def seen(*looks: str) -> pytest.MarkDecorator:
    """The test with `size` and `dark` in these looks, such as "phone dark"."""
    values = [(_SIZES[size], theme == "dark") for size, theme in map(str.split, looks)]
    return pytest.mark.parametrize(("size", "dark"), values, ids=looks)


NIGHT_ON_A_PHONE = seen("desktop light", "phone dark")
NIGHT_AT_A_DESK = seen("desktop dark", "phone light")

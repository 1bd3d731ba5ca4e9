"""Colours are the themes' and places the widths': so no page need be seen in every theme at every width."""

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).resolve().parents[2] / "assets").glob("*.css"))
_BORDER = r"border(?:-(?:top|right|bottom|left|inline|block))?(?:-color)?"
SETS_COLOUR = re.compile(
    rf"(?<![\w-])(?:color|background(?:-color|-image)?|{_BORDER}|fill|stroke|opacity)\s*:([^;}}]*)"
)
OF_THE_THEME = re.compile(r"var\(--|\s*(?:0|none|transparent|inherit)\s*$")


def for_some_widths(sheet: str) -> list[str]:
    """The contents of each block that holds at some sizes only, of the window or of a box."""
    blocks = []
    for start in re.finditer(r"@(?:media|container)[^{]*(?:width|height)[^{]*\{", sheet):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[end], 0)
            end += 1
        blocks.append(sheet[start.end() : end - 1])
    return blocks


def odd_colours(sheet: str) -> list[str]:
    """Whatever sets, for some widths only, a colour that is not the theme's, or one for the dark alone."""
    odd = []
    for block in for_some_widths(sheet):
        odd += [found[0] for found in SETS_COLOUR.finditer(block) if not OF_THE_THEME.search(found[1])]
        odd += re.findall(r"\.dark\b[^{]*", block)
    return odd


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_what_is_there_at_some_widths_has_the_colours_of_the_theme(sheet: Path) -> None:
    assert odd_colours(sheet.read_text()) == []


def test_other_colours_would_be_found() -> None:
    """Positive control; also that the sheets have widths to look at."""
    narrow = ".a { left: 0 } .b { color: red; color: var(--gray-1) } .dark .c { left: 0 }"
    sheet = f"@media (max-width: 600px) {{ {narrow} }} .d {{ fill: red }}"
    assert odd_colours(sheet) == ["color: red", ".dark .c "]
    assert sum(len(for_some_widths(path.read_text())) for path in SHEETS) > 4

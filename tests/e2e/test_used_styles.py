"""What is left of the stylesheet: all that is ours, and of Radix Themes what it says that pages use."""

import re
import subprocess
from pathlib import Path

import pytest

from mentorbook.frontend import ready_pages
from mentorbook.frontend_build import WEB
from mentorbook.frontend_plugins import bun

SCRIPT = Path(__file__).resolve().parents[2] / "mentorbook" / "used_styles.mjs"
USES = ":root { --radix-parts: Popover* Text; --radix-colors: iris }"
STYLES = """
:root { --blue-1: b1; --blue-9: b9; --blue-a12: b; --iris-9: i9; --iris-a12: i; --red-9: var(--blue-9) }
:root { --red-a12: r; --space-1: 4px }
.ours, .rt-Card, .rt-TextArea { color: var(--red-9) }
.rt-Text.rt-r-size-2 { color: blue }
.md\\:rt-r-size-2 { color: green }
.rt-Button, .rt-PopoverContent:where(.rt-Card, .ours) { color: white }
.rt-Text:where(.sm\\:rt-r-size-1), .ours:is(:where(.rt-Card)), .ours:not(.rt-Card) { color: yellow }
[data-accent-color="iris"] { color: black }
[data-accent-color="ruby"] { color: ruby }
@media print { .rt-Card { color: grey } }
@keyframes turn { from { top: 0 } to { top: 1px } }
"""


def left_of(folder: Path, styles: str, code: str = "") -> str:
    """What the script leaves of a stylesheet, without the white space; `code` is that of the pages."""
    (folder / "assets").mkdir()
    sheet = folder / "assets" / "__reflex_global_styles-abc.css"
    sheet.write_text(styles)
    (folder / "assets" / "page.js").write_text(code)
    subprocess.run([bun(), SCRIPT, folder], cwd=WEB, check=True, capture_output=True, text=True)
    return re.sub(r"\s", "", sheet.read_text())


def test_what_pages_do_not_use_is_left_out(tmp_path: Path) -> None:
    left = left_of(tmp_path, USES + STYLES, 'x("rt-Text", "rt-PopoverContent", "ours")')
    assert ".ours{color:var(--red-9)}" in left
    assert ".rt-Text.rt-r-size-2{" in left
    assert "}.rt-PopoverContent:where(.rt-Card,.ours){color:white}" in left
    assert '[data-accent-color="iris"]{' in left
    assert "@keyframesturn{from{top:0}to{top:1px}}" in left
    assert "}.ours:not(.rt-Card){color:yellow}" in left
    # What something refers to stays, and what is no colour.
    assert "--blue-9:b9;" in left
    assert "--space-1:4px" in left
    for gone in (
        "--blue-1:",
        "--blue-a12",
        "--red-a12",
        "md\\:",
        "sm\\:",
        "rt-Button",
        "rt-TextArea",
        "ruby",
        "@media",
    ):
        assert gone not in left


@pytest.mark.parametrize("used", ["`rt-Card`", 'style={color:"var(--ruby-9)"}'])
def test_a_page_that_uses_more_fails_the_build(tmp_path: Path, used: str) -> None:
    styles = USES + ":root { --ruby-9: r9; --ruby-a12: r } .rt-Card { color: blue }"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        left_of(tmp_path, styles, used)
    assert re.search(r"leave out: (rt-Card|--ruby-9)", failed.value.stderr)


def test_a_stylesheet_that_does_not_say_what_is_used_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        left_of(tmp_path, STYLES)
    assert "--radix-parts" in failed.value.stderr


def test_the_built_stylesheet_has_what_menus_and_dialogs_need_and_no_more() -> None:
    (sheet,) = (ready_pages() / "build" / "client" / "assets").glob("__reflex_global_styles-*.css")
    styles = sheet.read_text()
    for kept in (".rt-PopoverContent", ".rt-BaseMenuItem", ".rt-BaseDialogContent", ".slot", "--cyan-12:"):
        assert kept in styles, kept
    for gone in (".rt-TextFieldRoot", ".rt-SegmentedControlRoot", "ruby", "md\\:rt-r-size"):
        assert gone not in styles, gone

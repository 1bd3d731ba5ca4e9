"""The plot of a delay benchmark: bars of press to change, one panel a line, as SVG for light and dark."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

_ROW, _TOP, _NAMES, _WIDE, _GAP, _FOOT = 18, 58, 210, 200, 28, 44
_STYLE = """
    svg { background: #fff; color: #1c2024; font: 12px Inter, system-ui, sans-serif; }
    text { fill: currentColor; } .quiet { fill: #60646c; } .head { font-weight: 600; }
    .met { fill: #5b5bd6; } .missed { fill: #fff; stroke: #cd2b31; stroke-width: 1.5; }
    .target { stroke: #1c2024; stroke-width: 2; } .sign { fill: #f5a524; stroke: #1c2024; stroke-width: .6; }
    .grid { stroke: #d9d9e0; }
    @media (prefers-color-scheme: dark) {
      svg { background: #111113; color: #edeef0; } .quiet { fill: #b0b4ba; }
      .met { fill: #8e8cff; } .missed { fill: #111113; stroke: #ff9592; }
      .target { stroke: #edeef0; } .sign { stroke: #edeef0; } .grid { stroke: #363a3f; }
    }"""


@dataclass(frozen=True)
class Bar:
    """One press and its change, in milliseconds; `None` where it never came."""

    name: str
    change: float | None
    sign: float | None
    target: int


@dataclass(frozen=True)
class Panel:
    """What was measured over one line; all panels have the same names in the same order."""

    title: str
    bars: list[Bar]


def draw(path: Path, panels: list[Panel]) -> None:
    """Write the plot. Each panel has a scale of its own, since a line of 400 ms is no match for none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_svg(panels))


def _svg(panels: list[Panel]) -> str:
    rows = len(panels[0].bars)
    width = _NAMES + len(panels) * (_WIDE + _GAP)
    height = _TOP + rows * _ROW + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-label="Press to change, by click and line">',
        f"<style>{_STYLE}\n  </style>",
        '<text x="8" y="22" class="head">Press to change, ms</text>',
    ]
    parts += [
        f'<text x="8" y="{_middle(row) + 4}">{escape(bar.name)}</text>'
        for row, bar in enumerate(panels[0].bars)
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, _NAMES + number * (_WIDE + _GAP))
    parts += _legend(height - 16)
    return "\n  ".join(parts) + "\n</svg>\n"


def _middle(row: int) -> int:
    return _TOP + row * _ROW + _ROW // 2


def _panel(panel: Panel, left: int) -> list[str]:
    step, most = _scale(panel)
    bottom = _TOP + len(panel.bars) * _ROW

    def x(milliseconds: float) -> str:
        return f"{left + min(milliseconds, most) / most * _WIDE:.1f}"

    parts = [f'<text x="{left}" y="22" class="head">{escape(panel.title)}</text>']
    for tick in range(0, most + 1, step):
        parts.append(f'<line x1="{x(tick)}" x2="{x(tick)}" y1="{_TOP - 6}" y2="{bottom}" class="grid"/>')
        parts.append(f'<text x="{x(tick)}" y="{_TOP - 12}" class="quiet" text-anchor="middle">{tick}</text>')
    for row, bar in enumerate(panel.bars):
        parts += _bar(bar, left, _middle(row), x)
    return parts


def _bar(bar: Bar, left: int, y: int, x: Callable[[float], str]) -> list[str]:
    long = max(1.0, float(x(bar.change if bar.change is not None else 1e9)) - left)
    kind = "met" if bar.change is not None and bar.change <= bar.target else "missed"
    words = f"{bar.change:.0f} ms" if bar.change is not None else "never"
    parts = [
        f'<rect x="{left}" y="{y - 5}" width="{long:.1f}" height="10" class="{kind}">'
        f"<title>{escape(bar.name)}: {words}, target {bar.target} ms</title></rect>"
    ]
    if bar.change is None:
        parts.append(f'<text x="{left + 6}" y="{y + 4}" class="quiet">never</text>')
    parts.append(
        f'<line x1="{x(bar.target)}" x2="{x(bar.target)}" y1="{y - 8}" y2="{y + 8}" class="target"/>'
    )
    if bar.sign is not None:
        parts.append(f'<circle cx="{x(bar.sign)}" cy="{y}" r="3" class="sign"/>')
    return parts


def _legend(y: int) -> list[str]:
    items = (
        ('<rect x="{x}" y="{top}" width="22" height="10" class="met"/>', "within the target", 30, 150),
        ('<rect x="{x}" y="{top}" width="22" height="10" class="missed"/>', "later", 30, 80),
        ('<line x1="{x}" x2="{x}" y1="{up}" y2="{down}" class="target"/>', "target", 8, 70),
        ('<circle cx="{x}" cy="{mid}" r="3" class="sign"/>', "first sign of the press", 10, 170),
    )
    parts, x = [], 8
    for shape, words, offset, wide in items:
        parts.append(shape.format(x=x, top=y - 9, up=y - 12, down=y + 4, mid=y - 4))
        parts.append(f'<text x="{x + offset}" y="{y}">{words}</text>')
        x += wide
    return parts


def _scale(panel: Panel) -> tuple[int, int]:
    """Return the step between two lines of the grid, and the end of the scale."""
    longest = max([bar.change or 0 for bar in panel.bars] + [bar.target for bar in panel.bars])
    step = next((step for step in (25, 50, 100, 200, 250, 500, 1000) if longest / step <= 5), 2000)
    return step, int(-(-longest // step) * step)

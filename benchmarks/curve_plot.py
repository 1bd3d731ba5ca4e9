"""Curves over numbers that grow by powers of ten, as SVG for light and dark: one panel beside another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_WIDE, _HIGH, _LEFT, _TOP, _GAP, _FOOT = 300, 190, 44, 64, 56, 76
_STYLE = """
    svg { background: #fff; color: #1c2024; font: 12px Inter, system-ui, sans-serif; }
    text { fill: currentColor; } .quiet { fill: #60646c; } .head { font-weight: 600; }
    .grid { stroke: #d9d9e0; } path { fill: none; stroke-width: 2; }
    .c0 { stroke: #5b5bd6; } .c1 { stroke: #0d74ce; } .c2 { stroke: #ab6400; }
    path.c1 { stroke-dasharray: 6 3; } path.c2 { stroke-dasharray: 2 3; }
    circle { stroke-width: 2; fill: #fff; }
    @media (prefers-color-scheme: dark) {
      svg { background: #111113; color: #edeef0; } .quiet { fill: #b0b4ba; } .grid { stroke: #363a3f; }
      .c0 { stroke: #8e8cff; } .c1 { stroke: #70b8ff; } .c2 { stroke: #ffca16; } circle { fill: #111113; }
    }"""


@dataclass(frozen=True)
class Curve:
    """What was measured at each number."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """Some curves with one scale; all panels have the same names, at most three, in the same order."""

    title: str
    curves: Sequence[Curve]


def draw(path: Path, title: str, numbers: Sequence[int], panels: Sequence[Panel]) -> None:
    """Write the plot. `numbers` are powers of ten, drawn on a logarithmic scale."""
    width = _LEFT + len(panels) * (_WIDE + _GAP)
    height = _TOP + _HIGH + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(title)}">',
        f"<style>{_STYLE}\n  </style>",
        f'<text x="8" y="20" class="head">{escape(title)}</text>',
    ]
    for place, panel in enumerate(panels):
        parts += _panel(panel, numbers, _LEFT + place * (_WIDE + _GAP))
    for place, curve in enumerate(panels[0].curves):
        x, y = _LEFT + place * 170, height - 16
        parts.append(f'<path d="M{x} {y - 4}h24" class="c{place}"/>')
        parts.append(f'<text x="{x + 32}" y="{y}">{escape(curve.name)}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n  ".join(parts) + "\n</svg>\n")


def _panel(panel: Panel, numbers: Sequence[int], left: int) -> list[str]:
    most = max(value for curve in panel.curves for value in curve.values)
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if most / step <= 5)
    top = math.ceil(most / step) * step
    first, last = math.log10(numbers[0]), math.log10(numbers[-1])

    def x(number: int) -> float:
        return left + 12 + (math.log10(number) - first) / (last - first) * (_WIDE - 24)

    def y(value: float) -> float:
        return _TOP + _HIGH - value / top * _HIGH

    parts = [f'<text x="{left}" y="{_TOP - 18}" class="head">{escape(panel.title)}</text>']
    for tick in range(round(top / step) + 1):
        at = y(tick * step)
        parts.append(f'<line x1="{left}" x2="{left + _WIDE}" y1="{at:.1f}" y2="{at:.1f}" class="grid"/>')
        parts.append(
            f'<text x="{left - 6}" y="{at + 4:.1f}" class="quiet" text-anchor="end">{tick * step:g}</text>'
        )
    for number in numbers:
        parts.append(
            f'<text x="{x(number):.1f}" y="{_TOP + _HIGH + 20}" class="quiet" text-anchor="middle">'
            f"{number:,}</text>"
        )
    for place, curve in enumerate(panel.curves):
        points = [(x(number), y(value)) for number, value in zip(numbers, curve.values, strict=True)]
        line = "L".join(f"{across:.1f} {down:.1f}" for across, down in points)
        parts.append(f'<path d="M{line}" class="c{place}"/>')
        for (across, down), value in zip(points, curve.values, strict=True):
            parts.append(
                f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3.5" class="c{place}">'
                f"<title>{escape(curve.name)}: {value:.2f} ms</title></circle>"
            )
    return parts

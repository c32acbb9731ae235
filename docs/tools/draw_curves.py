"""Draw the curves of docs/performance.md from the figures that were measured (docs/curves/measured.json).

`python docs/tools/draw_curves.py` writes docs/curves/*.svg. Both axes are logarithmic: what matters are ratios.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parents[1] / "curves"
WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 40, 44
LABEL = 15
COLOURS = ("#0f5c4d", "#b4532a", "#3b5b92", "#8a6d1b", "#7a3f7c")
STYLE = (
    "text{font:13px 'IBM Plex Sans',sans-serif;fill:#333}.title{font-weight:600}.grid{stroke:#ddd}"
    "path{fill:none;stroke-width:2}svg{background:#fff}"
)

Place = Callable[[float, float], tuple[float, float]]
Lines = Mapping[str, Sequence[tuple[float, float]]]


def scale(low: float, high: float, start: float, end: float, value: float) -> float:
    """Return where a value lies between two places, by its logarithm."""
    share = (math.log(value) - math.log(low)) / max(math.log(high) - math.log(low), 1e-9)
    return start + share * (end - start)


def ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 of every power of ten inside the range."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]


def draw(title: str, unit: str, lines: Lines) -> str:
    """Return one chart: a line a name over sizes, values in `unit`."""
    points = [point for line in lines.values() for point in line]
    sizes, values = [x for x, _ in points], [y for _, y in points]
    x_range, y_range = (min(sizes), max(sizes)), (min(values) / 1.3, max(values) * 1.3)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            scale(*x_range, LEFT, WIDTH - RIGHT, x),
            scale(*y_range, HEIGHT - BOTTOM, TOP, y),
        )

    parts = [f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>']
    parts += _axes(unit, sorted(set(sizes)), ticks(*y_range), place)
    below = -math.inf
    for number, (name, line) in sorted(enumerate(lines.items()), key=lambda one: -one[1][1][-1][1]):
        way = [place(*point) for point in line]
        below = max(way[-1][1], below + LABEL)
        parts += _line(name, way, below, COLOURS[number % len(COLOURS)])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _axes(unit: str, sizes: Sequence[float], marks: Sequence[float], put: Place) -> Iterator[str]:
    for size in sizes:
        x, _ = put(size, marks[0])
        yield f'<text x="{x:.0f}" y="{HEIGHT - 18}" text-anchor="middle">{size:,.0f}</text>'
    for mark in marks:
        _, y = put(sizes[0], mark)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{mark:g}</text>'
    yield f'<text x="{LEFT - 8}" y="{TOP - 8}" text-anchor="end">{escape(unit)}</text>'


def _line(name: str, points: Sequence[tuple[float, float]], label: float, colour: str) -> Iterator[str]:
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{way}" stroke="{colour}"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    x, _ = points[-1]
    yield f'<text x="{x + 10:.0f}" y="{label + 4:.0f}" style="fill:{colour}">{escape(name)}</text>'


def main() -> None:
    measured = json.loads((FOLDER / "measured.json").read_text(encoding="utf-8"))
    for name, chart in measured["charts"].items():
        lines = {line: [(x, y) for x, y in points] for line, points in chart["lines"].items()}
        (FOLDER / f"{name}.svg").write_text(draw(chart["title"], chart["unit"], lines), encoding="utf-8")


if __name__ == "__main__":
    main()

"""A small line chart as SVG text, for the documentation."""

from collections.abc import Sequence
from dataclasses import dataclass

_LEFT, _TOP, _WIDTH, _HEIGHT = 60, 50, 520, 260


@dataclass(frozen=True)
class Line:
    """Points with both coordinates from 0 to 1."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str


def chart(title: str, lines: Sequence[Line], *, mark: float, across: str) -> str:
    """The lines over a grid, a dashed line at `mark`, and a legend."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" role="img" font-family="sans-serif" '
        f'font-size="13"><title>{title}</title><rect width="640" height="400" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16">{title}</text>',
    ]
    for tenth in range(0, 11, 2):
        x, y = _place(tenth / 10, tenth / 10)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_LEFT + _WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10 * tenth}%</text>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{tenth / 10:g}</text>')
    x, _ = _place(mark, 0)
    parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _HEIGHT}" stroke="#555" stroke-dasharray="5 4"/>')
    for number, line in enumerate(lines):
        points = " ".join("{:.1f},{:.1f}".format(*_place(x, y)) for x, y in zip(line.x, line.y, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{line.colour}" stroke-width="2.5"/>')
        left, top = _LEFT + 250 * number, _TOP + _HEIGHT + 64
        parts.append(f'<path d="M{left} {top - 4}h24" stroke="{line.colour}" stroke-width="2.5"/>')
        parts.append(f'<text x="{left + 30}" y="{top}">{line.name}</text>')
    parts.append(f'<text x="{_LEFT + _WIDTH / 2}" y="{_TOP + _HEIGHT + 40}" text-anchor="middle">{across}</text></svg>')
    return "\n".join(parts) + "\n"


def _place(x: float, y: float) -> tuple[float, float]:
    return _LEFT + _WIDTH * x, _TOP + _HEIGHT * (1 - y)

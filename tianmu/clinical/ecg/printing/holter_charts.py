"""The charts of a printed Holter report as SVG: rate trend, bars per hour, ST trend, RR histogram, Lorenz plot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TEXT = 2.4
_LEFT, _BOTTOM, _TOP = 9.0, 5.0, 2.0
COLOURS = ("#1f4e9c", "#b3261e", "#2e7d32", "#8a5a00", "#6a1b9a", "#00695c")


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: from, to, and the values that are marked with their words."""

    low: float
    high: float
    marks: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """The box of a chart in mm with its axes."""

    width: float
    height: float
    across: Axis
    up: Axis

    def x(self, value: float) -> float:
        """Return the place of a value on the horizontal axis."""
        share = (value - self.across.low) / max(1e-9, self.across.high - self.across.low)
        return round(_LEFT + share * (self.width - _LEFT - 1.0), 2)

    def y(self, value: float) -> float:
        """Return the place of a value on the vertical axis."""
        share = (value - self.up.low) / max(1e-9, self.up.high - self.up.low)
        return round(self.height - _BOTTOM - share * (self.height - _BOTTOM - _TOP), 2)


def drawn(frame: Frame, body: str) -> bytes:
    """Return a chart: axes, marks, and `body` inside them."""
    base, top = frame.y(frame.up.low), frame.y(frame.up.high)
    left, right = frame.x(frame.across.low), frame.x(frame.across.high)
    lines = "".join(f'<path d="M{left} {frame.y(at)}H{right}" stroke="#ddd"/>' for at, _ in frame.up.marks)
    lines += "".join(f'<path d="M{frame.x(at)} {base}V{top}" stroke="#eee"/>' for at, _ in frame.across.marks)
    words = "".join(
        f'<text x="{left - 1}" y="{frame.y(at) + 0.8}" text-anchor="end">{word}</text>' for at, word in frame.up.marks
    )
    words += "".join(
        f'<text x="{frame.x(at)}" y="{base + 3.2}" text-anchor="middle">{word}</text>'
        for at, word in frame.across.marks
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" '
        f'font-family="Noto Sans SC" font-size="{_TEXT}" fill="#333"><g stroke-width="0.12" fill="none">{lines}</g>'
        f'{body}<path d="M{left} {top}V{base}H{right}" stroke="#333" stroke-width="0.2" fill="none"/>{words}</svg>'
    ).encode()


def line(frame: Frame, points: Sequence[tuple[float, float | None]], colour: str, width: float = 0.25) -> str:
    """Return a line through the known points; it breaks where a value is unknown."""
    path, open_ = "", False
    for at, value in points:
        if value is None:
            open_ = False
            continue
        held = min(max(value, frame.up.low), frame.up.high)
        path += f"{'L' if open_ else 'M'}{frame.x(at)} {frame.y(held)}"
        open_ = True
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>' if path else ""


def band(frame: Frame, low: Sequence[float | None], high: Sequence[float | None], step: float, colour: str) -> str:
    """Return upright strokes from the least to the largest value of every step."""
    path = "".join(
        f"M{frame.x((place + 0.5) * step)} {frame.y(min(b, frame.up.high))}V{frame.y(max(a, frame.up.low))}"
        for place, (a, b) in enumerate(zip(low, high, strict=True))
        if a is not None and b is not None
    )
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="0.18"/>' if path else ""


def bars(frame: Frame, heights: Sequence[float], start: float, step: float, style: tuple[str, float, float]) -> str:
    """Return bars; `style` is the colour, where in its step a bar begins, and how much of the step it takes."""
    colour, shift, share = style
    return "".join(
        f'<rect x="{frame.x(start + (place + shift) * step)}" y="{frame.y(min(value, frame.up.high))}" '
        f'width="{_width(frame, share * step)}" '
        f'height="{round(frame.y(frame.up.low) - frame.y(min(value, frame.up.high)), 2)}" fill="{colour}"/>'
        for place, value in enumerate(heights)
        if value > 0
    )


def _width(frame: Frame, span: float) -> float:
    return round(frame.x(frame.across.low + span) - frame.x(frame.across.low), 2)


def cells(frame: Frame, filled: Sequence[Sequence[int]], step: float) -> str:
    """Return squares of a density plot, darker where more; `filled` lists (column, row, count)."""
    if not filled:
        return ""
    most = math.log1p(max(count for _, _, count in filled))
    side = round(frame.x(frame.across.low + step) - frame.x(frame.across.low), 2)
    return "".join(
        f'<rect x="{frame.x(column * step)}" y="{frame.y((row + 1) * step)}" width="{side}" height="{side}" '
        f'fill="#1f4e9c" fill-opacity="{0.25 + 0.75 * math.log1p(count) / most:.2f}"/>'
        for column, row, count in filled
        if column * step >= frame.across.low
        and row * step >= frame.up.low
        and (column + 1) * step <= frame.across.high
        and (row + 1) * step <= frame.up.high
    )


def nice_top(value: float, least: float) -> tuple[float, float]:
    """Return a round top at or above `value` and a step that divides it into at most five."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if max(value, least) <= 5 * step:
            return math.ceil(max(value, least) / step) * step, step
    return value, value / 5.0

"""What a chart is drawn on: its frame, its scale, its colours, and the few shapes it is made of.

Floats here are positions on paper, never points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from math import floor, log10
from typing import Any

from kaohe.papers.measure import wide
from kaohe.written import number

INK, QUIET, GRID, AXIS = "#1b2430", "#56616f", "#e6eaef", "#cfd6de"
ACCENT, WARN = "#24579c", "#c98a1b"
PALETTE = (ACCENT, "#7ea3d4", "#3d8f68", "#c98a1b", "#a8758f", "#6a7686")
NAMED = {"accent": ACCENT, "plus": "#176b42", "warn": "#845200", "minus": "#ad241c", "ink-2": QUIET}
SIZE = 8.0
_FONT = "Noto Sans SC"

Figure = Decimal | Fraction | int


class Board:
    """The paper of one chart: what was drawn so far, and the scale of its figures."""

    def __init__(self, width: float, height: float, data: Mapping[str, Any]) -> None:
        self.width, self.height, self.data = width, height, data
        self.left, self.right, self.top, self.bottom = 8.0, 12.0, 16.0, 20.0
        self.parts: list[str] = []
        self.low, self.high, self.step = 0.0, 1.0, 1.0

    @property
    def wide(self) -> float:
        return self.width - self.left - self.right

    @property
    def tall(self) -> float:
        return self.height - self.top - self.bottom

    def scale(self, values: Sequence[float], *, zero: bool) -> None:
        """Set low, high and step by the data's wish, or round ones around the values; `zero` keeps 0 on the axis."""
        low, high = min(values, default=0.0), max(values, default=1.0)
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
        low = _float(self.data.get("min"), low)
        high = _float(self.data.get("max"), high)
        if high <= low:
            low, high = (low - 1, low + 1) if not zero else (min(low, 0.0), max(low, 0.0) + 1)
        self.step = _float(self.data.get("step"), 0.0) or _round_step((high - low) / 4)
        fixed_low, fixed_high = self.data.get("min") is not None, self.data.get("max") is not None
        self.low = low if fixed_low else floor(low / self.step + 1e-9) * self.step
        self.high = high if fixed_high else -floor(-high / self.step + 1e-9) * self.step

    def ticks(self) -> list[float]:
        """The figures of the axis."""
        count = min(int((self.high - self.low) / self.step + 1e-6), 12)
        return [self.low + self.step * place for place in range(count + 1)]

    def y(self, value: float) -> float:
        return self.top + (self.high - self._within(value)) / (self.high - self.low) * self.tall

    def x(self, value: float) -> float:
        return self.left + (self._within(value) - self.low) / (self.high - self.low) * self.wide

    def _within(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def say(self, value: Figure | float | None) -> str:
        """A figure with the data's unit."""
        if value is None:
            return ""
        exact = Decimal(f"{value:.6f}") if isinstance(value, float) else value
        return number(exact, None if not isinstance(exact, Fraction) else 2) + str(self.data.get("unit", ""))

    def text(
        self, x: float, y: float, words: str, *, at: str = "middle", fill: str = QUIET, bold: bool = False
    ) -> None:
        """Write words; `at` is start, middle or end."""
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text x="{at_tenth(x)}" y="{at_tenth(y)}" font-family="{_FONT}" font-size="{SIZE}" fill="{fill}"'
            f' text-anchor="{at}"{weight}>{escape(clean(words))}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, dash: str = "") -> None:
        broken = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="M{at_tenth(x1)} {at_tenth(y1)}L{at_tenth(x2)} {at_tenth(y2)}" stroke="{stroke}" stroke-width="0.7" fill="none"{broken}/>'
        )

    def rect(self, x: float, y: float, wide: float, tall: float, fill: str) -> None:
        if wide > 0 and tall > 0:
            self.parts.append(
                f'<rect x="{at_tenth(x)}" y="{at_tenth(y)}" width="{at_tenth(wide)}" height="{at_tenth(tall)}" fill="{fill}"/>'
            )

    def legend(self, names: Sequence[tuple[str, str]]) -> None:
        """Names with their colours in a line above."""
        at = self.left
        for name, colour in names:
            self.rect(at, 3, 9, 6, colour)
            self.text(at + 12, 9, name, at="start")
            at += 12 + wide(name) * SIZE + 14
        self.top = max(self.top, 24.0)

    def svg(self) -> str:
        return whole_svg(self.width, self.height, self.parts)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10 ** floor(log10(rough)) if rough > 0 else 1
    return next((each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999), 10 * power)


def _float(value: Any, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def path_of(spots: Sequence[tuple[float, float] | None]) -> str:
    path, pen = "", "M"
    for spot in spots:
        if spot:
            path += f"{pen}{at_tenth(spot[0])} {at_tenth(spot[1])}"
        pen = "L" if spot else "M"
    return path or "M0 0"


def at_tenth(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def clean(words: str) -> str:
    return "".join(character for character in words if character.isprintable())


def whole_svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'width="{at_tenth(width)}" height="{at_tenth(height)}" viewBox="0 0 {at_tenth(width)} {at_tenth(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'

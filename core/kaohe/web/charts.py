"""Pictures of figures: SVG drawn on the server, and the JSON block that the browser's charts read.

Decides sizes as attributes (no style, so a strict policy and the printer both take them) and gives every
picture its words. Refuses negative parts of a whole. Floats here are positions on paper, never points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Flask
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from kaohe.written import number

Figure = Decimal | int | Fraction | str
PRESETS = ("line", "bars", "stacked", "grouped")
ALWAYS_FIT = 40  # letters along the bottom of a phone's chart, a Chinese character counting as two


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar: its figure, its class (`""`, `part`, `lost`, `plus`, `warn`), its word."""

    value: Figure
    kind: str = ""
    word: str = ""


def bar(
    value: Figure | None, of: Figure = 1, *, label: str = "", kind: str = "", rest: str = "", height: int = 8
) -> Markup:
    """A bar of `value` out of `of`; `rest` is the class of what is left ("lost" draws it red)."""
    filled = Decimal(0) if value is None else _portion(value, of)
    pieces = [Segment(filled, kind)]
    if rest and value is not None and filled < 1:
        pieces.append(Segment(1 - filled, rest))
    return stacked(pieces, 1, label=label, height=height)


def stacked(segments: Iterable[Segment], total: Figure, *, label: str = "", height: int = 8) -> Markup:
    """Segments one after the other, out of `total`; what is left stays empty."""
    at, rects = Decimal(0), []
    for segment in segments:
        width = min(_portion(segment.value, total), 1 - at)
        if width > 0:
            kind = Markup(' class="is-{}"').format(segment.kind) if segment.kind else ""
            rects.append(
                Markup('<rect x="{}%" width="{}%" height="100%"{}/>').format(_pct(at), _pct(width), kind)
            )
        at += width
    return Markup('<svg class="k-bar" width="100%" height="{}" {}>{}</svg>').format(
        height, _named(label), Markup("").join(rects)
    )


def spark(values: Sequence[Figure | None], *, label: str = "", width: int = 98, height: int = 26) -> Markup:
    """A small line of `values`; None interrupts it, the last one carries a dot."""
    spots = _spots(values, width, height, left=2, right=4, top=4, bottom=4)
    dot = next((spot for spot in reversed(spots) if spot), None)
    circle = Markup('<circle cx="{}" cy="{}" r="2.5"/>').format(*dot) if dot else Markup("")
    said = label or "、".join(number(v) for v in values)
    return Markup(
        '<svg class="k-spark" width="{}" height="{}" viewBox="0 0 {} {}" {}><path d="{}"/>{}</svg>'
    ).format(width, height, width, height, _named(said), _path(spots), circle)


def histogram(
    bins: Sequence[tuple[str, int]], *, label: str = "", width: int = 320, height: int = 150
) -> Markup:
    """Bars side by side, each with its name below and its count above (none above an empty one)."""
    highest = max((n for _, n in bins), default=0) or 1
    step = Decimal(width) / max(len(bins), 1)
    floor, room = height - 20, height - 38
    parts = [Markup('<path class="is-axis" d="M0 {0}H{1}"/>').format(floor + Decimal("0.5"), width)]
    for i, (name, n) in enumerate(bins):
        middle = _r(step * i + step / 2)
        tall = _r(Decimal(n) / highest * room)
        parts.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}"/>').format(
                _r(step * i + step / 8), _r(Decimal(floor) - tall), _r(step * 3 / 4), tall
            )
        )
        if n:
            parts.append(Markup('<text x="{}" y="{}">{}</text>').format(middle, _r(floor - tall - 5), n))
        parts.append(Markup('<text class="is-name" x="{}" y="{}">{}</text>').format(middle, height - 5, name))
    return _plot("k-hist", width, height, label or "、".join(f"{k} {n}" for k, n in bins), parts)


def line(
    pairs: Sequence[tuple[str, Figure | None]],
    *,
    label: str = "",
    low: Figure | None = None,
    high: Figure | None = None,
    width: int = 320,
    height: int = 150,
) -> Markup:
    """A line with a scale at the left and names below, from `low` to `high` (else from the figures)."""
    known = [_of(v) for _, v in pairs if v is not None]
    bottom = _of(low) if low is not None else min(known, default=Decimal(0))
    top = _of(high) if high is not None else max(known, default=Decimal(1))
    if top <= bottom:
        top = bottom + 1
    box = {"left": 40, "right": 16, "top": 14, "bottom": 26}
    parts = []
    for value in (bottom, (bottom + top) / 2, top):
        y = _r(box["top"] + (top - value) / (top - bottom) * (height - box["top"] - box["bottom"]))
        parts.append(Markup('<path class="is-grid" d="M{0} {1}H{2}"/>').format(box["left"], y, width - 8))
        parts.append(
            Markup('<text class="is-scale" x="{}" y="{}">{}</text>').format(32, y + 4, number(_r(value)))
        )
    spots = _spots([v for _, v in pairs], width, height, **box, low=bottom, high=top)
    parts.append(Markup('<path class="is-line" d="{}"/>').format(_path(spots)))
    every = -(-len(pairs) // 8) or 1
    for i, ((name, _), spot) in enumerate(zip(pairs, spots, strict=True)):
        x = spot[0] if spot else _across(i, len(pairs), width, box["left"], box["right"])
        if spot:
            parts.append(Markup('<circle cx="{}" cy="{}" r="3"/>').format(*spot))
        if (len(pairs) - 1 - i) % every == 0:
            parts.append(Markup('<text class="is-name" x="{}" y="{}">{}</text>').format(x, height - 6, name))
    said = label or "、".join(f"{name} {number(v)}" for name, v in pairs)
    return _plot("k-plot", width, height, said, parts)


def chart(preset: str, data: Mapping[str, Any], *, id: str, label: str, height: int = 220) -> Markup:
    """The place of a browser's chart with its data beside it; `label` says the figures in words."""
    if preset not in PRESETS:
        raise ValueError(f"no chart preset {preset!r}; there are {', '.join(PRESETS)}")
    block = htmlsafe_json_dumps(_with_room(data), ensure_ascii=False, default=_plain, separators=(",", ":"))
    return Markup(
        '<div class="k-chart" id="{id}" data-chart="{preset}" data-from="{id}-data" data-height="{height}"'
        ' role="img" aria-label="{label}"></div>'
        '<script type="application/json" id="{id}-data">{block}</script>'
    ).format(id=id, preset=preset, height=height, label=label, block=block)


def _with_room(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Many names along the bottom: the browser leaves out those that would lie on each other on a narrow screen."""
    letters = sum(1 + (letter > "\u2e80") for name in data.get("x", ()) for letter in str(name))
    return {"every": "auto", **data} if letters > ALWAYS_FIT and not data.get("lying") else data


def register(app: Flask) -> None:
    """Give templates the drawings as globals with the prefix `draw_` and the class `Segment`."""
    app.jinja_env.globals.update(
        draw_bar=bar,
        draw_stacked=stacked,
        draw_spark=spark,
        draw_histogram=histogram,
        draw_line=line,
        draw_chart=chart,
        Segment=Segment,
    )


def _of(value: Figure) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def _portion(value: Figure, total: Figure) -> Decimal:
    part, whole = _of(value), _of(total)
    if part < 0:
        raise ValueError(f"a part of a whole is not negative: {value}")
    return min(part / whole, Decimal(1)) if whole else Decimal(0)


def _r(value: Decimal | int) -> Decimal:
    """A position, to a tenth, without an idle zero."""
    rounded = round(Decimal(value), 1)
    return rounded.to_integral() if rounded == rounded.to_integral() else rounded


def _pct(part: Decimal) -> Decimal:
    return _r(part * 100)


def _named(label: str) -> Markup:
    return Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')


def _across(i: int, n: int, width: int, left: int, right: int) -> Decimal:
    return _r(left + Decimal(width - left - right) * i / max(n - 1, 1))


def _spots(
    values: Sequence[Figure | None],
    width: int,
    height: int,
    *,
    left: int,
    right: int,
    top: int,
    bottom: int,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> list[tuple[Decimal, Decimal] | None]:
    known = [_of(v) for v in values if v is not None]
    low = min(known, default=Decimal(0)) if low is None else low
    high = max(known, default=Decimal(0)) if high is None else high
    spots: list[tuple[Decimal, Decimal] | None] = []
    for i, value in enumerate(values):
        if value is None:
            spots.append(None)
            continue
        up = (min(max(_of(value), low), high) - low) / (high - low) if high > low else Decimal("0.5")
        y = _r(height - bottom - up * (height - top - bottom))
        spots.append((_across(i, len(values), width, left, right), y))
    return spots


def _path(spots: Sequence[tuple[Decimal, Decimal] | None]) -> str:
    path, pen = "", "M"
    for spot in spots:
        if spot:
            path += f"{pen}{spot[0]} {spot[1]}"
        pen = "L" if spot else "M"
    return path


def _plot(kind: str, width: int, height: int, label: str, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg class="{}" width="100%" viewBox="0 0 {} {}" {}>{}</svg>').format(
        kind, width, height, _named(label), Markup("").join(parts)
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)

"""Charts on paper: SVG from the same presets and data as the charts of the pages, drawn here without a browser.

Decides the scale (the data's `min`, `max`, `step`, else round steps), which names on an axis fit, and the house's
colours. Refuses a preset that does not exist. Floats here are positions on paper, never points; figures are written
from the exact values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.papers.board import (
    ACCENT,
    AXIS,
    GRID,
    INK,
    NAMED,
    PALETTE,
    SIZE,
    WARN,
    Board,
    Figure,
    at_tenth,
    path_of,
    whole_svg,
)
from kaohe.papers.measure import wide

PRESETS = ("line", "bars", "stacked", "grouped", "months", "spread")

Series = Sequence[Figure | None]


def chart(preset: str, data: Mapping[str, Any], *, width: int = 500, height: int = 170) -> str:
    """The chart as an SVG of that size in points."""
    if preset not in PRESETS:
        raise ValueError(f"no chart preset {preset!r}; there are {', '.join(PRESETS)}")
    kind = {"months": "line", "spread": "bars"}.get(preset, preset)
    names = [str(name.say("zh")) if hasattr(name, "say") else str(name) for name in data.get("x", ())]
    if kind in ("bars", "stacked") and data.get("lying"):
        height = max(height, 18 * len(names) + 40)
    board = Board(width, height, data)
    if not names:
        return board.svg()
    if kind == "line":
        _line(board, names, data)
    elif kind == "grouped":
        _grouped(board, names, data)
    else:
        _bars(board, names, data, stacked=kind == "stacked")
    return board.svg()


def spark(values: Series, width: int = 52, height: int = 13) -> str:
    """A small line of figures; None interrupts it, the last one carries a dot."""
    known = [float(value) for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    spots = [
        None
        if value is None
        else (
            2 + (width - 5) * place / max(len(values) - 1, 1),
            height - 2.5 - (height - 5) * ((float(value) - low) / (high - low) if high > low else 0.5),
        )
        for place, value in enumerate(values)
    ]
    parts = [f'<path d="{path_of(spots)}" fill="none" stroke="{ACCENT}" stroke-width="1"/>']
    last = next((spot for spot in reversed(spots) if spot), None)
    if last:
        parts.append(f'<circle cx="{at_tenth(last[0])}" cy="{at_tenth(last[1])}" r="1.6" fill="{ACCENT}"/>')
    return whole_svg(width, height, parts)


def _line(board: Board, names: list[str], data: Mapping[str, Any]) -> None:
    series: Series = data.get("y", ())
    extra: Series = data.get("open") or ()
    known = [float(value) for value in (*series, *extra) if value is not None]
    cut = data.get("cut")
    board.scale([*known, float(cut)] if cut is not None else known, zero=False)
    _up(board, names, spread=False)
    if cut is not None:
        y = board.y(float(cut))
        board.line(board.left, y, board.width - board.right, y, WARN, "4 3")
        words = str(data.get("cut_name") or board.say(cut))
        board.text(board.width - board.right - 2, y - 3, words, at="end", fill=NAMED["warn"])
    _curve(board, series, ACCENT)
    if extra:
        _curve(board, extra, ACCENT, dashed=True)
    marks = {str(mark["x"]): mark for mark in data.get("marks", ())}
    for place, name in enumerate(names):
        mark = marks.get(name)
        if mark and mark.get("y") is not None:
            at = "start" if place == 0 else "end" if place == len(names) - 1 else "middle"
            board.text(
                _across(board, place, len(names)),
                board.y(float(mark["y"])) - 6,
                str(mark["say"]),
                at=at,
                fill=INK,
            )


def _grouped(board: Board, names: list[str], data: Mapping[str, Any]) -> None:
    series = list(data.get("series") or [{"name": data.get("name", ""), "y": data.get("y", ())}])
    colours = [_colour(one, place) for place, one in enumerate(series)]
    if len(series) > 1:
        board.legend([(str(one["name"]), colour) for one, colour in zip(series, colours, strict=True)])
    known = [float(value) for one in series for value in one["y"] if value is not None]
    board.scale(known, zero=bool(data.get("bars")))
    _up(board, names, spread=bool(data.get("bars")))
    if not data.get("bars"):
        for one, colour in zip(series, colours, strict=True):
            _curve(board, one["y"], colour, dashed=bool(one.get("dashed")))
        return
    step = board.wide / len(names)
    each = min(step * 0.76 / max(len(series), 1), 20)
    for number_, (one, colour) in enumerate(zip(series, colours, strict=True)):
        for place, value in enumerate(one["y"]):
            if value is not None:
                x = board.left + step * (place + 0.5) + each * (number_ - len(series) / 2)
                _upright(board, x, each * 0.92, 0.0, float(value), colour)


def _bars(board: Board, names: list[str], data: Mapping[str, Any], *, stacked: bool) -> None:
    """One bar for each name, lying or upright; stacked pieces one after the other."""
    series = (
        list(data["series"]) if stacked else [{"name": "", "y": data.get("y", ()), "kind": data.get("kind")}]
    )
    colours = [_colour(one, place) for place, one in enumerate(series)]
    if len(series) > 1:
        board.legend([(str(one["name"]), colour) for one, colour in zip(series, colours, strict=True)])
    sums = [sum(float(one["y"][place] or 0) for one in series) for place in range(len(names))]
    board.scale(sums, zero=True)
    lying = bool(data.get("lying"))
    if lying:
        _names_left(board, names)
    else:
        _up(board, names, spread=True)
    for place in range(len(names)):
        base = 0.0
        for one, colour in zip(series, colours, strict=True):
            value = one["y"][place]
            if value is None:
                continue
            _piece(board, place, len(names), base, base + float(value), colour, lying)
            base += float(value)
        whole = None if stacked else series[0]["y"][place]
        _label(board, place, len(names), base, "" if not whole else board.say(whole), lying)


def _piece(board: Board, place: int, count: int, start: float, end: float, colour: str, lying: bool) -> None:
    if lying:
        step = board.tall / count
        thick = min(step * 0.76, 20)
        y = board.top + step * (place + 0.5) - thick / 2
        first, last = sorted((board.x(start), board.x(end)))
        board.rect(first, y, last - first, thick, colour)
    else:
        step = board.wide / count
        thick = min(step * 0.76, 34)
        _upright(board, board.left + step * (place + 0.5) - thick / 2, thick, start, end, colour)


def _upright(board: Board, x: float, thick: float, start: float, end: float, colour: str) -> None:
    first, last = sorted((board.y(start), board.y(end)))
    board.rect(x, first, thick, last - first, colour)


def _label(board: Board, place: int, count: int, value: float, words: str, lying: bool) -> None:
    if not words:
        return
    if lying:
        y = board.top + board.tall / count * (place + 0.5) + 3
        board.text(board.x(value) + 4, y, words, at="start")
    elif wide(words) * SIZE <= board.wide / count + 4:
        board.text(board.left + board.wide / count * (place + 0.5), board.y(value) - 4, words)


def _up(board: Board, names: list[str], *, spread: bool) -> None:
    """The scale at the left, and the names below: as many as fit, the last one always."""
    ticks = board.ticks()
    board.left = 8 + max(wide(board.say(tick)) for tick in ticks) * SIZE + 4
    for tick in ticks:
        y = board.y(tick)
        board.line(board.left, y, board.width - board.right, y, AXIS if tick == ticks[0] else GRID)
        board.text(board.left - 5, y + 3, board.say(tick), at="end")
    slot = board.wide / max(len(names), 1)
    every = max(1, -(-int(max(map(wide, names)) * SIZE + 6) // max(int(slot), 1)))
    for place, name in enumerate(names):
        if (len(names) - 1 - place) % every == 0:
            x = board.left + slot * (place + 0.5) if spread else _across(board, place, len(names))
            board.text(x, board.height - 7, name, at=_anchor(board, x, name))


def _anchor(board: Board, x: float, name: str) -> str:
    """Where a name is held so that it stays on the paper."""
    half = wide(name) * SIZE / 2
    return "start" if x < half else "end" if x + half > board.width else "middle"


def _names_left(board: Board, names: list[str]) -> None:
    """The names of lying bars at the left, cut where they would take more than a third."""
    most = board.width / 3 / SIZE
    shown = [name if wide(name) <= most else _cut(name, most) for name in names]
    board.left = 10 + max(map(wide, shown)) * SIZE
    board.right, board.top, board.bottom = 56.0, max(board.top if board.top > 16 else 4.0, 4.0), 6.0
    for place, name in enumerate(shown):
        y = board.top + board.tall / len(names) * (place + 0.5) + 3
        board.text(board.left - 6, y, name, at="end", fill=INK)
    board.line(board.x(0.0), board.top, board.x(0.0), board.height - board.bottom, AXIS)


def _cut(name: str, most: float) -> str:
    while name and wide(name) > most - 1:
        name = name[:-1]
    return name + "…"


def _curve(board: Board, values: Series, colour: str, *, dashed: bool = False) -> None:
    spots = [
        None if value is None else (_across(board, place, len(values)), board.y(float(value)))
        for place, value in enumerate(values)
    ]
    broken = ' stroke-dasharray="4 3"' if dashed else ""
    board.parts.append(
        f'<path d="{path_of(spots)}" fill="none" stroke="{colour}" stroke-width="1.4"{broken}/>'
    )
    for spot in spots:
        if spot:
            board.parts.append(
                f'<circle cx="{at_tenth(spot[0])}" cy="{at_tenth(spot[1])}" r="2" fill="{colour}"/>'
            )


def _across(board: Board, place: int, count: int) -> float:
    return board.left + 8 + (board.wide - 16) * (place / (count - 1) if count > 1 else 0.5)


def _colour(one: Mapping[str, Any], place: int) -> str:
    return NAMED.get(str(one.get("kind") or ""), PALETTE[place % len(PALETTE)])

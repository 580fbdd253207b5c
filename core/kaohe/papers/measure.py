"""How wide texts are before anything is laid out: the widths of a table's columns and how long a paper will be.

Estimates, in units of the type size: a Chinese character is one wide, a Latin one about half. Being fixed before the
layout, the columns of a long table cost the renderer nothing, and a page is the same whatever stands on the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MM = 72 / 25.4
PAGE = {"portrait": (210 * MM, 297 * MM), "landscape": (297 * MM, 210 * MM)}
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 16 * MM, 24 * MM, 20 * MM
SIZE, SMALL = 10.0, 8.8
INSET = 4.2
LEADING = 1.55
_NARROWEST, _LONGEST_WORD = 3.2, 20
_SHORT, _READABLE = 10.0, 16.0
_WORD = re.compile(r"[!-~\u00a1-\u02ff]{21,}")
_BREAK = "\u200b"
_WIDE = {"W": 1.0, "F": 1.0, "A": 1.0}


def room(orientation: str) -> tuple[float, float]:
    """Width and height of what may be filled on one page, in points."""
    wide, tall = PAGE[orientation]
    return wide - 2 * MARGIN_X, tall - MARGIN_TOP - MARGIN_BOTTOM


def wide(text: str) -> float:
    """How wide the longest line of the text is, in units of the type size."""
    return max((_line(line) for line in text.split("\n")), default=0.0)


def _line(text: str) -> float:
    if text.isascii():
        return 0.58 * len(text)
    return sum(_WIDE.get(unicodedata.east_asian_width(character), 0.58) for character in text)


def breakable(text: str) -> str:
    """The text with places to break within a run of letters that no column would hold."""
    if len(text) <= _LONGEST_WORD:
        return text
    return _WORD.sub(lambda found: _BREAK.join(re.findall(".{1,10}", found.group())), text)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a column asks for: its widest and its usual cell, and whether it may wrap (then its share of the rest)."""

    most: float
    usual: float
    wraps: bool
    share: float = 1.0


def wish(title: str, cells: Sequence[str], wraps: bool, share: float) -> Wish:
    """The wish of a column by its title and cells; the usual cell is the ninth of ten in order."""
    if not wraps:
        return Wish(max([_title(title), *map(wide, cells)]), 0, False)
    lengths = sorted(map(wide, cells))
    most = lengths[-1] if lengths else 0.0
    usual = max(lengths[len(lengths) * 9 // 10], min(most, _SHORT)) if lengths else 0.0
    head = _title(title)
    return Wish(max(most, head), max(usual, head), True, share)


def natural(wishes: Sequence[Wish]) -> float:
    """The width in points at which no cell of a usual length wraps, long texts taken at a readable length."""
    found = (min(each.usual, _READABLE) if each.wraps else each.most for each in wishes)
    return sum(width * SMALL + 2 * INSET + 2 for width in found)


def _title(title: str) -> float:
    """A head may be written in two lines."""
    whole = wide(title)
    return whole if whole <= 4.2 else max(4.2, whole / 2 + 0.6)


def widths(wishes: Sequence[Wish], available: float, size: float = SMALL) -> list[float]:
    """The widths in points, together exactly `available`.

    Figures get what they need; texts what their usual cell needs, and share what is left or what is missing. When
    even that is too much, all columns shrink alike.
    """
    pads = 2 * INSET
    asked = [
        max(each.usual if each.wraps else each.most, _NARROWEST - 1) * size + pads + 2 for each in wishes
    ]
    fixed = sum(width for width, each in zip(asked, wishes, strict=True) if not each.wraps)
    texts = [number for number, each in enumerate(wishes) if each.wraps]
    left = available - fixed
    floor = sum(_NARROWEST * size + pads for _ in texts)
    if not wishes:
        return []
    if not texts or left < floor:
        return _exactly([width * available / sum(asked) for width in asked], available)
    asked = _shared(asked, texts, wishes, left, _NARROWEST * size + pads)
    return _exactly(asked, available)


def _shared(
    asked: list[float], texts: list[int], wishes: Sequence[Wish], left: float, least: float
) -> list[float]:
    """The text columns made to fill `left`: what is over goes by share, what is missing the longest texts lack."""
    found = list(asked)
    over = left - sum(asked[number] for number in texts)
    if over >= 0:
        weights = {number: wishes[number].share * (wishes[number].most + 2) for number in texts}
        for number in texts:
            found[number] += over * weights[number] / sum(weights.values())
        return found
    for place, number in enumerate(sorted(texts, key=lambda number: asked[number])):
        found[number] = max(min(asked[number], left / (len(texts) - place)), least)
        left -= found[number]
    return found


def _exactly(found: list[float], available: float) -> list[float]:
    rounded = [round(width, 2) for width in found]
    rounded[-1] = round(rounded[-1] + available - sum(rounded), 2)
    return rounded


def lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column of that width."""
    inner = max(width - 2 * INSET, size) / size
    return sum(max(1, ceil(_line(line) / inner)) for line in text.split("\n"))

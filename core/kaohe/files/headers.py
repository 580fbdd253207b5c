"""Where the header of a table stands and which heading names which field.

Looks at the first rows for the one to three rows that, read together, name the most fields. Exact names count more
than names contained in a heading; two columns that fit a field equally well are named as rivals, and the first is
taken for the moment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from kaohe.files import limits
from kaohe.files.cells import fold, shown
from kaohe.files.refusals import Words
from kaohe.files.tables import Cell, Table

_DEPTH = 3
_LABEL = 60
_EXTRA = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MARKS = re.compile(r"[*:：、,，.。/\\_\-—~～()\[\]*#]")


class Wanted(Protocol):
    """What is asked of a field here."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> Words: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def required(self) -> bool: ...


@dataclass(frozen=True)
class Header:
    """A header: its lines (from 1), a label for each column, the columns of the fields, and rival columns."""

    lines: tuple[int, ...]
    labels: tuple[str, ...]
    mapping: Mapping[str, int] = field(default_factory=dict)
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    score: float = 0.0


def best_header(table: Table, fields: Sequence[Wanted]) -> Header | None:
    """The header that names the most of the fields; `None` when no row names enough of them."""
    best: Header | None = None
    enough = min(2, len(fields))
    for first in range(min(len(table.rows), limits.HEADER_SEARCH)):
        for depth in range(1, _DEPTH + 1):
            if first + depth > len(table.rows) or not _could_be(table, first, depth):
                break
            lines = tuple(range(first + 1, first + depth + 1))
            header = match_columns(header_at(table, lines), fields)
            if len(header.mapping) >= enough and (best is None or header.score > best.score + 1e-9):
                best = header
    return _with_merged(table, best, fields) if best else None


def _could_be(table: Table, first: int, depth: int) -> bool:
    """A header's rows are not blank, and at least half of what stands in them is words."""
    row = table.rows[first + depth - 1]
    filled = [cell for cell in row if cell is not None]
    words = sum(isinstance(cell, str) and len(cell) <= 200 for cell in filled)
    return bool(filled) and words * 2 >= len(filled)


def _with_merged(table: Table, header: Header, fields: Sequence[Wanted]) -> Header:
    """The header down to the end of the cells merged over its first row."""
    first, last = header.lines[0] - 1, header.lines[-1] - 1
    ends = [bottom for top, _, bottom, _ in table.merged if top == first and bottom <= first + _DEPTH - 1]
    end = max([last, *ends])
    if end == last or end >= len(table.rows):
        return header
    longer = match_columns(header_at(table, tuple(range(first + 1, end + 2))), fields)
    return longer if len(longer.mapping) >= len(header.mapping) else header


def header_at(table: Table, lines: Sequence[int]) -> Header:
    """The header in those lines: labels joined from above to below ("联系方式 / 手机")."""
    rows = [_spread(table, line - 1) for line in lines]
    labels = []
    for column in range(table.width):
        parts: list[str] = []
        for row in rows:
            text = _label(row[column]) if column < len(row) else ""
            if text and text not in parts:
                parts.append(text)
        labels.append(" / ".join(parts))
    return Header(tuple(lines), tuple(labels))


def _spread(table: Table, index: int) -> list[Cell]:
    """A header row with the text of cells merged sideways in each of their columns."""
    row = list(table.rows[index])
    row.extend([None] * (table.width - len(row)))
    for top, left, _, right in table.merged:
        if top == index and right > left and left < len(row):
            for column in range(left + 1, min(right, len(row) - 1) + 1):
                row[column] = row[column] if row[column] is not None else row[left]
    return row


def _label(cell: Cell) -> str:
    return re.sub(r"\s+", " ", shown(cell)).strip()[:_LABEL]


def match_columns(header: Header, fields: Sequence[Wanted]) -> Header:
    """The header with its columns matched to the fields, the best fits first; each column for one field only."""
    fits: list[tuple[float, int, int]] = []
    for place, wanted in enumerate(fields):
        names = [_plain(name) for name in (*wanted.names, wanted.title.zh, wanted.title.en)]
        for column, label in enumerate(header.labels):
            fit = max((_fit(name, label) for name in names if name), default=0.0) if label else 0.0
            if fit:
                fits.append((fit, place, column))
    taken: dict[int, int] = {}
    strength: dict[int, float] = {}
    for fit, place, column in sorted(fits, key=lambda found: (-found[0], found[2], found[1])):
        if place not in strength and column not in taken:
            taken[column] = place
            strength[place] = fit
    mapping = {fields[place].code: column for column, place in taken.items()}
    rivals: dict[str, tuple[int, ...]] = {}
    for place, best in strength.items():
        code = fields[place].code
        same = sorted(
            column
            for fit, other, column in fits
            if other == place and fit == best and (column not in taken or column == mapping[code])
        )
        if len(same) > 1:
            rivals[code] = tuple(same)
    score = sum(strength.values()) + sum(0.5 for place in strength if fields[place].required)
    return Header(header.lines, header.labels, mapping, rivals, score - 0.01 * len(header.lines))


def _plain(text: str) -> str:
    return _MARKS.sub("", fold(text))


@lru_cache(maxsize=512)
def _forms(label: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The parts of a label from below to above, each whole and without brackets; and all of them together."""
    parts = label.split(" / ")
    forms = tuple((_plain(part), _plain(_EXTRA.sub("", fold(part)))) for part in reversed(parts))
    return forms, _plain("".join(parts))


def _fit(name: str, label: str) -> float:
    """How well a heading names a field: 3 exactly, 2.9 but for what stands in brackets, less when it contains it."""
    forms, together = _forms(label)
    best = 2.95 if len(forms) > 1 and together == name else 0.0
    for place, (whole, short) in enumerate(forms):
        if whole == name:
            fit = 3.0
        elif short == name:
            fit = 2.9
        elif len(name) >= 2 and short and len(short) <= 20 and name in short:
            fit = 1.0 + len(name) / len(short)
        else:
            continue
        best = max(best, fit - 0.2 * place)
    return best

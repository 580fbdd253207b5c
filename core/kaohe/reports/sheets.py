"""What an export consists of: typed columns, a sheet of rows, and the exact figures in them.

A float, an instant without a zone, and a row of the wrong length are mistakes of the caller and raise `ValueError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Progress = Callable[[int], None]
Cells = Sequence[Any]


@dataclass(frozen=True)
class Column:
    """A typed column; `None` in it is an empty cell.

    `kind`: text; whole (int); number (Decimal or int, shown with `decimals`); money (integer fen, shown in yuan);
    date; instant (an aware datetime, shown in the zone of the export). `width` in characters, found from the content
    when not given. `total` adds the column up below the rows.
    """

    title: str
    kind: str = "text"
    decimals: int = 2
    width: float | None = None
    total: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: titles, the header, the rows (read once, in order), totals where a column asks, notes."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Cells]
    titles: Sequence[str] = ()
    notes: Sequence[str] = ()
    total_label: str = "合计"
    autofilter: bool = True


class Count:
    """The rows written so far, and who is told."""

    def __init__(self, progress: Progress | None, every: int) -> None:
        self.progress, self.every, self.rows = progress, max(every, 1), 0

    def over(self, rows: Iterable[Cells]) -> Iterator[Cells]:
        """The rows, counted as they pass."""
        for row in rows:
            yield row
            self.rows += 1
            if self.progress and self.rows % self.every == 0:
                self.progress(self.rows)

    def end(self) -> None:
        """Tell the last figure."""
        if self.progress and self.rows % self.every:
            self.progress(self.rows)


def decimals_of(column: Column) -> int:
    return {"money": 2, "whole": 0}.get(column.kind, column.decimals)


def figure(value: Any, fen: bool) -> Decimal:
    """The exact figure; fen become yuan. A float is a mistake of the caller."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"a figure must be an int or a Decimal, not {type(value).__name__}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("a figure must be finite")
    return number.scaleb(-2) if fen else number


def local(value: Any, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(zone).replace(tzinfo=None)


def check_length(row: Cells, columns: Sequence[Column]) -> None:
    if len(row) != len(columns):
        raise ValueError(f"a row of {len(row)} cells for {len(columns)} columns")

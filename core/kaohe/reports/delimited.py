"""CSV exports, written row by row, in which no text is a formula to a spreadsheet program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from kaohe.reports.sheets import (
    SHANGHAI,
    Column,
    Count,
    Progress,
    Sheet,
    check_length,
    decimals_of,
    figure,
    local,
)

MEDIA_CSV = "text/csv; charset=utf-8"
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@＝＋－＠]|^[\t\r\n]")


def write_csv(
    target: Path | BinaryIO,
    sheet: Sheet,
    *,
    zone: tzinfo = SHANGHAI,
    progress: Progress | None = None,
    every: int = 500,
) -> int:
    """Write the header and rows of a sheet as CSV in UTF-8 with its mark; returns the number of rows of data.

    Titles, totals and notes are left out, so that a program can read the file.
    """
    count = Count(progress, every)
    with _text_file(target) as text:
        writer = csv.writer(text)
        writer.writerow([_quoted(column.title) for column in sheet.columns])
        plain = [_plain_writer(column, zone) for column in sheet.columns]
        for row in count.over(sheet.rows):
            check_length(row, sheet.columns)
            writer.writerow([say(value) for say, value in zip(plain, row, strict=True)])
    count.end()
    return count.rows


@contextmanager
def _text_file(target: Path | BinaryIO) -> Iterator[io.TextIOBase]:
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            yield file
        return
    wrapper = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    try:
        yield wrapper
        wrapper.flush()
    finally:
        wrapper.detach()


def _plain_writer(column: Column, zone: tzinfo) -> Callable[[Any], str]:
    kind = column.kind
    if kind == "text":
        return lambda value: "" if value is None else _quoted(str(value))
    if kind == "date":
        return lambda value: "" if value is None else value.isoformat()
    if kind == "instant":
        return lambda value: "" if value is None else local(value, zone).isoformat(" ", "minutes")
    if kind not in ("whole", "number", "money"):
        raise ValueError(f"unknown kind of column: {kind}")
    fen = kind == "money"
    return lambda value: "" if value is None else _written(figure(value, fen), column)


def _written(number: Decimal, column: Column) -> str:
    """With the column's decimals, or more where the figure has more: nothing is rounded away."""
    own = -int(number.as_tuple().exponent)
    return f"{number:.{max(own, decimals_of(column))}f}"


def _quoted(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    text = text.replace("\0", "")
    return "'" + text if _FORMULA.match(text) else text

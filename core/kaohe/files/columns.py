"""Which column means what: the header found, the columns matched, every line accounted for.

Decides where the header stands (below titles, over one to three rows, merged or not), which of the wanted fields
each column holds, and which lines are not data (titles, blank lines, repeated headers, totals, signatures). It says
what it decided and lets the caller change the mapping. It never decides what a doubtful value means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kaohe.files.cells import numbered_choices
from kaohe.files.doubts import Choice, Doubt, Hint, HintRule
from kaohe.files.headers import Header, best_header, header_at
from kaohe.files.lines import Field, Ignored, Row, read_lines
from kaohe.files.refusals import BadMapping, Words
from kaohe.files.tables import Table
from kaohe.files.texts import fold

__all__ = [
    "Choice", "Doubt", "Field", "Hint", "HintRule", "Ignored", "Row", "Understood", "Words", "numbered_choices",
    "understand", "understand_all",
]  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """What was made of a table; `apply` makes it anew with another mapping.

    Every line of the table is in `header_rows`, `rows` or `ignored`, once. `mapping` gives the column (from 0) of
    each field that was found.
    """

    table: Table
    fields: tuple[Field, ...]
    header_rows: tuple[int, ...]
    headings: tuple[str, ...]
    mapping: Mapping[str, int]
    rows: tuple[Row, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    notices: tuple[Doubt, ...] = ()
    title: str = ""

    @property
    def found(self) -> bool:
        """Whether any column is mapped."""
        return bool(self.mapping)

    @property
    def doubtful(self) -> tuple[Row, ...]:
        """The rows with a doubt."""
        return tuple(row for row in self.rows if row.doubts)

    def duplicates(self, code: str) -> dict[Any, tuple[int, ...]]:
        """The values of a field that stand in more than one row, with the numbers of those lines."""
        lines: dict[Any, list[int]] = {}
        for row in self.rows:
            value = row.values.get(code)
            if value is not None:
                lines.setdefault(fold(value) if isinstance(value, str) else value, []).append(row.line_no)
        shown = {
            fold(row.values[code]) if isinstance(row.values[code], str) else row.values[code]: row.values[
                code
            ]
            for row in self.rows
            if row.values.get(code) is not None
        }
        return {shown[key]: tuple(numbers) for key, numbers in lines.items() if len(numbers) > 1}

    def apply(
        self, mapping: Mapping[str, int | None], header_rows: Sequence[int] | None = None
    ) -> Understood:
        """The same table under the caller's mapping (`None` takes a field out); fields not named stay as they are.

        `header_rows` are line numbers, an empty sequence for a table without a header. Raises `BadMapping`.
        """
        chosen = {**self.mapping, **mapping}
        final = {code: column for code, column in chosen.items() if column is not None}
        header = self.header_rows if header_rows is None else tuple(sorted(header_rows))
        _check_mapping(self, mapping, final, header)
        headings = header_at(self.table, header).labels if header else ("",) * self.table.width
        again = _read(self.table, self.fields, header, headings, final)
        open_still = [
            notice
            for notice in self.notices
            if notice.code == "column_ambiguous" and notice.field not in mapping
        ]
        return replace(again, notices=(*again.notices, *open_still))


def understand(table: Table, fields: Sequence[Field]) -> Understood:
    """The table read for those fields, the header found and the columns guessed from their headings."""
    wanted = tuple(fields)
    header = best_header(table, wanted)
    if header is None:
        width = table.width
        return _read(table, wanted, (), tuple("" for _ in range(width)), {})
    understood = _read(table, wanted, header.lines, header.labels, header.mapping)
    return replace(understood, notices=(*understood.notices, *_ambiguous(header, wanted)))


def understand_all(tables: Iterable[Table], fields: Sequence[Field]) -> list[Understood]:
    """Each sheet that is not empty, understood by itself; ask `found` whether it holds what is wanted."""
    return [understand(table, fields) for table in tables if table.rows]


def _missing(headings: Sequence[str], mapping: Mapping[str, int], fields: tuple[Field, ...]) -> list[Doubt]:
    names = [label for label in headings if label]
    return [
        Doubt(
            "column_missing",
            wanted.code,
            "",
            f"没有找到“{wanted.title.zh}”这一列（表头有：{'、'.join(names[:20])}）",
            f'no column for "{wanted.title.en}" was found (headings: {", ".join(names[:20])})',
        )
        for wanted in fields
        if wanted.required and wanted.code not in mapping
    ]


def _ambiguous(header: Header, fields: tuple[Field, ...]) -> list[Doubt]:
    titles = {wanted.code: wanted.title for wanted in fields}
    return [
        Doubt(
            "column_ambiguous",
            code,
            "、".join(header.labels[column] for column in columns),
            f"“{titles[code].zh}”可能是第 {'、'.join(str(column + 1) for column in columns)} 列，请确认",
            f'"{titles[code].en}" may be column {" or ".join(str(column + 1) for column in columns)}; please confirm',
            columns[0],
        )
        for code, columns in header.rivals.items()
    ]


def _check_mapping(
    known: Understood, asked: Mapping[str, int | None], final: Mapping[str, int], header: tuple[int, ...]
) -> None:
    codes = {wanted.code for wanted in known.fields}
    for code in asked:
        if code not in codes:
            raise BadMapping(what=Words(f"没有“{code}”这一项", f'there is no field "{code}"'))
    columns = list(final.values())
    width = known.table.width
    for column in columns:
        if isinstance(column, bool) or not isinstance(column, int) or not 0 <= column < width:
            raise BadMapping(what=Words(f"没有第 {column} 列", f"there is no column {column}"))
    if len(set(columns)) != len(columns):
        raise BadMapping(what=Words("同一列对应了两项", "one column stands for two fields"))
    if any(not 1 <= line <= len(known.table.rows) for line in header):
        raise BadMapping(what=Words("表头行不在表内", "the header is outside the table"))


_NO_HEADER = Doubt(
    "header_missing",
    "",
    "",
    "没有找到表头，请指出各列的含义",
    "no header was found; please say what the columns mean",
)


def _read(
    table: Table,
    fields: tuple[Field, ...],
    header: tuple[int, ...],
    headings: tuple[str, ...],
    mapping: Mapping[str, int],
) -> Understood:
    lines = read_lines(table, fields, header, mapping)
    notices = tuple(_missing(headings, mapping, fields)) if mapping else (_NO_HEADER,)
    return Understood(
        table, fields, header, headings, dict(mapping), lines.rows, lines.ignored, notices, lines.title
    )

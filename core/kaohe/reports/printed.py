"""A report on paper: the page's rows, all of them, with its chart, totals and notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kaohe import papers
from kaohe.plugins.sector import ReportData
from kaohe.scheme import Text


def paper(
    data: ReportData,
    rows: Sequence[dict[str, Any]],
    *,
    title: Text,
    about: str,
    organisation: str,
    now: datetime,
    zone: str,
    signs: Sequence[papers.Place] = (),
) -> papers.Paper:
    """The report for A4; a cramped table lies across."""
    blocks: list[papers.Block] = []
    if data.chart and rows:
        blocks.append(papers.Chart(data.chart[0], data.chart[1]))
    blocks.append(_table(data, rows))
    blocks += [papers.Paragraph(note, "quiet") for note in data.notes]
    if signs:
        blocks.append(papers.Signatures(signs))
    return papers.Paper(
        title,
        organisation,
        now,
        period=about,
        orientation="auto",
        blocks=blocks,
        zone=zone,
    )


def _table(data: ReportData, rows: Sequence[dict[str, Any]]) -> papers.Table:
    columns = [papers.Column(column.title, column.kind) for column in data.columns]
    cells = [[row.get(column.code) for column in data.columns] for row in rows]
    totals = None
    if data.totals and rows:
        found = [data.totals.get(column.code) for column in data.columns]
        totals = ["" if value is None else value for value in found]
        if totals[0] == "":
            totals[0] = Text("合计", "Total")
    return papers.Table(columns, cells, totals)

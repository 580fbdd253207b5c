"""How long papers take: from the description to the bytes, the child process included."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from tests.bench.report import Table, timed
from tests.bench.targets import note

from kaohe import papers
from kaohe.papers import service

PRINTED = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
COLUMNS = [
    papers.Column("名次", "count"),
    papers.Column("姓名"),
    papers.Column("部门"),
    papers.Column("工号"),
    papers.Column("得分", "score"),
    papers.Column("较上期", "points"),
    papers.Column("日期", "date"),
    papers.Column("说明"),
]


def paper(rows: int) -> papers.Paper:
    """A league with a chart, that many lines of eight columns and places to sign."""
    lines = [
        [n, f"成员{n}", f"第{n % 40}部门", f"H{n:05d}", Decimal(9_000 + n % 1000) / 100, Decimal(n % 9 - 4) / 2,
         PRINTED.date(), "迟到一次扣 0.5 分，" * (n % 3)]
        for n in range(1, rows + 1)
    ]  # fmt: skip
    months = [f"{n}月" for n in range(1, 13)]
    blocks = [
        papers.Chart("line", {"x": months, "y": [Decimal(90) + n for n in range(12)]}),
        papers.Table(COLUMNS, lines),
        papers.Signatures([papers.Place("制表"), papers.Place("单位", stamp=True)]),
    ]
    return papers.Paper("考核榜单", "样本医院", PRINTED, period="2026 年 9 月", blocks=blocks)


def bench_papers() -> None:
    """A page, a ward's list, and two hundred pages."""
    table = Table("Papers (PDF on A4)", ("rows", "pages", "describe and pack", "whole", "a page", "size"))
    for rows in (10, 400, 9_600):
        made = paper(rows)
        with timed() as packing:
            service.pack(made, "zh")
        with timed() as whole:
            data = service.render(made, "zh")
        pages = len(PdfReader(BytesIO(data)).pages)
        table.add(
            f"{rows:,}", pages, f"{packing.seconds:.2f} s", f"{whole.seconds:.2f} s",
            f"{whole.seconds / pages * 1000:.0f} ms", f"{len(data) / 1024:.0f} KB",
        )  # fmt: skip
        if pages >= 200:
            note("paper", "", whole.seconds)


if __name__ == "__main__":
    bench_papers()

"""What a visitor downloads, read by readers that know nothing of how it was made: spreadsheets and PDFs."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

from browser_visitor import Visitor
from pypdf import PdfReader
from python_calamine import CalamineWorkbook


def download(admin: Visitor, path: str) -> list[list[Any]]:
    """The rows of the first sheet of a spreadsheet."""
    answer = admin.context.request.get(admin.house.url + admin.path(path))
    assert answer.status == 200, answer.text()[:300]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.body()))
    return book.get_sheet_by_index(0).to_python()


def paper(admin: Visitor, path: str) -> str:
    """The words of a PDF without spaces."""
    answer = admin.context.request.get(admin.house.url + admin.path(path))
    assert answer.status == 200, answer.text()[:300]
    assert answer.headers["content-type"] == "application/pdf"
    return packed("".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages))


def packed(words: str) -> str:
    """The words without spaces and places to break."""
    return re.sub(r"[\s\u200b]", "", words)


def below(rows: list[list[Any]], heading: str) -> list[Any]:
    """The column under a heading, without a line of totals."""
    top = next(n for n, row in enumerate(rows) if heading in row)
    column = rows[top].index(heading)
    return [row[column] for row in rows[top + 1 :] if row[0] not in ("", "合计")]


def scores(rows: list[list[Any]]) -> dict[str, Decimal]:
    """Staff number and score of everybody in a table."""
    pairs = zip(below(rows, "工号"), below(rows, "得分"), strict=True)
    return {str(number): Decimal(str(score)) for number, score in pairs if score != ""}


def numbers(rows: list[list[Any]], heading: str) -> list[Decimal]:
    """The figures under a heading."""
    return [Decimal(str(one)) for one in below(rows, heading) if one != ""]

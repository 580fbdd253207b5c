"""A paper of each kind of block, and a reader of PDFs that knows nothing of how they were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from kaohe import papers
from kaohe.papers import service
from kaohe.scheme import Text

PRINTED = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


@dataclass
class Read:
    """A PDF as a reader finds it."""

    reader: PdfReader
    data: bytes

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @property
    def text(self) -> str:
        """The whole text without spaces and line ends, and without the marks of places to break."""
        return "".join("".join(self.pages).replace("\u200b", "").split())

    @property
    def sizes(self) -> set[tuple[int, int]]:
        """Width and height of the pages in millimetres."""
        boxes = [page.mediabox for page in self.reader.pages]
        return {(round(float(b.width) / 72 * 25.4), round(float(b.height) / 72 * 25.4)) for b in boxes}

    @property
    def fonts(self) -> dict[str, bool]:
        """The fonts by name, and whether each is embedded."""
        found: dict[str, bool] = {}
        for page in self.reader.pages:
            resources: Any = page["/Resources"]
            for font in (resources.get("/Font") or {}).values():
                inner: Any = font.get_object()["/DescendantFonts"][0].get_object()
                descriptor = inner["/FontDescriptor"].get_object()
                embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[str(inner["/BaseFont"])] = embedded
        return found


def read_pdf(data: bytes) -> Read:
    return Read(PdfReader(BytesIO(data)), data)


@pytest.fixture
def make() -> Callable[..., papers.Paper]:
    """A paper with the blocks given."""

    def paper(*blocks: papers.Block, **more: Any) -> papers.Paper:
        told = {"title": Text("考核榜单", "League"), "organisation": "第一人民医院", "period": "2026 年 9 月"}
        return papers.Paper(**(told | {"printed_at": PRINTED, "blocks": blocks} | more))

    return paper


@pytest.fixture
def printed(make: Callable[..., papers.Paper]) -> Callable[..., Read]:
    """The same, rendered and read back."""

    def read(*blocks: papers.Block, language: str = "zh", **more: Any) -> Read:
        return read_pdf(service.render(make(*blocks, **more), language))

    return read

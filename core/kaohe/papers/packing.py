"""A paper made plain: every figure written as the pages write it, every width known, nothing left to decide.

What comes out is JSON of texts and numbers. Texts are cleaned of what a page cannot show (control and direction
characters, lone surrogates); they are data to the renderer and never its language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kaohe import written
from kaohe.papers import drawing, measure
from kaohe.papers.cells import said, tone_of, value_of
from kaohe.papers.paper import (
    FIGURES,
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Facts,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Picture,
    Signatures,
    Table,
)
from kaohe.papers.words import told

_TALL_CELL = 18
_TITLE = 70.0
_CRAMPED = 1.15
_SPARK_WIDE = 6


@dataclass
class Packer:
    """Packs blocks for one paper; counts the height as it goes, for the number of pages."""

    language: str
    zone: str
    orientation: str
    height: float = 0.0
    cramped: float = 0.0
    blocks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def width(self) -> float:
        return measure.room(self.orientation)[0]

    @property
    def page(self) -> float:
        return measure.room(self.orientation)[1]

    @property
    def pages(self) -> int:
        """About how many pages there will be."""
        return max(1, -(-int(self.height) // int(self.page)))

    def say(self, text: Any) -> str:
        return said(text, self.language)

    def take(self, block: Block) -> None:
        """Pack one block."""
        packer = _PACKERS.get(type(block))
        if packer is None:
            raise TypeError(f"no block of a paper: {type(block).__name__}")
        packed, height = packer(self, block)
        self.blocks.append(packed)
        self.height += height

    def value(self, value: Any, kind: str, places: int | None = None) -> str:
        """A value as the pages write it."""
        return value_of(value, kind, places, self.language, self.zone)


def packed(paper: Paper, language: str) -> dict[str, Any]:
    """The whole paper as JSON for the template; `pages` is the estimate."""
    packer = _packed_blocks(paper, language)
    if paper.printed_at.tzinfo is None:
        raise ValueError("the instant of printing needs a time zone")
    local = written.local(paper.printed_at, paper.zone)
    assert isinstance(local, datetime)
    return {
        "language": language,
        "title": packer.say(paper.title),
        "organisation": packer.say(paper.organisation),
        "period": packer.say(paper.period),
        "note": packer.say(paper.note),
        "landscape": packer.orientation == "landscape",
        "printed": written.moment(paper.printed_at, language=language, zone=paper.zone),
        "stamp": [local.year, local.month, local.day, local.hour, local.minute],
        "words": told(language),
        "blocks": packer.blocks,
        "pages": packer.pages,
    }


def _packed_blocks(paper: Paper, language: str) -> Packer:
    blocks = [_lasting(block) for block in paper.blocks] if paper.orientation == "auto" else paper.blocks
    packer = _filled(Packer(language, paper.zone, paper.orientation.replace("auto", "portrait")), blocks)
    if paper.orientation == "auto" and packer.cramped > _CRAMPED:
        return _filled(Packer(language, paper.zone, "landscape"), blocks)
    return packer


def _lasting(block: Block) -> Block:
    """The block with rows that can be read twice."""
    return replace(block, rows=list(block.rows)) if isinstance(block, Table) else block


def _filled(packer: Packer, blocks: Sequence[Block]) -> Packer:
    packer.height = _TITLE
    for block in blocks:
        packer.take(block)
    return packer


def _heading(packer: Packer, block: Heading) -> tuple[dict[str, Any], float]:
    level = 1 if block.level <= 1 else 2
    return {"is": "heading", "level": level, "text": packer.say(block.text)}, 36 if level == 1 else 28


def _paragraph(packer: Packer, block: Paragraph) -> tuple[dict[str, Any], float]:
    text = packer.say(block.text)
    count = measure.lines(text, packer.width, measure.SIZE)
    tall = count * measure.SIZE * measure.LEADING + 6
    return {"is": "paragraph", "text": text.split("\n"), "tone": block.tone}, tall


def _facts(packer: Packer, block: Facts) -> tuple[dict[str, Any], float]:
    pairs = []
    for pair in block.pairs:
        kind = pair[2] if len(pair) > 2 else "text"
        tone = tone_of(pair[1], kind)
        pairs.append([packer.say(pair[0]), packer.value(pair[1], kind).split("\n"), tone])
    rows = -(-len(pairs) // block.across)
    return {"is": "facts", "pairs": pairs, "across": block.across}, rows * 30.0 + 10


def _table(packer: Packer, block: Table) -> tuple[dict[str, Any], float]:
    columns = list(block.columns)
    heads = [packer.say(column.title) for column in columns]
    rows = [_row(packer, columns, row) for row in block.rows]
    totals = _row(packer, columns, block.totals) if block.totals is not None else None
    every = [*rows, totals] if totals else rows
    wishes = [
        measure.wish(
            heads[place],
            [_text(row[place]) for row in every],
            column.kind in ("text", "strong"),
            column.share,
        )
        for place, column in enumerate(columns)
    ]
    widths = measure.widths(wishes, packer.width)
    packer.cramped = max(packer.cramped, measure.natural(wishes) / packer.width)
    tallest, height = _heights(every, widths)
    return {
        "is": "table",
        "title": packer.say(block.title),
        "widths": widths,
        "heads": heads,
        "right": [column.kind in FIGURES for column in columns],
        "rows": rows,
        "totals": totals,
        "empty": packer.say(block.empty),
        "whole": tallest <= _TALL_CELL,
    }, height + 46


def _row(packer: Packer, columns: Sequence[Column], row: Sequence[Any]) -> list[Any]:
    if len(row) != len(columns):
        raise ValueError(f"a row of {len(row)} cells for {len(columns)} columns")
    return [_cell(packer, column, value) for column, value in zip(columns, row, strict=True)]


def _cell(packer: Packer, column: Column, value: Any) -> Any:
    """A cell: its text, or with its tone, or a small line."""
    if column.kind == "spark" and value is not None and not isinstance(value, str):
        return {"svg": drawing.spark(value), "text": "一" * _SPARK_WIDE} if value else ""
    text = "" if value == "" else packer.value(value, column.kind, column.places)
    tone = "" if value == "" else tone_of(value, column.kind)
    return {"text": text, "tone": tone} if tone else text


def _text(cell: Any) -> str:
    return str(cell if isinstance(cell, str) else cell["text"])


def _heights(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> tuple[int, float]:
    """The most lines of one row, and the height of all."""
    most, height = 1, 0.0
    for row in rows:
        here = max(
            (
                measure.lines(_text(cell), width, measure.SMALL)
                for cell, width in zip(row, widths, strict=True)
            ),
            default=1,
        )
        most = max(most, here)
        height += here * measure.SMALL * 1.31 + 4
    return most, height


def _chart(packer: Packer, block: Chart) -> tuple[dict[str, Any], float]:
    title = packer.say(block.title)
    picture = drawing.chart(block.preset, block.data, width=round(packer.width), height=block.height)
    says = packer.say(block.says) or title
    return {"is": "chart", "title": title, "svg": picture, "says": says}, block.height + 34.0


def _picture(packer: Packer, block: Picture) -> tuple[dict[str, Any], float]:
    return {"is": "picture", **_image(packer, block)}, block.width * measure.MM + 8


def _image(packer: Packer, picture: Picture) -> dict[str, Any]:
    if picture.format not in ("png", "jpg", "svg"):
        raise ValueError(f"no format of a picture: {picture.format}")
    whole = picture.data.decode("utf-8") if picture.format == "svg" else list(picture.data)
    return {
        "data": whole,
        "format": picture.format,
        "width": picture.width * measure.MM,
        "says": packer.say(picture.says),
    }


def _cards(packer: Packer, block: Cards) -> tuple[dict[str, Any], float]:
    cards: list[Mapping[str, Any]] = [_card(packer, card) for card in block.cards]
    tall = max((card["tall"] for card in cards), default=0.0)
    return {"is": "cards", "cards": cards, "across": block.across}, -(-len(cards) // block.across) * tall


def _card(packer: Packer, card: Card) -> dict[str, Any]:
    picture = _image(packer, card.picture) if card.picture else None
    text = packer.say(card.text)
    tall = (picture["width"] if picture else 0) + 46 + 16 * (text.count("\n") + 1)
    return {"title": packer.say(card.title), "text": text.split("\n"), "picture": picture, "tall": tall}


def _signatures(packer: Packer, block: Signatures) -> tuple[dict[str, Any], float]:
    places = [
        {
            "title": packer.say(place.title),
            "name": packer.say(place.name),
            "stamp": place.stamp,
            "dated": place.dated,
        }
        for place in block.places
    ]
    rows = -(-len(places) // 3)
    return {"is": "signatures", "places": places, "note": packer.say(block.note)}, rows * 92.0 + 20


def _break(packer: Packer, block: PageBreak) -> tuple[dict[str, Any], float]:
    rest = -packer.height % packer.page
    return {"is": "break"}, rest


_PACKERS: dict[type, Any] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Facts: _facts,
    Table: _table,
    Chart: _chart,
    Picture: _picture,
    Cards: _cards,
    Signatures: _signatures,
    PageBreak: _break,
}

"""What a paper consists of: one typed description that any feature can fill.

A paper is data: texts in one or both languages, exact figures with the kind of their column, nothing of markup.
Wrong kinds, rows of a wrong length and binary floating point are mistakes of the caller and raise `ValueError` or
`TypeError` when the paper is put on pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from kaohe.scheme import Text

Words = str | Text
Orientation = Literal["portrait", "landscape", "auto"]
NOTHING = Text("没有记录", "Nothing recorded")
Tone = Literal["", "quiet", "strong", "plus", "minus", "warn"]

KINDS = frozenset(
    {
        "text",
        "strong",
        "points",
        "score",
        "number",
        "count",
        "rank",
        "percent",
        "money",
        "date",
        "moment",
        "size",
        "spark",
    }
)
"""How a cell is written: `points` signed (+0.5), `score` plain (98.5), `money` integer fen, `spark` a small line of
figures, `strong` text in bold. The others as their names say."""
FIGURES = KINDS - {"text", "strong", "date", "moment", "spark"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first (1) or second (2) order; it never stands alone at the foot of a page."""

    text: Words
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line breaks in the text are kept."""

    text: Words
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a value, so many beside each other. A pair may be (name, value, kind)."""

    pairs: Sequence[tuple[Any, ...]]
    across: int = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and the kind of its cells; `places` fixes the decimals; `share` widens a text column."""

    title: Words
    kind: str = "text"
    places: int | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its head is repeated on each page that it reaches.

    A cell is a value of its column's kind, or a text (a word may stand for a figure). None is 缺 in a column of
    figures and days, and empty in one of text; "" is always empty. `totals` is one last row in bold.
    """

    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Any] | None = None
    title: Words = ""
    empty: Words = NOTHING


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart from the presets and the data that `ui.chart` takes; `says` are its figures in words."""

    preset: str
    data: Mapping[str, Any]
    title: Words = ""
    says: Words = ""
    height: int = 170


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: PNG or JPEG bytes, or an SVG that our own code drew; width in millimetres."""

    data: bytes
    format: Literal["png", "jpg", "svg"] = "png"
    width: float = 60
    says: Words = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One card of `Cards`: a picture with words beneath, kept in one piece."""

    title: Words
    text: Words = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards in rows of `across`, for sheets that are cut up: QR codes, slips."""

    cards: Sequence[Card]
    across: int = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place to sign: who signs; `name` when it is already known; `stamp` leaves room for the seal."""

    title: Words
    name: Words = ""
    stamp: bool = False
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign and stamp, three beside each other, never torn apart by a page's end."""

    places: Sequence[Place]
    note: Words = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Facts | Table | Chart | Picture | Cards | Signatures | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper on A4.

    `orientation` "auto" lies across when a table would be cramped upright.
    `organisation` and `period` stand at the head of each page; `note` (its state: 公示中, 暂计) under the title.
    `printed_at` is an aware instant, written at the foot in `zone`: the same paper gives the same bytes. A paper of
    several subjects has a `PageBreak` between them.
    """

    title: Words
    organisation: Words
    printed_at: datetime
    period: Words = ""
    note: Words = ""
    orientation: Orientation = "portrait"
    blocks: Sequence[Block] = field(default_factory=tuple)
    zone: str = "Asia/Shanghai"

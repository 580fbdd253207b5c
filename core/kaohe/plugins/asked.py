"""Fields that a sector's schema may ask for beside marshmallow's own: money, and a choice with titles.

A schema is a marshmallow `Schema`; each field says in its metadata what stands beside it: `title` and `hint`
(`Text`), `rows` (of a text), `unit` (`Text`), `sum` (add this column of a list of lines up). What is kept is plain
JSON: text, integers (money in fen), true and false, decimals as text, days and instants in ISO form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from kaohe.scheme import Text

MOST_FEN = 10**13


class Money(fields.Integer):
    """An amount: typed in yuan with two decimals at most, kept as integer fen; not below `low_fen`."""

    def __init__(self, *, low_fen: int = 0, high_fen: int = MOST_FEN, **named: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(low_fen, high_fen), **named)
        self.low_fen, self.high_fen = low_fen, high_fen


class Choice(fields.String):
    """One of a few named things: the code is kept, the title is shown."""

    def __init__(self, titles: Mapping[str, Text], **named: Any) -> None:
        super().__init__(validate=validate.OneOf(tuple(titles)), **named)
        self.titles = dict(titles)

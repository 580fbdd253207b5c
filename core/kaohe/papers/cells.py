"""Texts and figures as a paper writes them: in one language, harmless, in the same formats as the pages.

Refuses a kind that does not exist and a value that its kind cannot hold; missing figures are a word, never 0.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from kaohe import written
from kaohe.papers import measure
from kaohe.papers.paper import KINDS

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_WORDS = ("text", "strong", "spark")


def said(text: Any, language: str) -> str:
    """A text in the language, harmless and with places to break."""
    plain = str(text.say(language)) if hasattr(text, "say") else str(text)
    if not plain.isprintable():
        plain = "".join(
            "\n" if one in "\n\u2028\u2029" else " " if one == "\t" else one
            for one in plain.replace("\r\n", "\n").replace("\r", "\n")
            if one in "\n\t\u2028\u2029" or unicodedata.category(one) not in _HIDDEN
        )
    return measure.breakable(plain)


def value_of(value: Any, kind: str, places: int | None, language: str, zone: str) -> str:
    """A value of a kind in words and figures; a text may stand anywhere."""
    if kind not in KINDS:
        raise ValueError(f"no kind of column: {kind}")
    if value is None and kind == "rank":
        return written.UNRANKED[language]
    if value is None:
        return "" if kind in _WORDS else written.MISSING[language]
    if kind in ("text", "strong") or isinstance(value, str) or hasattr(value, "say"):
        return said(value, language)
    if kind == "moment" and isinstance(value, datetime):
        return written.moment(value, language=language, zone=zone)
    if kind == "date" and isinstance(value, date):
        return written.date(value, language=language, zone=zone)
    if kind in ("date", "moment"):
        raise ValueError(f"a column of {kind} holds no {type(value).__name__}")
    return _figure(value, kind, places, language)


def _figure(value: Any, kind: str, places: int | None, language: str) -> str:
    if kind == "points":
        return written.signed(value, places, language=language)
    if kind == "score":
        return written.points(value, places, language=language)
    if kind == "percent":
        return written.percent(value, 1 if places is None else places, language)
    if kind == "money":
        return written.money(value, language)
    if kind == "size":
        return written.size(value, language)
    return written.number(value, places, language)


def tone_of(value: Any, kind: str) -> str:
    """How a value is coloured: signed points by their sign, what is missing, what is strong."""
    if value is None and kind not in (*_WORDS, "rank"):
        return "missing"
    if kind == "points" and not isinstance(value, str) and not hasattr(value, "say"):
        return written.tone(value)
    return "strong" if kind in ("score", "strong") else ""

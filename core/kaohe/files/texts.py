"""Texts in cells: names, codes and units of people and places, cleaned of what only the typing left behind.

Spaces and widths that mean nothing go; nothing else is changed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal

from kaohe.files.doubts import Doubtful
from kaohe.files.tables import Cell

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U000323af〇]")
_HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]")
_DOTS = re.compile(r"(?<=[㐀-鿿])\s*[•‧∙・･·.．]\s*(?=[㐀-鿿])")
_ERRORS = re.compile(r"^#(REF|N/A|NAME\?|VALUE|DIV/0|NUM|NULL|SPILL|CALC|GETTING_DATA)[!?]?$", re.I)
_BRACKETS = str.maketrans("【】〔〕［］〈〉", "()()()()")
_NOTHING = frozenset(("", "-", "--", "—", "——", "/", "\\", "无", "n/a", "none"))


def _visible(text: str) -> str:
    return text if text.isprintable() else _HIDDEN.sub("", text)


def fold(text: str) -> str:
    """The key under which two writings of a name are the same: width, case, brackets, spaces apart."""
    plain = unicodedata.normalize("NFKC", _visible(text)).casefold().translate(_BRACKETS)
    return re.sub(r"\s+", "", plain)


def as_text(cell: Cell) -> str | None:
    """The text of a cell: hidden characters out, ends trimmed; numbers as written, dates in ISO form."""
    if cell is None:
        return None
    if isinstance(cell, str):
        text = _visible(cell).strip()
        if text.startswith("#") and _ERRORS.match(text):
            raise Doubtful(
                "cell_error", f"单元格里是公式错误“{text}”", f"the cell holds the formula error {text}"
            )
        return text or None
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else cell.isoformat()


def shown(cell: Cell) -> str:
    """The cell as it stood, for showing; blank as an empty text."""
    try:
        return as_text(cell) or ""
    except Doubtful:
        return str(cell)


def as_name(cell: Cell) -> str | None:
    """A person's name: spaces within a Chinese name go ("于　平" is 于平), between Latin words one stays."""
    text = as_text(cell)
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text)
    if _HAN.search(text) and not re.search(r"[A-Za-z]", text):
        text = _DOTS.sub("·", text).replace(" ", "")
    return text


def as_code(cell: Cell) -> str | None:
    """A number or code that identifies: half width, upper case, without spaces ("h7635 " is H7635)."""
    if isinstance(cell, Decimal) and abs(cell) >= Decimal(10) ** 15:
        raise Doubtful(
            "digits_lost",
            "数字超过 15 位，表格软件已改动末几位，请按文本重填",
            "a number of more than 15 digits, of which the spreadsheet program has altered the last; enter it as text",
        )
    text = as_text(cell)
    if text is None:
        return None
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper() or None


def as_unit(cell: Cell) -> str | None:
    """The name of a unit: trimmed; with Chinese in it, full-width brackets and no spaces. Compare by `fold`."""
    text = as_text(cell)
    if text is None or not _HAN.search(text):
        return re.sub(r"\s+", " ", text) if text else None
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return text.translate(str.maketrans("()", "（）"))


def is_nothing(cell: Cell) -> bool:
    """Whether a cell stands for nothing at all: blank, a dash, a stroke, 无."""
    return cell is None or (isinstance(cell, str) and _visible(cell).strip().casefold() in _NOTHING)

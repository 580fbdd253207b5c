"""Days and moments in all the ways in which offices write them; what is incomplete or ambiguous is a doubt.

Day before month, two-digit years and missing years are never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from kaohe.files.doubts import Doubtful
from kaohe.files.numerals import DIGITS, chinese_number
from kaohe.files.tables import Cell
from kaohe.files.texts import as_text

_SEP = r"\s*[.\-/年．。、–—]\s*"
_DATE = re.compile(
    rf"^(\d{{4}}){_SEP}(\d{{1,2}})\s*[.\-/月．。、–—]\s*(\d{{1,2}})\s*[日号]?"
    r"(?:\s*[T ]?\s*(\d{1,2})\s*[:：时]\s*(\d{1,2})\s*(?:[:：分]\s*(\d{1,2})?\s*秒?(?:\.\d+)?)?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*(?:[./\-]|月)\s*(\d{1,2})\s*[日号]?$")
_MONTH = re.compile(rf"^(\d{{4}}){_SEP}(\d{{1,2}})\s*月?$|^(\d{{4}})(\d{{2}})$")
_YEAR = re.compile(r"^(\d{4})\s*年?$")
_SHORT_YEAR = re.compile(r"^(\d{1,2})[./\-年](\d{1,2})[./\-月](\d{1,4})日?$")
_CHINESE_DATE = re.compile(
    r"^([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]+)月([一二三四五六七八九十]+)[日号]$"
)
_SERIALS = range(18_264, 73_051)  # 1950 to 2099
_EPOCH = date(1899, 12, 30)


def as_date(
    cell: Cell, *, earliest: date | None = None, latest: date | None = None, year: int | None = None
) -> date | None:
    """A day, however it is written; one without a year only when `year` is given. Years 1900 to 2200."""
    moment = as_datetime(cell, year=year)
    if moment is None:
        return None
    day = moment.date()
    if (earliest and day < earliest) or (latest and day > latest):
        zh = f"{day:%Y-%m-%d} 不在 {earliest or '…'} 到 {latest or '…'} 之间"
        en = f"{day:%Y-%m-%d} is not between {earliest or '…'} and {latest or '…'}"
        raise Doubtful("out_of_range", zh, en)
    return day


def as_datetime(cell: Cell, *, year: int | None = None) -> datetime | None:
    """A moment as written, without a zone; a day alone is its midnight."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - as written
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and int(cell) in _SERIALS:
        day = _EPOCH + timedelta(days=int(cell))
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    text = as_text(cell)
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if isinstance(cell, Decimal):
        year = None  # 10.2 may have been 10.20
    parts = _parts(plain, year)
    if parts is None:
        raise _no_date(text, plain)
    try:
        moment = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise Doubtful("not_a_date", f"没有“{text}”这一天", f'there is no such day as "{text}"') from None
    if not 1900 <= moment.year <= 2200:
        raise Doubtful("not_a_date", f"“{text}”的年份不合常理", f'the year of "{text}" makes no sense')
    return moment


def _parts(text: str, year: int | None) -> tuple[int, ...] | None:
    if match := _DATE.match(text) or _COMPACT.match(text):
        return tuple(int(part) for part in match.groups() if part is not None)
    if match := _CHINESE_DATE.match(text):
        digits = int("".join(str(DIGITS[character]) for character in match.group(1)))
        month, day = chinese_number(match.group(2)), chinese_number(match.group(3))
        return (digits, month or 0, day or 0)
    if year is not None and (match := _MONTH_DAY.match(text)):
        return (year, int(match.group(1)), int(match.group(2)))
    return None


def _no_date(text: str, plain: str) -> Doubtful:
    if _YEAR.match(plain) or _MONTH.match(plain):
        return Doubtful(
            "date_incomplete",
            f"“{text}”不是完整的日期，缺日或月",
            f'"{text}" is no full date: the day or month is missing',
        )
    if _MONTH_DAY.match(plain):
        return Doubtful("date_incomplete", f"“{text}”没有写年份", f'"{text}" does not give the year')
    if _SHORT_YEAR.match(plain):
        return Doubtful(
            "date_ambiguous",
            f"“{text}”分不清年、月、日，请写成 2026-08-31 的样子",
            f'"{text}" can be read in more than one way; write it like 2026-08-31',
        )
    short = text if len(text) <= 40 else text[:40] + "…"
    return Doubtful("not_a_date", f"“{short}”不是日期", f'"{short}" is not a date')

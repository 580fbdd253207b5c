"""The stretch of days that a text names: a month, a quarter, a half year, a year."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_MONTH = re.compile(rf"^{_YEAR}\s*[年.\-/]\s*(?P<month>1[0-2]|0?[1-9])(?:\s*月|[.\-/]\d{{1,2}}\b|(?!\d))")
_COMPACT = re.compile(rf"^{_YEAR}(?P<month>0[1-9]|1[0-2])(?!\d)")
_QUARTER = re.compile(rf"^{_YEAR}\s*年?\s*(?:第?\s*(?P<zh>[一二三四1-4])\s*季度|[Qq](?P<en>[1-4]))")
_HALF = re.compile(rf"^{_YEAR}\s*年?\s*(?P<half>上半年|下半年|[Hh][12])")
_WHOLE = re.compile(rf"^{_YEAR}\s*(?:年度?|$)(?!\s*\d)")
_BARE = re.compile(r"^(?P<month>1[0-2]|0?[1-9])\s*月(?!\s*\d)")
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)")


@dataclass(frozen=True)
class Stretch:
    """Days from `starts_on` to `ends_on`, both in it, with its name as it is shown."""

    starts_on: date
    ends_on: date
    title: str


def stretch_of(text: str, year: int) -> Stretch | None:
    """The stretch that `text` begins with; a month without a year is one of `year`. None when it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _QUARTER.match(plain):
        quarter = (
            "一二三四".find(found["zh"] or "") % 4 + 1
            if found["zh"] in tuple("一二三四")
            else int(found["zh"] or found["en"])
        )
        return months(int(found["year"]), quarter * 3 - 2, 3, f"{found['year']}-Q{quarter}")
    if found := _HALF.match(plain):
        first = found["half"] in ("上半年", "H1", "h1")
        return months(int(found["year"]), 1 if first else 7, 6, f"{found['year']}-H{1 if first else 2}")
    if found := _MONTH.match(plain) or _COMPACT.match(plain):
        return month(int(found["year"]), int(found["month"]))
    if found := _BARE.match(plain):
        return month(year, int(found["month"]))
    if found := _WHOLE.match(plain):
        return months(int(found["year"]), 1, 12, found["year"])
    return None


def month(year: int, number: int) -> Stretch:
    """One calendar month."""
    return months(year, number, 1, f"{year}-{number:02d}")


def months(year: int, first: int, count: int, title: str) -> Stretch:
    """`count` calendar months of one year."""
    last = first + count - 1
    return Stretch(date(year, first, 1), date(year, last, monthrange(year, last)[1]), title)


def year_in(text: str, default: int) -> int:
    """The year that a title names, else `default`."""
    found = _ANY_YEAR.search(unicodedata.normalize("NFKC", text))
    return int(found[1]) if found else default

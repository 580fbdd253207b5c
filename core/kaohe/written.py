"""How figures, money, dates and spans are written for people, in Chinese and in English.

Decides the signs (U+2212, +, ≈), the dropped zeros, the word for what is missing. Refuses binary floating
point for points and money: a float here means that somebody computed with it. Missing (None) is written as a
word, never as 0.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

MINUS = "\u2212"
MISSING = {"zh": "缺", "en": "missing"}
UNRANKED = {"zh": "不排名", "en": "Not ranked"}
WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SPAN_WORDS = {
    "zh": (("天", "时"), ("时", "分"), ("分", "秒")),
    "en": (("d", "h"), ("h", "min"), ("min", "s")),
}
SIZES = ("B", "KB", "MB", "GB")

Number = Decimal | int | Fraction | str


def decimal(value: Number) -> Decimal:
    """`value` as Decimal, exactly or (a fraction) to 12 digits; TypeError for a float."""
    if isinstance(value, bool | float):
        raise TypeError(f"points and money are never {type(value).__name__}: {value!r}")
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def rounded(value: Decimal, places: int) -> Decimal:
    """`value` with `places` decimals, halves away from zero: for showing, never for computing."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(value: Number | None, places: int | None = None, language: str = "zh") -> str:
    """A plain figure: `1234.50` → "1,234.5"; with `places` its zeros stay ("1,234.50"); None → 缺."""
    if value is None:
        return MISSING[language]
    exact = decimal(value)
    text = f"{exact:,f}" if places is None else f"{rounded(exact, places):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def points(value: Number | None, places: int | None = None, exact: bool = True, language: str = "zh") -> str:
    """Points without a plus: "16.5", "−5", "0", "≈ 16.67" when not `exact`, 缺 for None."""
    places, exact = _endless(value, places, exact)
    text = number(value, places, language).replace(",", "") if value is not None else MISSING[language]
    return text if exact or value is None else f"≈ {text}"


def _endless(value: Number | None, places: int | None, exact: bool) -> tuple[int | None, bool]:
    """A fraction that no six decimals hold is shown to two, as an approximation."""
    if places is None and isinstance(value, Fraction) and (value * 10**6).denominator != 1:
        return 2, False
    return places, exact


def signed(value: Number | None, places: int | None = None, exact: bool = True, language: str = "zh") -> str:
    """Points that were added or taken: "+0.5", "−5", "0"."""
    if value is None:
        return MISSING[language]
    places, exact = _endless(value, places, exact)
    text = points(value, places)
    text = f"+{text}" if decimal(value) > 0 else text
    return text if exact else f"≈ {text}"


def tone(value: Number | None) -> str:
    """The class of signed points: "plus", "minus", "nil" or "missing"."""
    if value is None:
        return "missing"
    exact = decimal(value)
    return "plus" if exact > 0 else "minus" if exact < 0 else "nil"


def money(fen: int | None, language: str = "zh") -> str:
    """Integer fen as yuan: 123400 → "¥1,234.00", −70000 → "−¥700.00"; None → 缺."""
    if fen is None:
        return MISSING[language]
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"money is integer fen, not {fen!r}")
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def percent(value: Number | None, places: int = 0, language: str = "zh") -> str:
    """A share of 1 as percent, zeros dropped: 0.75 → "75%", 0.3691 with `places=1` → "36.9%"."""
    if value is None:
        return MISSING[language]
    text = f"{rounded(decimal(value) * 100, places):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text == "-0" else text).replace("-", MINUS) + "%"


def share(part: Number | None, whole: Number | None) -> Fraction | None:
    """`part` of `whole` as an exact fraction; None when a figure is missing or the whole is 0."""
    if part is None or whole is None or not decimal(whole):
        return None
    return Fraction(decimal(part)) / Fraction(decimal(whole))


def date(value: dt.date | dt.datetime | None, language: str = "zh", zone: str = "Asia/Shanghai") -> str:
    """A day as 2026-09-29; an instant gives its day in `zone`; None → 缺."""
    if value is None:
        return MISSING[language]
    return local(value, zone).strftime("%Y-%m-%d")


def short_date(value: dt.date | dt.datetime | None, language: str = "zh", zone: str = "Asia/Shanghai") -> str:
    """A day within a known year: 09-29."""
    return MISSING[language] if value is None else local(value, zone).strftime("%m-%d")


def moment(
    value: dt.datetime | None, seconds: bool = False, language: str = "zh", zone: str = "Asia/Shanghai"
) -> str:
    """An instant in `zone`: "2026-09-29 14:32", with `seconds` "14:32:05" at the end; None → 缺."""
    if value is None:
        return MISSING[language]
    return local(value, zone).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def clock(value: dt.datetime | None, language: str = "zh", zone: str = "Asia/Shanghai") -> str:
    """The time of day of an instant in `zone`: "14:32"."""
    return MISSING[language] if value is None else local(value, zone).strftime("%H:%M")


def local(value: dt.date | dt.datetime, zone: str) -> dt.date | dt.datetime:
    """`value` in `zone`; an instant without a zone is UTC, a plain day stays as it is."""
    if not isinstance(value, dt.datetime):
        return value
    instant = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return instant.astimezone(ZoneInfo(zone))


def weekday(value: dt.date | dt.datetime, language: str = "zh", zone: str = "Asia/Shanghai") -> str:
    """星期二, or Tuesday."""
    return WEEKDAYS[language][local(value, zone).weekday()]


def span(value: dt.timedelta | int, language: str = "zh") -> str:
    """A length of time in its two largest units: "11 分 05 秒", "18 时 32 分", "2 天 14 时"; whole seconds."""
    total = abs(int(value.total_seconds()) if isinstance(value, dt.timedelta) else int(value))
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    rows = ((days, hours), (hours, minutes), (minutes, seconds))
    row = next((i for i, (large, _) in enumerate(rows) if large), 2)
    (large, small), (first, second) = rows[row], SPAN_WORDS[language][row]
    if not large:
        return f"{small} {second}"
    if not small and row < 2:
        return f"{large} {first}"
    return f"{large} {first} {small:02d} {second}" if row else f"{large} {first} {small} {second}"


def size(value: int | None, language: str = "zh") -> str:
    """The size of a file: 38912 → "38 KB"."""
    if value is None:
        return MISSING[language]
    amount, unit = Decimal(value), 0
    while amount >= 1024 and unit < len(SIZES) - 1:
        amount, unit = amount / 1024, unit + 1
    places = 1 if unit > 1 and amount < 10 else 0
    return f"{points(rounded(amount, places))} {SIZES[unit]}"


def initials(name: str | None) -> str:
    """What the avatar shows: the first character of a Chinese name, two initials of a Latin one."""
    words = (name or "").split()
    if not words:
        return "?"
    if words[0][0].isascii():
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()
    return words[0][0]


def said(value: object, language: str = "zh") -> str:
    """A bilingual text (with `zh` and `en`) in `language`; anything else as it is, None as nothing."""
    if value is None:
        return ""
    return str(getattr(value, language, value))


def maker(name: str | None, language: str = "zh") -> str:
    """Who made something: the person's name, or the word for the system itself."""
    return name or {"zh": "系统", "en": "the system"}[language]

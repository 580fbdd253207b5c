"""What somebody typed into a field of a sector's schema: read into a plain value, or said why it cannot be.

Plain values are what JSON keeps: text, integers, true and false, decimals as text, days and instants in ISO form.
Nothing is guessed: what does not read as the field's kind is refused in words that name the form it must have. A day of
a year in which nobody here works (before 1990, after 2100) is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import fields, validate

from kaohe.plugins.asked import Choice, Money
from kaohe.scheme import Text

MINUS = "\u2212"
YES, NO = Text("是", "Yes"), Text("否", "No")
YEARS = range(1990, 2101)
"""What a form takes as a year, of days and moments: every limit can be counted from there, in every zone."""
LONGEST = 1000
"""Characters of a text whose schema names no length."""

NEEDED = Text("请填写这一栏。", "Fill this in.")
TO_CHOOSE = Text("请选一项。", "Choose one.")
NOT_A_CHOICE = Text("请在列出的选项里选。", "Choose one of those offered.")
NOT_WHOLE = Text("请填整数，例如 12。", "Enter a whole number, 12 for instance.")
NOT_A_FIGURE = Text("请填数字，例如 12.5。", "Enter a figure, 12.5 for instance.")
NOT_MONEY = Text(
    "请填金额（元），最多两位小数，例如 1200.50。",
    "Enter an amount in yuan with two decimals at most, 1200.50 for instance.",
)
NOT_A_DAY = Text("请填日期，例如 2026-09-30。", "Enter a date, 2026-09-30 for instance.")
NOT_A_MOMENT = Text(
    "请填日期和时间，例如 2026-09-30 14:05。", "Enter date and time, 2026-09-30 14:05 for instance."
)
NOT_RIGHT = Text("这一栏填得不对。", "This is not right.")


class Unreadable(Exception):
    """What was typed is not of the field's kind."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def kind_of(field: fields.Field[Any]) -> str:
    """How the field is asked for: text, long, whole, figure, money, day, moment, tick, choice or lines."""
    if isinstance(field, fields.List):
        return "lines"
    if isinstance(field, Money):
        return "money"
    if isinstance(field, fields.Boolean):
        return "tick"
    if titles_of(field):
        return "choice"
    if isinstance(field, fields.Integer):
        return "whole"
    if isinstance(field, fields.Decimal):
        return "figure"
    if isinstance(field, fields.Date | fields.DateTime):
        return "day" if isinstance(field, fields.Date) else "moment"
    if isinstance(field, fields.String):
        return "long" if field.metadata.get("rows") else "text"
    raise TypeError(f"a form cannot ask for {type(field).__name__}")


def titles_of(field: fields.Field[Any]) -> dict[str, Text]:
    """The codes and titles of a choice; empty for any other field."""
    if isinstance(field, Choice):
        return field.titles
    return dict(field.metadata.get("titles", {}))


def checks(field: fields.Field[Any], kind: type[Any]) -> Iterator[Any]:
    """The field's own validators of a kind."""
    return (one for one in field.validators if isinstance(one, kind))


def longest(field: fields.Field[Any]) -> int:
    """How many characters a text may have."""
    return min((one.equal or one.max or LONGEST for one in checks(field, validate.Length)), default=LONGEST)


def too_long(most: int, count: int) -> Text:
    """That a text is too long."""
    return Text(f"最多 {most} 个字，现在 {count} 个。", f"At most {most} characters; these are {count}.")


def plain_value(field: fields.Field[Any], text: str, zone: str) -> Any:
    """The plain value of what was typed (not empty); `Unreadable` with the reason."""
    kind = kind_of(field)
    if kind in ("text", "long"):
        return text
    if kind == "choice":
        if text not in titles_of(field):
            raise Unreadable(NOT_A_CHOICE)
        return text
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if kind == "whole":
        return _whole(text)
    if kind == "figure":
        return _figure(text)
    if kind == "money":
        return _fen(text)
    return _day(text) if kind == "day" else _moment(text, zone)


def typed_value(field: fields.Field[Any], value: Any, zone: str) -> str:
    """A plain value as it would be typed into its control."""
    if value is None:
        return ""
    kind = kind_of(field)
    if kind == "money":
        return f"{Decimal(int(value)) / 100:.2f}"
    if kind == "tick":
        return "1" if value else ""
    if kind == "moment":
        return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    return str(value)


def why_refused(field: fields.Field[Any], value: Any) -> Text | None:
    """Which of the field's limits the plain value breaks, in words; None where none of those known here."""
    for one in checks(field, validate.Length):
        if isinstance(value, str):
            count = len(value)
            if (most := one.equal or one.max) and count > most:
                return too_long(most, count)
            if (least := one.equal or one.min) and count < least:
                return Text(
                    f"至少 {least} 个字，现在 {count} 个。",
                    f"At least {least} characters; these are {count}.",
                )
    for one in checks(field, validate.Range):
        if why := _outside(field, one, value):
            return why
    if isinstance(field, fields.Decimal) and field.places is not None:
        most = -int(field.places.as_tuple().exponent)
        if -int(Decimal(str(value)).as_tuple().exponent) > most:
            return Text(f"最多 {most} 位小数。", f"At most {most} decimals.")
    return None


def said_value(field: fields.Field[Any], value: Any, language: str, zone: str) -> str:
    """A plain value for reading."""
    kind = kind_of(field)
    if value in (None, ""):
        return ""
    if kind == "money":
        yuan, rest = divmod(abs(int(value)), 100)
        return f"{MINUS if value < 0 else ''}¥{yuan:,}.{rest:02d}"
    if kind == "tick":
        return (YES if value else NO).say(language)
    if kind == "choice":
        title = titles_of(field).get(str(value))
        return title.say(language) if title else str(value)
    if kind == "moment":
        return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if kind in ("whole", "figure"):
        return f"{Decimal(str(value)):,f}".replace("-", MINUS)
    return str(value)


def _outside(field: fields.Field[Any], limit: Any, value: Any) -> Text | None:
    figure = Decimal(str(value)) if isinstance(value, int | str) and kind_of(field) in FIGURES else None
    if figure is None:
        return None
    low, high = limit.min, limit.max
    below = low is not None and (figure < low or (figure == low and not limit.min_inclusive))
    above = high is not None and (figure > high or (figure == high and not limit.max_inclusive))
    if not (below or above):
        return None
    said_low, said_high = _said(field, low), _said(field, high)
    if low is None:
        return Text(f"不能大于 {said_high}。", f"No more than {said_high}.")
    if high is None or (below and high == getattr(field, "high_fen", None)):
        return Text(f"不能小于 {said_low}。", f"No less than {said_low}.")
    return Text(f"要在 {said_low} 到 {said_high} 之间。", f"From {said_low} to {said_high}.")


FIGURES = ("whole", "figure", "money")


def _said(field: fields.Field[Any], figure: Any) -> str:
    if figure is None:
        return ""
    return f"{Decimal(figure) / 100:.2f}" if kind_of(field) == "money" else f"{figure}"


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        raise Unreadable(NOT_WHOLE)
    return int(text)


def _figure(text: str) -> str:
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{0,6})?", text):
        raise Unreadable(NOT_A_FIGURE)
    try:
        return f"{Decimal(text):f}"
    except InvalidOperation as error:
        raise Unreadable(NOT_A_FIGURE) from error


def _fen(text: str) -> int:
    text = re.sub(r"^[¥￥]", "", text).removesuffix("元").strip().replace(",", "")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,2})?", text):
        raise Unreadable(NOT_MONEY)
    return int(Decimal(text) * 100)


def _day(text: str) -> str:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    if not found or int(found[1]) not in YEARS:
        _refuse(NOT_A_DAY)
    try:
        return date(*map(int, found.groups())).isoformat()  # type: ignore[union-attr]
    except ValueError as error:
        raise Unreadable(NOT_A_DAY) from error


def _moment(text: str, zone: str) -> str:
    day, _, clock = text.replace("T", " ").partition(" ")
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", clock.strip())
    if not found:
        _refuse(NOT_A_MOMENT)
    try:
        local = datetime.fromisoformat(f"{_day(day)}T{int(found[1]):02d}:{found[2]}")  # type: ignore[index]
    except (ValueError, Unreadable) as error:
        raise Unreadable(NOT_A_MOMENT) from error
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).isoformat()


def _refuse(why: Text) -> Any:
    raise Unreadable(why)

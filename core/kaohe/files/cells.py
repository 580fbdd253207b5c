"""What one cell says: names, codes, numbers, dates, choices; and the doubts about it.

A parser either understands a cell or says in words why not; it never guesses. Where it sees what was probably
meant ("86分" is probably 86) it offers that as a suggestion, which only a human may take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kaohe.files.dates import as_date, as_datetime
from kaohe.files.doubts import Choice, Doubt, Doubtful, Hint, HintRule
from kaohe.files.numerals import NUMERAL, chinese_number
from kaohe.files.tables import Cell
from kaohe.files.texts import as_code, as_name, as_text, as_unit, fold, is_nothing, shown

_NUMBER = re.compile(r"^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d+)?$")
_WITH_UNIT = re.compile(r"^[¥￥$]?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(\D.*)$")


def as_number(
    cell: Cell,
    *,
    low: Decimal | int | None = None,
    high: Decimal | int | None = None,
    decimals: int | None = None,
    units: Sequence[str] = (),
    absent: Sequence[str] = (),
) -> Decimal | None:
    """An exact number within `low` and `high` with at most `decimals`; only a unit among `units` is taken off.

    A text among `absent` is the doubt "absent". Thousands commas and full-width digits are read.
    """
    if isinstance(cell, date):
        raise Doubtful(
            "not_a_number", f"“{shown(cell)}”是日期，不是数字", f'"{shown(cell)}" is a date, not a number'
        )
    text = as_text(cell)
    if text is None:
        return None
    if fold(text) in map(fold, absent):
        raise Doubtful("absent", f"写的是“{text}”，没有数值", f'it says "{text}"; there is no figure')
    number = cell if isinstance(cell, Decimal) else _number(text, units)
    _check_range(number, low, high, decimals)
    return number


def _number(text: str, units: Sequence[str]) -> Decimal:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    for unit in sorted(units, key=len, reverse=True):
        plain = plain.removeprefix(unit).removesuffix(fold(unit)).removesuffix(unit)
    match = _NUMBER.match(plain)
    if match and (match.group(2) or match.group(3)) and len(plain) <= 30:
        return Decimal(plain.replace(",", ""))
    with_unit = _WITH_UNIT.match(plain)
    if with_unit and len(plain) <= 30:
        offer = Decimal(with_unit.group(1).replace(",", ""))
        raise Doubtful(
            "number_with_unit",
            f"“{text}”里除了数字还有别的字，是否指 {offer:f}？",
            f'"{text}" is not a plain number; was {offer:f} meant?',
            offer,
        )
    short = text if len(text) <= 40 else text[:40] + "…"
    raise Doubtful("not_a_number", f"“{short}”不是数字", f'"{short}" is not a number')


def _check_range(
    number: Decimal, low: Decimal | int | None, high: Decimal | int | None, decimals: int | None
) -> None:
    if (low is not None and number < low) or (high is not None and number > high):
        if low is not None and high is not None:
            zh, en = f"应在 {low} 到 {high} 之间", f"it must lie between {low} and {high}"
        elif low is not None:
            zh, en = f"不应小于 {low}", f"it must not be below {low}"
        else:
            zh, en = f"不应大于 {high}", f"it must not be above {high}"
        raise Doubtful("out_of_range", f"{number:f} 超出范围，{zh}", f"{number:f} is out of range; {en}")
    if decimals is not None and -int(number.normalize().as_tuple().exponent) > decimals:
        raise Doubtful(
            "too_many_decimals",
            f"{number:f} 的小数多于 {decimals} 位",
            f"{number:f} has more than {decimals} decimals",
        )


# Choices


@lru_cache(maxsize=1024)
def _choice_key(text: str) -> str:
    """Folded, with Chinese numerals as digits, so that 四星 and 4星 and ４星 are one."""
    return NUMERAL.sub(lambda match: str(chinese_number(match.group())), fold(text))


def as_choice(cell: Cell, choices: Iterable[Choice]) -> Any:
    """The value of the choice that the cell names; a number counts as its digits ("四星", "4", 4.0 are one)."""
    text = as_text(cell)
    if text is None:
        return None
    key = _choice_key(text)
    listed = list(choices)
    for choice in listed:
        if any(_choice_key(name) == key for name in choice.names):
            return choice.value
    names = [choice.names[0] for choice in listed if choice.names][:12]
    short = text if len(text) <= 40 else text[:40] + "…"
    raise Doubtful(
        "unknown_choice",
        f"“{short}”不在可选项里（{'、'.join(names)}）",
        f'"{short}" is none of the choices ({", ".join(names)})',
    )


def numbered_choices(values: Iterable[int], forms: Sequence[str] = ("{}",)) -> tuple[Choice, ...]:
    """Choices that are numbers, each in all the forms: `numbered_choices(range(1, 6), ("{}星", "{}"))`."""
    return tuple(Choice(value, tuple(form.format(value) for form in forms)) for value in values)


# Hints

_IN_TEXT = re.compile(
    r"(\d{4})\s*[.\-/年]\s*(\d{1,2})(?!\d)\s*(?:[.\-/月]\s*(?:(\d{1,2})(?!\d)\s*[日号]?)?)?"
)


def hints_in(cell: Cell, field: str, rules: Iterable[HintRule]) -> tuple[Hint, ...]:
    """The hints that the rules find in a text, each with the first date in it as far as it is written."""
    text = shown(cell)
    found = [rule for rule in rules if any(word in text for word in rule.words)]
    if not found:
        return ()
    match = _IN_TEXT.search(unicodedata.normalize("NFKC", text))
    year, month, day = (
        (int(part) if part else None for part in match.groups()) if match else (None, None, None)
    )
    if month is not None and not 1 <= month <= 12:
        year = month = day = None
    return tuple(
        Hint(
            rule.code,
            field,
            text,
            f"{rule.title.zh}：“{text}”",
            f'{rule.title.en}: "{text}"',
            year,
            month,
            day,
        )
        for rule in found
    )


__all__ = [
    "Choice", "Doubt", "Doubtful", "Hint", "HintRule", "as_choice", "as_code", "as_date",
    "as_datetime", "as_name", "as_number", "as_text", "as_unit", "chinese_number", "fold", "hints_in", "is_nothing",
    "numbered_choices", "shown",
]  # fmt: skip

"""Scales of figures: points in hundredths, quantities in millionths, exact fractions between.

Outside the engine a figure is a `Decimal`; inside it is an integer of hundredths (points) or millionths
(quantities and measured values). A figure with more decimals than its scale holds is refused, never rounded.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

POINT_DECIMALS = 2
QUANTITY_DECIMALS = 6
POINT_SCALE = 10**POINT_DECIMALS
QUANTITY_SCALE = 10**QUANTITY_DECIMALS

MINUS = "\u2212"

D = Decimal


def scaled(value: Decimal | int | str, decimals: int) -> int:
    """`value` as an integer of 10^-decimals; a value with more decimals raises `ValueError`."""
    shifted = Decimal(value).scaleb(decimals)
    whole = int(shifted)
    if whole != shifted:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return whole


def to_points(value: Decimal | int | str) -> int:
    """Points as hundredths."""
    return scaled(value, POINT_DECIMALS)


def to_quantity(value: Decimal | int | str) -> int:
    """A quantity or measured value as millionths."""
    return scaled(value, QUANTITY_DECIMALS)


def from_points(value: int) -> Decimal:
    """The exact decimal of `value` hundredths."""
    return Decimal(value).scaleb(-POINT_DECIMALS)


def from_quantity(value: int) -> Decimal:
    """The exact decimal of `value` millionths."""
    return Decimal(value).scaleb(-QUANTITY_DECIMALS)


def plain(value: Decimal | int | Fraction) -> str:
    """A figure in running text: no trailing zeros, U+2212 for minus; a fraction that does not end gets ≈."""
    if isinstance(value, Fraction):
        denominator = value.denominator
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        if denominator == 1:
            value = Decimal(value.numerator) / Decimal(value.denominator)
        else:
            rounded = Decimal(round(value * 10000)).scaleb(-4)
            return "≈" + plain(rounded)
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        text = "0"
    return text.replace("-", MINUS)


def signed(value: Decimal | int | Fraction) -> str:
    """A change of points: +0.5, −5, 0."""
    text = plain(value)
    return f"+{text}" if value > 0 else text


def money(amount_fen: int) -> str:
    """An amount of fen as ¥1,234.00."""
    sign = MINUS if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}¥{yuan:,}.{fen:02d}"

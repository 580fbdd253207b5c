"""Column types: exact figures, instants in UTC, JSON as text.

Points are stored as integers of hundredths, quantities and measured values as integers of millionths, money as
integer fen; on no database does a float or a NUMERIC take part. More decimals than a type holds are refused,
never rounded.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

POINT_DECIMALS = 2
QUANTITY_DECIMALS = 6


def to_scaled(value: Decimal | int, decimals: int) -> int:
    """`value` as an integer of 10^-decimals; more decimals than that raise `ValueError`."""
    scaled = Decimal(value).scaleb(decimals)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return whole


def from_scaled(value: int, decimals: int) -> Decimal:
    """The exact decimal that the scaled integer stands for."""
    return Decimal(value).scaleb(-decimals)


class _Scaled(TypeDecorator[Decimal]):
    impl = BigInteger
    cache_ok = True
    decimals = 0

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        return None if value is None else to_scaled(value, self.decimals)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_scaled(int(value), self.decimals)


class Points(_Scaled):
    """Points with two decimals."""

    cache_ok = True
    decimals = POINT_DECIMALS


class Quantity(_Scaled):
    """Quantities and measured values with six decimals."""

    cache_ok = True
    decimals = QUANTITY_DECIMALS


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a datetime without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON document kept as compact text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)

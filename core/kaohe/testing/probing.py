"""Writes past the services, for tests that ask whether the database itself refuses: copies of rows that are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from kaohe.db import TenantSession, new_id
from kaohe.testing.world import World

Write = tuple[str, dict[str, Any]]
"""A statement and its values."""
Probe = Callable[[TenantSession, World], Write]
"""A write that one trigger alone must refuse."""


def row_of(session: TenantSession, table: str, where: str = "1 = 1") -> dict[str, Any]:
    """The first row of a table that answers a condition, as the database holds it."""
    query = f"SELECT * FROM {table} WHERE tenant_id = :mine AND ({where}) ORDER BY id LIMIT 1"  # noqa: S608
    found = session.execute(text(query), {"mine": session.tenant_id}).mappings().first()
    if found is None:
        raise LookupError(f"no row of {table} where {where}")
    return dict(found)


def inserted(table: str, row: dict[str, Any]) -> Write:
    """The insert of a row."""
    names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({values})", row  # noqa: S608


def copied(session: TenantSession, table: str, where: str = "1 = 1", **changed: Any) -> Write:
    """The insert of a row like one that is there, with another id, and standing where that can be said."""
    row = row_of(session, table, where)
    fresh: dict[str, Any] = {name: None for name in ("replaced_by", "form_token") if name in row}
    return inserted(table, {**row, "id": new_id(), **fresh, **changed})


__all__ = ["Probe", "Write", "copied", "inserted", "row_of"]

"""A file on its way in: read once, kept as what was read, with the choices made so far.

Decides that nothing is written before it is confirmed, that a draft is written once, and that the answers of the
last written draft of the same kind hold for the next one where the same question comes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.files.columns import Field, Understood, understand
from kaohe.files.tables import Cell, Table, read_pasted, read_tables
from kaohe.people.models import ImportDraft
from kaohe.people.refusals import NothingRead

ROSTER, RESULTS = "roster", "results"


def start_draft(
    session: TenantSession,
    *,
    kind: str,
    data: bytes,
    name: str,
    pasted: str,
    day: date,
    by: int,
    now: datetime,
) -> ImportDraft:
    """Read a file (or pasted text) into a new draft; `day` is the day from which its facts hold.

    Raises the refusals of `kaohe.files` for what is no table, `NothingRead` for neither file nor text.
    """
    if data:
        tables = read_tables(data, name)
    elif pasted.strip():
        tables, name = [read_pasted(pasted)], name or "粘贴"
    else:
        raise NothingRead
    content: dict[str, Any] = {"tables": [_packed(table) for table in tables]}
    content["digest"] = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    earlier = last_written(session, kind)
    rows = earlier.choices.get("rows", {}) if earlier else {}
    units = earlier.choices.get("units", {}) if earlier else {}
    draft = ImportDraft(
        kind=kind,
        name=name[:200],
        content=content,
        choices={
            "day": day.isoformat(),
            "rows": rows,
            "units": {key: value for key, value in units.items() if value != "new"},
            "again": bool(earlier and earlier.content.get("digest") == content["digest"]),
        },
        created_by=by,
        created_at=now,
        written_at=None,
        outcome=None,
    )
    session.add(draft)
    session.flush()
    return draft


def last_written(session: TenantSession, kind: str) -> ImportDraft | None:
    """The draft of this kind that was written last."""
    return session.scalars(
        select(ImportDraft)
        .where(ImportDraft.kind == kind, ImportDraft.written_at.is_not(None))
        .order_by(ImportDraft.written_at.desc(), ImportDraft.id.desc())
        .limit(1)
    ).first()


def recent_drafts(session: TenantSession, limit: int = 8) -> list[Any]:
    """The newest drafts without what was read in them: id, kind, name, created_at, written_at, outcome."""
    return list(
        session.execute(
            select(
                ImportDraft.id,
                ImportDraft.kind,
                ImportDraft.name,
                ImportDraft.created_at,
                ImportDraft.written_at,
                ImportDraft.outcome,
            )
            .order_by(ImportDraft.created_at.desc(), ImportDraft.id.desc())
            .limit(limit)
        )
    )


def choose(draft: ImportDraft, **changes: Any) -> None:
    """Keep choices: a new mapping is assigned, because JSON is not watched from the inside."""
    draft.choices = {**draft.choices, **changes}


def day_of(draft: ImportDraft) -> date:
    """The day from which the draft's facts and memberships hold."""
    return date.fromisoformat(draft.choices["day"])


def sheets_of(draft: ImportDraft) -> list[tuple[int, str, int]]:
    """The sheets with something in them: place, name, number of lines."""
    tables = enumerate(draft.content["tables"])
    return [(at, table["name"], len(table["rows"])) for at, table in tables if table["rows"]]


def understood_of(draft: ImportDraft, fields: tuple[Field, ...]) -> tuple[int, Understood]:
    """The sheet in use (the chosen one, else the first in which most fields are found) and what it says."""
    sheets = [at for at, _, _ in sheets_of(draft)]
    chosen = draft.choices.get("sheet")
    if chosen in sheets:
        at, found = chosen, understand(_unpacked(draft.content["tables"][chosen]), fields)
    else:
        seen = [(at, understand(_unpacked(draft.content["tables"][at]), fields)) for at in sheets]
        at, found = max(seen, key=lambda one: (len(one[1].mapping), -one[0]))
    mapping: Mapping[str, int | None] | None = draft.choices.get("mapping")
    if mapping is not None:
        known = {wanted.code for wanted in fields}
        found = found.apply({code: column for code, column in mapping.items() if code in known})
    return at, found


def _packed(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "hidden": table.hidden,
        "source": table.source,
        "merged": [list(merge) for merge in table.merged],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return None if cell is None else f"s{cell}"
    if isinstance(cell, Decimal):
        return f"n{cell}"
    return ("m" if isinstance(cell, datetime) else "d") + cell.isoformat()


def _unpacked(table: Mapping[str, Any]) -> Table:
    return Table(
        table["name"],
        tuple(tuple(map(_read, row)) for row in table["rows"]),
        tuple((a, b, c, d) for a, b, c, d in table["merged"]),
        table["hidden"],
        table["source"],
    )


def _read(cell: str | None) -> Cell:
    if cell is None:
        return None
    kind, text = cell[0], cell[1:]
    if kind == "s":
        return text
    if kind == "n":
        return Decimal(text)
    return date.fromisoformat(text) if kind == "d" else datetime.fromisoformat(text)

"""What SQLite's planner is told about the tenant tables: that their tenant alone selects nothing.

Every index starts with the tenant. Without statistics SQLite believes that an equality on an index's first column
leaves ten rows, takes the primary key (tenant, id) and reads the whole table, even where an index has the columns
asked for. The figures below are those of a large tenant and the same for every table; they are installed with
the walls, so that plans are the same on every machine from the first day. `PRAGMA optimize` may refine them later.
"""

from __future__ import annotations

from sqlalchemy import Connection

ROWS = 1_000_000
_NARROWER = (1_000_000, 1_000, 20, 4, 2)


def install(connection: Connection) -> None:
    """Write the planner's statistics for every index of this SQLite database; read when it is opened anew."""
    run = connection.exec_driver_sql
    run("ANALYZE sqlite_master")  # makes sqlite_stat1, without reading any table
    run("DELETE FROM sqlite_stat1")
    tables = [
        row[0]
        for row in run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    for table in tables:
        for _, index, unique, *_ in run(f"PRAGMA index_list('{table}')").fetchall():
            columns = list(run(f"PRAGMA index_info('{index}')").fetchall())
            if columns and columns[0][2] == "tenant_id":
                figures = [_NARROWER[min(place, 4)] for place in range(len(columns))]
                if unique:
                    figures[-1] = 1
                name = (
                    table
                    if index.startswith("sqlite_autoindex") and _is_key(connection, table, index)
                    else index
                )
                run(
                    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
                    (table, name, " ".join(str(one) for one in (ROWS, *figures))),
                )


def _is_key(connection: Connection, table: str, index: str) -> bool:
    """Whether the index is the table's own order (WITHOUT ROWID), which the planner knows by the table's name."""
    rows = connection.exec_driver_sql(f"PRAGMA index_list('{table}')").fetchall()
    return any(row[1] == index and row[3] == "pk" for row in rows)

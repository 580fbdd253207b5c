"""The raw floor: the same grouped query and the same bytes written, by the database's own driver, nothing else.

The floor's tables lie in the very database that ours uses, so settings, cache and disk are the same.
"""

from __future__ import annotations

from typing import Any

from tests.bench.report import timed

INDEX = "tenant_id, period_id, subject_id, clause_id, sheet_id, quantity, points"
TABLE = (
    "tenant_id bigint, id bigint, period_id bigint, subject_id bigint, clause_id bigint, sheet_id bigint, "
    "quantity bigint, points bigint, replaced_by bigint, PRIMARY KEY (tenant_id, id)"
)
GROUPED = (
    "SELECT subject_id, clause_id, count(*), {total} FROM floor_entries WHERE tenant_id = {t} AND period_id = {p} "
    "AND replaced_by IS NULL GROUP BY subject_id, clause_id"
)


class Floor:
    """The floor on one connection of the driver (`sqlite3` or `psycopg`), as the tables' owner."""

    def __init__(self, connection: Any, kind: str, tenant: int, period: int) -> None:
        self.connection, self.kind, self.tenant, self.period = connection, kind, tenant, period

    def lay(self) -> None:
        """Copy the entries into a bare table with a covering index."""
        without_rowid = " WITHOUT ROWID" if self.kind == "sqlite" else ""
        run = self.connection.execute
        run("DROP TABLE IF EXISTS floor_entries")
        run(f"CREATE TABLE floor_entries ({TABLE}){without_rowid}")
        run(
            "INSERT INTO floor_entries SELECT tenant_id, id, period_id, subject_id, clause_id, sheet_id, quantity, points, "
            f"replaced_by FROM entries WHERE tenant_id = {self.tenant}"
        )
        run(f"CREATE INDEX floor_covering ON floor_entries ({INDEX}) WHERE replaced_by IS NULL")
        run("DROP TABLE IF EXISTS floor_results")
        run("CREATE TABLE floor_results (id bigint PRIMARY KEY, inputs text, detail text)")
        run("VACUUM ANALYZE floor_entries" if self.kind == "postgresql" else "ANALYZE floor_entries")

    def grouped(self) -> tuple[float, int]:
        """Seconds of the grouped covering query with its fetch, and the rows it gave; the best of three."""
        total = "sum(quantity)::bigint" if self.kind == "postgresql" else "sum(quantity)"
        best, rows = float("inf"), 0
        for _ in range(3):
            with timed() as clock:
                cursor = self.connection.execute(GROUPED.format(total=total, t=self.tenant, p=self.period))
                rows = len(cursor.fetchall())
            best = min(best, clock.seconds)
        return best, rows

    def write(self, texts: list[tuple[int, str, str]]) -> float:
        """Seconds of writing the results' bytes as bare rows and committing; the best of three."""
        best = float("inf")
        mark = "?" if self.kind == "sqlite" else "%s"
        sql = f"INSERT INTO floor_results VALUES ({mark}, {mark}, {mark})"
        for _ in range(3):
            self.connection.execute("DELETE FROM floor_results")
            with timed() as clock:
                self.connection.execute("BEGIN")
                if self.kind == "sqlite":
                    self.connection.executemany(sql, texts)
                else:
                    self.connection.cursor().executemany(sql, texts)
                self.connection.execute("COMMIT")
            best = min(best, clock.seconds)
        return best

    def drop(self) -> None:
        """Leave the database as it was."""
        self.connection.execute("DROP TABLE floor_entries")
        self.connection.execute("DROP TABLE floor_results")

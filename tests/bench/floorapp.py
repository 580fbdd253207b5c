"""The minimal application that serving is measured against: Flask and the ORM, no rights, no forms, no layout.

On SQLite the same durable settings as ours; on PostgreSQL row security with `SET LOCAL` as in ours.
"""

from __future__ import annotations

import itertools
import os

from flask import Flask, render_template_string, request
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session
from tests.bench.floortable import Row

URL = os.environ["FLOOR_DATABASE"]
IDS = itertools.count(os.getpid() << 40)
PAGE = "<table>{% for row in rows %}<tr><td>{{ row.id }}</td><td>{{ row.reason }}</td><td>{{ row.points }}</td></tr>{% endfor %}</table>"


engine = create_engine(
    URL, **({"connect_args": {"isolation_level": None}} if URL.startswith("sqlite") else {})
)
if URL.startswith("sqlite"):

    @event.listens_for(engine, "connect")
    def settings(connection, record):  # type: ignore[no-untyped-def]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")
else:

    @event.listens_for(engine, "begin")
    def begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("SET LOCAL app.tenant = '1'")


app = Flask(__name__)


@app.post("/rows")
def add() -> str:
    """One row by the ORM."""
    with Session(engine) as session:
        session.add(
            Row(
                tenant_id=1,
                id=next(IDS),
                subject_id=int(request.form["subject"]),
                clause_id=91,
                points=-50,
                reason=request.form["reason"],
            )
        )
        session.commit()
    return "done"


@app.get("/rows")
def page() -> str:
    """A page of fifty rows."""
    with Session(engine) as session:
        rows = session.scalars(select(Row).where(Row.tenant_id == 1).order_by(Row.id).limit(50)).all()
        return render_template_string(PAGE, rows=rows)

"""The bell, the list and the outbox among very many rows: no scan of the table, planner untouched, on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, insert
from tests.messages.conftest import WHEN, hire

from kaohe.db import new_id
from kaohe.messages import delivering, service
from kaohe.messages.models import Delivery, Message
from kaohe.messages.reach import Reach

PEOPLE, EACH = 400, 100


@pytest.fixture
def filled(databases, tenant, session):
    """40,000 messages, nearly all read, nearly all sent."""
    ids = hire(session, *(f"人{n}" for n in range(PEOPLE)))
    messages, deliveries = [], []
    for n in range(PEOPLE * EACH):
        message = new_id()
        words = {"title_zh": "标题", "title_en": "Title", "text_zh": "正文", "text_en": "Text"}
        messages.append(
            {
                "id": message,
                "person_id": ids[n % PEOPLE],
                "kind": "due",
                "about": f"thing:{n // PEOPLE}",
                "created_at": WHEN - timedelta(minutes=n),
                "read_at": None if n < PEOPLE else WHEN,
                **words,
            }
        )
        deliveries.append(
            {
                "id": new_id(),
                "message_id": message,
                "about": "",
                "state": "waiting" if n < 50 else "sent",
                "tries": 0,
                "next_try_at": WHEN + timedelta(minutes=n),
                "created_at": WHEN,
            }
        )
    for model, rows in ((Message, messages), (Delivery, deliveries)):
        for start in range(0, len(rows), 5000):
            session.execute(insert(model), rows[start : start + 5000])
    session.commit()
    if databases.dialect == "postgresql":
        engine = databases.migrating_engine(tenant.id)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE messages")
            connection.exec_driver_sql("ANALYZE deliveries")
        engine.dispose()
    return ids


def plans(databases, tenant, asked) -> list[str]:
    """The plan of every statement that `asked` sends about messages and deliveries."""
    said: list[tuple[str, object]] = []
    engine = databases.tenant_engine(tenant.id)

    def hear(connection, cursor, statement, parameters, context, many) -> None:
        if "FROM messages" in statement or "FROM deliveries" in statement:
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        asked()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert said
    word = "EXPLAIN QUERY PLAN" if databases.dialect == "sqlite" else "EXPLAIN"
    with databases.tenant(tenant.id, write=False) as session:
        connection = session.connection()
        return [
            "\n".join(str(row) for row in connection.exec_driver_sql(f"{word} {statement}", parameters))
            for statement, parameters in said
        ]


def test_no_statement_scans_the_table(databases, tenant, session, filled):
    who = filled[17]

    def asked() -> None:
        with databases.tenant(tenant.id, write=False) as mine:
            assert service.unread(mine, who) == 1
            service.unread_by_kind(mine, who)
        with databases.tenant(tenant.id) as mine:
            said = service.KINDS["due"]
            service.send(
                mine, to=[who], kind="due", title=said, text=said, link=None, about="thing:3", now=WHEN
            )
            mine.rollback()
        for thread in delivering.deliver(databases, tenant.id, WHEN, reach=Reach()):
            thread.join()

    for plan in plans(databases, tenant, asked):
        assert "Seq Scan on messages" not in plan, plan
        assert "Seq Scan on deliveries" not in plan, plan
        assert "SCAN messages" not in plan, plan
        assert "SCAN deliveries" not in plan, plan

"""Why an entry was taken back is not lost when its words move to a side row."""

from alembic import command
from sqlalchemy import text

from kaohe.db import Databases, DatabaseSettings
from kaohe.db.upgrade import _become_owner, alembic_config, upgrade_platform

_ROW = text(
    'INSERT INTO withdrawals (tenant_id, id, entry_id, period_id, "by", at, reason) '
    "VALUES (:tenant, :ident, :ident, 5, 6, :at, :reason)"
)
KEPT = text("SELECT tenant_id, id, words FROM withdrawal_reasons ORDER BY tenant_id, id")


def _rows(at: object) -> list[dict[str, object]]:
    return [
        {"tenant": tenant, "ident": ident, "at": at, "reason": f"查无此事 {tenant}/{ident}"}
        for tenant, ident in ((1, 11), (1, 12))
    ]


def test_on_sqlite(tmp_path):
    databases = Databases(DatabaseSettings(tmp_path))
    engine = databases.migrating_engine(1)
    with engine.begin() as connection:
        command.upgrade(alembic_config("tenant", connection), "0001")
        connection.execute(_ROW, _rows(1_790_000_000_000_000))
        command.upgrade(alembic_config("tenant", connection), "head")
        kept = connection.execute(KEPT).all()
    engine.dispose()
    databases.dispose()
    assert kept == [(1, 11, "查无此事 1/11"), (1, 12, "查无此事 1/12")]


def test_on_postgresql(postgres, tmp_path):
    """With row security forced and triggers standing, as in a live installation; rows of two organisations."""
    app_url, migrate_url = postgres.create_database("kaohereasons")
    databases = Databases(DatabaseSettings(tmp_path, app_url, migrate_url))
    engine = databases.migrating_engine()
    with engine.begin() as connection:
        _become_owner(connection)
        command.upgrade(alembic_config("platform", connection), "head")
        command.upgrade(alembic_config("tenant", connection), "0001")
        for name, *_ in connection.execute(
            text(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'withdrawals'::regclass AND contype = 'f'"
            )
        ).all():
            connection.exec_driver_sql(f'ALTER TABLE withdrawals DROP CONSTRAINT "{name}"')
        connection.execute(_ROW, [{**row, "at": "2026-09-15T02:00:00Z"} for row in _rows(None)])
        connection.exec_driver_sql("ALTER TABLE withdrawals ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql("ALTER TABLE withdrawals FORCE ROW LEVEL SECURITY")
    upgrade_platform(databases)
    with engine.begin() as connection:
        _become_owner(connection)
        connection.exec_driver_sql("ALTER TABLE withdrawal_reasons NO FORCE ROW LEVEL SECURITY")
        kept = connection.execute(KEPT).all()
    engine.dispose()
    databases.dispose()
    assert kept == [(1, 11, "查无此事 1/11"), (1, 12, "查无此事 1/12")]

"""The migrations lead to exactly the tables that the models declare, and every table is of a known kind."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from kaohe.db import PlatformModel, TenantModel
from kaohe.db.schema import metadata_of


def _differences(databases, line, tenant_id):
    engine = databases.migrating_engine(tenant_id)
    names = set(metadata_of(line).tables)

    def mine(name, kind, parents):
        return kind != "table" or name in names

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": mine, "compare_type": False})
        found = compare_metadata(context, metadata_of(line))
    engine.dispose()
    return found


def test_migrations_lead_to_the_models(databases, tenant):
    assert _differences(databases, "platform", None) == []
    assert _differences(databases, "tenant", tenant.id) == []


def test_every_table_is_the_platforms_or_a_tenants(databases, tenant):
    known = set(PlatformModel.metadata.tables) | set(TenantModel.metadata.tables)
    for tenant_id in (None, tenant.id):
        engine = databases.migrating_engine(tenant_id)
        live = {name for name in inspect(engine).get_table_names() if not name.endswith("_version")}
        engine.dispose()
        assert live <= known


def test_every_key_of_a_tenants_table_begins_with_the_tenant(databases, tenant):
    engine = databases.migrating_engine(tenant.id)
    live, keys = inspect(engine), 0
    for table in TenantModel.metadata.tables:
        assert live.get_pk_constraint(table)["constrained_columns"] == ["tenant_id", "id"]
        for key in live.get_foreign_keys(table):
            assert key["constrained_columns"][0] == "tenant_id" == key["referred_columns"][0], (table, key)
            keys += 1
        for key in [*live.get_unique_constraints(table), *live.get_indexes(table)]:
            assert key["column_names"][0] == "tenant_id", (table, key)
            keys += 1
    engine.dispose()
    print(
        f"schema walk: {len(TenantModel.metadata.tables)} tables of tenants, {keys} keys, {databases.dialect}"
    )
    assert keys > 100


def test_row_security_is_enabled_and_forced_on_every_table_of_tenants(postgresql_databases):
    with postgresql_databases.platform() as session:
        rows = session.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity "
                "AND relnamespace = current_schema()::regnamespace"
            )
        ).scalars()
        assert set(rows) == set(TenantModel.metadata.tables)
        kinds = session.execute(
            text(
                "SELECT relkind FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace"
            )
        ).all()
        assert kinds == []

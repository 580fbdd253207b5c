"""The walls in the database: triggers, row security and grants, declared once.

They are installed after every migration (a batch operation of SQLite silently drops a table's triggers) and
compared with the live ones at every start: a difference refuses the start. Messages raised by a trigger are
`kaohe:<code>`; the session turns them into `WallRefusal`.

Roles on PostgreSQL: `<db>_owner` owns everything and cannot sign in; the migrating role is a member of it;
the application's role owns nothing, is no superuser and cannot bypass row security.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.orm import Mapper

from kaohe.db.base import Kept, PlatformModel, TenantModel

TENANT_SETTING = "app.tenant"
_POLICY = f"(tenant_id = (current_setting('{TENANT_SETTING}'::text))::bigint)"


class WallsDiffer(Exception):
    """The live database does not hold the walls that the code declares; names the differences."""


@dataclass(frozen=True)
class Rule:
    """A row that must not be written: refused with `kaohe:<code>` when `refuse_if` holds.

    `when` is INSERT, UPDATE or DELETE; `refuse_if` is SQL that both databases read, with NEW and OLD;
    `lock` is a select that PostgreSQL takes FOR SHARE first, so that a state read in `refuse_if` cannot change
    before this transaction ends (SQLite has one writer at a time).
    """

    code: str
    when: str
    refuse_if: str
    lock: str | None = None


ERASED_NEVER_REWRITTEN = Rule("kept", "UPDATE", "OLD.tenant_id IS NOT NULL")
"""For side rows with words: they may be deleted where the law asks, never changed (but see `reworded`)."""

STAND_IN = "已删除人员"
"""What stands where a person's name stood."""


def reworded(column: str, *, emptied: bool = True) -> str:
    """The condition that a text was changed otherwise than where the law asks.

    Allowed are emptying it (unless `emptied` is off), and putting the stand-in wherever the name, number or phone of
    somebody here stood.
    """
    out = ", ".join(
        f"replace(OLD.\"{column}\", p.{one}, '{STAND_IN}')" for one in ("name", "number", "phone")
    )
    said = f"AND COALESCE(NEW.\"{column}\", '') NOT IN ('', '{{}}') " if emptied else ""
    somebody = f'SELECT 1 FROM persons p WHERE p.tenant_id = OLD.tenant_id AND NEW."{column}" IN ({out})'  # noqa: S608
    return f'(NEW."{column}" IS DISTINCT FROM OLD."{column}" {said}AND NOT EXISTS ({somebody}))'


@dataclass(frozen=True)
class Trigger:
    """One installed trigger: its name, its table, and its statements for a dialect."""

    name: str
    table: str
    rule: Rule

    def sqlite(self) -> str:
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.rule.when} ON {self.table} "
            f"WHEN {self.rule.refuse_if} BEGIN SELECT RAISE(ABORT, 'kaohe:{self.rule.code}'); END"
        )

    def body(self) -> str:
        lock = f"PERFORM 1 FROM {self.rule.lock} FOR SHARE; " if self.rule.lock else ""
        row = "OLD" if self.rule.when == "DELETE" else "NEW"
        return (
            f"BEGIN {lock}IF ({self.rule.refuse_if}) THEN RAISE EXCEPTION 'kaohe:{self.rule.code}' "
            f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END"
        )


def triggers(models: type[TenantModel] | type[PlatformModel] = TenantModel) -> list[Trigger]:
    """Every trigger that the models declare, in the order of their names."""
    found = []
    for mapper in sorted(models.registry.mappers, key=lambda m: _table_of(m).name):
        table = _table_of(mapper).name
        columns = {column.name for column in _table_of(mapper).columns}
        erasable = getattr(mapper.class_, "__erasable__", ())
        rules = [
            *_kept(getattr(mapper.class_, "__kept__", Kept.FREE), columns, erasable),
            *(_beside(rule, columns, erasable) for rule in getattr(mapper.class_, "__rules__", ())),
        ]
        found += [Trigger(f"{table}_{n}_{rule.code}", table, rule) for n, rule in enumerate(rules)]
    return sorted(found, key=lambda trigger: trigger.name)


def _table_of(mapper: Mapper[Any]) -> Table:
    table = mapper.local_table
    assert isinstance(table, Table)  # every model is mapped to a table of its own
    return table


def _changed(columns: set[str], erasable: Sequence[str]) -> str:
    """The condition that a row says something else than before, or its words something else than they may."""
    fixed = [f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in sorted(columns - set(erasable))]
    return " OR ".join([*fixed, *map(reworded, erasable)])  # "by" is a word of plpgsql


def _beside(rule: Rule, columns: set[str], erasable: Sequence[str]) -> Rule:
    if rule is not ERASED_NEVER_REWRITTEN or not erasable:
        return rule
    return replace(rule, refuse_if=_changed(columns, erasable))


def _kept(kept: Kept, columns: set[str], erasable: Sequence[str]) -> list[Rule]:
    if kept is Kept.FREE:
        return []
    rules = [Rule("kept", "DELETE", "OLD.tenant_id IS NOT NULL")]
    if kept is Kept.APPEND_ONLY:
        changed = _changed(columns - {"replaced_by"}, erasable)
        if "replaced_by" in columns:
            twice = "OLD.replaced_by IS NOT NULL OR NEW.replaced_by IS NULL"
            again = "NEW.replaced_by IS DISTINCT FROM OLD.replaced_by"
            changed += f" OR ({again} AND ({twice}))" if erasable else f" OR {twice}"
        rules.append(Rule("kept", "UPDATE", changed))
    return rules


def install(connection: Connection, *, app_role: str | None = None) -> None:
    """Drop and create every wall of the tenant tables on this connection's database."""
    if connection.dialect.name == "sqlite":
        remove(connection)
        for trigger in triggers():
            connection.exec_driver_sql(_portable(trigger.sqlite()))
        return
    _install_postgresql(connection, app_role)


def remove(connection: Connection) -> None:
    """Take down a SQLite file's triggers: before migrating it, since one that names a rebuilt table would stop that."""
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def _portable(sql: str) -> str:
    return sql.replace("IS DISTINCT FROM", "IS NOT")


def _install_postgresql(connection: Connection, app_role: str | None) -> None:
    run = connection.exec_driver_sql
    for name, its_table in _live_postgresql_triggers(connection):
        run(f'DROP TRIGGER "{name}" ON "{its_table}"')
        run(f'DROP FUNCTION IF EXISTS "{name}"()')
    for trigger in triggers():
        run(
            f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $w${trigger.body()}$w$"
        )
        run(
            f"CREATE TRIGGER {trigger.name} BEFORE {trigger.rule.when} ON {trigger.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()"
        )
    for table in TenantModel.metadata.sorted_tables:
        run(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
        run(f"DROP POLICY IF EXISTS tenant_wall ON {table.name}")
        run(f"CREATE POLICY tenant_wall ON {table.name} USING {_POLICY} WITH CHECK {_POLICY}")
    if app_role:
        _grant(connection, app_role)


def _grant(connection: Connection, app_role: str) -> None:
    run = connection.exec_driver_sql
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    run(f'GRANT USAGE ON SCHEMA "{schema}" TO "{app_role}"')
    for mapper in TenantModel.registry.mappers:
        table, kept = _table_of(mapper), mapper.class_.__kept__
        run(f'REVOKE ALL ON {table.name} FROM "{app_role}"')
        run(f'GRANT SELECT, INSERT ON {table.name} TO "{app_role}"')
        if kept is not Kept.APPEND_ONLY:
            run(f'GRANT UPDATE ON {table.name} TO "{app_role}"')
        elif columns := _changing(mapper):
            named = ", ".join(f'"{column}"' for column in sorted(columns))
            run(f'GRANT UPDATE ({named}) ON {table.name} TO "{app_role}"')
        if kept is Kept.FREE:
            run(f'GRANT DELETE ON {table.name} TO "{app_role}"')
    for table in PlatformModel.metadata.sorted_tables:
        run(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO "{app_role}"')
    for name in inspect(connection).get_table_names():
        if name.endswith("_version"):
            run(f'GRANT SELECT ON {name} TO "{app_role}"')


def _changing(mapper: Mapper[Any]) -> set[str]:
    """The columns of append-only rows that an update may touch."""
    replaced = {"replaced_by"} & {column.name for column in _table_of(mapper).columns}
    return replaced | set(mapper.class_.__erasable__)


def _live_postgresql_triggers(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    )
    return [(row[0], row[1]) for row in rows]


def verify(connection: Connection) -> None:
    """Compare the live walls with the declared ones; raise `WallsDiffer` naming each difference."""
    problems = (
        _sqlite_problems(connection)
        if connection.dialect.name == "sqlite"
        else _postgresql_problems(connection)
    )
    if problems:
        raise WallsDiffer(
            "the database's walls differ from the declared ones: " + "; ".join(sorted(problems))
        )


def _sqlite_problems(connection: Connection) -> list[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    live = {row[0]: row[1] for row in rows}
    declared = {trigger.name: _portable(trigger.sqlite()) for trigger in triggers()}
    return [
        f"trigger {name}" for name in live.keys() | declared.keys() if live.get(name) != declared.get(name)
    ]


def _postgresql_problems(connection: Connection) -> list[str]:
    problems = _role_problems(connection)
    tables = {
        row[0]: row[1:]
        for row in connection.execute(
            text(
                "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, "
                "pg_has_role(current_user, c.relowner, 'MEMBER') "
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind = 'r' AND n.nspname = current_schema()"
            )
        )
    }
    policies = connection.execute(
        text(
            "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies "
            "WHERE schemaname = current_schema()"
        )
    ).all()
    for table in TenantModel.metadata.sorted_tables:
        secured, forced, owned = tables.get(table.name, (False, False, False))
        if not (secured and forced):
            problems.append(f"row security of {table.name}")
        if owned:
            problems.append(f"the application's role owns {table.name}")
        mine = [tuple(p[1:]) for p in policies if p[0] == table.name]
        if mine != [("tenant_wall", "PERMISSIVE", "ALL", _POLICY, _POLICY)]:
            problems.append(f"policy of {table.name}")
    return problems + _grant_problems(connection) + _postgresql_trigger_problems(connection)


def _role_problems(connection: Connection) -> list[str]:
    """What the signed-in role could use to get past the walls: by itself, or as a role it is a member of."""
    rows = connection.execute(
        text(
            "SELECT rolname, rolsuper OR rolbypassrls, rolcreaterole, rolname = current_user FROM pg_roles "
            "WHERE rolname = current_user OR ((rolsuper OR rolbypassrls OR rolcreaterole) "
            "AND pg_has_role(current_user, oid, 'MEMBER')) ORDER BY rolname"
        )
    ).all()
    me = next(row for row in rows if row[3])
    problems = [f"role {me[0]} can bypass row security"] if me[1] else []
    problems += [f"role {me[0]} can make roles"] if me[2] and not me[1] else []
    if not me[1]:
        problems += [f"role {me[0]} can act as {row[0]}" for row in rows if not row[3]]
    return problems


def _grant_problems(connection: Connection) -> list[str]:
    """Where the application's role may do more or less with a tenant table than declared."""
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    asked = ", ".join(f"has_table_privilege(current_user, c.oid, '{right}')" for right in rights)
    live = {
        row[0]: {right for right, held in zip(rights, row[1:], strict=True) if held}
        for row in connection.execute(
            text(f"SELECT c.relname, {asked} FROM pg_class c WHERE c.relkind = 'r' {_HERE}")  # noqa: S608
        )
    }
    columns: dict[str, set[str]] = {}
    for its_table, column in connection.execute(
        text(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "  # noqa: S608
            f"WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped {_HERE} "
            "AND has_column_privilege(current_user, c.oid, a.attnum, 'UPDATE')"
        )
    ):
        columns.setdefault(its_table, set()).add(column)
    problems = []
    for mapper in TenantModel.registry.mappers:
        table, kept = _table_of(mapper), mapper.class_.__kept__
        wanted = {"SELECT", "INSERT"} | ({"UPDATE"} if kept is not Kept.APPEND_ONLY else set())
        wanted |= {"DELETE"} if kept is Kept.FREE else set()
        changed = {column.name for column in table.columns} if "UPDATE" in wanted else set()
        changed |= _changing(mapper)
        if live.get(table.name) != wanted or columns.get(table.name, set()) != changed:
            problems.append(f"grants on {table.name}")
    return problems


_HERE = "AND c.relnamespace = current_schema()::regnamespace"


def _postgresql_trigger_problems(connection: Connection) -> list[str]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname, t.tgenabled, t.tgtype, p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    )
    live = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    bits = {"INSERT": 4, "DELETE": 8, "UPDATE": 16}
    declared = {t.name: (t.table, "O", 3 | bits[t.rule.when], t.body()) for t in triggers()}
    return [
        f"trigger {name}" for name in live.keys() | declared.keys() if live.get(name) != declared.get(name)
    ]

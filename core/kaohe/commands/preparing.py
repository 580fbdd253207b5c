"""PostgreSQL's database and roles, made by a superuser; every statement may be run again.

`<db>_owner` owns everything and cannot sign in; the migrating role is a member of it and bypasses row security;
the application's role owns nothing and cannot bypass; `<db>_backup` reads everything and writes nothing. Passwords
are hashed before they are sent, so that no log of the server holds one.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL


def prepare_postgresql(admin: URL, app: URL, migrate: URL) -> Iterator[str]:
    """Make the database and the roles that the two addresses name; tells each step."""
    database = app.database or ""
    owner, backup = f"{database}_owner", f"{database}_backup"
    with psycopg.connect(
        _dsn(admin.set(database=admin.database or "postgres")), autocommit=True
    ) as connection:
        yield _role(connection, owner, "NOLOGIN")
        yield _role(connection, migrate.username or "", "LOGIN NOSUPERUSER BYPASSRLS", migrate.password)
        yield _role(
            connection,
            app.username or "",
            "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
            app.password,
        )
        yield _role(connection, backup, "LOGIN NOSUPERUSER BYPASSRLS")
        _run(connection, "GRANT {} TO {}", owner, migrate.username or "")
        _run(connection, "GRANT pg_read_all_data TO {}", backup)
        _run(connection, "ALTER ROLE {} SET default_transaction_read_only = on", backup)
        yield _database(connection, database, owner)
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
        for role in (migrate.username or "", app.username or "", backup):
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, role)


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _role(connection: psycopg.Connection, name: str, rights: str, password: str | None = None) -> str:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    _run(connection, f"{'ALTER' if known else 'CREATE'} ROLE {{}} {rights}", name)
    if password:
        hashed = connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed))
        )
    return f"role {name}: {'set' if known else 'created'}"


def _database(connection: psycopg.Connection, name: str, owner: str) -> str:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        return f"database {name}: there already"
    _run(connection, "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0", name, owner)
    return f"database {name}: created"

"""`kaohe db`: PostgreSQL's roles, and bringing every database to this version."""

from __future__ import annotations

import click
from sqlalchemy.engine import URL, make_url

from kaohe.commands.installation import connect, settings
from kaohe.config import Config
from kaohe.db.upgrade import upgrade_platform, upgrade_tenants
from kaohe.tenants import service as tenants


@click.group()
def db() -> None:
    """Prepare and upgrade the databases."""


@db.command()
@click.option(
    "--admin",
    envvar="KAOHE_ADMIN",
    prompt="Address of a PostgreSQL superuser (postgresql://…)",
    hide_input=True,
    metavar="ADDRESS",
    help="postgresql:// address of a superuser; better given as KAOHE_ADMIN or typed when asked, so that it is not "
    "left in the shell's history.",
)
def prepare(admin: str) -> None:
    """Create the PostgreSQL database and its roles.

    Names and passwords come from KAOHE_DATABASE (the application's role: owns nothing, cannot bypass row
    security) and KAOHE_MIGRATE (migrations only). Two more are made: <database>_owner, which owns the tables and
    cannot sign in, and <database>_backup, which only reads. Running it again changes nothing but passwords.
    """
    config = settings()
    app, migrate = _addresses(config)
    from kaohe.commands.preparing import prepare_postgresql

    for line in prepare_postgresql(_address(admin), app, migrate):
        click.echo(line)
    click.echo("Next: kaohe db upgrade")


def _addresses(config: Config) -> tuple[URL, URL]:
    if config.database.is_sqlite:
        raise click.ClickException(
            "KAOHE_DATABASE is not set, so this installation uses SQLite files and needs no roles. For PostgreSQL "
            "set KAOHE_DATABASE=postgresql://kaohe_app:…@host/kaohe and KAOHE_MIGRATE=postgresql://kaohe_migrate:…@host/kaohe"
        )
    if not config.database.migrate_url:
        raise click.ClickException("KAOHE_MIGRATE is not set: the address of the role that migrates")
    app, migrate = _address(config.database.url), _address(config.database.migrate_url)
    if (app.host, app.port, app.database) != (migrate.host, migrate.port, migrate.database):
        raise click.ClickException("KAOHE_DATABASE and KAOHE_MIGRATE name different databases")
    if app.username == migrate.username:
        raise click.ClickException("KAOHE_DATABASE and KAOHE_MIGRATE must name two different roles")
    return app, migrate


def _address(text: str) -> URL:
    try:
        url = make_url(text)
    except Exception as error:
        raise click.ClickException(
            "an address looks like postgresql://role:password@host:5432/database"
        ) from error
    if not url.drivername.startswith("postgresql") or not url.username:
        raise click.ClickException("an address looks like postgresql://role:password@host:5432/database")
    return url


@db.command()
def upgrade() -> None:
    """Bring the platform and every organisation to this version.

    On SQLite each organisation has a file of its own and is upgraded by itself: when this is interrupted, run it
    again and it goes on where it stopped. Until then an organisation that is behind answers "being upgraded".
    """
    config = settings()
    databases = connect(config)
    try:
        click.echo("platform …", nl=False)
        upgrade_platform(databases)
        click.echo(" at this version")
        ids = [tenant.id for tenant in tenants.all_tenants(databases)]
        if databases.settings.is_sqlite and ids:
            with click.progressbar(length=len(ids), label="organisations") as bar:
                upgrade_tenants(databases, ids, lambda _ident: bar.update(1))
        click.echo(f"{len(ids)} organisation{'' if len(ids) == 1 else 's'} at this version")
    finally:
        databases.dispose()

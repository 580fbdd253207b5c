"""`kaohe tenant` and `kaohe account`: making an organisation and letting its first people in."""

from __future__ import annotations

from typing import Any

import click

from kaohe.commands.installation import now, opened, ready_tenant, today
from kaohe.db import TenantSession
from kaohe.tenants.models import Tenant


@click.group()
def tenant() -> None:
    """Make and list the organisations of this installation."""


@tenant.command("create")
@click.argument("code")
@click.argument("name")
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="Time zone in which its days begin.")
@click.option(
    "--sector", "sectors", multiple=True, metavar="CODE", help="A sector that it uses; may be repeated."
)
def create_tenant(code: str, name: str, zone: str, sectors: tuple[str, ...]) -> None:
    """Make an organisation.

    CODE stands in its addresses (/t/CODE/): lower-case letters, digits, hyphens. NAME is what people read, such
    as 市第一人民医院. Then let its first administrator in: kaohe account create CODE NUMBER --name NAME --admin
    """
    from kaohe.accounts.founding import found_tenant
    from kaohe.plugins import build_registry

    installed = sorted(build_registry().sectors)
    unknown = [sector for sector in sectors if sector not in installed]
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)}; installed are: {', '.join(installed) or 'none'}", param_hint="--sector"
        )
    with opened() as databases:
        made = found_tenant(databases, code=code, name=name, zone=zone, now=now(), sectors=sectors)
        click.echo(f"{made.name} is organisation {made.id}, at /t/{made.code}/")
        click.echo(f"Next: kaohe account create {made.code} NUMBER --name NAME --admin")


@tenant.command("list")
def list_tenants() -> None:
    """List the organisations with their state."""
    from kaohe.db.upgrade import NotMigrated, verify
    from kaohe.db.walls import WallsDiffer
    from kaohe.tenants import service as tenants

    with opened() as databases:
        found = tenants.all_tenants(databases)
        if not found:
            click.echo("There is no organisation yet: kaohe tenant create CODE NAME")
        for one in found:
            try:
                verify(databases, one.id)
                state = one.state
            except (NotMigrated, WallsDiffer):
                state = "behind: kaohe db upgrade"
            click.echo(f"{one.id:>5}  {one.code:<20}  {one.zone:<16}  {state:<10}  {one.name}")


@tenant.command("files")
@click.argument("code")
@click.option("--total", type=click.IntRange(0), metavar="GB", help="Room for all its files, in GB.")
@click.option(
    "--day", type=click.IntRange(0), metavar="MB", help="What one person may upload in 24 hours, in MB."
)
def limit_files(code: str, total: int | None, day: int | None) -> None:
    """Show how much room the files of an organisation take, and set how much they may."""
    from kaohe.files import limits, quota
    from kaohe.written import size

    with opened() as databases:
        where = ready_tenant(databases, code)
        with databases.tenant(where.id, write=True) as session:
            room = None if total is None else total * 1024 * limits.MB
            quota.set_limits(session, total=room, day=None if day is None else day * limits.MB)
            used = quota.usage(session)
            session.commit()
    click.echo(f"{where.name}: {used.files} files, {size(used.kept)} of {size(used.total)}")
    click.echo(f"one person within 24 hours: {size(used.day)}")


@click.group()
def account() -> None:
    """Let people in: accounts and activation slips."""


@account.command("create")
@click.argument("organisation", metavar="TENANT")
@click.argument("number")
@click.option("--name", help="The person's name; needed when NUMBER is not on the staff list yet.")
@click.option("--admin", is_flag=True, help="Give the administrator's role, without an end.")
@click.option("--unlock", is_flag=True, help="Unlock the account when it is locked.")
def create_account(organisation: str, number: str, name: str | None, admin: bool, unlock: bool) -> None:
    """Give the person with staff number NUMBER an account and print an activation slip.

    Somebody who is not on the staff list is put into the topmost unit. For somebody who has an account already
    this prints a new slip: the way back in when a password is forgotten, or when nobody can administrate.
    """
    with opened() as databases:
        where = ready_tenant(databases, organisation)
        with databases.tenant(where.id) as session:
            person, made, code, until = _let_in(session, where, number, name, admin, unlock)
            session.commit()
    click.echo(
        f"{person.name} ({person.number}), {where.name}: account {'created' if made else 'there already'}"
    )
    if admin:
        click.echo("role: administrator")
    click.echo(f"activation code: {code}")
    click.echo(f"to be used once, until {until:%Y-%m-%d %H:%M} UTC, at /t/{where.code}/activate")


def _let_in(
    session: TenantSession, where: Tenant, number: str, name: str | None, admin: bool, unlock: bool
) -> tuple[Any, bool, str, Any]:
    from kaohe.accounts import founding, service, slips
    from kaohe.audit import service as audit

    person = _person(session, where, number, name)
    made = bool(service.create_accounts(session, person_ids=[person.id], now=now()))
    found = founding.account_of(session, person, now=now())
    if unlock:
        service.unlock(session, found)
    if found.state == "locked":
        raise slips.AccountLocked(name=person.name)
    if admin:
        founding.make_admin(session, found, today=today(where), now=now())
    ((_account, code),) = slips.issue_slips(session, accounts=[found], issued_by=None, now=now())
    audit.record_command(
        session,
        "cli.account.create",
        now=now(),
        about=("account", found.id),
        detail={"admin": admin, "new": made},
    )
    return person, made, slips.in_groups(code), now() + slips.HOLDS_FOR


def _person(session: TenantSession, where: Tenant, number: str, name: str | None) -> Any:
    from kaohe.accounts import founding
    from kaohe.people import service as people

    found = people.person_by_number(session, number)
    if found is not None:
        return found
    if not name:
        raise click.UsageError(
            f"{number} is not on the staff list of {where.name}; add --name to put them there"
        )
    return people.create_person(
        session,
        number=number,
        name=name,
        unit=founding.root_unit(session, where.name),
        position="",
        joined_on=None,
        starts_on=today(where),
        now=now(),
    )

"""`kaohe audit`: walking the chain that seals the log."""

from __future__ import annotations

import re

import click

from kaohe.audit import service as audit
from kaohe.commands.installation import language, now, opened, ready_tenant
from kaohe.db import Databases
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant

MOST_SHOWN = 20


@click.group("audit")
def auditing() -> None:
    """Look after the log."""


@auditing.command()
@click.argument("organisation", metavar="[TENANT]", required=False)
@click.option(
    "--expect",
    metavar="PLACE:HASH",
    help="A head noted earlier: proves that nothing before it was rewritten.",
)
def verify(organisation: str | None, expect: str | None) -> None:
    """Walk the chain of one organisation, or of all, and report what is not as it was sealed.

    A changed, removed or inserted row, a removed link, a changed order and a cut end are found. What waits is
    sealed afterwards. Note the head that is printed and keep it elsewhere: with --expect it proves later that
    nothing was rewritten. Ends with exit code 1 when anything was found.
    """
    head = _head(expect)
    if head is not None and organisation is None:
        raise click.UsageError("--expect needs the TENANT whose head it is")
    broken = 0
    with opened() as databases:
        found = [ready_tenant(databases, organisation)] if organisation else tenants.all_tenants(databases)
        for tenant in found:
            broken += _verify_one(databases, tenant, head)
    if broken:
        raise click.ClickException(
            f"the log of {broken} organisation{'' if broken == 1 else 's'} was tampered with"
        )


def _verify_one(databases: Databases, tenant: Tenant, head: tuple[int, str] | None) -> int:
    with databases.tenant(tenant.id, write=False) as session:
        length = audit.length(session)
        with click.progressbar(length=max(length, 1), label=tenant.code, update_min_steps=500) as bar:
            report = audit.verify(session, expect=head, tell=bar.update)
    for finding in report.findings[:MOST_SHOWN]:
        where = f"link {finding.place}" if finding.place else f"row {finding.row_id}"
        click.echo(f"  {where}: {finding.zh if language() == 'zh' else finding.en}", err=True)
    if len(report.findings) > MOST_SHOWN:
        click.echo(f"  … and {len(report.findings) - MOST_SHOWN} more", err=True)
    with databases.tenant(tenant.id) as session:
        sealed = audit.seal_all(session, now())
        place, hashed = audit.head(session)
    click.echo(
        f"{tenant.code}: {report.links} rows {'whole' if report.whole else 'NOT WHOLE'}"
        f"{f', {report.erased} with erased details' if report.erased else ''}, {sealed} sealed now; head {place}:{hashed}"
    )
    return 0 if report.whole else 1


def _head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    fitting = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text)
    if fitting is None:
        raise click.BadParameter(
            "a head looks like 1234:5f2c… as kaohe audit verify prints it", param_hint="--expect"
        )
    return int(fitting[1]), fitting[2]

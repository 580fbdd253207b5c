"""`kaohe period` and `kaohe result`: closing, replaying and recounting from the command line."""

from __future__ import annotations

from collections.abc import Callable

import click

from kaohe.commands.installation import Bars, find_period, language, now, opened, ready_tenant
from kaohe.scheme import Text

MOST_SHOWN = 50


@click.group()
def period() -> None:
    """Look after periods."""


@period.command("close")
@click.argument("organisation", metavar="TENANT")
@click.argument("which", metavar="PERIOD")
def close_period(organisation: str, which: str) -> None:
    """Close a period: it takes no more entries, and every result is computed and stored.

    PERIOD is its code, such as 2026-09, or its number. Interrupted, run it again: it goes on.
    """
    from kaohe.audit import service as audit
    from kaohe.results import service as results

    with opened() as databases:
        tenant = ready_tenant(databases, organisation)
        with databases.tenant(tenant.id, write=False) as session:
            found = find_period(session, which)
        bars = Bars()
        try:
            run = results.close(databases, tenant.id, found.id, by=None, clock=now, tell=_telling(bars))
        finally:
            bars.close()
        with databases.tenant(tenant.id) as session:
            detail = {"run": str(run.id)}
            audit.record_command(
                session, "cli.period.close", now=now(), about=("period", found.id), detail=detail
            )
            session.commit()
    click.echo(f"{found.title_en}: closed, computation {run.number}, {run.subjects} results")


@click.group()
def result() -> None:
    """Prove stored results."""


@result.command()
@click.argument("organisation", metavar="TENANT")
@click.argument("which", metavar="PERIOD")
def replay(organisation: str, which: str) -> None:
    """Run the engine on the inputs stored with each result; the same bytes must come out.

    Ends with exit code 1 when anything differs. Changes nothing.
    """
    from kaohe.results import service as results

    with opened() as databases:
        tenant = ready_tenant(databases, organisation)
        with databases.tenant(tenant.id, write=False) as session:
            found = find_period(session, which)
            bars = Bars()
            try:
                outcome = results.replay(session, found, _telling(bars))
            finally:
                bars.close()
    if not outcome.digest_holds:
        click.echo("the stored rows are not those that were sealed", err=True)
    for ident in outcome.differing[:MOST_SHOWN]:
        click.echo(f"subject {ident}: other bytes come out", err=True)
    if not outcome.same:
        raise click.ClickException(
            f"{found.title_en}: {len(outcome.differing)} of {outcome.subjects} results differ"
        )
    click.echo(f"{found.title_en}: {outcome.subjects} results, identical byte for byte")


@result.command()
@click.argument("organisation", metavar="TENANT")
@click.argument("which", metavar="PERIOD")
def recount(organisation: str, which: str) -> None:
    """Compute a period from today's entries and list whose result would come out differently.

    Ends with exit code 1 when there are differences. Changes nothing.
    """
    from kaohe.results import service as results

    with opened() as databases:
        tenant = ready_tenant(databases, organisation)
        with databases.tenant(tenant.id, write=False) as session:
            found = find_period(session, which)
            bars = Bars()
            try:
                outcome = results.recount(session, found, _telling(bars))
            finally:
                bars.close()
    for one in outcome.differences[:MOST_SHOWN]:
        click.echo(f"{one.number} {one.name}: {_figure(one.stored)} → {_figure(one.now)}")
        for text in one.texts:
            click.echo(f"    {text.zh if language() == 'zh' else text.en}")
    rest = len(outcome.differences) - MOST_SHOWN
    if rest > 0:
        click.echo(f"… and {rest} more")
    if not outcome.same:
        raise click.ClickException(
            f"{found.title_en}: {len(outcome.differences)} of {outcome.subjects} results differ"
        )
    click.echo(f"{found.title_en}: {outcome.subjects} results, no difference")


def _figure(score: object) -> str:
    return "none" if score is None else str(score)


def _telling(bars: Bars) -> Callable[..., None]:
    def tell(done: int, total: int, note: Text | None = None) -> None:
        bars((note.zh if language() == "zh" else note.en) if note else "computing", done, total)

    return tell

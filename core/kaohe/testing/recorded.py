"""What is recorded in a world: entries of both months, corrected and withdrawn ones, sheets, what has consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.db import TenantSession
from kaohe.entries import service as entries
from kaohe.entries import sheets
from kaohe.files.models import StoredFile
from kaohe.scheme import Occurred, Scheme, asked

if TYPE_CHECKING:
    from kaohe.testing.world import World


def plain_clauses(scheme: Scheme) -> list[int]:
    """Ids of clauses and items under which an entry needs no figure but a reason at most, in the scheme's order."""
    ids = [item.id for clause in scheme.clauses() for item in (clause.items or (clause,))]
    return [
        ident
        for ident in ids
        if not any((wanted := asked(scheme, ident)).quantity or wanted.points or wanted.amount_fen or ())
    ]


def record_facts(session: TenantSession, world: World) -> None:
    """Entries of both months, a corrected and a withdrawn one, evidence, sheets, and what has consequences."""
    usual = [ident for ident in plain_clauses(world.scheme) if ident not in _grave(world.scheme)]
    for place, (who, by) in enumerate(
        (
            ("member", "assessor"),
            ("colleague", "assessor"),
            ("assessor", "admin"),
            ("outsider", "other_assessor"),
        )
    ):
        world.record(session, usual[place], who=who, by=by, period=world.before)
        entry = world.record(session, usual[place + 1], who=who, by=by)
        shown = session.need(StoredFile, world.things["file"][who])
        entries.attach(session, entry, actor=world.actor(by), files=[shown], now=world.now)
        world.keep("entry", who, entry.id)
        gone = world.record(session, usual[place + 2], who=who, by=by)
        entries.withdraw(session, gone, actor=world.actor(by), reason=f"撤回{world.marker}", now=world.now)
        wrong = world.record(session, usual[place + 3], who=who, by=by)
        entries.correct(
            session,
            wrong,
            actor=world.actor(by),
            clause_id=usual[place + 4],
            reason=f"更正{world.marker}",
            now=world.now,
            today=world.today,
        )
        _sheet(session, world, who, by)
    world.keep("entry", "admin", world.record(session, usual[6], who="colleague", by="admin").id)
    for ident in _grave(world.scheme):
        world.record(session, ident, who="colleague", period=world.before)


def _grave(scheme: Scheme) -> list[int]:
    """Clauses that call for a decision once they occur."""
    named = {i for one in scheme.consequences if isinstance(when := one.when, Occurred) for i in when.clauses}
    return sorted(named & set(plain_clauses(scheme)))


def _sheet(session: TenantSession, world: World, who: str, by: str) -> None:
    form = next((one for one in world.scheme.forms if one.kind in ("round", "sheet")), None)
    if form is None:
        return
    items = [item.id for _, some in world.scheme.form_clauses(form.code) for c in some for item in c.items]
    same: dict[str, Any] = {"actor": world.actor(by), "period": world.period, "now": world.now}
    sheet = sheets.open_sheet(
        session, subject_id=world.people[who].id, form=form.code, day=world.today, today=world.today, **same
    )
    sheets.tick(session, sheet, clause_id=items[-1], today=world.today, **same)
    world.keep("sheet", who, sheet.id)
    if who == "assessor":
        world.keep("sheet", "admin", sheet.id)

"""Writing the rows of an entry: itself, its words and evidence, and what takes the place of another.

What a wall, a form's token or somebody quicker refused is said in words; the session then waits for its rollback.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession, WallRefusal, is_duplicate, new_id
from kaohe.entries import refusals
from kaohe.entries.checks import Fact
from kaohe.entries.models import Entry, EntryReason, Evidence, Sheet
from kaohe.entries.subjects import Standing
from kaohe.files.models import StoredFile
from kaohe.periods.models import Period
from kaohe.scheme import Figures
from kaohe.scheme.figures import from_points, from_quantity

ONE = Decimal(1)


def new_entry(
    fact: Fact,
    figures: Figures,
    standing: Standing,
    period: Period,
    actor: Actor,
    now: datetime,
    origin: str,
    sheet: Sheet | None,
    form_token: str | None,
) -> Entry:
    """The row of a checked fact about somebody who was somewhere on its day."""
    assert standing.unit_id is not None
    return Entry(
        id=new_id(),
        period_id=period.id,
        subject_id=standing.subject_id,
        clause_id=fact.clause_id,
        unit_id=standing.unit_id,
        sheet_id=None if sheet is None else sheet.id,
        quantity=ONE if figures.quantity is None else from_quantity(figures.quantity),
        points=None if figures.points is None else from_points(figures.points),
        amount_fen=figures.amount_fen,
        happened_on=fact.happened_on,
        found_late=fact.happened_on < period.starts_on,
        origin=origin,
        recorded_by=actor.person_id,
        recorded_at=now,
        form_token=form_token,
        replaced_by=None,
    )


def add_sides(
    session: TenantSession,
    entry: Entry,
    reason: str | None,
    files: Sequence[StoredFile],
    actor: Actor,
    now: datetime,
    file_ids: Sequence[int] = (),
) -> None:
    """Write what stands beside an entry: its words, and its evidence once for each file."""
    if reason:
        session.add(EntryReason(id=entry.id, words=reason))
    for ident in dict.fromkeys([*file_ids, *(one.id for one in files)]):
        session.add(Evidence(entry_id=entry.id, file_id=ident, added_by=actor.person_id, added_at=now))
    if reason or files or file_ids:
        session.flush()


def kept_before(session: TenantSession, form_token: str | None, actor: Actor) -> Entry | None:
    """The entry that this form made the first time it was sent."""
    if not form_token:
        return None
    kept = session.scalar(select(Entry).where(Entry.form_token == form_token))
    if kept is not None and kept.recorded_by != actor.person_id:
        raise refusals.TokenTaken
    return kept


def flush(session: TenantSession, period: Period) -> None:
    """Write; say in words what a wall or the token's key refused (the session then waits for its rollback)."""
    not_open = refusals.PeriodNotOpen(period)
    try:
        session.flush()
    except WallRefusal as wall:
        if wall.code in ("period", "final"):
            raise not_open from wall
        raise
    except IntegrityError as error:
        if is_duplicate(error):
            raise refusals.TokenTaken from error
        raise


def replace(session: TenantSession, entry: Entry, by: int, period: Period) -> None:
    """Point the old entry at what takes its place; whoever comes second gets a conflict."""
    not_open = refusals.PeriodNotOpen(period)
    stands = update(Entry).where(Entry.id == entry.id, Entry.replaced_by.is_(None)).values(replaced_by=by)
    try:
        done = session.execute(stands.execution_options(synchronize_session=False)).rowcount
    except WallRefusal as wall:
        raise (not_open if wall.code in ("period", "final") else refusals.AlreadyReplaced()) from wall
    if done != 1:
        raise refusals.AlreadyReplaced
    set_committed_value(entry, "replaced_by", by)

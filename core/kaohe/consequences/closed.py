"""What closing and reopening a period do to proposals.

Closing proposes what its run found; where an earlier period is closed again, the later ones are looked through too.
Reopening withdraws what waits and rested on the period; what was decided stays in force until the next closing shows
whether its ground still holds, and is undone only by a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.consequences.counted import stored_rows
from kaohe.consequences.history import earned, looks_back
from kaohe.consequences.kinds import ON_RECORD, changes_nothing
from kaohe.consequences.models import Proposal
from kaohe.consequences.proposing import Because, Called, settle_differences
from kaohe.consequences.recorded import rule_of
from kaohe.db import TenantSession
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run
from kaohe.results.lines import STORED
from kaohe.results.listening import Turned
from kaohe.results.models import Result, Run
from kaohe.scheme import Effect, Escalating, Scheme, Text


def closed(turned: Turned) -> None:
    """A period has results: propose what they lead to, and look later periods through."""
    assert turned.run is not None
    title = periods.title_of(turned.period)
    why = Because(
        Text(f"“{title.zh}”重新计算后不再成立", f"no longer holds after “{title.en}” was computed again"),
        turned.by,
        turned.now,
    )
    follow_run(turned.session, turned.period, turned.run, why)
    _later(turned.session, turned.period, why, undoing=True)


def reopened(turned: Turned) -> None:
    """A period takes entries again: what waits and rested on its results is withdrawn."""
    title = periods.title_of(turned.period)
    why = Because(Text(f"“{title.zh}”重新开放", f"“{title.en}” was reopened"), turned.by, turned.now)
    settle_differences(turned.session, [], _existing(turned.session, turned.period), why, undoing=False)
    _later(turned.session, turned.period, why, undoing=False)


def follow_run(session: TenantSession, period: Period, run: Run, why: Because) -> None:
    """Bring a period's proposals into line with what a run found."""
    scheme = adoption.scheme_of(session, run.revision_id)
    called = called_by(session, scheme, period, run, [tuple(row) for row in run.effects])
    settle_differences(session, called, _existing(session, period), why)


def _later(session: TenantSession, period: Period, why: Because, *, undoing: bool) -> None:
    later = session.scalars(
        select(Period)
        .where(
            Period.adoption_id == period.adoption_id,
            Period.starts_on > period.starts_on,
            Period.state.in_(STORED),
        )
        .order_by(Period.starts_on)
    ).all()
    for one in later:
        run = standing_run(session, one)
        if run is None:
            continue
        scheme = adoption.scheme_of(session, run.revision_id)
        if not looks_back(scheme):
            continue
        rows = [tuple(row) for row in run.effects if isinstance(row[3], int)]
        rows += earned(session, one, scheme, stored_rows(session, one))
        called = called_by(session, scheme, one, run, rows)
        settle_differences(session, called, _existing(session, one), why, undoing=undoing)


def _existing(session: TenantSession, period: Period) -> list[Proposal]:
    query = select(Proposal).where(Proposal.period_id == period.id, Proposal.made == "closed")
    return list(session.scalars(query.execution_options(populate_existing=True)))


def called_by(
    session: TenantSession, scheme: Scheme, period: Period, run: Run, rows: Sequence[tuple[Any, ...]]
) -> list[Called]:
    """What a run's rows call for, read with its scheme; what was proposed when it was recorded is left out."""
    wanted = [row for row in rows if _kept(scheme, row)]
    units = _units(session, run, {row[0] for row in wanted})
    found = []
    for row in wanted:
        subject, clause, occurrence, step, index, *rest = row
        effect, title = _effect(scheme, clause, step, index)
        assert effect is not None
        found.append(
            Called(
                key=f"c{period.id}:{subject}:{clause}:{occurrence}:{step}:{index}",
                made="closed",
                period_id=period.id,
                subject_id=subject,
                unit_id=units[subject],
                clause_id=clause,
                occurrence=occurrence,
                effect=effect,
                title=title,
                reasons=rest[0] if rest else _of_period(period, title, occurrence),
                source=step if isinstance(step, str) else "",
                run_id=run.id,
                proposed_by=run.by,
            )
        )
    return found


def _kept(scheme: Scheme, row: tuple[Any, ...]) -> bool:
    effect, _title = _effect(scheme, row[1], row[3], row[4])
    if effect is None or changes_nothing(effect):
        return False
    return isinstance(row[3], str) or effect.kind not in ON_RECORD


def _effect(scheme: Scheme, clause_id: int, step: int | str, index: int) -> tuple[Effect | None, Text]:
    """The effect that a row means: of a step of the clause's own (−1: the rule), or of the scheme's consequence."""
    found = scheme.find(clause_id) if clause_id else None
    if isinstance(step, str):
        consequence = next((one for one in scheme.consequences if one.code == step), None)
        if consequence is None or not 0 <= index < len(consequence.effects):
            return None, Text("", "")
        return consequence.effects[index], found.title if found else consequence.title
    rule = rule_of(scheme, clause_id)
    ladder = isinstance(rule, Escalating) and 0 <= step < len(rule.steps)
    effects = rule.steps[step].effects if ladder else getattr(rule, "effects", ())
    if found is None or not 0 <= index < len(effects):
        return None, Text("", "")
    return effects[index], found.title


def _of_period(period: Period, title: Text, occurrence: int) -> list[list[str]]:
    span = [period.starts_on.isoformat(), period.ends_on.isoformat()]
    return [[*span, f"第 {occurrence} 次：{title.zh}", f"No. {occurrence}: {title.en}"]]


def _units(session: TenantSession, run: Run, subjects: set[int]) -> dict[int, int]:
    query = select(Result.subject_id, Result.unit_id).where(Result.run_id == run.id)
    if len(subjects) <= 500:
        query = query.where(Result.subject_id.in_(sorted(subjects)))
    return {row[0]: row[1] for row in session.execute(query)}

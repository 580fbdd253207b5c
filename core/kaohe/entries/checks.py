"""What has to hold of a fact before it is kept: period, clause, figure, date, subject, actor, scope, words.

Decides nothing about writing. Each refusal says which of these does not hold, and names the figure, the day or the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaohe.accounts.policy import Actor, Place, allowed
from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.entries import refusals, typed_refusals
from kaohe.entries.prior import prior_counts
from kaohe.entries.subjects import (
    Standing,
    assessed_units,
    require_covered,
    require_present,
    stand,
    stand_all,
    unit_standing,
)
from kaohe.errors import NotFound
from kaohe.periods.models import Period
from kaohe.scheme import Figures, Scheme, rules, validate_entry
from kaohe.scheme.model import Found

MOST_WORDS = 1000
LARGEST = Decimal(10) ** 9
MOST_SCOPES = 1000
ASSESSED_BY = "assessed_by"
"""The setting of a scheme about units that says who assesses one: "above" (any level), or "next" (the one above it)."""
_SCOPES: dict[tuple[int, int | None], tuple[int, ...] | None] = {}


@dataclass(frozen=True)
class Fact:
    """What happened, as the recorder says it; the same for one subject or for many."""

    clause_id: int
    happened_on: date
    quantity: Decimal | None = None
    points: Decimal | None = None
    reason: str | None = None
    found_late: bool = False
    amount_fen: int | None = None


def require_open(period: Period) -> None:
    """Refuse unless entries are taken."""
    if period.state != "open" or period.revision_id is None:
        raise refusals.PeriodNotOpen(period)


def clean_words(words: str | None) -> str | None:
    """Words without control characters and outer spaces; None for nothing; too many are refused, not cut."""
    if not words:
        return None
    kept = "".join(c for c in words.replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()
    if len(kept) > MOST_WORDS:
        raise typed_refusals.WordsTooLong(most=MOST_WORDS, count=len(kept))
    return kept or None


def scheme_of(session: TenantSession, period: Period) -> Scheme:
    """The scheme of an open period."""
    require_open(period)
    return adoption.scheme_of(session, period.revision_id)


def figure(value: Decimal | int | None) -> Decimal | None:
    """A figure within all sense; `FigureTooLarge` for anything else."""
    if value is None:
        return None
    figure = Decimal(value)
    if not figure.is_finite() or abs(figure) > LARGEST:
        raise typed_refusals.FigureTooLarge
    return figure


def require_date(period: Period, fact: Fact, today: date) -> None:
    """Refuse a day to come, after the period, or before it without being marked as found late."""
    day = fact.happened_on
    if day > today:
        raise refusals.DateInFuture(day=day.isoformat())
    if day > period.ends_on:
        raise refusals.DateOutside(
            first=period.starts_on.isoformat(), last=period.ends_on.isoformat(), day=day.isoformat()
        )
    if day < period.starts_on and not fact.found_late:
        raise refusals.LateNotMarked(first=period.starts_on.isoformat(), day=day.isoformat())


def standing_of(
    session: TenantSession,
    scheme: Scheme,
    clause_id: int,
    subject_id: int,
    day: date,
    known: Standing | None = None,
) -> Standing:
    """Where the subject stood on the day: a person, or the unit itself where the clause or measure is about units.

    `known`: where it stood as what the scheme assesses, if that was read already.
    """
    found = scheme.find(clause_id)
    if found is None or found.measure is None:
        return known or subject_standing(session, scheme, subject_id, day)
    if found.measure.on == "person":
        return stand(session, subject_id, day)
    return unit_standing(session, subject_id)


def subject_standing(session: TenantSession, scheme: Scheme, subject_id: int, day: date) -> Standing:
    """Where what the scheme assesses stood on the day; `NotFound`: no such person or unit."""
    return subject_standings(session, scheme, [subject_id], day)[subject_id]


def subject_standings(
    session: TenantSession, scheme: Scheme, subject_ids: Sequence[int], day: date
) -> dict[int, Standing]:
    """Where several of those whom the scheme assesses stood on the day; `NotFound` when one of them is not there."""
    if by_person(scheme):
        found = stand_all(session, subject_ids, day)
    else:
        found = assessed_units(session, subject_ids, next_only=scheme.setting(ASSESSED_BY) == "next")
    if any(ident not in found for ident in subject_ids):
        raise NotFound(field="person")
    return found


def by_person(scheme: Scheme) -> bool:
    """Whether the scheme assesses people; else it assesses units."""
    return scheme.subject == "person"


def checked(
    session: TenantSession,
    period: Period,
    scheme: Scheme,
    fact: Fact,
    standing: Standing,
    actor: Actor,
    *,
    without: int | None = None,
) -> Figures:
    """Everything that has to hold of one fact about one subject; the figures that are kept with it.

    `without`: the entry in whose place the fact comes.
    """
    require_standing(session, period, fact.happened_on, standing, actor)
    if not may_measure(scheme, fact.clause_id, actor):
        raise refusals.MeasureForAdmin
    return figures_of(session, period, scheme, fact, standing.subject_id, without=without)


def figures_of(
    session: TenantSession,
    period: Period,
    scheme: Scheme,
    fact: Fact,
    subject_id: int | None,
    *,
    without: int | None = None,
) -> Figures:
    """The figures that are kept with the fact; refused where its clause asks for others, or for a reason.

    `subject_id`: whose it is, where the step that it takes decides what is asked; else None.
    """
    prior = 0
    if subject_id is not None and _amount_by_step(scheme, fact.clause_id):
        prior = prior_counts(
            session,
            period,
            scheme,
            fact.clause_id,
            subject_id,
            day=fact.happened_on,
            without=without,
        )
    figures = validate_entry(
        scheme,
        fact.clause_id,
        quantity=fact.quantity,
        points=fact.points,
        reason=fact.reason,
        prior=prior,
        amount_fen=fact.amount_fen,
    )
    if not fact.reason and needs_reason(figures.found):
        raise refusals.ReasonNeeded
    return figures


def may_measure(scheme: Scheme, clause_id: int, actor: Actor) -> bool:
    """Whether the actor may record this, if it is a measure: those of the whole organisation are for the admin."""
    found = scheme.find(clause_id)
    measure = found.measure if found is not None else None
    return measure is None or actor.is_admin or not (measure.by_admin or measure.on == "tenant")


def _amount_by_step(scheme: Scheme, clause_id: int) -> bool:
    """Whether what has to be given depends on which occurrence it is."""
    found = scheme.find(clause_id)
    rule = found.clause.rule if found is not None and found.clause is not None else None
    if not isinstance(rule, rules.Escalating):
        return False
    return any(effect.low_fen is not None for step in rule.steps for effect in step.effects)


def needs_reason(found: Found) -> bool:
    """Whether an entry has to say why. An item of a checklist, a mark and a measured value say it themselves."""
    if found.clause is None or found.item is not None or not found.clause.reason:
        return False
    return not isinstance(found.clause.rule, rules.Examination | rules.Mark | rules.Rating | rules.Indicator)


def require_standing(
    session: TenantSession, period: Period, day: date, standing: Standing, actor: Actor
) -> None:
    """Refuse a subject on whom the actor may not record on that day, or who takes no part."""
    if standing.of_unit:
        require_present(standing, day)
        require_covered(actor, standing, day)
        require_unit_taking_part(session, period, standing)
        return
    if standing.person_id is None:
        action = "entries.record" if standing.unit_path else "entries.start"
        if not allowed(actor, action, Place(unit_path=standing.unit_path)):
            raise refusals.ForeignUnit(name=standing.name, day=day.isoformat(), unit=standing.name)
        return
    if actor.is_self(standing.place):
        raise refusals.OwnEntry
    require_present(standing, day)
    if standing.left_on is not None and standing.left_on < period.starts_on:
        raise refusals.HasLeft(
            name=standing.name, left=standing.left_on.isoformat(), day=period.starts_on.isoformat()
        )
    require_covered(actor, standing, day)
    units = units_taking_part(session, period.revision_id)
    if units is not None and not within(standing.unit_path, units) and standing.unit_id not in units:
        raise refusals.NotAssessed(unit=standing.unit_name)


def require_unit_taking_part(session: TenantSession, period: Period, standing: Standing) -> None:
    """Refuse the organisation as a whole, and a unit outside the scheme's scope."""
    if not takes_part(standing.unit_path, units_taking_part(session, period.revision_id)):
        raise refusals.NotAssessed(unit=standing.name)


def takes_part(unit_path: str | None, units: Sequence[int] | None) -> bool:
    """Whether a unit itself is assessed: every one below the organisation, or one within the scope."""
    if units is None:
        return (unit_path or "").count("/") > 2
    return within(unit_path, units)


def units_taking_part(session: TenantSession, revision_id: int | None) -> tuple[int, ...] | None:
    """The units of the revision's scope; an adopted revision never changes, so it is asked once in a process."""
    key = (session.tenant_id, revision_id)
    if key not in _SCOPES:
        if len(_SCOPES) >= MOST_SCOPES:
            _SCOPES.clear()
        _SCOPES[key] = adoption.scope_of(session, revision_id).unit_ids
    return _SCOPES[key]


def within(unit_path: str | None, units: Sequence[int]) -> bool:
    """Whether the unit with that path is one of these, or lies below one."""
    return bool({int(one) for one in (unit_path or "").split("/") if one}.intersection(units))

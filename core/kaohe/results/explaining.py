"""One subject's result as it is read: from the score down to each entry with reason, recorder and evidence.

Decides what belongs together: part → clause (or checklist item) → entries, corrected and withdrawn ones included,
each with the points that it moved in this result, which may be less than it moves by itself (an item counts once a
period, the first mark counts). Works the same for stored results and for the score of an open period.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.db import TenantSession
from kaohe.entries import reading
from kaohe.entries.score import score_now
from kaohe.entries.shown import EntryView
from kaohe.exemptions import service as exemptions
from kaohe.people import service as people
from kaohe.people.models import Membership, Person, Unit
from kaohe.periods.models import Period
from kaohe.results.closing import standing_run, stored
from kaohe.results.computing import inside_scope
from kaohe.results.explained import ONCE, RETEST, OneResult, say_line
from kaohe.results.lines import PUBLIC, line_of
from kaohe.results.models import Result, Run
from kaohe.results.sections import ClauseLine, EntryLine, Section, Standing
from kaohe.scheme import (
    Assessment,
    Found,
    Part,
    Scheme,
    StepLine,
    Text,
    asked,
    assessment_from_json,
    fraction,
    say_rule,
)


def one(session: TenantSession, period: Period, subject_id: int) -> OneResult | None:
    """A subject's result in a period; None when the subject takes no part in it."""
    found = explain(session, period, subject_id)
    return None if found.word == "absent" else found


def explain(
    session: TenantSession,
    period: Period,
    subject_id: int,
    *,
    run: Run | None = None,
    states: Collection[str] = PUBLIC,
) -> OneResult:
    """A subject's result in a period: stored once the period is closed (or in the run given), else as of now.

    `states` are the states of earlier periods whose scores may stand in the line.
    """
    if run is None and period.state not in ("planned", "open"):
        run = standing_run(session, period)
    result = stored(session, run, subject_id) if run else None
    revision_id = run.revision_id if run else period.revision_id
    scheme = adoption.scheme_of(session, revision_id)
    word, assessment = _assessed(session, period, run, result, subject_id)
    views = reading.of_subject(session, period, subject_id, scheme)
    sections = _sections(scheme, assessment, views) if assessment else []
    shown = {
        line.view.entry.id for section in sections for clause in section.clauses for line in clause.entries
    }
    out = word not in ("", "missing")
    score = assessment.points if assessment and not out else None
    return OneResult(
        period=period,
        who=_standing(session, period, subject_id, result, scheme),
        scheme=scheme,
        revision=session.scalar(select(Revision.number).where(Revision.id == revision_id)) or 0,
        run=run,
        result=result,
        word=word,
        assessment=assessment,
        sections=sections,
        others=[view for view in views if view.entry.id not in shown],
        line=line_of(session, period, subject_id, score, states=states),
    )


def _assessed(
    session: TenantSession, period: Period, run: Run | None, result: Result | None, subject_id: int
) -> tuple[str, Assessment | None]:
    if run is not None:
        if result is None:
            return "absent", None
        found = assessment_from_json(subject_id, result.detail) if result.detail else None
        return result.standing_word, found
    if period.revision_id is None:
        return "absent", None
    word = _takes_part(session, period, subject_id)
    found = score_now(session, period, subject_id) if word != "absent" else None
    if found is not None and not word and found.score is None:
        word = "missing"
    if found is not None and not word and subject_id in exemptions.exempted(session, period):
        word = "exempt"
    return word, found


def _takes_part(session: TenantSession, period: Period, subject_id: int) -> str:
    """Why the subject has no result in an open period; "" when it has one."""
    scope = adoption.scope_of(session, period.revision_id)
    allowed = inside_scope(session, scope.unit_ids)
    by_person = adoption.scheme_of(session, period.revision_id).subject == "person"
    if (session.get(Person, subject_id) is not None) != by_person:
        return "absent"
    if not by_person:
        return _unit_takes_part(session.need(Unit, subject_id), period, allowed)
    units = session.scalars(
        select(Membership.unit_id).where(
            Membership.person_id == subject_id,
            Membership.starts_on <= period.ends_on,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= period.starts_on),
        )
    )
    inside = [unit for unit in units if allowed is None or unit in allowed]
    there = people.participants(
        session,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        minimum_days=scope.minimum_days,
        unit_ids=inside,
    )
    return next((participant.word for participant in there if participant.person_id == subject_id), "absent")


def _unit_takes_part(unit: Unit, period: Period, allowed: Collection[int] | None) -> str:
    """As `computing.taking_part` has it: every open unit below the organisation, or those of the scope."""
    inside = unit.parent_id is not None if allowed is None else unit.id in allowed
    still = unit.closed_on is None or unit.closed_on >= period.ends_on
    return "" if inside and still else "absent"


def _standing(
    session: TenantSession, period: Period, subject_id: int, result: Result | None, scheme: Scheme
) -> Standing:
    person = session.get(Person, subject_id)
    if person is None:
        unit = session.need(Unit, subject_id)
        return Standing(unit.id, unit.name, unit.code or "", unit, "")
    day = min(period.ends_on, person.left_on) if person.left_on else period.ends_on
    member = people.membership_on(session, subject_id, day)
    unit_id = result.unit_id if result else member.unit_id if member else None
    held = people.facts_on(session, period.ends_on, [subject_id]).get(subject_id, {})
    facts = tuple(
        (fact.title, _named(fact, held[fact.code]))
        for fact in scheme.facts
        if held.get(fact.code) is not None
    )
    where = session.get(Unit, unit_id) if unit_id else None
    return Standing(person.id, person.name, person.number, where, member.position if member else "", facts)


def _named(fact: Any, value: Any) -> Any:
    return next((one.title for one in fact.values if one.code == str(value)), value)


def _sections(scheme: Scheme, assessment: Assessment, views: Sequence[EntryView]) -> list[Section]:
    steps = {line.ref: line for line in assessment.step_lines() if isinstance(line.ref, int)}
    held: dict[int, list[EntryView]] = {}
    for view in views:
        held.setdefault(view.entry.clause_id, []).append(view)
    lines = {line.code: line for line in assessment.part_lines()}
    sections = []
    for part in scheme.root.walk():
        clauses = [
            _clause(scheme, found, steps.get(found.id), held.get(found.id, []))
            for found in _ids(scheme, part)
            if found.id in steps or found.id in held
        ]
        if clauses and part.code in lines:
            sections.append(Section(part, lines[part.code], clauses))
    return sections


def _ids(scheme: Scheme, part: Part) -> Iterator[Found]:
    for clause in part.clauses:
        for ident in (clause.id, *(item.id for item in clause.items)):
            found = scheme.find(ident)
            if found is not None:
                yield found


def _clause(scheme: Scheme, found: Found, step: StepLine | None, views: Sequence[EntryView]) -> ClauseLine:
    clause, item = found.clause, found.item
    assert clause is not None
    return ClauseLine(
        id=found.id,
        title=found.title,
        rule=Text(say_rule(clause, "zh", item), say_rule(clause, "en", item)),
        cite=Text(found.cite.say("zh"), found.cite.say("en")) if found.cite else None,
        ours=found.ours,
        heading=(item.group or clause.title) if item else None,
        count=sum(view.state == "valid" for view in views),
        delta=step.delta if step else None,
        says=say_line(scheme, step) if step and not _plain(step) else None,
        entries=list(_entries(asked(scheme, found.id).quantity is not None, step, views)),
    )


def _plain(step: StepLine) -> bool:
    """Whether the step is no more than so many times so much, which the clause says already."""
    return step.kind == "count" and step.data[2] == step.data[0]


def _entries(figures: bool, step: StepLine | None, views: Sequence[EntryView]) -> Iterator[EntryLine]:
    """The entries with what each moved: the first ones count where only some do."""
    place = 0
    for view in views:
        figure = view.entry.quantity if figures else None
        if view.state != "valid":
            yield EntryLine(view, None, None, figure)
            continue
        place += 1
        moved, word = _moved(step, view, place)
        yield EntryLine(view, moved, word, figure)


def _moved(
    step: StepLine | None, view: EntryView, place: int
) -> tuple[Decimal | Fraction | None, Text | None]:
    if step is not None and step.kind == "count":
        counted = step.data[2]
        return (fraction(step.data[1]), None) if place <= counted else (Decimal(0), ONCE)
    if step is not None and step.kind == "exam":
        return (step.delta, None) if place == 1 else (Decimal(0), RETEST)
    return view.moved, None

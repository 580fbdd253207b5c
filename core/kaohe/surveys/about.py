"""Whom a survey is about: who takes part in its period, or the units of its scheme; and whose staff answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, select

from kaohe.adoption import service as adoption
from kaohe.db import TenantSession
from kaohe.errors import NotFound
from kaohe.people import service as people
from kaohe.people.merged import survivors
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.scheme import Text
from kaohe.surveys import refusals
from kaohe.surveys.models import HeldSurvey, SurveySubject, SurveyUnit


def title_of(survey: HeldSurvey) -> Text:
    """The survey's title in both languages."""
    return Text(survey.title_zh, survey.title_en)


def require_draft(survey: HeldSurvey) -> None:
    """Refuse unless the survey is still a draft."""
    if survey.state != "draft":
        raise refusals.OnlyDrafts(title=title_of(survey))


class Subject(NamedTuple):
    """Somebody a survey is or can be about: namesakes are told apart by their numbers; `unit` names a person's unit."""

    id: int
    name: str
    unit: str


def candidates(session: TenantSession, survey: HeldSurvey) -> list[Subject]:
    """Whom the survey can be about: who takes part in its period, by unit and number, or the units of its scheme."""
    if survey.about == "organisation":
        return []
    period = session.get(Period, survey.period_id) if survey.period_id else None
    if survey.about == "units":
        return _units(session, survey, period)
    first, last = (period.starts_on, period.ends_on) if period else (survey.opens_on, survey.opens_on)
    inside = _scope(session, survey, period)
    there = people.participants(session, starts_on=first, ends_on=last, unit_ids=inside)
    gone = survivors(session)
    ids = [one.person_id for one in there if one.takes_part and one.person_id not in gone]
    return _persons(session, survey, ids)


def _persons(session: TenantSession, survey: HeldSurvey, ids: Sequence[int]) -> list[Subject]:
    homes = people.units_on(session, survey.opens_on, list(ids))
    order = {unit.id: (place, unit.name) for place, unit in enumerate(people.units(session))}
    rows = session.execute(
        select(Person.id, Person.name, Person.number).where(Person.id.in_(ids)).order_by(Person.number)
    ).all()
    many = Counter(row.name for row in rows)
    found = []
    for row in rows:
        place, unit = order.get(homes.get(row.id, 0), (len(order), ""))
        name = f"{row.name}（{row.number}）" if many[row.name] > 1 else row.name
        found.append((place, Subject(row.id, name, unit)))
    return [subject for _place, subject in sorted(found, key=lambda pair: pair[0])]


def _scope(session: TenantSession, survey: HeldSurvey, period: Period | None) -> list[int] | None:
    """The units of the scheme's scope with those below them; None for all."""
    held = next((one for one in adoption.adoptions(session) if one.scheme_code == survey.scheme_code), None)
    revision_id = period.revision_id if period else None
    if revision_id is None and held is not None:
        found = adoption.revision_on(session, held.id, survey.opens_on)
        revision_id = found.id if found else None
    if revision_id is None:
        return None
    named = adoption.scope_of(session, revision_id).unit_ids
    if named is None:
        return None
    paths = session.scalars(select(Unit.path).where(Unit.id.in_(named))).all()
    return [unit.id for unit in people.units_below(session, paths)]


def _units(session: TenantSession, survey: HeldSurvey, period: Period | None) -> list[Subject]:
    """The open units without units below them, of the scheme's scope."""
    inside = _scope(session, survey, period)
    there = people.units(session, open_on=survey.opens_on)
    parents = {unit.parent_id for unit in there}
    return [
        Subject(unit.id, unit.name, "")
        for unit in there
        if unit.id not in parents and (inside is None or unit.id in inside)
    ]


def subject_ids(session: TenantSession, survey: HeldSurvey) -> list[int]:
    """Whom the survey is about, in the order in which they were put there."""
    query = select(SurveySubject.subject_id).where(SurveySubject.survey_id == survey.id)
    return list(session.scalars(query.order_by(SurveySubject.id)))


def subjects(session: TenantSession, survey: HeldSurvey) -> list[Subject]:
    """Those whom the survey is about: people by unit and number, units in the order in which they were put there."""
    ids = subject_ids(session, survey)
    if survey.about == "people":
        return _persons(session, survey, ids)
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())
    return [Subject(ident, names[ident], "") for ident in ids]


def subject_names(session: TenantSession, survey: HeldSurvey) -> dict[int, str]:
    """The names of those whom the survey is about, by id, in the order of `subjects`."""
    return {one.id: one.name for one in subjects(session, survey)}


def unit_ids(session: TenantSession, survey: HeldSurvey) -> list[int]:
    """The units whose staff may answer."""
    return list(session.scalars(select(SurveyUnit.unit_id).where(SurveyUnit.survey_id == survey.id)))


def set_subjects(session: TenantSession, survey: HeldSurvey, ids: Sequence[int]) -> None:
    """Put down whom a draft is about; each must be one of the candidates."""
    require_draft(survey)
    possible = [one.id for one in candidates(session, survey)]
    if not set(ids) <= set(possible):
        raise NotFound(field="subjects")
    session.execute(delete(SurveySubject).where(SurveySubject.survey_id == survey.id))
    session.flush()
    wanted = set(ids)
    session.add_all(
        SurveySubject(survey_id=survey.id, subject_id=ident) for ident in possible if ident in wanted
    )
    session.flush()

"""The search of the top bar: people, units and clauses; what it finds is limited to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Place, allowed
from kaohe.adoption import service as adoption
from kaohe.pages import current
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import showing
from kaohe.scheme import Scheme
from kaohe.written import said

MOST = 20


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what it is, where it leads."""

    title: str
    says: str
    url: str


def everything(words: str) -> dict[str, list[Hit]]:
    """The hits by heading, headings without hits left out."""
    if not words:
        return {}
    found = {_("人员"): _people(words), _("部门"): _units(words), _("考核细则"): _clauses(words)}
    return {heading: hits for heading, hits in found.items() if hits}


def _people(words: str) -> list[Hit]:
    hits = people.search(
        current.session, current.actor, words, today=current.today, action="people.read", limit=MOST
    )
    return [
        Hit(
            hit.person.name,
            f"{hit.person.number} · {hit.unit.name}" if hit.unit else hit.person.number,
            url_for("people.show", person=hit.person.id),
        )
        for hit in hits
    ]


def _units(words: str) -> list[Hit]:
    period = periods.in_view(current.session, current.today).period
    assessed = period is not None and period.state != "planned" and not showing.by_person(period)
    return [
        Hit(unit.name, _("部门"), _unit_url(unit, period if assessed else None))
        for unit in people.units(current.session)
        if words.lower() in unit.name.lower()
        and allowed(current.actor, "people.list", Place(unit_path=unit.path))
    ][:MOST]


def _unit_url(unit: Unit, period: Period | None) -> str:
    """To the unit's result where units are assessed, else to its people."""
    if period is not None and unit.parent_id is not None:
        return url_for("results.show", period=period.id, subject=unit.id)
    return url_for("people.index", unit=unit.id)


def _clauses(words: str) -> list[Hit]:
    period = periods.in_view(current.session, current.today).period
    if period is None or period.revision_id is None:
        return []
    scheme: Scheme = adoption.scheme_of(current.session, period.revision_id)
    url = url_for("adoption.show", revision=period.revision_id)
    return [
        Hit(_say(clause.title), _say(part.title), f"{url}#clause-{clause.id}")
        for part in scheme.parts()
        for clause in part.clauses
        if words.lower() in _say(clause.title).lower()
        or any(words in _say(item.title) for item in clause.items)
    ][:MOST]


def _say(text: Any) -> str:
    return said(text, current.language)

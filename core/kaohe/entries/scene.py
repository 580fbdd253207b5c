"""What the pages of recording stand on: the period in view with its scheme, and the clauses as one picks them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request
from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.entries import checks, refusals, typed_refusals, wording
from kaohe.entries.models import Entry
from kaohe.entries.typed import ident
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import Asked, Clause, Found, Item, Measure, Part, Scheme, Text, asked, rules, say_rule

RECENT = 300
COMMON = 6
BY_HAND = (
    rules.PerOccurrence,
    rules.Escalating,
    rules.Chosen,
    rules.Examination,
    rules.Checklist,
    rules.Veto,
    rules.Mark,
    rules.Indicator,
    rules.Registered,
)


class Errors(dict[str, str]):
    """What is wrong by field; a field without an error has no words."""

    def __missing__(self, field: str) -> str:
        return ""


@dataclass(frozen=True)
class Scene:
    """The period that a page is about, and its scheme."""

    period: Period
    scheme: Scheme

    @property
    def title(self) -> Text:
        return Text(self.period.title_zh, self.period.title_en)

    @property
    def is_open(self) -> bool:
        return self.period.state == "open"

    @property
    def has_ranges(self) -> bool:
        """Whether some clause leaves the amount of a fine to whoever records."""
        return any(pick.amount is not None for group in groups(self.scheme) for pick in group.picks)

    @property
    def of_units(self) -> bool:
        """Whether units are assessed, not people."""
        return not checks.by_person(self.scheme)

    @property
    def who(self) -> Text:
        """What is assessed, in the sector's word."""
        return wording.subject_word(self.scheme, self.period) if self.of_units else Text("人员", "Person")

    @property
    def usual_day(self) -> date:
        """Today, or the period's last day when it is over."""
        return min(max(current.today, self.period.starts_on), self.period.ends_on)


@dataclass(frozen=True)
class Pick:
    """A clause, or an item of a checklist, as it stands in the list of the form."""

    id: int
    title: Text
    effect: str
    group: Text | None
    asks: str
    low: Any
    high: Any
    unit: Text | None
    reason: bool
    bonus: bool
    find: str
    amount: tuple[int, int] | None = None  # the range of the fine, where a step leaves one


@dataclass(frozen=True)
class Group:
    """A dimension with its clauses; `long` ones are folded."""

    title: Text
    points: Any
    picks: tuple[Pick, ...]
    long: bool = False


def scene() -> Scene:
    """The scene of a page that shows a form or a list; `NoPeriod` when there is none."""
    shown = periods.in_view(current.session, current.today, asked=request.values.get("period"))
    if shown.period is None or shown.period.revision_id is None:
        raise typed_refusals.NoPeriod
    return Scene(shown.period, adoption.scheme_of(current.session, shown.period.revision_id))


def scene_of_form() -> Scene:
    """The scene that a form was made for: the period stands in it."""
    period = current.session.need(Period, ident(request.form.get("period")))
    if period.revision_id is None:
        raise refusals.PeriodNotOpen(period)
    return Scene(period, adoption.scheme_of(current.session, period.revision_id))


def new_token() -> str:
    """What marks one form, so that sending it twice keeps it once."""
    return secrets.token_urlsafe(16)


def groups(scheme: Scheme) -> list[Group]:
    """The clauses that people record by hand, by dimension, in the order of the document."""
    found = []
    for part in scheme.root.walk():
        picks = [pick for clause in part.clauses for pick in _picks(scheme, part, clause)]
        if picks:
            found.append(Group(part.title, part.points, tuple(picks), long=len(picks) > 15))
    return found


def common(scheme: Scheme, period: Period) -> list[Pick]:
    """The clauses of the latest entries, the most used first."""
    query = (
        select(Entry.clause_id)
        .where(Entry.period_id == period.id)
        .order_by(Entry.recorded_at.desc())
        .limit(RECENT)
    )
    counts: dict[int, int] = {}
    for clause in current.session.scalars(query):
        counts[clause] = counts.get(clause, 0) + 1
    picks = []
    for clause in sorted(counts, key=lambda each: (-counts[each], each)):
        found = scheme.find(clause)
        if found is not None and found.clause is not None and found.item is None and found.part is not None:
            picks += _picks(scheme, found.part, found.clause)
    return picks[:COMMON] if len(counts) > 1 else []


def clause_choices(scheme: Scheme, language: str) -> list[tuple[int, str]]:
    """Every clause for a filter."""
    return [(clause.id, clause.title.say(language)) for clause in scheme.clauses()]


def pick_of(scheme: Scheme, clause_id: int) -> Pick | None:
    """One clause or item as it stands in the list."""
    found = scheme.find(clause_id)
    if found is None or found.clause is None or found.part is None:
        return None
    return next((pick for pick in _picks(scheme, found.part, found.clause) if pick.id == clause_id), None)


def _picks(scheme: Scheme, part: Part, clause: Clause) -> list[Pick]:
    if not isinstance(clause.rule, BY_HAND):
        return []
    if clause.items:
        return [_pick(scheme, part, clause, item) for item in clause.items]
    return [_pick(scheme, part, clause, None)]


def _pick(scheme: Scheme, part: Part, clause: Clause, item: Item | None) -> Pick:
    ident = clause.id if item is None else item.id
    title = clause.title if item is None else item.title
    wants = asked(scheme, ident)
    low, high = wants.points or wants.quantity or (None, None)
    points = getattr(clause.rule, "points", None)
    return Pick(
        id=ident,
        title=title,
        effect=say_rule(clause, current.language, item),
        group=clause.group if item is None else item.group,
        asks="points" if wants.points else "quantity" if wants.quantity else "",
        low=low,
        high=high,
        unit=_unit(clause, wants),
        reason=needs_reason(scheme, ident),
        bonus=points is not None and points > 0,
        find=" ".join((title.zh, title.en.lower(), part.title.zh, clause.title.zh)),
        amount=_amount(scheme, ident, clause),
    )


def _amount(scheme: Scheme, ident: int, clause: Clause) -> tuple[int, int] | None:
    """The range of the fine of the first step that leaves one."""
    steps = len(clause.rule.steps) if isinstance(clause.rule, rules.Escalating) else 1
    ranges = (asked(scheme, ident, prior).amount_fen for prior in range(steps))
    return next((one for one in ranges if one is not None), None)


def needs_reason(scheme: Scheme, clause_id: int) -> bool:
    """Whether the form marks the reason as required."""
    found = scheme.find(clause_id)
    return found is not None and checks.needs_reason(found)


def _unit(clause: Clause, wants: Asked) -> Text | None:
    if wants.quantity is None:
        return Text("分", "points") if wants.points else None
    rule: Any = clause.rule
    return getattr(rule, "unit", None) or getattr(rule, "per", None) or Text("分", "points")


def find_measure(scheme: Scheme, ident: int | None) -> Measure:
    """A measure of the scheme; `NotFound` for anything else."""
    found: Found | None = scheme.find(ident) if ident else None
    if found is None or found.measure is None:
        raise NotFound
    return found.measure


def fragment(name: str, **values: Any) -> str:
    """A piece of a page, rendered without what only the layout needs."""
    return current_app.jinja_env.get_template(f"entries/{name}").render(values)


def problems(refusal: Refusal) -> dict[str, str]:
    """What is said at each field at fault ("" for the whole form), the first at each."""
    several = refusal.refusals if isinstance(refusal, typed_refusals.SeveralRefused) else [refusal]
    said: dict[str, str] = {}
    for one in several:
        said.setdefault(one.field or "", one.say(current.language))
    return said

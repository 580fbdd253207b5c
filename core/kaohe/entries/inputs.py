"""What the engine reads of a period: one grouped query over the standing entries, and few more where the scheme asks.

Decides nothing. Figures stay the integers they are stored as; entries are never loaded as objects. A subject
without entries has empty inputs, which the scheme reads as it says (full, missing, fail). Nothing refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, null, select, type_coerce

from kaohe.db import TenantSession
from kaohe.entries.models import Entry, Sheet
from kaohe.entries.prior import before
from kaohe.people import service as people
from kaohe.periods.models import Period
from kaohe.scheme import (
    Bands,
    Compiled,
    CountAccepted,
    Indicator,
    Inputs,
    Needs,
    Registered,
    Scheme,
    compile_scheme,
)

FEW = 400
"""Up to so many subjects are named in the statement; for more, the whole period is read and the others dropped."""

QUANTITY: ColumnElement[int] = type_coerce(Entry.quantity, BigInteger)
POINTS: ColumnElement[int] = type_coerce(Entry.points, BigInteger)
RATER = "rater:"
"""What the form of a sheet begins with that holds the values of a role of raters together."""
Raw = tuple[int, int | None, int, int, int, int | None]


def cohort(
    session: TenantSession,
    period: Period,
    scheme: Scheme | Compiled,
    subject_ids: Sequence[int] | None = None,
    *,
    facts: bool = True,
) -> dict[int, Inputs]:
    """The inputs of every subject with entries, or of exactly `subject_ids` in their order.

    `facts`: also the subjects' dated facts on the period's last day; without, only where the engine reads them.
    """
    compiled = scheme if isinstance(scheme, Compiled) else compile_scheme(scheme)
    needs = compiled.needs
    some = list(subject_ids) if subject_ids is not None and len(subject_ids) <= FEW else None
    tallies = _tallies(session, period, needs, some)
    wanted: Iterable[int] = tallies if subject_ids is None else subject_ids
    found = {ident: Inputs(tallies=tallies.get(ident, ())) for ident in wanted}
    if needs.grouped:
        _put(found, "groups", _sheets(session, period, some))
    if needs.ordered:
        _put(found, "occurrences", _occurrences(session, period, needs, some))
    if needs.prior:
        _put(found, "prior", before(session, period, needs.prior, some))
    if compiled.scheme.subject == "person" and (reads_facts(compiled) or (facts and compiled.scheme.facts)):
        ids = None if some is None else list(found)
        _put(found, "facts", _as_read(people.facts_on(session, period.ends_on, ids), compiled.scheme))
    return found


def reads_facts(compiled: Compiled) -> bool:
    """Whether facts of the subject say what it gets (a minimum by title, a band in a category …) or among whom it is ranked."""
    if compiled.scheme.fact(compiled.scheme.ranked_within) is not None:
        return True
    if compiled.accepted is not None and compiled.accepted.fact:
        return True
    for part in compiled.scheme.root.walk():
        if isinstance(part.combine, CountAccepted) and part.combine.fact:
            return True
        for clause in part.clauses:
            rule = clause.rule
            if isinstance(rule, Registered):
                return True
            if isinstance(rule, Indicator) and (
                rule.applies or (isinstance(rule.scoring, Bands) and rule.scoring.within)
            ):
                return True
    return False


def _put(found: Mapping[int, Inputs], name: str, values: Mapping[int, Any]) -> None:
    for ident, value in values.items():
        if ident in found:
            setattr(found[ident], name, value)


def _as_read(facts: Mapping[int, Mapping[str, Any]], scheme: Scheme) -> dict[int, dict[str, Any]]:
    """Only the facts that the scheme declares."""
    known = {fact.code for fact in scheme.facts}
    return {
        ident: {name: value for name, value in held.items() if name in known} for ident, held in facts.items()
    }


def _standing(query: Any, period: Period, some: Sequence[int] | None) -> Any:
    query = query.where(Entry.period_id == period.id, Entry.replaced_by.is_(None))
    if some is None:
        return query
    return query.where(Entry.subject_id == some[0] if len(some) == 1 else Entry.subject_id.in_(some))


def _tallies(
    session: TenantSession, period: Period, needs: Needs, some: Sequence[int] | None
) -> dict[int, list[Raw]]:
    group = Entry.sheet_id if needs.grouped else None
    keys: list[Any] = [Entry.subject_id, Entry.clause_id] + ([] if group is None else [group])
    shown = [*keys, null()] if group is None else keys
    figures = (
        func.count(),
        cast(func.sum(QUANTITY), BigInteger),
        cast(func.coalesce(func.sum(POINTS), 0), BigInteger),
    )
    rows = session.rows(_standing(select(*shown, *figures).group_by(*keys), period, some)).all()
    found: dict[int, list[Raw]] = defaultdict(list)
    if group is None and not needs.values:
        for subject, clause, _none, count, quantity, points in rows:
            found[subject].append((clause, None, count, quantity, points, None))
        return found
    values = _values(session, period, needs, _repeated(rows, needs), some)
    grouped, valued = needs.grouped, needs.values
    for subject, clause, sheet, count, quantity, points in rows:
        held = sheet if clause in grouped else None
        value = None
        if clause in valued:
            value = values.get((subject, clause, held), quantity)
        found[subject].append((clause, held, count, quantity, points, value))
    return found if group is None else _joined(found)


def _repeated(rows: Sequence[Any], needs: Needs) -> list[int]:
    """The subjects with several values where one is wanted; of a single value the sum is the value."""
    seen: set[tuple[int, int, int | None]] = set()
    repeated = set()
    for subject, clause, sheet, count, *_figures in rows:
        if clause not in needs.values:
            continue
        key = (subject, clause, sheet if clause in needs.grouped else None)
        if count > 1 or key in seen:
            repeated.add(subject)
        seen.add(key)
    return sorted(repeated)


def _joined(found: dict[int, list[Raw]]) -> dict[int, list[Raw]]:
    """Tallies of clauses that need no groups, made one where they came from several sheets."""
    for subject, rows in found.items():
        merged: dict[tuple[int, int | None], Raw] = {}
        for row in rows:
            held = merged.get(row[:2])
            merged[row[:2]] = (
                row
                if held is None
                else (row[0], row[1], held[2] + row[2], held[3] + row[3], held[4] + row[4], row[5])
            )
        found[subject] = list(merged.values())
    return found


def _values(
    session: TenantSession, period: Period, needs: Needs, repeated: Sequence[int], some: Sequence[int] | None
) -> dict[tuple[int, int, int | None], int]:
    """First, last, highest or lowest quantity of the subjects with several; first and last by day, then by entry."""
    if not repeated:
        return {}
    some = repeated if len(repeated) <= FEW else some
    query = select(Entry.subject_id, Entry.clause_id, Entry.sheet_id, QUANTITY).where(
        Entry.clause_id.in_(sorted(needs.values))
    )
    query = _standing(query, period, some).order_by(Entry.happened_on, Entry.id)
    found: dict[tuple[int, int, int | None], int] = {}
    for subject, clause, sheet, quantity in session.execute(query):
        key = (subject, clause, sheet if clause in needs.grouped else None)
        take, held = needs.values[clause], found.get(key)
        if (
            held is None
            or take == "last"
            or (take == "max" and quantity > held)
            or (take == "min" and quantity < held)
        ):
            found[key] = quantity
    return found


def _occurrences(
    session: TenantSession, period: Period, needs: Needs, some: Sequence[int] | None
) -> dict[int, list[tuple[str, int, int]]]:
    query = select(Entry.subject_id, Entry.happened_on, Entry.id, Entry.clause_id).where(
        Entry.clause_id.in_(sorted(needs.ordered))
    )
    found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for subject, day, ident, clause in session.execute(_standing(query, period, some)):
        found[subject].append((day.isoformat(), ident, clause))
    return {subject: sorted(rows) for subject, rows in found.items()}


def _sheets(
    session: TenantSession, period: Period, some: Sequence[int] | None
) -> dict[int, list[tuple[int, str, str]]]:
    query = select(Sheet.subject_id, Sheet.id, Sheet.form).where(
        Sheet.period_id == period.id, Sheet.done_at.is_not(None)
    )
    if some is not None:
        query = query.where(Sheet.subject_id.in_(some))
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for subject, ident, form in session.execute(query):
        found[subject].append(
            (ident, "rater", form.removeprefix(RATER)) if form.startswith(RATER) else (ident, "sheet", form)
        )
    return {subject: sorted(rows) for subject, rows in found.items()}

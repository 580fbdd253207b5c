"""The engine: one pure function over a cohort, `assess`.

Given the same scheme and inputs it gives the same bytes, in whatever order the tallies stand. It reads no clock,
no database and no other result; what it needs is said by `Needs`. Rounding happens once, at the end, half up, as
a step of its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any

from kaohe.scheme.assessment import Assessment
from kaohe.scheme.combine import CountAccepted
from kaohe.scheme.compiled import PLAIN, QUANTITY, SHEET, Compiled, compile_scheme
from kaohe.scheme.figures import POINT_SCALE, QUANTITY_SCALE
from kaohe.scheme.inputs import Inputs
from kaohe.scheme.model import Scheme
from kaohe.scheme.ranking import places
from kaohe.scheme.state import State, Value, figure, settle_value
from kaohe.scheme.values import IndicatorValue

SubjectKey = Hashable
_first = itemgetter(0)


def assess(scheme: Scheme | Compiled, cohort: Mapping[Any, Inputs]) -> list[Assessment]:
    """Assess every subject of the cohort, in its order; ranks are competition ranks over the whole cohort.

    `scheme` may be compiled already (do so for a run). One subject is a cohort of one: what depends on rank is
    then marked provisional.
    """
    compiled = scheme if isinstance(scheme, Compiled) else compile_scheme(scheme)
    ranks = _band_ranks(compiled, cohort) if compiled.bands else {}
    breaks = compiled.tie_breaks
    rows: list[tuple[Any, ...]] = []
    keys: dict[Any, tuple[Any, ...]] = {}
    for subject, inputs in cohort.items():
        state = _work(compiled, inputs, ranks.get(subject, {}))
        score, grade, verdict, remainder = _result(compiled, state)
        if score is not None and compiled.scheme.ranking.ranked:
            keys[subject] = (
                (score, *((state.values[number] or 0) for number in breaks)) if breaks else (score,)
            )
        rows.append(
            (
                subject,
                score,
                grade,
                verdict,
                tuple(state.rows),
                tuple(state.steps),
                tuple(state.effects),
                tuple(state.missing),
                tuple(state.left_out),
                remainder,
                state.provisional,
            )
        )
    ranked = places(keys, higher_is_better=compiled.scheme.ranking.higher_is_better)
    unranked = (None, 0, len(keys))
    return [Assessment(*row, *ranked.get(row[0], unranked)) for row in rows]


def _work(compiled: Compiled, inputs: Inputs, ranks: Mapping[int, tuple[int, int]]) -> State:
    """Work through the tallies, then through the tree."""
    state = State(inputs, compiled.nodes, ranks)
    _tally(compiled, state, sorted(inputs.tallies, key=_first))
    compiled.root.evaluate(state)
    return state


def _tally(compiled: Compiled, state: State, tallies: Sequence[Any]) -> None:
    """Count × points for the plain clauses; everything else is put aside for its leaf or sheet."""
    table, gained, deducted, steps = compiled.table, state.gained, state.deducted, state.steps
    special = state.special
    previous = None
    for tally in tallies:
        id = tally[0]
        row = table.get(id)
        if row is None or row[0] > QUANTITY:
            key = -row[1] - 1 if row is not None and row[0] == SHEET else id
            special.setdefault(key, []).append(tally)
            continue
        if id == previous:
            _start_again(state)
            return _tally(compiled, state, _merged(compiled, tallies))
        previous = id
        if row[0] == QUANTITY:
            moved = settle_value(Fraction(row[3] * tally[3], QUANTITY_SCALE))
            steps.append(("quantity", row[2], id, figure(moved), tally[2], tally[3], row[3]))
        else:
            step = row[6].get(tally[2]) or _counted(id, row, tally[2])
            moved = step[3]
            steps.append(step)
        if moved > 0:
            gained[row[1]] += moved
        else:
            deducted[row[1]] += moved
    return None


def _counted(id: int, row: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """The step of `count` occurrences, made once and shared."""
    kind, _, part, each, times, _, made = row
    counted = count if kind == PLAIN or count < times else times
    step = ("count", part, id, each * counted, count, each, counted)
    if count <= 100:
        made[count] = step
    return step


def _start_again(state: State) -> None:
    state.steps.clear()
    state.special.clear()
    state.gained[:] = [0] * len(state.gained)
    state.deducted[:] = [0] * len(state.deducted)


def _merged(compiled: Compiled, tallies: Sequence[Any]) -> list[Any]:
    """Tallies of one plain clause that came in several groups, made one."""
    merged: dict[int, Any] = {}
    rest: list[Any] = []
    for tally in tallies:
        row = compiled.table.get(tally[0])
        if row is None or row[0] > QUANTITY:
            rest.append(tally)
            continue
        held = merged.get(tally[0])
        if held is None:
            merged[tally[0]] = (tally[0], None, *tally[2:6])
        else:
            merged[tally[0]] = (
                tally[0],
                None,
                held[2] + tally[2],
                held[3] + tally[3],
                held[4] + tally[4],
                None,
            )
    return sorted([*merged.values(), *rest], key=_first)


def _result(compiled: Compiled, state: State) -> tuple[int | None, str | None, str | None, str]:
    """Score, grade, verdict and remainder of one subject."""
    value = state.values[0]
    score: int | None = None
    remainder: Value = 0
    if value is not None:
        score = round_half_up(value, compiled.rounding)
        remainder = settle_value(value - score)
        if remainder:
            state.steps.append(("round", compiled.root.code, None, figure(-remainder), figure(value)))
    verdict = None
    if compiled.accepted is not None:
        verdict = _accepted(compiled, state, score)
        return score, verdict, verdict, str(figure(remainder))
    order = [code for code, _ in compiled.grades]
    grade = band(compiled.grades, score)
    if score is not None:
        for number, least, cap in compiled.caps:
            held = state.values[number]
            if (
                held is not None
                and held < least
                and grade is not None
                and order.index(cap) > order.index(grade)
            ):
                state.steps.append(("worst", compiled.root.code, state.rows[number][0], 0, cap))
                grade = cap
    if state.failed and order:
        grade, verdict = order[-1], "vetoed"
    if state.vetoes:
        exact = [veto for _, veto, cap in state.vetoes if not cap]
        capped = [veto for _, veto, cap in state.vetoes if cap]
        if exact:
            grade, verdict = max(exact, key=order.index), "vetoed"
        if capped and grade is not None:
            worst = max(capped, key=order.index)
            if order.index(worst) > order.index(grade):
                grade, verdict = worst, "vetoed"
    return score, grade, verdict, str(figure(remainder))


def _accepted(compiled: Compiled, state: State, score: int | None) -> str:
    """Pass or fail by the number of items met, the vetoes, and what fails the result at once."""
    rule = compiled.accepted
    assert rule is not None
    least = required(compiled.scheme, state.inputs.facts)
    state.steps.append(("minimum", compiled.root.code, None, 0, least, (score or 0) // POINT_SCALE))
    enough = score is not None and score >= least * POINT_SCALE
    passed = enough and not state.failed and not state.vetoes
    return rule.passed if passed else rule.failed


def required(scheme: Scheme, facts: Mapping[str, Any]) -> int:
    """The number of items that a subject with these facts needs; 0 where the scheme counts none."""
    rule = scheme.root.combine
    if not isinstance(rule, CountAccepted):
        return 0
    fact = next((each for each in scheme.facts if each.code == rule.fact), None)
    held = facts.get(rule.fact)
    if fact is not None:
        held = deciding_value(fact, held)
    return dict(rule.minimum).get(str(held), rule.otherwise)


def deciding_value(fact: Any, held: Any) -> str | None:
    """Of several values held, the one with the highest amount; a single value is itself.

    Values of the same amount: the one that stands first in the scheme.
    """
    values = [held] if isinstance(held, str) else list(held or ())
    known = [value for value in fact.values if value.code in values]
    if not known:
        return values[0] if values else None
    return max(known, key=lambda value: value.amount_fen or 0).code


def band(grades: Sequence[tuple[str, int | None]], score: int | None) -> str | None:
    """The first grade whose lower bound the score reaches; a grade without bound takes the rest."""
    if score is None:
        return None
    for code, lower in grades:
        if lower is None or score >= lower:
            return code
    return None


def round_half_up(value: Value, decimals: int) -> int:
    """`value` hundredths rounded half up (away from zero) to `decimals`, in hundredths again."""
    if isinstance(value, int) and decimals == 2:
        return value
    unit = 10 ** (2 - decimals)
    scaled = Fraction(value) / unit
    whole = int(abs(scaled) + Fraction(1, 2))
    return (whole if scaled >= 0 else -whole) * unit


def _band_ranks(compiled: Compiled, cohort: Mapping[Any, Inputs]) -> dict[Any, dict[int, tuple[int, int]]]:
    """Rank and number of subjects with a value, for each indicator that goes by rank, within its category."""
    found: dict[Any, dict[int, tuple[int, int]]] = {subject: {} for subject in cohort}
    seen: dict[Any, State] = {}
    for subject, inputs in cohort.items():
        state = State(inputs, 0, {})
        for tally in inputs.tallies:
            state.special.setdefault(tally[0], []).append(tally)
        seen[subject] = state
    for leaf in compiled.bands:
        assert isinstance(leaf, IndicatorValue)
        groups: dict[str, dict[Any, tuple[Fraction]]] = {}
        for subject, state in seen.items():
            value = leaf.measured(state) if leaf.concerns(state) else None
            if value is not None:
                groups.setdefault(leaf.category(state), {})[subject] = (value,)
        for values in groups.values():
            ranked = places(values, higher_is_better=leaf.rule.scoring.higher_is_better)
            for subject, (rank, _, of) in ranked.items():
                found[subject][leaf.id] = (rank, of)
    return found

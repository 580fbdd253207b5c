"""Laws that hold for every sector's scheme and any entries: round trip, adding up, order, replay, sentences."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.scheme import (
    Compiled,
    Group,
    Inputs,
    Occurrence,
    Past,
    Scheme,
    assess,
    assessment_from_json,
    assessment_to_json,
    check,
    compile_scheme,
    consequences,
    from_json,
    inputs_from_json,
    inputs_to_json,
    rules,
    say_rule,
    say_steps,
    settle,
    tell,
    to_json,
)
from kaohe.scheme.combine import Contained, MeanOverSheets
from kaohe_coach_transport.scheme import SCHEMES as COACH
from kaohe_logistics.scheme import SCHEMES as LOGISTICS
from kaohe_managers.scheme import SCHEMES as MANAGERS
from kaohe_nursing.scheme import NURSING
from kaohe_nursing.scheme import SCHEMES as NURSES
from kaohe_power_supply.scheme import SCHEMES as POWER
from kaohe_service_hall.scheme import SCHEMES as HALLS
from kaohe_teacher.scheme import SCHEMES as TEACHERS

EITHER_KIND = settle(NURSING, {"escalation": "either_kind", "praise": "above"})
SCHEMES: list[Scheme] = [*NURSES, EITHER_KIND, *LOGISTICS, *MANAGERS, *COACH, *TEACHERS, *HALLS, *POWER]
COMPILED: list[Compiled] = [compile_scheme(scheme) for scheme in SCHEMES]
every_scheme = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.code)
laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

QUANTITIES = st.one_of(st.integers(0, 100_000_000), st.integers(0, 100).map(lambda whole: whole * 1_000_000))


def scored(scheme: Scheme) -> list[tuple[int, Any, bool]]:
    """Every id that entries may name, its rule, and whether it stands on sheets."""
    rows: list[tuple[int, Any, bool]] = [(measure.id, None, False) for measure in scheme.measures]
    for part in scheme.root.walk():
        for clause in part.clauses:
            on_sheet = isinstance(part.combine, MeanOverSheets)
            ids = [item.id for item in clause.items] or [clause.id]
            rows.extend((id, clause.rule, on_sheet) for id in ids)
    return rows


@st.composite
def subjects(draw: st.DrawFn, compiled: Compiled) -> Inputs:
    """One subject with entries of any kind that the scheme knows."""
    scheme = compiled.scheme
    groups = [Group(number, "sheet", draw(st.sampled_from(["weekly", "monthly"]))) for number in range(1, 4)]
    groups = groups[: draw(st.integers(0, 3))]
    raters = [
        Group(number, "rater", role) for number, role in ((11, "staff"), (12, "leader"), (13, "settled"))
    ]
    groups += raters[: draw(st.integers(0, 3))]
    rows = scored(scheme)
    chosen = draw(st.lists(st.sampled_from(rows), max_size=14, unique_by=lambda row: row[0])) if rows else []
    tallies: list[Any] = []
    occurrences: list[Any] = []
    for id, rule, on_sheet in chosen:
        places: list[int | None] = [None]
        if on_sheet:
            places = [group.id for group in groups if group.kind == "sheet"] or [None]
        elif isinstance(rule, rules.Rating):
            places = [group.id for group in groups if group.kind == "rater"]
        for group in places:
            count = draw(st.integers(1, 5))
            quantity = draw(QUANTITIES)
            points = 0
            if isinstance(rule, rules.Chosen):
                points = count * draw(st.integers(int(rule.low * 100), int(rule.high * 100)))
            value = draw(QUANTITIES) if id in compiled.needs.values else None
            tallies.append((id, group, count, quantity, points, value))
            if id in compiled.needs.ordered:
                for number in range(count):
                    day = f"2026-09-{draw(st.integers(1, 30)):02d}"
                    occurrences.append(Occurrence(day, id * 100 + number, id))
    contained = []
    if isinstance(scheme.root.combine, Contained):
        scores = draw(st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=12))
        contained = [(f"2026-{number:02d}", score) for number, score in enumerate(scores, start=1)]
    facts = {
        fact.code: draw(st.sampled_from(sorted(value.code for value in fact.values)))
        for fact in scheme.facts
        if fact.values
    }
    prior = {id: draw(st.integers(0, 3)) for id in sorted(compiled.needs.prior)}
    return Inputs(facts, tallies, groups, prior, contained, occurrences)


@st.composite
def runs(draw: st.DrawFn) -> tuple[Compiled, dict[int, Inputs]]:
    """A scheme and a small cohort."""
    compiled = draw(st.sampled_from(COMPILED))
    return compiled, {number: draw(subjects(compiled)) for number in range(draw(st.integers(1, 3)))}


@every_scheme
def test_a_scheme_survives_json(scheme):
    text = to_json(scheme)
    again = from_json(text)
    assert again == scheme
    assert to_json(again) == text
    assert check(scheme) == []


@every_scheme
def test_every_clause_says_its_figures_in_both_languages(scheme):
    for clause in scheme.clauses():
        for language in ("zh", "en"):
            assert say_rule(clause, language).strip(), clause.title
            assert "-" not in say_rule(clause, "zh")


def outcome(compiled: Compiled, cohort: dict[int, Inputs]) -> list[str]:
    return [assessment_to_json(each) for each in assess(compiled, cohort)]


@laws
@given(runs())
def test_the_steps_add_up_to_the_score(run):
    compiled, cohort = run
    for found in assess(compiled, cohort):
        lines = {line.code: line for line in found.part_lines()}
        steps = found.step_lines()
        for part in compiled.scheme.root.walk():
            line = lines[part.code]
            if line.points is None:
                continue
            assert line.base + line.gained + line.deducted + line.raised + line.cut == line.points
            own = sum(
                (
                    step.delta or Fraction(0)
                    for step in steps
                    if step.part == part.code and step.kind != "round"
                ),
                Fraction(0),
            )
            below = Fraction(0)
            if type(part.combine).__name__ in ("Sum", "CountAccepted"):
                below = sum((lines[child.code].points or Fraction(0) for child in part.parts), Fraction(0))
            assert own + below == line.gained + line.deducted, part.code
        root = lines[compiled.scheme.root.code]
        if found.score is None:
            assert root.points is None
            continue
        rounding = sum((step.delta or Fraction(0) for step in steps if step.kind == "round"), Fraction(0))
        assert root.points is not None
        assert (root.points + rounding) * 100 == found.score
        assert abs(rounding) <= Fraction(1, 200)


@laws
@given(runs(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(run, shuffler: random.Random):
    compiled, cohort = run
    before = outcome(compiled, cohort)
    stored = [inputs_to_json(inputs) for inputs in cohort.values()]
    for inputs in cohort.values():
        for name in ("tallies", "groups", "contained", "occurrences"):
            row = list(getattr(inputs, name))
            shuffler.shuffle(row)
            setattr(inputs, name, row)
    assert outcome(compiled, cohort) == before
    assert [inputs_to_json(inputs) for inputs in cohort.values()] == stored


@laws
@given(runs())
def test_replay_gives_identical_bytes(run):
    compiled, cohort = run
    before = outcome(compiled, cohort)
    stored = {subject: inputs_from_json(inputs_to_json(inputs)) for subject, inputs in cohort.items()}
    again = compile_scheme(from_json(to_json(compiled.scheme)))
    assert outcome(again, stored) == before
    assert [inputs_to_json(each) for each in stored.values()] == [
        inputs_to_json(each) for each in cohort.values()
    ]
    for subject, text in zip(cohort, before, strict=True):
        assert assessment_to_json(assessment_from_json(subject, text)) == text


@laws
@given(runs())
def test_every_step_has_a_sentence_in_both_languages(run):
    compiled, cohort = run
    for found in assess(compiled, cohort):
        for language in ("zh", "en"):
            said = say_steps(compiled.scheme, found, language)
            assert len(said) == len(found.steps)
            for line, sentence in said:
                assert sentence
                assert sentence != line.kind
                assert "{" not in sentence
        told = tell(compiled.scheme, found)
        assert [each.code for each in told] == ["ceiling", "floor", "escalation", "rounding"]


@laws
@given(runs())
def test_no_score_leaves_its_floor_or_ceiling(run):
    compiled, cohort = run
    for found in assess(compiled, cohort):
        for part in compiled.scheme.root.walk():
            points = found.part(part.code).points
            if points is None:
                continue
            assert part.floor is None or points >= part.floor
            assert part.ceiling is None or points <= part.ceiling
        assert (found.score is None) == (found.rank is None) or not compiled.scheme.ranking.ranked


@laws
@given(runs())
def test_a_subject_alone_has_the_same_score_unless_it_goes_by_rank(run):
    compiled, cohort = run
    together = outcome(compiled, cohort)
    if compiled.needs.cohort:
        return
    assert [outcome(compiled, {subject: inputs})[0] for subject, inputs in cohort.items()] == together


GRADES = st.sampled_from(["full", "done", "barely", "not_done", None])


@laws
@given(st.lists(st.tuples(GRADES, st.integers(0, 10_000), st.booleans()), max_size=14))
def test_a_proposal_always_rests_on_the_current_period(history):
    past = [
        Past(
            f"{2026 + number // 12}-{number % 12 + 1:02d}-01",
            f"{2026 + number // 12}-{number % 12 + 1:02d}-28",
            None if grade is None else score,
            grade,
            last=last and grade is not None,
        )
        for number, (grade, score, last) in enumerate(history)
    ]
    for proposal in consequences(MANAGERS[0], past):
        assert proposal.reasons[-1].start == past[-1].start
        assert all(reason.text.zh and reason.text.en for reason in proposal.reasons)
        assert not past[-1].missing

"""The inputs of the engine: one grouped query, whatever order the entries came in."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, insert

from kaohe.adoption.service import compiled_of
from kaohe.db import new_id
from kaohe.entries import service
from kaohe.entries.inputs import cohort
from kaohe.entries.models import Entry
from kaohe.entries.score import score_now, score_with, scores_now
from kaohe.people import service as people
from kaohe.scheme import inputs_to_json
from kaohe.testing.fixtures import NOW, TODAY

PRAISE, COMPLAINT, QUARREL, STUDY, LATE_FORM, EXAM, CONCEAL = 301, 302, 303, 304, 305, 306, 308
D = Decimal


def statements(session) -> list[str]:
    seen: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
    return seen


def test_counts_sums_and_first_marks(world):
    world.record(clause=COMPLAINT)
    world.record(clause=COMPLAINT)
    world.record(clause=LATE_FORM, quantity=D(3))
    world.record(clause=CONCEAL, points=D("-2.5"))
    world.record(clause=EXAM, quantity=D(95), happened_on=date(2026, 9, 12))
    world.record(clause=EXAM, quantity=D(80), happened_on=date(2026, 9, 11))
    gone = world.record(clause=QUARREL)
    service.withdraw(world.session, gone, actor=world.actors["head"], reason="错", now=NOW)
    compiled = compiled_of(world.session, world.period.revision_id)
    found = cohort(world.session, world.period, compiled)
    rows = sorted(tuple(row) for row in found[world.people["许佳宁"].id].tallies)
    assert rows == [
        (COMPLAINT, None, 2, 2_000_000, 0, None),
        (LATE_FORM, None, 1, 3_000_000, 0, None),
        (EXAM, None, 2, 175_000_000, 0, 80_000_000),
        (CONCEAL, None, 1, 1_000_000, -250, None),
    ]
    assert (
        score_now(world.session, world.period, world.people["许佳宁"].id).points
        == D(100) - 1 - D("1.5") - D("2.5") - 1
    )


def test_the_order_of_entries_does_not_matter(world):
    facts = [
        {"clause": STUDY, "happened_on": date(2026, 9, 9)},
        {"clause": STUDY, "happened_on": date(2026, 9, 2)},
        {"clause": EXAM, "quantity": D(70), "happened_on": date(2026, 9, 3)},
        {"clause": PRAISE},
    ]
    people_ = ("许佳宁", "贺子涵", "林晓芸")
    for who, order in zip(people_, list(itertools.permutations(facts))[::9], strict=False):
        for fact in order:
            world.record(who, **fact)
    compiled = compiled_of(world.session, world.period.revision_id)
    found = cohort(world.session, world.period, compiled, facts=False)
    texts = {inputs_to_json(found[world.people[who].id]) for who in people_}
    assert len(texts) == 1
    scores = scores_now(world.session, world.period, [world.people[who].id for who in people_])
    assert {one.points for one in scores.values()} == {D("93.5")} or len(
        {one.points for one in scores.values()}
    ) == 1


def test_subjects_without_entries_have_empty_inputs(world):
    ids = [world.people["许佳宁"].id, world.people["贺子涵"].id]
    world.record("贺子涵")
    compiled = compiled_of(world.session, world.period.revision_id)
    found = cohort(world.session, world.period, compiled, ids)
    assert list(found) == ids
    assert found[ids[0]].tallies == ()
    assert score_now(world.session, world.period, ids[0]).points == 100


def test_facts_go_along_where_the_scheme_has_some(world):
    person = world.people["许佳宁"]
    people.set_fact(world.session, person, "level", 4, starts_on=date(2026, 1, 1), now=NOW)
    world.record()
    compiled = compiled_of(world.session, world.period.revision_id)
    assert cohort(world.session, world.period, compiled)[person.id].facts == {"level": 4}
    assert cohort(world.session, world.period, compiled, facts=False)[person.id].facts == {}


@pytest.mark.parametrize("size", [1, 40])
def test_the_number_of_queries_does_not_depend_on_the_people(world, size):
    ids = [person.id for person in world.people.values()] * size
    compiled = compiled_of(world.session, world.period.revision_id)
    cohort(world.session, world.period, compiled, list(dict.fromkeys(ids)))
    seen = statements(world.session)
    cohort(world.session, world.period, compiled, list(dict.fromkeys(ids)))
    assert len([sql for sql in seen if "SELECT" in sql]) == 2


def test_what_if_agrees_with_what_happens(world):
    person = world.people["许佳宁"].id
    for clause, more in (
        (STUDY, {}), (STUDY, {}), (LATE_FORM, {"quantity": D(2)}), (CONCEAL, {"points": D(-3)}), (EXAM, {"quantity": D(60)}),
        (EXAM, {"quantity": D(99)}), (201, {}), (201, {}),
    ):  # fmt: skip
        before, then = score_with(world.session, world.period, person, clause_id=clause, day=TODAY, **more)
        assert before.points == score_now(world.session, world.period, person).points
        world.record(clause=clause, **more)
        assert then.points == score_now(world.session, world.period, person).points


def test_the_grouped_query_uses_the_covering_index(world):
    rows = [
        {
            "id": new_id(), "period_id": world.period.id, "subject_id": person.id, "clause_id": COMPLAINT, "unit_id": world.heart.id,
            "sheet_id": None, "quantity": 1, "points": None, "happened_on": TODAY, "found_late": False, "origin": "form",
            "recorded_by": world.people["周敏"].id, "recorded_at": NOW, "form_token": None, "replaced_by": None,
        }
        for person in world.people.values()
        for _n in range(50)
    ]  # fmt: skip
    world.session.execute(insert(Entry), rows)
    compiled = compiled_of(world.session, world.period.revision_id)
    seen = []
    event.listen(
        world.session.get_bind(),
        "before_cursor_execute",
        lambda c, cur, sql, args, *rest: seen.append((sql, args)),
    )
    found = cohort(world.session, world.period, compiled, facts=False)
    assert {one.tallies[0][2] for one in found.values()} == {50}
    if world.databases.dialect != "sqlite":
        return  # PostgreSQL scans so small a table; its plan is proved on 100,000 analysed rows
    sql, args = next(one for one in seen if "GROUP BY" in one[0])
    plan = str(world.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + sql, args).all())
    assert "COVERING INDEX ix_entries_standing" in plan
    assert "SCAN entries" not in plan

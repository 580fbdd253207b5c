"""The league's figures, lines over time, and that pages do not depend on the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import event, insert

from kaohe.db import new_id
from kaohe.exemptions import service as exemptions
from kaohe.people.models import EarlierResult, Membership, Person, Subject
from kaohe.results import service
from kaohe.results.lines import mean
from kaohe.results.trend import mean_scores, run_means
from kaohe.testing.fixtures import NOW, Browser

D = Decimal


def test_figures_over_a_league(house):
    s = house.sample
    house.record("许佳宁", s.QUARREL)
    for _ in range(3):
        house.record("贺子涵", s.QUARREL)
    house.record("林晓芸", s.COMPLAINT)
    league = service.league(house.session, house.period)
    found = service.statistics(league, league.lines)
    assert (found.people, found.scored) == (9, 9)
    assert found.mean == round(D("879.5") / 9, 2)
    assert (found.median, found.lowest) == (D(100), D(85))
    assert (
        dict(found.bins) == {str(n): {85: 1, 95: 1, 99: 1, 100: 6}.get(n, 0) for n in range(85, 101)}
        or found.step == 2
    )
    assert sum(count for _name, count in found.bins) == 9
    assert found.grades == (("good", 9), ("poor", 0))
    assert found.tied == 6
    none = service.statistics(league, [])
    assert (none.mean, none.median, none.bins) == (None, None, ())


def test_who_is_not_ranked_counts_in_every_figure(house):
    house.record("贺子涵", house.sample.QUARREL)
    exemptions.exempt(
        house.session,
        house.period,
        house.id_of("贺子涵"),
        reason="外出进修",
        actor=house.world.actors["admin"],
        now=NOW,
    )
    for close in (False, True):
        if close:
            run = house.close()
        league = service.league(house.session, house.period)
        found = service.statistics(league, league.lines)
        assert league.by_subject[house.id_of("贺子涵")].rank_all is None
        assert (found.people, found.scored) == (9, 9)
        assert (found.mean, found.lowest) == (round(D(895) / 9, 2), D(95))
        assert sum(count for _name, count in found.bins) == 9
        assert sum(count for _grade, count in found.grades) == 9
    assert run_means(house.session, [run.id]) == {run.id: found.mean}
    [(period, mean)] = mean_scores(house.session, house.period.adoption_id)
    assert (period.id, mean) == (house.period.id, found.mean)


def test_the_median_of_an_even_number_is_between(house):
    house.record("许佳宁", house.sample.COMPLAINT)
    league = service.league(house.session, house.period)
    two = [line for line in league.lines if line.name in ("许佳宁", "贺子涵")]
    assert service.statistics(league, two).median == D("99.75")


def test_a_line_joins_what_was_taken_over_with_what_was_published(house):
    person = house.id_of("许佳宁")
    for month, score in ((6, "98"), (7, "97.5")):
        first = date(2026, month, 1)
        house.session.add(
            EarlierResult(
                person_id=person,
                scheme_code="sample",
                starts_on=first,
                ends_on=first.replace(day=28),
                score=D(score),
                grade=None,
            )
        )
    house.record("许佳宁", house.sample.QUARREL)
    points = service.line_of(house.session, house.period, person, D(95))
    assert [(point.starts_on.month, point.score) for point in points] == [
        (6, D(98)),
        (7, D("97.5")),
        (9, D(95)),
    ]
    assert mean(points) == D("96.83")
    one = service.one(house.session, house.period, person)
    assert (one.before.score, one.change) == (D("97.5"), D("-2.5"))


def test_an_explanation_adds_up(house):
    s = house.sample
    for _ in range(4):
        house.record("许佳宁", s.QUARREL)
    for _ in range(4):
        house.record("许佳宁", s.COMPLAINT)
    for _ in range(2):
        house.record("许佳宁", s.PRAISE)
    house.record("许佳宁", s.EXAM, quantity=90)
    house.record("许佳宁", s.EXAM, quantity=60)
    one = service.one(house.session, house.period, house.id_of("许佳宁"))
    assert one.score == D(79)
    assert one.adds_up
    (section,) = [section for section in one.sections if section.part.code == "service"]
    assert section.adds_up
    assert sum(section.moves) == -21
    assert not next(told for told in one.told if told.code == "floor").did
    house.record("许佳宁", s.QUARREL)
    one = service.one(house.session, house.period, house.id_of("许佳宁"))
    assert (one.score, one.adds_up) == (D(79), True)
    assert next(told for told in one.told if told.code == "floor").did
    exam = next(clause for each in one.sections for clause in each.still)
    assert [(line.moved, line.word.zh if line.word else "") for line in exam.entries] == [
        (D(0), ""),
        (D(0), "补考，首次成绩为准"),
    ]


def crowd(house, number):
    """More people at once."""
    ids = [new_id() for _ in range(number)]
    house.session.execute(
        insert(Person),
        [
            {"id": i, "number": f"X{n:04}", "name": f"众{n}", "initials": "zr", "version": 1}
            for n, i in enumerate(ids)
        ],
    )
    house.session.execute(insert(Subject), [{"id": i, "person_id": i, "unit_id": None} for i in ids])
    member = {"unit_id": house.world.heart.id, "position": "", "starts_on": date(2020, 1, 1), "ends_on": None}
    house.session.execute(insert(Membership), [{"person_id": i, **member} for i in ids])
    house.session.commit()


def test_a_page_takes_as_many_statements_for_a_hundred_rows_as_for_twenty(house, app, tenant):
    crowd(house, 150)
    house.close()
    service.publish(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    admin = Browser(app, tenant).sign_in(house.world.accounts["admin"])
    engine = house.databases.tenant_engine(tenant.id)
    path = f"/results/{house.period.id}/league"
    assert admin.get(path).status_code == 200
    counts = []

    def heard(*_):
        counts[-1] += 1

    event.listen(engine, "before_cursor_execute", heard)
    try:
        for asked in ("per=20", "per=100", "per=100&page=2", "per=100&sort=delta", "q=众&per=100"):
            counts.append(0)
            assert admin.get(f"{path}?{asked}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    assert len(set(counts)) == 1, counts
    assert counts[0] < 40

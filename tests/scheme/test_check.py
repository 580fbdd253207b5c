"""What makes a scheme unsound is found, each by itself."""

from __future__ import annotations

import dataclasses

import pytest
from scheme_builders import D, clause, hundred, part, scheme, text

from kaohe.scheme import (
    BestOf,
    Checklist,
    Chosen,
    Citation,
    Consequence,
    CountAccepted,
    Curve,
    Distribution,
    Doubt,
    Effect,
    Escalating,
    Evidence,
    FilingMissed,
    Grade,
    GradeIs,
    Indicator,
    Item,
    Mark,
    MeanOverSheets,
    Measured,
    Occurred,
    Option,
    PerOccurrence,
    Rater,
    Rating,
    Ratio,
    Replace,
    Rounding,
    SchemeInvalid,
    Share,
    ShareIs,
    Step,
    Text,
    Times,
    Veto,
    WeightedMean,
    WorstPart,
    check,
    require_valid,
)

GOOD = clause(1, PerOccurrence(D(-1)))
PLAIN = hundred(GOOD)
SHEET = {"points": D(100), "combine": MeanOverSheets(), "empty": "missing"}


def changed(**more):
    return dataclasses.replace(PLAIN, **more)


UNSOUND = {
    "same id": hundred(GOOD, clause(1, PerOccurrence(D(-1)))),
    "id out of range": hundred(clause(0, PerOccurrence(D(-1)))),
    "same part": scheme(part("a", part("a"))),
    "one language": changed(title=Text("中文", "")),
    "unknown source": hundred(clause(1, PerOccurrence(D(-1)), cite=Citation("X", "1"))),
    "floor above ceiling": hundred(GOOD, floor=D(10), ceiling=D(5)),
    "decimals of a part": hundred(GOOD, points=D("1.001")),
    "decimals of points": hundred(clause(1, PerOccurrence(D("0.001")))),
    "no weights": scheme(
        part("total", part("a", clause(1, Mark()), empty="missing"), combine=WeightedMean())
    ),
    "weights do not add up": scheme(
        part(
            "total",
            part("a", clause(1, Mark()), empty="missing", weight=D(9)),
            combine=WeightedMean(total=D(10)),
        )
    ),
    "clauses on a mean": scheme(part("total", GOOD, combine=BestOf())),
    "sheets without points": scheme(part("total", GOOD, combine=MeanOverSheets(), empty="missing")),
    "a ladder on a sheet": scheme(part("total", clause(1, Escalating((Step(D(-1)),))), **SHEET)),
    "effects on a sheet": scheme(
        part("total", clause(1, PerOccurrence(D(-1), effects=(Effect("x", text("x")),))), **SHEET)
    ),
    "counting below the root": scheme(part("total", part("a", combine=CountAccepted(1)))),
    "values full by default": scheme(part("total", clause(1, Mark()))),
    "checklist without items": hundred(clause(1, Checklist(D(-1)))),
    "items elsewhere": hundred(clause(1, PerOccurrence(D(-1)), items=(Item(2, text("x")),))),
    "empty range": hundred(clause(1, Chosen(D(-1), D(-2)))),
    "no steps": hundred(clause(1, Escalating(()))),
    "one-sided sharing": hundred(
        clause(1, Escalating((Step(D(-1)),), counted_with=(2,))), clause(2, Escalating((Step(D(-1)),)))
    ),
    "no raters": scheme(part("total", clause(1, Rating(())), empty="missing")),
    "raters without weight": scheme(
        part("total", clause(1, Rating((Rater("a", text("a"), D(0)),))), empty="missing")
    ),
    "empty scale": scheme(part("total", clause(1, Mark(D(5), D(5))), empty="missing")),
    "veto to nowhere": hundred(clause(1, Veto("none"))),
    "filing to nowhere": hundred(clause(1, FilingMissed("x", D(0), grade="none"))),
    "void by nothing": hundred(clause(1, Evidence(void_by=9))),
    "ratio of nothing": scheme(
        part("total", clause(1, Indicator(Ratio((8,), (9,)), Curve(((D(0), D(0)),)))), empty="missing")
    ),
    "descending knots": scheme(
        part("total", clause(1, Indicator(Measured(), Curve(((D(1), D(0)), (D(0), D(1)))))), empty="missing")
    ),
    "amounts the wrong way": hundred(
        clause(1, PerOccurrence(D(0), effects=(Effect("fine", text("fine"), low_fen=2, high_fen=1),)))
    ),
    "effect on no fact": hundred(
        clause(1, PerOccurrence(D(0), effects=(Effect("x", text("x"), fact="star"),)))
    ),
    "grades ascend": changed(grades=(Grade("a", text("a"), D(1)), Grade("b", text("b"), D(2)))),
    "cap to nowhere": changed(caps=(WorstPart(D("0.5"), "none"),)),
    "count to nowhere": scheme(part("total", combine=CountAccepted(1))),
    "too much distribution": changed(distribution=Distribution((Share("a", text("a"), D(101)),))),
    "rounding": changed(rounding=Rounding(3)),
    "form": hundred(clause(1, PerOccurrence(D(-1)), forms=("none",))),
    "consequence of a grade": changed(
        consequences=(Consequence("c", text("c"), Times(GradeIs(("none",)), 2)),)
    ),
    "consequence of a clause": changed(consequences=(Consequence("c", text("c"), Occurred((9,))),)),
    "consequence of a class": changed(consequences=(Consequence("c", text("c"), ShareIs(("x",))),)),
    "consequence on no fact": changed(
        consequences=(
            Consequence("c", text("c"), GradeIs(("good",)), (Effect("x", text("x"), fact="star"),)),
        )
    ),
    "doubt without choice": changed(doubts=(Doubt("d", text("d"), text("d"), (Option("o", text("o")),)),)),
    "doubt at nothing": changed(
        doubts=(
            Doubt(
                "d",
                text("d"),
                text("d"),
                (Option("o", text("o")), Option("p", text("p"), (Replace("clause/9/rule/points", D(1)),))),
            ),
        )
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_it_is_found(name):
    problems = check(UNSOUND[name])
    assert problems
    assert all(problem.zh and problem.en for problem in problems)
    with pytest.raises(SchemeInvalid) as refused:
        require_valid(UNSOUND[name])
    assert refused.value.values["problems"] == problems


def test_a_sound_scheme_has_no_problems():
    assert check(PLAIN) == []
    require_valid(PLAIN)

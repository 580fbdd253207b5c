"""Settling doubts, changing figures, comparing revisions: what is allowed, and what is refused by name."""

from __future__ import annotations

import pytest
from scheme_builders import D, clause, hundred, part, scheme, text

from kaohe.scheme import (
    OWN_IDS,
    Checklist,
    Chosen,
    Doubt,
    Item,
    Limit,
    Option,
    PerOccurrence,
    Replace,
    SchemeInvalid,
    SchemeRefusal,
    Setting,
    adapt,
    adjustables,
    compare,
    from_json,
    get,
    next_own_id,
    put,
    settle,
    to_json,
    usual_answers,
)
from kaohe.scheme.refusals import NoOwnFigures, OutsideLimits, UnknownDoubt, UnknownOption, UnknownPath

LIMITED = clause(1, PerOccurrence(D(-1)), limits=(Limit("points", D(-5), D("-0.5")),))
FIXED = clause(2, PerOccurrence(D(-2)), fixed=True)
LIST = clause(3, Checklist(D(-1)), items=(Item(31, text("printed")), Item(32, text("ours"), ours=True)))
OURS = clause(4, PerOccurrence(D(2)), ours=True)
DOUBT = Doubt(
    "d",
    text("doubt"),
    text("why"),
    (
        Option("printed", text("as printed"), usual=True),
        Option("likely", text("likely"), (Replace("clause/1/rule/points", D(-3)),)),
    ),
    kind="print",
    figures=("clause/1/rule/points",),
)
LARGE = scheme(
    part("total", LIMITED, FIXED, LIST, OURS, points=D(100), floor=D(0)),
    doubts=(DOUBT,),
    settings=(Setting("by", text("by"), "a", (("a", text("a")), ("b", text("b")))),),
)


def test_settling_records_the_answer():
    assert LARGE.open_doubts() == [DOUBT]
    settled = settle(LARGE, {"d": "likely"})
    assert get(settled, "clause/1/rule/points") == -3
    assert settled.open_doubts() == []
    assert settled.settled[0].option == "likely"
    assert from_json(to_json(settled)) == settled
    assert settle(LARGE, usual_answers(LARGE)).root == LARGE.root


def test_settling_with_a_figure_of_ones_own():
    settled = settle(LARGE, {"d": {"clause/1/rule/points": D("-2.5")}})
    assert get(settled, "clause/1/rule/points") == D("-2.5")
    assert settled.settled[0].figures == (Replace("clause/1/rule/points", D("-2.5")),)


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"nobody": "x"}, UnknownDoubt),
        ({"d": "x"}, UnknownOption),
        ({"d": {"clause/4/rule/points": D(1)}}, NoOwnFigures),
        ({"d": {}}, NoOwnFigures),
        ({"d": {"clause/1/rule/points": D(-6)}}, OutsideLimits),
    ],
)
def test_answers_that_are_refused(answers, refusal):
    with pytest.raises(refusal) as refused:
        settle(LARGE, answers)
    assert refused.value.say("zh") != refused.value.say("en")
    assert isinstance(refused.value, SchemeRefusal)


@pytest.mark.parametrize("value", ["-5", "-0.5", "-1.25"])
def test_a_figure_within_its_limits(value):
    changed = adapt(LARGE, {"clause/1/rule/points": D(value)})
    assert get(changed, "clause/1/rule/points") == D(value)
    assert changed.changed == ("clause/1/rule/points",)


@pytest.mark.parametrize("value", [D("-5.01"), D("-0.49"), D(1), None, "x", True])
def test_a_figure_outside_its_limits(value):
    with pytest.raises(OutsideLimits) as refused:
        adapt(LARGE, {"clause/1/rule/points": value})
    assert refused.value.field == "clause/1/rule/points"
    assert "-5" in refused.value.say("en") or "−5" in refused.value.say("en")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("clause/2/rule/points", D(-1)),
        ("clause/99/rule/points", D(-1)),
        ("clause/1/rule/times", 3),
        ("clause/1/title", text("other")),
        ("scheme/code", "x"),
        ("part/total/combine", None),
        ("item/31", None),
        ("clause/1", None),
        ("part/total/clauses/+", clause(5, PerOccurrence(D(-1)))),
        ("nonsense", D(1)),
        ("setting/by/value", "c"),
        ("part/total", None),
    ],
)
def test_places_that_are_closed(path, value):
    with pytest.raises(UnknownPath):
        adapt(LARGE, {path: value})


def test_more_decimals_than_are_kept_are_refused():
    with pytest.raises(SchemeInvalid):
        adapt(LARGE, {"clause/4/rule/points": D("1.005")})


def test_clauses_and_items_of_ones_own():
    id = next_own_id(LARGE)
    assert id == OWN_IDS
    grown = adapt(LARGE, {"part/total/clauses/+": clause(id, PerOccurrence(D(-4)))})
    assert grown.find(id) is not None
    assert next_own_id(grown) == id + 1
    assert adapt(grown, {f"clause/{id}": None}).root == LARGE.root
    item = Item(OWN_IDS + 7, text("new"), ours=True)
    longer = adapt(LARGE, {"clause/3/items/+": item, "item/32/title": text("renamed")})
    assert [each.id for each in longer.find(3).clause.items] == [31, 32, OWN_IDS + 7]
    assert longer.find(32).title == text("renamed")
    shorter = adapt(LARGE, {"item/32": None})
    assert shorter.find(32) is None


def test_a_repeated_id_is_refused():
    twice = {"part/total/clauses/+": clause(OWN_IDS, PerOccurrence(D(-4)))}
    with pytest.raises(SchemeInvalid):
        adapt(adapt(LARGE, twice), twice)


def test_ceilings_can_be_lifted_and_settings_chosen():
    lifted = adapt(hundred(OURS, ceiling=D(100)), {"part/total/ceiling": None})
    assert lifted.root.ceiling is None
    assert adapt(LARGE, {"setting/by/value": "b"}).setting("by") == "b"


def test_adjustables_say_what_they_are():
    found = {each.path: each for each in adjustables(LARGE)}
    assert "clause/2/rule/points" not in found
    points = found["clause/1/rule/points"]
    assert (points.value, points.low, points.high, points.clause_id, points.ours) == (
        -1,
        -5,
        D("-0.5"),
        1,
        False,
    )
    assert found["clause/4/rule/points"].low == 0
    chosen = {each.path: each for each in adjustables(hundred(clause(1, Chosen(D(-8), D("-0.5")))))}
    assert chosen["clause/1/rule/low"].high == 0


def test_comparing_revisions():
    new = adapt(LARGE, {"clause/1/rule/points": D(-2), "item/32": None, "grade/good/lower": D(95)})
    new = adapt(new, {"part/total/clauses/+": clause(OWN_IDS, PerOccurrence(D(-4)))})
    changes = {(each.kind, each.path) for each in compare(LARGE, new)}
    assert changes == {
        ("changed", "clause/1/rule/points"),
        ("changed", "grade/good/lower"),
        ("added", f"clause/{OWN_IDS}"),
        ("removed", "item/32"),
    }
    (figure,) = [each for each in compare(LARGE, new) if each.path == "clause/1/rule/points"]
    assert (figure.old, figure.new, figure.clause_id, figure.part) == (-1, -2, 1, "total")
    assert compare(LARGE, LARGE) == []


def test_paths_read_and_write():
    assert get(LARGE, "part/total/points") == 100
    assert get(LARGE, "item/31/title") == text("printed")
    assert get(put(LARGE, "grade/fair/lower", D(50)), "grade/fair/lower") == 50
    for path in ("clause/77", "part/none/points", "clause/1/rule/nothing", "grade/none/lower", "clause"):
        with pytest.raises(UnknownPath):
            get(LARGE, path)

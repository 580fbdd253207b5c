"""The month report: satisfaction as the last call back says it, and a chart by unit that leaves nothing out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest

from kaohe.cases import rights, service
from kaohe.cases.report import Month, month_of
from kaohe.people import service as people
from kaohe.plugins import CaseVerdict, build_registry
from kaohe.plugins.cases import faults_of

POWER = build_registry().sectors["power_supply"]
FAULT = next(kind for kind in POWER.cases if kind.code == "fault")


def _called_back(desk: Any, *answers: str, at: str = "2026-02-09") -> Any:
    """A fault that was called back with each of the answers; every one but the last was corrected since."""
    case = desk.log(f"{at} 08:00")
    desk.take(case, "pass", f"{at} 08:01", to="first")
    desk.take(case, "arrive", f"{at} 08:20", who="crew")
    desk.take(case, "done", f"{at} 08:40", who="crew")
    desk.take(case, "review", f"{at} 09:00")
    for answer in answers:
        desk.take(case, "call_back", f"{at} 10:00", fields={"satisfied": answer})
    return case


def _month(desk: Any, sample: ModuleType, kind: Any = FAULT) -> Month:
    sight = rights.sight_of(desk.session, desk.actor("admin"), desk.day)
    return month_of(
        desk.session, sight, people.units(desk.session), f"power_supply.{kind.code}",
        sample.at("2026-02-01 00:00"), sample.at("2026-03-01 00:00"), verdict=kind.verdict,
    )  # fmt: skip


def test_satisfied_are_counted_of_those_who_answered(hotline: Any, sample: ModuleType) -> None:
    for answer in ("very", "yes", "fair", "no", "unreached"):
        _called_back(hotline, answer)
    _called_back(hotline)  # not called back yet
    _called_back(hotline, "no", at="2026-01-31")  # another month
    verdict = _month(hotline, sample).verdict
    assert verdict is not None
    assert (verdict.good, verdict.answered, verdict.left_out) == (3, 4, 1)
    assert verdict.share == Fraction(3, 4)


def test_a_corrected_call_back_counts_once(hotline: Any, sample: ModuleType) -> None:
    case = _called_back(hotline, "no")
    (last,) = [one for one in service.standing_steps(hotline.session, case) if one.step == "call_back"]
    hotline.correct(case, last, "2026-02-09 09:50", when="2026-02-09 11:00")
    verdict = _month(hotline, sample).verdict
    assert verdict is not None
    assert (verdict.good, verdict.answered) == (0, 1)


def test_a_kind_without_a_verdict_has_none(hotline: Any, sample: ModuleType) -> None:
    assert (
        _month(hotline, sample, next(one for one in POWER.cases if one.code == "reconnection")).verdict
        is None
    )
    verdict = _month(hotline, sample).verdict
    assert verdict is not None
    assert (verdict.answered, verdict.share) == (0, None)


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        (CaseVerdict("fly", "satisfied", ("yes",)), "no step fly that asks"),
        (CaseVerdict("done", "satisfied", ("yes",)), "no step done that asks"),
        (CaseVerdict("call_back", "mood", ("yes",)), "no choice mood"),
        (CaseVerdict("call_back", "satisfied", ("glad",)), "no answer glad"),
        (CaseVerdict("call_back", "satisfied", ("yes",), ("yes",)), "both good and left out"),
    ],
)
def test_a_verdict_that_does_not_fit_is_named(verdict: CaseVerdict, fault: str) -> None:
    assert any(fault in said for said in faults_of([replace(FAULT, verdict=verdict)], POWER.schemes))

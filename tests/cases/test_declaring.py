"""What a sector declares of cases is checked when it is loaded, and each fault is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kaohe.plugins import CaseClock, CaseStep, build_registry
from kaohe.plugins.cases import faults_of
from kaohe.scheme import Text

POWER = build_registry().sectors["power_supply"]
FAULT = next(kind for kind in POWER.cases if kind.code == "fault")
TITLE = Text("一", "one")


def test_the_sectors_here_are_sound() -> None:
    for sector in build_registry().sectors.values():
        assert faults_of(sector.cases, sector.schemes) == []


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (replace(FAULT, scheme="nothing"), "no scheme nothing"),
        (replace(FAULT, headline=("nowhere",)), "no field nowhere"),
        (replace(FAULT, states=FAULT.states[-1:]), "first state"),
        (replace(FAULT, steps=(*FAULT.steps, FAULT.steps[0])), "two steps have one code"),
        (replace(FAULT, steps=(*FAULT.steps, CaseStep("x", TITLE, ("nowhere",)))), "no state nowhere"),
        (replace(FAULT, steps=(*FAULT.steps, CaseStep("x", TITLE, ("done",), by=("king",)))), "by or moves"),
        (replace(FAULT, circumstances=()), "no circumstance has a limit"),
        (
            replace(FAULT, clocks=(CaseClock("fault_arrival", TITLE, starts={"passed_on": ("fly",)}),)),
            "no step fly",
        ),
        (
            replace(FAULT, clocks=(CaseClock("fault_arrival", TITLE, starts={"called": ("log",)}),)),
            "runs from 'passed_on'",
        ),
        (replace(FAULT, received_by=("",)), "received_by is empty"),
        ("a word", "is no CaseKind"),
    ],
)
def test_a_fault_is_named(kind: Any, fault: str) -> None:
    assert any(fault in said for said in faults_of([kind], POWER.schemes))


def test_two_kinds_of_one_code() -> None:
    assert "two kinds are called fault" in faults_of([FAULT, FAULT], POWER.schemes)

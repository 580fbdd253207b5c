"""What an earlier version found is proposed however much lies before it that calls for nothing, or cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from mine import NAMES
from sqlalchemy import select

from kaohe.consequences import sweeps
from kaohe.consequences.models import Proposal
from kaohe.people.models import Unit
from kaohe.results.models import Result, Run

WHO = NAMES[0]


def _found_before(mine: Any, number: int, effects: list[Any], *, known: bool = True) -> Run:
    """A run of an earlier version: what it found stands in it alone."""
    period = mine.month(number)
    run = Run(
        period_id=period.id, revision_id=period.revision_id, number=1, engine_version=1, effects=effects, by=None,
        at=mine.moment(number),
    )  # fmt: skip
    mine.session.add(run)
    mine.session.flush()
    if known:
        person = mine.people[WHO]
        unit = mine.session.scalars(select(Unit).where(Unit.name == "生产一线")).one()
        mine.session.add(
            Result(
                run_id=run.id,
                period_id=period.id,
                subject_id=person.id,
                unit_id=unit.id,
                score=None,
                grade=None,
                rank_unit=None,
                tied_unit=None,
                rank_all=None,
                tied_all=None,
                inputs="",
                detail="",
            )
        )
    mine.session.commit()
    return run


@pytest.mark.parametrize("at_once", [1, 20])
def test_nothing_starves_behind_what_calls_for_nothing(
    mine: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", at_once)
    who = mine.people[WHO].id
    for number in (1, 2, 3, 4):
        mine.open(number)
    _found_before(mine, 1, [[who, 0, 1, "declared_no_more", 0]])
    _found_before(mine, 2, [[who, 0, 1, "three_low", 0]], known=False)
    _found_before(mine, 3, [])
    _found_before(mine, 4, [[who, 0, 1, "three_low", 0]])
    fourth = mine.month(4).id
    mine.session.rollback()
    for _ in range(2):
        sweeps.take_old_over(mine.databases, mine.tenant.id, mine.moment(4))
        found = mine.session.execute(select(Proposal.period_id, Proposal.source)).all()
        mine.session.rollback()  # holds nothing while the next round writes
        assert [tuple(row) for row in found] == [(fourth, "three_low")]

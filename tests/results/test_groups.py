"""Ranks within the group that a scheme names: those of one position, those of one unit, or everybody."""

from __future__ import annotations

import importlib.util
import io
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.consequences.counted import stored_rows
from kaohe.consequences.history import now_of, pasts
from kaohe.entries import service as entries
from kaohe.people import service as people
from kaohe.periods import service as periods
from kaohe.results import checking, service
from kaohe.results.computing import Row, digest_of, fields_of
from kaohe.results.models import Result
from kaohe.testing.fixtures import Browser
from kaohe_coach_transport.scheme import PERSON_YEAR, PROMISE, TICKETLESS

DAY = date(2025, 3, 10)
MOMENT = datetime(2025, 3, 11, 2, 0, tzinfo=UTC)


def _load() -> ModuleType:
    path = Path(__file__).parent.parent / "ledger" / "coach_company.py"
    spec = importlib.util.spec_from_file_location("coach_company", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Coach:
    """The coach company with an open March: two drivers in two branches, an attendant, and a head."""

    def __init__(self, databases: Any, tenant: Any, session: Any, within: str) -> None:
        settings = {} if within == "position" else {"last_within": within}
        self.company = _load().make_company(databases, tenant, session, settings=settings)
        self.session, self.databases, self.tenant = session, databases, tenant
        self.period = self.company.months["2025-03"]
        periods.step(session, self.period, after="open", by=None, now=MOMENT)

    def record(self, who: str, clause: int) -> None:
        entries.record(
            self.session, actor=self.company.actors["admin"], period=self.period,
            subject_id=self.company.people[who].id, clause_id=clause, reason="经查实", happened_on=DAY, now=MOMENT,
            today=MOMENT.date(),
        )  # fmt: skip

    def close(self) -> None:
        self.session.commit()
        by = self.company.people["admin"].id
        service.close(self.databases, self.tenant.id, self.period.id, by=by, clock=lambda: MOMENT)
        self.session.rollback()
        self.session.refresh(self.period)
        self.session.commit()

    def ranks(self) -> dict[str, tuple[int | None, int | None]]:
        """Rank within the group and over all, by person."""
        lines = service.league(self.session, self.period).by_subject
        return {
            who: (lines[person.id].rank_unit, lines[person.id].rank_all)
            for who, person in self.company.people.items()
            if person.id in lines
        }


@pytest.fixture
def coach(databases, tenant, session, request):
    """A company that ranks within what the test says; within one position otherwise."""
    made = Coach(databases, tenant, session, getattr(request, "param", "position"))
    made.record("driver", PROMISE)
    made.record("mate", TICKETLESS)
    made.session.commit()
    return made


WITHIN_POSITION = {"head": (1, 1), "other": (1, 1), "driver": (2, 3), "mate": (1, 4)}
WITHIN_BRANCH = {"head": (1, 1), "other": (1, 1), "driver": (2, 3), "mate": (3, 4)}


@pytest.mark.parametrize(
    ("coach", "ranks"),
    [("position", WITHIN_POSITION), ("unit", WITHIN_BRANCH), ("all", WITHIN_BRANCH)],
    indirect=["coach"],
)
def test_ranks_are_within_what_the_organisation_chose(coach, ranks):
    assert coach.ranks() == ranks, "before the closing"
    coach.close()
    assert coach.ranks() == ranks
    replayed = checking.replay(coach.session, coach.period)
    assert replayed.same


@pytest.mark.parametrize(
    ("coach", "last"),
    [("position", {"head", "driver", "mate"}), ("unit", {"other", "mate"}), ("all", {"mate"})],
    indirect=["coach"],
)
def test_who_is_last_is_last_of_the_same_group(coach, last):
    """As the period at hand, and as a period of the history."""
    coach.close()
    scheme = adoption.scheme_of(coach.session, coach.period.revision_id)
    rows = stored_rows(coach.session, coach.period)
    names = {person.id: who for who, person in coach.company.people.items()}
    found = now_of(coach.period, scheme, rows, {})
    assert {names[row.subject_id] for row, past in zip(rows, found, strict=True) if past.last} == last
    april = coach.company.months["2025-04"]
    ranked = adoption_with_last_place(scheme)
    before = pasts(coach.session, april, ranked, [row.subject_id for row in rows], ())
    assert {names[ident] for ident, history in before.items() if history[-1].last} == last


def adoption_with_last_place(scheme):
    """The month's scheme, with the consequence of the year's: history reads ranks only where one asks for them."""
    return replace(scheme, consequences=PERSON_YEAR.consequences)


def test_nobody_is_ranked_within_a_position_that_is_not_known(coach):
    someone = people.create_person(
        coach.session, number="D1103", name="无岗位", unit=coach.company.east, position="", joined_on=date(2024, 1, 1),
        now=MOMENT,
    )  # fmt: skip
    coach.session.commit()
    coach.close()
    row = coach.session.scalars(select(Result).where(Result.subject_id == someone.id)).one()
    assert (row.rank_unit, row.tied_unit, row.ranked_in) == (None, None, "")
    assert row.rank_all == 1
    scheme = adoption.scheme_of(coach.session, coach.period.revision_id)
    rows = stored_rows(coach.session, coach.period)
    found = dict(zip([one.subject_id for one in rows], now_of(coach.period, scheme, rows, {}), strict=True))
    assert (found[someone.id].last, found[someone.id].first) == (False, False)


def test_the_group_is_part_of_what_is_sealed_where_it_is_not_the_unit(coach):
    coach.close()
    run = service.standing_run(coach.session, coach.period)
    assert checking.stored_digest(coach.session, run) == run.digest
    row = Row(1, 2, "", 9000, "good", 1, 1, 1, 1)
    of_unit, of_drivers, of_mates = (
        digest_of(iter([fields_of(replace(row, among=one))])) for one in (None, "driver", "attendant")
    )
    assert len({of_unit, of_drivers, of_mates}) == 3
    assert of_unit == digest_of(iter([(2, "", 9000, "good", 1, 1, 1, 1, "", "")])), (
        "as before there were groups"
    )


def test_pages_say_within_which_group(coach, app):
    coach.close()
    browser = Browser(app, coach.tenant).sign_in(coach.company.accounts["admin"])
    shown = browser.get(f"/results/{coach.period.id}/{coach.company.people['driver'].id}").text
    assert "第 2 名" in shown
    assert "驾驶员 2 人" in shown
    league = browser.get(f"/results/{coach.period.id}/league?group=driver").text
    assert "同岗位名次" in league
    assert "马建国" in league
    assert "丁小燕" not in league
    assert "同岗位名次" not in browser.get(f"/results/{coach.period.id}/league").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/results/{coach.period.id}/export").data))
    rows = book.get_sheet_by_index(0).to_python()
    [head] = [row for row in rows if "同岗位名次" in row]
    driver = next(row for row in rows if "马建国" in row)
    assert driver[head.index("同岗位名次")] == 2
    assert driver[head.index("岗位")] == "驾驶员"

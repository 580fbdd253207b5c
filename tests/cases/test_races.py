"""Many at once: one step wins, every number is given once, two rounds make one entry; the database refuses besides."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from kaohe.cases import service
from kaohe.cases.models import Case, CaseClockRow, CaseStepRow
from kaohe.cases.sweeps import settle_overtime
from kaohe.db import TenantSession, WallRefusal
from kaohe.entries import made
from kaohe.entries.refusals import NotHere
from kaohe.errors import Conflict
from kaohe.testing.racing import while_closing

MANY = 6


def _at_once(act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(act, range(MANY)))


def test_of_many_who_accept_one_wins(hotline: Any, sample: ModuleType) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    ident, version = case.id, case.version
    actors = [hotline.actor(who) for who in ("crew", "head")]
    hotline.session.commit()

    def accept(number: int) -> str:
        with hotline.databases.tenant(hotline.tenant.id) as session:
            mine = session.need(Case, ident)
            try:
                service.take(
                    session, mine, kind=hotline.kind("fault"), step="accept", actor=actors[number % 2],
                    now=sample.at("2026-02-09 08:01"), version=version,
                )  # fmt: skip
                session.commit()
            except Conflict:
                return "late"
            return "won"

    assert sorted(_at_once(accept)) == ["late"] * (MANY - 1) + ["won"]
    taken = select(CaseStepRow).where(CaseStepRow.case_id == ident, CaseStepRow.step == "accept")
    assert len(hotline.session.scalars(taken).all()) == 1


def test_every_number_is_given_once(hotline: Any, sample: ModuleType) -> None:
    actor, unit = hotline.actor("clerk"), hotline.units["desk"]
    hotline.session.commit()

    def log(number: int) -> str:
        with hotline.databases.tenant(hotline.tenant.id) as session:
            case = service.log(
                session, key="power_supply.fault", kind=hotline.kind("fault"), unit=unit, circumstance="city",
                fields={"address": f"{number} 号", "symptom": "停电"}, actor=actor, now=sample.at("2026-02-09 08:00"),
            )  # fmt: skip
            session.commit()
            return str(case.number)

    assert sorted(_at_once(log)) == [f"2026-{n:04d}" for n in range(1, MANY + 1)]


def test_a_form_sent_many_times_at_once_logs_one_case(hotline: Any, sample: ModuleType) -> None:
    """Each gets the case that the first made; no number is lost; somebody else with that token gets nothing."""
    actor, other, unit = hotline.actor("clerk"), hotline.actor("admin"), hotline.units["desk"]
    hotline.session.commit()
    ready = Barrier(MANY)

    def log(_: int, who: Any = actor) -> tuple[int, str]:
        with hotline.databases.tenant(hotline.tenant.id) as session:
            if who is actor:
                ready.wait()
            case = service.log(
                session, key="power_supply.fault", kind=hotline.kind("fault"), unit=unit, circumstance="city",
                fields={"address": "1 号", "symptom": "停电"}, actor=who, now=sample.at("2026-02-09 08:00"),
                token="one-form-sent-many-times",
            )  # fmt: skip
            session.commit()
            return case.id, case.number

    assert len(set(_at_once(log))) == 1
    with pytest.raises(IntegrityError):
        log(0, other)
    assert hotline.log("2026-02-09 08:05").number == "2026-0002"


def test_rounds_at_the_same_time_make_one_entry(hotline: Any, sample: ModuleType) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    now = sample.at("2026-02-09 08:46")
    _at_once(lambda _: settle_overtime(hotline.databases, hotline.tenant.id, now))
    assert len(hotline.entries("first", standing=False)) == 1


def test_an_entry_that_meets_a_closing_is_made_later(hotline: Any, sample: ModuleType) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    while_closing(
        hotline.databases,
        hotline.tenant.id,
        hotline.periods[1].id,
        lambda: hotline.round("2026-02-09 08:46"),
        now=sample.at("2026-02-09 08:46"),
    )
    hotline.round("2026-02-09 08:57")
    (entry,) = hotline.entries("first")
    assert (entry.period_id, entry.found_late) == (hotline.periods[2].id, True)


def test_what_can_never_be_made_is_not_tried_for_ever(
    hotline: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    tried = []

    def refuse(*_: Any, **values: Any) -> None:
        tried.append(values["token"])
        raise NotHere(name="邓海波", day="2026-02-09")

    with monkeypatch.context() as patched:
        patched.setattr(made, "make", refuse)
        for when in ("08:46", "09:46", "10:46"):
            hotline.round(f"2026-02-09 {when}")
    assert len(tried) == len(set(tried)) == 1
    assert "counts for nobody" in caplog.text
    row = hotline.clocks(case, "fault_passed_on")[0]
    assert (row.entry_id, row.look_at) == (None, None)


def test_the_database_itself_refuses(hotline: Any, sample: ModuleType) -> None:
    case = hotline.log("2026-02-09 08:00")
    hotline.take(case, "pass", "2026-02-09 08:10", to="first")
    (first, _) = service.standing_steps(hotline.session, case)
    ident, session = case.id, hotline.session
    like = {
        "step": "arrive", "state": "on_site", "unit_id": first.unit_id, "person_id": None, "form_token": None,
        "taken_by": first.taken_by, "replaced_by": None, "is_note": False, "place": 3,
    }  # fmt: skip
    now = sample.at("2026-02-09 08:30")
    session.commit()
    for code, moment in (("future", now + timedelta(seconds=1)), ("order", now - timedelta(minutes=25))):
        session.add(CaseStepRow(case_id=ident, happened_at=moment, at=now, reported_at=now, **like))
        with pytest.raises(WallRefusal) as refused:
            session.flush()
        assert refused.value.code == code
        session.rollback()
    for change in ("UPDATE case_steps SET step = 'x'", "DELETE FROM case_steps", "DELETE FROM cases"):
        with pytest.raises((WallRefusal, DatabaseError)) as kept:
            session.execute(text(change))
        assert (
            "kaohe:kept" in str(kept.value)
            or "permission denied" in str(kept.value)
            or getattr(kept.value, "code", "") == "kept"
        )
        session.rollback()


def test_the_round_finds_what_is_due_by_its_index(
    hotline: Any, sample: ModuleType, session: TenantSession
) -> None:
    case = hotline.log("2026-02-09 07:58")
    hotline.take(case, "pass", "2026-02-09 08:00", to="first")
    if hotline.databases.dialect != "sqlite":
        session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.execute(
        text(
            ("EXPLAIN QUERY PLAN " if hotline.databases.dialect == "sqlite" else "EXPLAIN ")
            + "SELECT case_id, id FROM case_clocks WHERE tenant_id = :tenant AND look_at <= :now "
            "ORDER BY look_at, case_id LIMIT 500"
        ),
        {"tenant": hotline.tenant.id, "now": "2026-02-09 00:50:00"},
    )
    assert "ix_case_clocks_look" in "\n".join(str(row) for row in plan)
    assert session.scalars(select(CaseClockRow.id)).all()

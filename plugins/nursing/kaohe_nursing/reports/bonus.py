"""Bonus shares: the month's pool in proportion to the score (or score × attendance days), to the cent.

A pool is a measure of a unit; it is shared among those who have a score and whose nearest unit with a pool it is.
The shares add up to the pool exactly; left-over cents go by largest remainder, then by staff number.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kaohe.plugins import Column, ReportData
from kaohe.scheme import Text, share_out
from kaohe_nursing.scheme import ATTENDANCE_DAYS, BONUS_POOL

COLUMNS = (
    Column("number", Text("工号", "Staff no.")),
    Column("name", Text("姓名", "Name"), link="why"),
    Column("unit", Text("病区", "Ward")),
    Column("score", Text("得分", "Score"), "score"),
    Column("days", Text("出勤天数", "Attendance days"), "number"),
    Column("share", Text("奖金", "Share"), "money"),
)


def bonus_shares(reading: Any) -> ReportData:
    """Everybody's share; a pool that nobody entered is said, never taken as zero."""
    units = {unit.id: unit for unit in reading.units()}
    pools = {
        value.subject_id: int(value.last * 100) for value in reading.measures([BONUS_POOL], [reading.period])
    }
    pools = {ident: pool for ident, pool in pools.items() if ident in units}
    if not pools:
        return ReportData(COLUMNS, [], notes=(_NO_POOL,))
    by_days = reading.scheme.setting("bonus_by") == "score_attendance"
    days = {v.subject_id: v.last for v in reading.measures([ATTENDANCE_DAYS], [reading.period])}
    sharers = [row for row in reading.results() if row.score is not None]
    shares: dict[int, int] = {}
    for ident, pool in pools.items():
        mine = [row for row in sharers if _nearest(units, pools, row.unit_id) == ident]
        shares |= shared(pool, mine, days if by_days else None)
    rows = [
        {
            "number": row.number,
            "name": row.name,
            "unit": row.unit,
            "score": row.score,
            "days": days.get(row.subject_id),
            "share": shares.get(row.subject_id),
            "why": reading.link(row.subject_id),
        }
        for row in sorted(sharers, key=lambda row: row.number)
        if row.subject_id in shares
    ]
    totals = {"number": Text("合计", "Total"), "share": sum(shares.values())}
    return ReportData(
        COLUMNS, rows, chart=_by_ward(rows), notes=_notes(pools, shares, by_days, rows), totals=totals
    )


def _by_ward(rows: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """What each ward's nurses get together, in yuan."""
    wards: dict[str, int] = {}
    for row in rows:
        wards[row["unit"]] = wards.get(row["unit"], 0) + row["share"]
    order = sorted(wards, key=lambda ward: (-wards[ward], ward))
    return "bars", {"x": order, "y": [Decimal(wards[ward]) / 100 for ward in order], "lying": True}


def shared(pool_fen: int, rows: list[Any], days: dict[int, Decimal] | None) -> dict[int, int]:
    """The pool's fen by subject: weights are score, or score × days (no days: no share), ties by staff number."""
    weights = {
        row.subject_id: row.score * (Decimal(1) if days is None else days.get(row.subject_id, Decimal(0)))
        for row in rows
    }
    order = [row.subject_id for row in sorted(rows, key=lambda row: row.number)]
    return share_out(pool_fen, weights, order)


def _nearest(units: dict[int, Any], pools: dict[int, int], unit_id: int) -> int | None:
    unit = units.get(unit_id)
    if unit is None:
        return None
    above = [int(part) for part in unit.path.split("/") if part]
    return next((ident for ident in reversed(above) if ident in pools), None)


_NO_POOL = Text(
    "本月还没有录入奖金总额，或您看不到它所在的部门。管理员可以在“指标值”里录入。",
    "No bonus pool was entered for this month, or you cannot see the unit it stands on. An admin enters it under Measures.",
)


def _notes(
    pools: dict[int, int], shares: dict[int, int], by_days: bool, rows: list[dict[str, Any]]
) -> tuple[Text, ...]:
    rule = (
        Text("按得分 × 出勤天数分配。", "Shared by score × attendance days.")
        if by_days
        else Text("按得分分配（系统默认）。", "Shared by score (our default).")
    )
    whole, given = sum(pools.values()), sum(shares.values())
    notes = [
        rule,
        Text(
            "零头按最大余数逐分分配，余数相同按工号。",
            "Left-over cents go by largest remainder, then by staff number.",
        ),
    ]
    if whole != given:
        notes.append(
            Text(
                "有奖金总额没有人可分，仍留在原部门。",
                "A pool without anybody to share it stays where it is.",
            )
        )
    if by_days and any(row["days"] is None for row in rows):
        notes.append(Text("缺出勤天数的人没有分到奖金。", "Those without attendance days got no share."))
    return tuple(notes)

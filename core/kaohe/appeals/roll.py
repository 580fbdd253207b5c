"""The roll of signatures: who has signed a period's results, as far as the viewer may see; as a page, sheet and paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe import papers
from kaohe.appeals import service, signing
from kaohe.appeals.models import Signature
from kaohe.entries import wording
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.papers.sheets import table_of
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.results import service as results
from kaohe.results.league_lines import League, Line
from kaohe.results.models import Run
from kaohe.scheme import Scheme

STATES = ("signed", "unsigned", "remark")


@dataclass(frozen=True)
class Row:
    """One subject of a computation: signed or not, by whom, and what was remarked."""

    line: Line
    signature: Signature | None
    remark: str | None
    signer: str = ""


@dataclass(frozen=True)
class Roll:
    """Who has signed, as far as the viewer may see; `shown` after search and filters."""

    period: Period
    run: Run | None
    rows: Sequence[Row]
    shown: Sequence[Row]
    list: ListState
    scheme: Scheme | None = None  # of a computation

    @property
    def of_units(self) -> bool:
        """Whether units have results here, signed by who heads them."""
        return self.scheme is not None and self.scheme.subject != "person"

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(row.signature is not None for row in self.rows)


def read(period: Period) -> Roll:
    """The roll of a period, as its address narrows and orders it."""
    state = ListState.read(
        request.args,
        url_for("appeals.signatures", period=period.id),
        sorts=("name", "unit", "at"),
        sort="unit",
        falling=("at",),
        filters={"state": STATES, "unit": None},
        per=50,
    )
    run = results.standing_run(current.session, period) if period.state in ("published", "final") else None
    if run is None:
        return Roll(period, None, [], [], state)
    league = results.league(current.session, period)
    rows = _rows(league, run)
    return Roll(period, run, rows, _ordered(_narrowed(rows, state), state), state, league.scheme)


def _rows(league: League, run: Run) -> list[Row]:
    lines = [line for line in league.lines if results.opened_by(current.actor, line)]
    signed = service.signed_subjects(current.session, run)
    remarks = signing.remarks_of(current.session, [one.id for one in signed.values()])
    signers = dict(
        current.session.execute(
            select(Person.id, Person.name)
            .join(Signature, Signature.signed_by == Person.id)
            .where(Signature.run_id == run.id)
        ).all()
    )
    found = []
    for line in lines:
        one = signed.get(line.subject_id)
        signer = signers.get(one.signed_by, "") if one else ""
        found.append(Row(line, one, remarks.get(one.id) if one else None, signer))
    return found


def _narrowed(rows: Sequence[Row], state: ListState) -> list[Row]:
    fits = {
        "signed": lambda row: row.signature is not None,
        "unsigned": lambda row: row.signature is None,
        "remark": lambda row: bool(row.remark),
    }.get(state.filters.get("state", ""), lambda row: True)
    unit = next(
        (one for one in people.units(current.session) if str(one.id) == state.filters.get("unit")), None
    )
    path = unit.path if unit is not None else ""
    key = "".join(state.q.split())
    return [
        row
        for row in rows
        if fits(row)
        and row.line.unit_path.startswith(path)
        and (not key or key in row.line.name or key.upper() in row.line.number)
    ]


def _ordered(rows: list[Row], state: ListState) -> list[Row]:
    keys = {
        "name": lambda row: (row.line.initials.split(" ")[0] or row.line.name, row.line.number),
        "unit": lambda row: (row.line.unit_place, row.line.number),
        "at": lambda row: row.signature.signed_at if row.signature else current.now,
    }
    return sorted(rows, key=keys[state.sort], reverse=state.falling)


def sheet(roll: Roll) -> Sheet:
    """The roll as a spreadsheet, all pages."""
    columns = [
        *_who_columns(roll),
        Column(_("得分"), "number"),
        Column(_("签字人")),
        Column(_("签字时间"), "instant"),
        Column(_("意见"), width=40),
    ]
    title = periods.title_of(roll.period).say(current.language)
    return Sheet(_("签字情况"), columns, _cells(roll.shown), titles=(f"{title} · {_('签字情况')}",))


def _who_columns(roll: Roll) -> list[Column]:
    if not roll.of_units:
        return [Column(_("工号")), Column(_("姓名")), Column(_("部门"))]
    named = wording.word("unit", roll.period).say(current.language)
    return [Column(_("编号")), Column(named), Column(_("上级单位"))]


def _cells(rows: Sequence[Row]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.line.number,
            row.line.name,
            row.line.unit,
            row.line.points,
            row.signer,
            row.signature.signed_at if row.signature else None,
            row.remark or "",
        ]


def paper(roll: Roll) -> papers.Paper:
    """The roll on paper: who has signed in the browser and when, and places for the unit to sign and stamp it."""
    tenant = current.tenant
    assert tenant is not None
    facts = [
        (_("已签字"), roll.signed, "count"),
        (_("未签字"), len(roll.rows) - roll.signed, "count"),
        (_("公示截止"), roll.period.published_until, "date"),
    ]
    number = roll.run.number if roll.run is not None else None
    return papers.Paper(
        _("签字情况"),
        tenant.name,
        current.now,
        period=periods.title_of(roll.period),
        note=_("第 %(n)s 次计算", n=number) if number else "",
        blocks=[
            papers.Facts(facts),
            table_of(sheet(roll), {_("得分"): "score"}),
            papers.Signatures([papers.Place(_("负责人签字")), papers.Place(_("单位盖章"), stamp=True)]),
        ],
        zone=tenant.zone,
        orientation="auto",
    )

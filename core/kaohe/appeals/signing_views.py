"""Pages of signing: one's own signature, and for assessors who has signed, with export and a reminder."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.appeals import service, signing
from kaohe.appeals.models import Signature
from kaohe.appeals.routes import pages
from kaohe.db import read_id
from kaohe.entries import choosing
from kaohe.messages.service import Link, send
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import MEDIA_XLSX, Column, Sheet, write_workbook
from kaohe.results import service as results
from kaohe.results.league import Line
from kaohe.results.models import Run
from kaohe.scheme import Text

STATES = ("signed", "unsigned", "remark")


@dataclass(frozen=True)
class Row:
    """One subject of a computation: signed or not, and what was remarked."""

    line: Line
    signature: Signature | None
    remark: str | None


@dataclass(frozen=True)
class Roll:
    """Who has signed, as far as the viewer may see; `shown` after search and filters."""

    period: Period
    run: Run | None
    rows: Sequence[Row]
    shown: Sequence[Row]
    list: ListState

    @property
    def signed(self) -> int:
        return sum(row.signature is not None for row in self.rows)


@pages.post("/sign/<id:period>/<id:subject>", allow="appeals.own")
def sign(period: Period, subject: Any) -> Any:
    """Sign the own result."""
    signature = service.sign(
        current.session,
        period,
        subject.id,
        actor=current.actor,
        now=current.now,
        remark=request.form.get("remark"),
        run_id=read_id(request.form.get("run")),
    )
    current.notes["signature"] = str(signature.id)
    flash(_("已签字确认"), "plus")
    return redirect(url_for("results.show", period=period.id, subject=subject.id), 303)


@pages.get("/signatures/<id:period>", allow="signatures.read")
def signatures(period: Period) -> Any:
    """Who has signed the published results."""
    roll = _roll(period)
    page = roll.list.paged(len(roll.shown))
    return render_template(
        "appeals/signatures.html",
        here=period,
        period_title=periods.title_of(period),
        roll=roll,
        list=roll.list,
        page=page,
        rows=roll.shown[page.offset : page.offset + page.per],
        units=choosing.Chosen(choosing.units(), None, None).choices,
        states=[("unsigned", _("未签字")), ("signed", _("已签字")), ("remark", _("有意见"))],
        page_title=_("签字情况"),
    )


def _roll(period: Period) -> Roll:
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
    rows = _rows(period, run) if run is not None else []
    return Roll(period, run, rows, _ordered(_narrowed(rows, state), state), state)


def _rows(period: Period, run: Run) -> list[Row]:
    league = results.league(current.session, period)
    lines = [line for line in league.lines if results.opened_by(current.actor, line)]
    signed = service.signed_subjects(current.session, run)
    remarks = signing.remarks_of(current.session, [one.id for one in signed.values()])
    found = []
    for line in lines:
        signature = signed.get(line.subject_id)
        found.append(Row(line, signature, remarks.get(signature.id) if signature else None))
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


@pages.get("/signatures/<id:period>/export.xlsx", allow="signatures.read")
def signatures_export(period: Period) -> Any:
    """The same list as a workbook, all pages."""
    roll, target = _roll(period), io.BytesIO()
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("得分"), "number"),
        Column(_("签字时间"), "instant"),
        Column(_("意见"), width=40),
    ]
    title = periods.title_of(period).say(current.language)
    sheet = Sheet(_("签字情况"), columns, _cells(roll.shown), titles=(f"{title} · {_('签字情况')}",))
    write_workbook(target, [sheet], now=current.now, zone=current.session.zone)
    target.seek(0)
    return send_file(
        target, mimetype=MEDIA_XLSX, as_attachment=True, download_name=f"{_('签字情况')}-{period.code}.xlsx"
    )


def _cells(rows: Sequence[Row]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.line.number,
            row.line.name,
            row.line.unit,
            row.line.points,
            row.signature.signed_at if row.signature else None,
            row.remark or "",
        ]


@pages.post("/signatures/<id:period>/remind", allow="signatures.read")
def remind(period: Period) -> Any:
    """Remind everybody in the viewer's units who has not signed; once a day each."""
    signing.require_public(period)
    roll = _roll(period)
    waiting = [row.line.subject_id for row in roll.rows if row.signature is None]
    known = set(current.session.scalars(select(Person.id))) & set(waiting)
    assert roll.run is not None
    title = periods.title_of(period)
    sent = send(
        current.session,
        to=known,
        kind="to_sign",
        title=Text(f"请签字确认{title.zh}的考核结果", f"Please sign your result of {title.en}"),
        text=Text(
            f"公示至 {period.published_until.isoformat()}",
            f"Public until {period.published_until.isoformat()}",
        ),
        link=Link("results.mine", {}),
        about=f"sign:{roll.run.id}:{current.today.isoformat()}",
        now=current.now,
    )
    flash(
        _("已提醒 %(n)s 人", n=sent) if sent else _("今天已经提醒过，没有重复发送"),
        "plus" if sent else "info",
    )
    return redirect(url_for("appeals.signatures", period=period.id), 303)

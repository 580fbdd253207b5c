"""The page of the log: who did what and when, and whether the chain that seals it is whole."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.audit import reading, service, words
from kaohe.pages import Pages, current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.reports.spreadsheet import Column, Sheet

pages = Pages("audit", __name__, "/audit")
PAGES = [pages]
MOST_IN_A_REQUEST = 50_000


@pages.get("", allow="audit.read")
def index() -> Any:
    """The log, the newest first."""
    state = _state()
    asked = _asked(state)
    page = state.paged(reading.count(current.session, asked))
    return render_template(
        "audit/index.html",
        list=state,
        page=page,
        rows=reading.page(current.session, asked, limit=page.per, offset=page.offset),
        places=list(words.PLACES.items()),
        chain=reading.state(current.session),
        most=MOST_IN_A_REQUEST,
    )


@pages.get("/export", allow="audit.read")
def export() -> Response:
    """What the list shows as a workbook, the newest rows up to a bound."""
    assert current.tenant is not None
    english = current.language == "en"
    columns = (
        Column(_("时间"), "instant"),
        Column(_("工号")),
        Column(_("谁")),
        Column(_("做了什么")),
        Column(_("对象")),
        Column(_("结果")),
        Column(_("来自")),
        Column(_("封印"), "whole"),
    )
    rows = (
        (
            line.row.at,
            line.person.number if line.person else "",
            line.person.name if line.person else _("未登录"),
            line.act.en if english else line.act.zh,
            _object_in_words(line, english),
            _("已完成") if line.row.outcome == "done" else _("被拒绝"),
            line.row.address,
            line.place,
        )
        for line in reading.every(current.session, _asked(_state()), most=MOST_IN_A_REQUEST)
    )
    sheet = Sheet(_("操作日志"), columns, rows, titles=(f"{current.tenant.name} {_('操作日志')}",))
    return workbook(f"{_('操作日志')} {current.today}", sheet)


def _object_in_words(line: reading.Line, english: bool) -> str:
    kind = (line.kind.en if english else line.kind.zh) if line.kind else line.row.object_kind or ""
    return f"{kind} {line.name or line.row.object_id or ''}".strip()


def _state() -> ListState:
    return ListState.read(
        request.args,
        request.path,
        filters={
            "place": words.PLACES,
            "outcome": ("done", "refused"),
            "since": None,
            "until": None,
            "object": None,
        },
    )


def _asked(state: ListState) -> reading.Asked:
    assert current.tenant is not None
    number = state.filters.get("object", "")
    return reading.Asked(
        zone=current.tenant.zone,
        q=state.q,
        place=state.filters.get("place", ""),
        outcome=state.filters.get("outcome", ""),
        since=_day(state.filters.get("since")),
        until=_day(state.filters.get("until")),
        object_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None


@pages.post("/check", allow="audit.read")
def check() -> Any:
    """Walk the chain now and say what was found."""
    if reading.state(current.session).sealed > MOST_IN_A_REQUEST:
        flash(_("日志很长，请在服务器上运行 kaohe audit verify 检查。"), "warn")
        return redirect(url_for("audit.index"), 303)
    report = service.verify(current.session)
    if report.whole:
        flash(_("封印完整：%(n)s 行逐一核对过，没有发现改动。", n=report.links), "plus")
    for finding in report.findings[:10]:
        text = finding.en if current.language == "en" else finding.zh
        flash(f"{text} {_('第 %(n)s 环', n=finding.place) if finding.place else ''}".strip(), "minus")
    if len(report.findings) > 10:
        flash(
            _("另有 %(n)s 处，请在服务器上运行 kaohe audit verify 查看。", n=len(report.findings) - 10),
            "minus",
        )
    current.notes.update(links=report.links, findings=len(report.findings))
    return redirect(url_for("audit.index"), 303)

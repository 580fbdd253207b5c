"""The desk: the list of cases with clocks that count down, its export, and the form of a new case."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.cases import asking as read
from kaohe.cases import case_views, desk, kinds, reading, report_views, service
from kaohe.cases.models import Case
from kaohe.cases.refusals import SchemeNotAdopted
from kaohe.cases.rights import possible
from kaohe.cases.routes import pages, receiver, registry, sight
from kaohe.errors import NotFound, Refusal
from kaohe.pages import asking
from kaohe.pages.current import current
from kaohe.pages.workbooks import workbook
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.plugins import CaseKind
from kaohe.reports.spreadsheet import Column, Sheet

PAGES = [pages]
PARTS = (case_views, report_views)
MOST_EXPORTED = 100_000


@pages.get("/", allow="cases.read")
def index() -> Any:
    """The cases that one sees, what is overdue first."""
    return render_template("cases/index.html", **desk.index_page())


@pages.get("/export.xlsx", allow="cases.read")
def export() -> Any:
    """What the list shows, all pages, as a workbook."""
    session = current.session
    units = people.units(session)
    state = desk.state_of_list(url_for("cases.index"), kinds.offered(session, registry()), units)
    sees = sight()
    lines = reading.listing(
        session, sees, units, desk.wanted_of(state, units), current.now, sort=state.sort,
        falling=state.falling, limit=MOST_EXPORTED,
    )  # fmt: skip
    columns = [
        Column(_("编号")), Column(_("类别")), Column(_("情形")), Column(_("事由")), Column(_("状态")),
        Column(_("承办单位")), Column(_("登记单位")), Column(_("登记时间"), "instant"), Column(_("当前时限")),
        Column(_("到期"), "instant"), Column(_("时限状态")),
    ]  # fmt: skip
    name = f"{_('工单')} {current.today.isoformat()}"
    return workbook(name, Sheet(_("工单"), columns, (_cells(row) for row in desk.rows_of(lines, sees))))


def _cells(row: desk.Row) -> list[Any]:
    case, clock, language = row.line.case, row.line.clock, current.language
    lanes = {
        "late": _("已超时"), "soon": _("即将到期"), "running": _("时限内"), "none": _("无时限"), "closed": _("已办结"),
    }  # fmt: skip
    return [
        case.number,
        row.title.say(language),
        row.circumstance.say(language) if row.circumstance else "",
        case.headline,
        row.state.say(language),
        row.line.holder.name,
        row.line.desk.name,
        case.logged_at,
        row.clock.say(language) if row.clock else "",
        clock.due_at if clock is not None else None,
        lanes[row.lane],
    ]


@pages.form("/new", allow="cases.log")
def new() -> Any:
    """One form: what it is about, in what circumstances, and to whom it is passed on at once."""
    offered = kinds.offered(current.session, registry())
    if not offered:
        return render_template("cases/none.html")
    key = request.values.get("kind") or next(iter(offered))
    kind = offered.get(key)
    if kind is None:
        raise NotFound
    if request.method == "GET":
        return _form(offered, key, kind, refusal=_no_scheme(kind))
    unit, to = desk.chosen_desk(desk.own_desks()), receiver(request.form.get("unit"))
    if unit is None:
        raise NotFound
    data, errors = asking.read(kind.fields(), request.form, zone=str(current.session.zone))
    if errors:
        return _form(offered, key, kind, errors=errors, status=422)
    try:
        case = _logged(key, kind, data, unit, to)
    except Refusal as refusal:
        current.session.rollback()
        return _form(offered, key, kind, refusal=refusal, status=refusal.status)
    flash(_("已登记工单 %(number)s", number=case.number), "plus")
    return redirect(url_for("cases.show", case=case.id), 303)


def _no_scheme(kind: CaseKind) -> Refusal | None:
    """Why no case of the kind can be logged now, before anybody types."""
    try:
        service.require_scheme(current.session, kind, current.now)
    except SchemeNotAdopted as refusal:
        return refusal
    return None


def _logged(key: str, kind: CaseKind, data: dict[str, Any], unit: Unit, to: Unit | None) -> Case:
    """Log the case, and pass it on at once where a unit was chosen; a form sent again passes nothing on twice."""
    case = service.log(
        current.session,
        key=key,
        kind=kind,
        unit=unit,
        circumstance=request.form.get("circumstance", ""),
        fields=data,
        actor=current.actor,
        now=current.now,
        happened_at=read.moment(current.session, request.form.get("happened_at")),
        reason=request.form.get("reason", ""),
        token=read.token(request.form.get("token")),
    )
    first = first_pass(kind)
    if to is not None and first is not None and case.state in first.after and case.holder_id == unit.id:
        service.take(
            current.session, case, kind=kind, step=first.code, actor=current.actor, now=current.now, unit=to
        )
    return case


def first_pass(kind: CaseKind) -> Any:
    """The step that passes a new case on without asking for anything else."""
    steps = possible(kind, kind.states[0].code, frozenset(("desk",)))
    return next((one for one in steps if one.moves == "pass" and one.asks is None and not one.reason), None)


def _form(
    offered: dict[str, CaseKind],
    key: str,
    kind: CaseKind,
    *,
    errors: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Any:
    sent = request.form if request.method == "POST" else None
    desks = desk.own_desks()
    page = render_template(
        "cases/new.html",
        offered=offered,
        key=key,
        kind=kind,
        fields=asking.asked(kind.fields(), form=sent, errors=errors, zone=str(current.session.zone)),
        other=(errors or {}).get(asking.WHOLE_FORM),
        refusal=refusal,
        unadopted=isinstance(refusal, SchemeNotAdopted),
        desks=[(unit.id, unit.name) for unit in desks],
        receivers=desk.receivers(kind) if first_pass(kind) is not None else [],
        pass_title=first_pass(kind).title if first_pass(kind) is not None else None,
        typed=request.form,
        token=read.token(request.form.get("token")) or desk.new_token(),
    )
    return page, status

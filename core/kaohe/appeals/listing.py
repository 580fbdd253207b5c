"""The list of appeals as a page and as a spreadsheet, and the remedy as the form names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.appeals import reading, service
from kaohe.appeals.deciding import Remedy
from kaohe.appeals.forms import DecideForm
from kaohe.db import read_id
from kaohe.entries import choosing, typed
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import Column, Sheet

MOST_EXPORTED = 100_000
ABOUT = ("entry", "result")


def _state() -> ListState:
    return ListState.read(
        request.args,
        url_for("appeals.index"),
        sorts=tuple(reading.SORTS),
        sort="filed",
        direction="desc",
        falling=("filed", "period"),
        filters={
            "state": tuple(reading.STATES),
            "about": ABOUT,
            "late": ("1",),
            "unit": None,
            "period": None,
        },
        per=50,
    )


def _wanted(state: ListState) -> reading.Wanted:
    asked = state.filters
    unit = current.session.get(Unit, read_id(asked.get("unit"))) if read_id(asked.get("unit")) else None
    return reading.Wanted(
        words=state.q,
        state=asked.get("state", ""),
        period_id=read_id(asked.get("period")),
        unit_path=unit.path if unit is not None else None,
        about=asked.get("about", ""),
        late=asked.get("late") == "1",
    )


def index_page() -> dict[str, Any]:
    """The variables of the list."""
    state = _state()
    wanted = _wanted(state)
    page = state.paged(service.how_many(current.session, current.actor, wanted))
    rows = service.listing(
        current.session,
        current.actor,
        wanted,
        sort=state.sort,
        falling=state.falling,
        limit=page.per,
        offset=page.offset,
    )
    with_roll = current.actor.is_admin or current.actor.is_assessor
    return {
        "list": state,
        "page": page,
        "rows": rows,
        "states": [(code, words.say(current.language)) for code, words in reading.STATES.items()],
        "abouts": [("entry", _("考核记录")), ("result", _("考核结果"))],
        "units": choosing.Chosen(choosing.units(), None, None).choices if with_roll else [],
        "periods_here": _periods(),
        "carry": _to_carry() if current.actor.is_admin else [],
        "signed_period": _published() if with_roll else None,
        "page_title": _("申诉"),
    }


def _periods() -> list[tuple[str, str]]:
    query = select(Period).where(Period.state != "planned").order_by(Period.starts_on.desc()).limit(36)
    return [
        (str(one.id), periods.title_of(one).say(current.language)) for one in current.session.scalars(query)
    ]


def _published() -> Period | None:
    query = select(Period).where(Period.state == "published").order_by(Period.starts_on.desc()).limit(1)
    return current.session.scalar(query)


def _to_carry() -> list[tuple[Period, int]]:
    """The periods with upheld appeals that wait to be carried out."""
    query = select(Period).where(Period.state.in_(("closed", "published", "open")))
    found = [(one, len(service.pending(current.session, one))) for one in current.session.scalars(query)]
    return [(one, count) for one, count in found if count]


def sheet() -> Sheet:
    """The list as a spreadsheet, all pages."""
    state = _state()
    views = service.listing(
        current.session,
        current.actor,
        _wanted(state),
        sort=state.sort,
        falling=state.falling,
        limit=MOST_EXPORTED,
    )
    columns = [
        Column(_("提出时间"), "instant"),
        Column(_("周期")),
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("申诉对象")),
        Column(_("申诉理由"), width=40),
        Column(_("逾期受理的理由"), width=24),
        Column(_("状态")),
        Column(_("决定时间"), "instant"),
    ]
    assert current.tenant is not None
    return Sheet(_("申诉"), columns, _cells(views), titles=(f"{current.tenant.name} {_('申诉')}",))


def _cells(views: list[reading.View]) -> Iterator[list[Any]]:
    language = current.language
    for view in views:
        yield [
            view.appeal.filed_at,
            periods.title_of(view.period).say(language),
            view.number,
            view.name,
            view.unit,
            view.thing.say(language),
            view.words or "",
            view.late or "",
            view.said.say(language),
            view.end.done_at if view.end else None,
        ]


def remedy_of(form: DecideForm) -> Remedy | None:
    """The remedy that the form names; figures are read here, refused where they cannot be."""
    kind = form.remedy.data
    if form.outcome.data != "upheld" or not kind:
        return None
    return Remedy(
        kind,
        clause_id=typed.ident(form.clause_id.data),
        quantity=typed.figure(form.quantity.data),
        points=typed.figure(form.points.data, "points"),
        happened_on=form.happened_on.data,
    )

"""The tracker: who has filed, is late, has not; as a page and as a workbook."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from kaohe.db import read_id
from kaohe.filings import listing, service
from kaohe.filings.routes import UNNAMED, pages, registry
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.plugins import Filing
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.scheme import Text


@pages.get("/tracker", allow="filings.track")
def tracker() -> Any:
    """Who has filed, is late, has not: the filings of a period, or the times of one."""
    state, found, shown = _tracked()
    page = state.paged(len(found.rows))
    units = [one for one in people.units(current.session, open_on=current.today) if _sees(one)]
    return render_template(
        "filings/tracker.html",
        list=state,
        found=found,
        rows=found.rows[page.offset : page.offset + page.per],
        page=page,
        title_of=_title,
        declared=_declared_here(),
        units=[(one.id, one.name) for one in units],
        here=shown,
        here_title=periods.title_of(shown) if shown else None,
        one=registry().filing(state.filters.get("filing", "")),
    )


@pages.get("/tracker.xlsx", allow="filings.track")
def export() -> Any:
    """The tracker as a workbook, all rows."""
    _state, found, _period = _tracked()
    words = _state_words()
    columns = [Column(_("部门")), Column(_("姓名或部门")), Column(_("工号"))]
    columns += [
        Column(f"{_title(code).say(current.language)} {first.isoformat()}") for code, first in found.columns
    ]

    def cells(row: listing.Row) -> list[Any]:
        told = [row.cells.get(key) for key in found.columns]
        return [row.unit, row.name, row.number, *(words[one.state] if one else "" for one in told)]

    sheet = Sheet(_("上报进度"), columns, (cells(row) for row in found.rows))
    return workbook(f"{_('上报进度')} {current.today.isoformat()}", sheet)


def _tracked() -> tuple[ListState, listing.Tracker, Any]:
    declared = _declared_here()
    state = ListState.read(
        request.args,
        url_for("filings.tracker"),
        filters={"filing": [one.code for one in declared], "state": service.STATES, "unit": None},
        keep=("period",),
        per=50,
    )
    shown = periods.in_view(current.session, current.today, None, request.args.get("period")).period
    unit = _unit(state.filters.get("unit", ""))
    found = listing.tracker(
        current.session,
        current.actor,
        now=current.now,
        period_id=shown.id if shown else None,
        filing=state.filters.get("filing"),
        search=state.q,
        unit_path=unit.path if unit is not None else "",
        state=state.filters.get("state", ""),
        order=[one.code for one in declared],
    )
    return state, found, shown


def _declared_here() -> list[Filing]:
    """The filings that were ever owed here, in the order of their declaration."""
    used = set(listing.codes_used(current.session))
    return [one for sector in registry().sectors.values() for one in sector.filings if one.code in used]


def _unit(ident: str) -> Unit | None:
    unit = None if (known := read_id(ident)) is None else current.session.get(Unit, known)
    return unit if unit is not None and _sees(unit) else None


def _sees(unit: Unit) -> bool:
    return current.actor.is_admin or current.actor.covers(unit.path)


def _title(code: str) -> Text:
    filing = registry().filing(code)
    return filing.title if filing is not None else UNNAMED


def _state_words() -> dict[str, str]:
    return {"open": _("待报"), "filed": _("按时"), "late": _("逾期报"), "missing": _("未报")}

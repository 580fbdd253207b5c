"""Pages of reports: what the sectors in use offer, and one report with its filters, chart, table and spreadsheet.

Decides that a report's fault is the report's: it is named on its own page, and everything else goes on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe import papers
from kaohe.adoption.models import Adoption
from kaohe.errors import NotFound, Refusal
from kaohe.pages import Pages, choose, current
from kaohe.pages.lists import ListState, whole
from kaohe.pages.workbooks import workbook
from kaohe.papers.views import answer
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.plugins import Registry, Report, ReportData, Sector
from kaohe.reports import printed, tables
from kaohe.reports.reading import Reading
from kaohe.reports.scope import STARTED
from kaohe.tenants import service as tenants

pages = Pages("reports", __name__, "/reports")
PAGES = [pages]
KEPT = ("period", "year", "unit", "person")
_log = logging.getLogger(__name__)


@dataclass
class Built:
    """A report carried out: its data, or the words of what went wrong."""

    sector: Sector
    report: Report
    reading: Reading
    data: ReportData | None
    fault: str = ""


@pages.get("/", allow="reports.read")
def index() -> Any:
    """The reports of the sectors in use, with what each says."""
    registry = _registry()
    codes = tenants.sectors_on(current.session)
    found = [registry.sectors[code] for code in codes if code in registry.sectors]
    lost = [(code, registry.faults.get(code, "")) for code in codes if code not in registry.sectors]
    return render_template("reports/index.html", sectors=found, lost=lost, page_title=_("报表"))


@pages.get("/<sector>/<report>", allow="reports.read")
def show(sector: str, report: str) -> Any:
    """One report."""
    built = _built(sector, report)
    found = _page(built)
    return render_template("reports/show.html", **found), 200 if built.data is not None else 500


@pages.get("/<sector>/<report>/export", allow="reports.read")
def export(sector: str, report: str) -> Any:
    """The report's table as a spreadsheet: the rows of the page, all of them."""
    built = _built(sector, report)
    if built.data is None:
        return render_template("reports/show.html", **_page(built)), 500
    rows = tables.selected(built.data, _state(built), current.language)
    title = built.report.title.say(current.language)
    sheet = tables.sheet(built.data, rows, title=title, about=_about(built), language=current.language)
    of_period = f" {built.reading.period.code}" if built.reading.period else ""
    return workbook(f"{title}{of_period}", sheet)


@pages.get("/<sector>/<report>/pdf", allow="reports.read")
def pdf(sector: str, report: str) -> Any:
    """The report on paper: the rows of the page, all of them."""
    built = _built(sector, report)
    if built.data is None:
        return render_template("reports/show.html", **_page(built)), 500
    tenant = current.tenant
    assert tenant is not None
    rows = tables.selected(built.data, _state(built), current.language)
    paper = printed.paper(
        built.data,
        rows,
        title=built.report.title,
        about=_about(built),
        organisation=tenant.name,
        now=current.now,
        zone=tenant.zone,
        signs=[papers.Place(_("制表")), papers.Place(_("审核")), papers.Place(_("单位盖章"), stamp=True)],
    )
    return answer(paper)


def _registry() -> Registry:
    registry: Registry = current_app.extensions["kaohe"].registry
    return registry


def _built(sector_code: str, code: str) -> Built:
    """Find the report and carry it out; a fault of the plugin is caught, named and logged."""
    sector = _registry().sectors.get(sector_code)
    if sector is None or sector_code not in tenants.sectors_on(current.session):
        raise NotFound
    report = next((report for report in sector.reports if report.code == code), None)
    if report is None:
        raise NotFound
    reading = _reading(sector, report)
    try:
        data = tables.checked(report.build(reading))
    except Refusal:
        raise
    except Exception as error:  # whatever a plugin does wrong must not take the page with it
        _log.exception("report %s of sector %s failed", code, sector_code)
        current.session.rollback()
        return Built(sector, report, _reading(sector, report), None, f"{type(error).__name__}: {error}")
    return Built(sector, report, reading, data)


def _reading(sector: Sector, report: Report) -> Reading:
    """What the report may read: the page's filters, each authorised."""
    period = _period(sector)
    unit: Unit | None = None
    person: Person | None = None
    if "unit" in report.asks and request.args.get("unit"):
        unit = choose(current.session, current.actor, "people.list", "unit", request.args["unit"])
    if "person" in report.asks and request.args.get("person"):
        person = choose(current.session, current.actor, "results.read", "person", request.args["person"])
    return Reading(
        session=current.session,
        actor=current.actor,
        today=current.today,
        now=current.now,
        sector=sector,
        scheme_code=_scheme_code(sector, period),
        language=current.language,
        period=period,
        chosen_year=whole(request.args.get("year"), 0, 1990, 2100) or None if "year" in report.asks else None,
        chosen_unit=unit,
        chosen_person=person,
    )


def _period(sector: Sector) -> Period | None:
    """The period asked for, if it is the sector's; else the sector's current one."""
    asked = request.args.get("period", "")
    if asked:
        period: Period = choose(current.session, current.actor, "periods.read", "period", asked)
        owner = current.session.get(Adoption, period.adoption_id)
        if owner is not None and owner.sector == sector.code and period.state in STARTED:
            return period
    for scheme in sector.schemes:
        found = periods.current(current.session, current.today, scheme.code)
        if found is not None and found.state in STARTED:
            return found
    return None


def _scheme_code(sector: Sector, period: Period | None) -> str:
    owner = current.session.get(Adoption, period.adoption_id) if period else None
    return owner.scheme_code if owner else sector.schemes[0].code


def _state(built: Built) -> ListState:
    codes = [column.code for column in built.data.columns if column.kind != "spark"] if built.data else []
    numbers = (
        [column.code for column in built.data.columns if column.kind in tables.NUMERIC] if built.data else []
    )
    base = url_for("reports.show", sector=built.sector.code, report=built.report.code)
    return ListState.read(request.args, base, sorts=codes, falling=numbers, keep=KEPT, per=100)


def _about(built: Built) -> str:
    """What the report is about, in a line: period or year, unit, person."""
    reading, pieces = built.reading, []
    if "year" in built.report.asks and (reading.chosen_year or "period" not in built.report.asks):
        pieces.append(_("%(n)s 年", n=reading.year))
    elif reading.period is not None:
        pieces.append(periods.title_of(reading.period).say(current.language))
    if reading.chosen_unit is not None:
        pieces.append(reading.chosen_unit.name)
    if reading.chosen_person is not None:
        pieces.append(reading.chosen_person.name)
    return " · ".join(pieces)


def _page(built: Built) -> dict[str, Any]:
    state, reading = _state(built), built.reading
    rows = tables.selected(built.data, state, current.language) if built.data else []
    slot = state.paged(len(rows))
    return {
        "built": built,
        "data": built.data,
        "report": built.report,
        "sector": built.sector,
        "reading": reading,
        "about": _about(built),
        "list": state,
        "page": slot,
        "rows": rows[slot.offset : slot.offset + slot.per],
        "numeric": tables.NUMERIC,
        "heading": tables.heading_of(built.data.columns) if built.data else "",
        "units": _units(reading),
        "periods_choices": _periods(reading),
        "years": _years(reading),
        "person_text": f"{reading.chosen_person.name} · {reading.chosen_person.number}"
        if reading.chosen_person
        else "",
        "page_title": built.report.title.say(current.language),
    }


def _units(reading: Reading) -> list[tuple[str, str]]:
    """The units that the reader may choose."""
    return [
        (str(unit.id), "　" * max(people.depth(unit) - 1, 0) + unit.name)
        for unit in people.units(current.session)
        if reading.admin or current.actor.covers(unit.path)
    ]


def _periods(reading: Reading) -> list[tuple[str, Any]]:
    if reading.period is None:
        return []
    found = current.session.scalars(
        select(Period)
        .where(Period.adoption_id == reading.period.adoption_id, Period.state.in_(STARTED))
        .order_by(Period.starts_on.desc())
    )
    return [(str(period.id), periods.title_of(period)) for period in found]


def _years(reading: Reading) -> list[tuple[str, str]]:
    if reading.period is None:
        return []
    years = current.session.scalars(
        select(Period.starts_on).where(
            Period.adoption_id == reading.period.adoption_id, Period.state.in_(STARTED)
        )
    )
    return [(str(year), str(year)) for year in sorted({day.year for day in years}, reverse=True)]

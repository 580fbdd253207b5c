"""The month report of a kind, as page and as spreadsheet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from kaohe.cases import kinds
from kaohe.cases.report import Month, Tally, month_of
from kaohe.cases.routes import pages, registry, sight
from kaohe.pages.current import current
from kaohe.pages.workbooks import workbook
from kaohe.people import service as people
from kaohe.plugins import CaseKind
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.written import percent, span

MONTHS = 12
MOST_BARS = 20
PARTS = ("in_time", "overtime", "running")
YEARS = range(1990, 2101)


@pages.get("/report", allow="cases.report")
def report() -> Any:
    """How a month of a kind went."""
    offered = kinds.offered(current.session, registry())
    if not offered:
        return render_template("cases/none.html")
    key, kind, first = _asked(offered)
    found = _found(key, kind, first)
    return render_template(
        "cases/report.html",
        offered=offered,
        key=key,
        kind=kind,
        first=first,
        months=_months(current.today, first),
        month=found,
        clocks=_clocks(kind, found),
        units=_units(kind, found),
        chart=_chart(found),
        exact=exact,
        told=told,
    )


@pages.get("/report.xlsx", allow="cases.report")
def report_export() -> Any:
    """The same as a workbook: by clock, and by unit."""
    offered = kinds.offered(current.session, registry())
    if not offered:
        return render_template("cases/none.html")
    key, kind, first = _asked(offered)
    found, language = _found(key, kind, first), current.language
    figures = [
        Column(_("次数"), "whole"), Column(_("按时"), "whole"), Column(_("超时"), "whole"),
        Column(_("在办"), "whole"), Column(_("用时中位数")), Column(_("九成不超过")),
    ]  # fmt: skip
    name = f"{kind.title.say(language)} {first.strftime('%Y-%m')}"
    assert current.tenant is not None
    titles = (
        f"{current.tenant.name} {name}",
        _("登记 %(logged)s 件，办结 %(closed)s 件", logged=found.logged, closed=found.closed),
        *filter(None, [told(found)]),
    )
    by_clock = [[title.say(language), *_figures(tally)] for title, tally in _clocks(kind, found)]
    by_unit = [
        [unit, title.say(language), *_figures(tally)]
        for unit, some in _units(kind, found)
        for title, tally in some
    ]
    return workbook(
        name,
        Sheet(_("按时限"), [Column(_("时限")), *figures], by_clock, titles=titles),
        Sheet(_("按单位"), [Column(_("单位")), Column(_("时限")), *figures], by_unit, titles=titles),
    )


def exact(seconds: Fraction | int | None) -> str:
    """A duration to the second, the half second of a median too."""
    if seconds is None:
        return ""
    whole = int(seconds)
    said = span(whole, current.language)
    return said if whole == seconds else f"{said} ½" if whole < 3600 else said


def _asked(offered: dict[str, CaseKind]) -> tuple[str, CaseKind, date]:
    key = request.args.get("kind", "")
    key = key if key in offered else next(iter(offered))
    try:
        first = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        first = current.today.replace(day=1)
    if first.year not in YEARS:
        first = current.today.replace(day=1)
    return key, offered[key], first


def _found(key: str, kind: CaseKind, first: date) -> Month:
    session = current.session
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return month_of(
        session,
        sight(),
        people.units(session),
        key,
        _midnight(first),
        _midnight(after),
        verdict=kind.verdict,
    )


def _chart(month: Month) -> dict[str, Any] | None:
    """On time, overtime and open of each unit side by side, the twenty with most overtime; None without any."""
    names = {unit.id: unit.name for unit in people.units(current.session)}
    rows = [
        (names[ident], *(sum(getattr(one, part) for one in some.values()) for part in PARTS))
        for ident, some in month.units.items()
    ]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (-row[2], row[0]))[:MOST_BARS]
    words = (_("按时"), _("超时"), _("在办"))
    kinds_ = ("plus", "minus", "ink-2")
    return {
        "data": {
            "x": [row[0] for row in rows],
            "series": [
                {"name": word, "kind": kind, "y": [row[place] for row in rows]}
                for place, (word, kind) in enumerate(zip(words, kinds_, strict=True), start=1)
            ],
            "lying": True,
        },
        "heads": (_("单位"), *words),
        "rows": rows,
        "height": 64 + 34 * len(rows),
    }


def told(month: Month) -> str:
    """The satisfaction in words; "" where the kind has none."""
    said = month.verdict
    if said is None:
        return ""
    if said.share is None:
        return _("满意率：还没有答复")
    share = percent(said.share, 1)
    if said.left_out:
        return _(
            "满意率 %(share)s（%(answered)s 件答复，%(left)s 件未取得答复）",
            share=share, answered=said.answered, left=said.left_out,
        )  # fmt: skip
    return _("满意率 %(share)s（%(answered)s 件答复）", share=share, answered=said.answered)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), current.session.zone).astimezone(UTC)


def _months(today: date, first: date) -> list[date]:
    """The last months to choose from, the one shown among them."""
    found = {first}
    year, month = today.year, today.month
    for _number in range(MONTHS):
        found.add(date(year, month, 1))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return sorted(found, reverse=True)


def _clocks(kind: CaseKind, month: Month) -> list[tuple[Any, Tally]]:
    return [(clock.title, month.clocks[clock.code]) for clock in kind.clocks if clock.code in month.clocks]


def _units(kind: CaseKind, month: Month) -> list[tuple[str, list[tuple[Any, Tally]]]]:
    """The units with their clocks, those with most overtime first."""
    names = {unit.id: unit.name for unit in people.units(current.session)}
    found = [
        (
            names[ident],
            [(clock.title, some[clock.code]) for clock in kind.clocks if clock.code in some],
        )
        for ident, some in month.units.items()
    ]
    return sorted(found, key=lambda one: (-sum(tally.overtime for _, tally in one[1]), one[0]))


def _figures(tally: Tally) -> list[Any]:
    return [
        tally.number, tally.in_time, tally.overtime, tally.running, exact(tally.median), exact(tally.ninetieth),
    ]  # fmt: skip

"""What the pages of consequences show: the list with its filters, its export, the watch list, the wage list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.consequences import service as consequences
from kaohe.consequences.finding import STATES, Wanted
from kaohe.consequences.kinds import kind_said
from kaohe.consequences.models import Proposal
from kaohe.consequences.reading import Proposed
from kaohe.db import read_id
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import Column, Sheet

SORTS = ("when", "who", "unit", "effect")
MOST_PERIODS = 60


def state_word(state: str) -> str:
    """A proposal's state in words."""
    return {
        "open": _("待决定"),
        "accepted": _("已执行"),
        "declined": _("决定不执行"),
        "at_once": _("录入即生效"),
        "withdrawn": _("已撤销"),
    }[state]


def read() -> ListState:
    """The list that the address asks for."""
    return ListState.read(
        request.args,
        request.path,
        sorts=SORTS,
        sort="when",
        direction="desc",
        falling=("when",),
        filters={"state": STATES, "effect": None, "period": None, "unit": None},
    )


def wanted(state: ListState) -> Wanted:
    """What it asks of the proposals; what cannot be read asks for nothing."""
    unit = current.session.get(Unit, read_id(state.filters.get("unit")) or 0)
    return Wanted(
        state=state.filters.get("state", ""),
        q=state.q,
        effect=state.filters.get("effect", ""),
        period_id=read_id(state.filters.get("period")),
        unit_path=unit.path if unit else "",
        sort=state.sort,
        falling=state.falling,
    )


def index_page() -> dict[str, Any]:
    """The variables of the list."""
    state = read()
    asked = wanted(state)
    page = state.paged(consequences.count(current.session, asked))
    rows = consequences.page(current.session, asked, limit=page.per, offset=page.offset)
    units = people.units(current.session)
    return {
        "list": state,
        "page": page,
        "rows": rows,
        "states": [(one, state_word(one)) for one in STATES],
        "effects": [(one, kind_said(one)) for one in _effects()],
        "all_periods": [(one.id, periods.title_of(one)) for one in _periods()],
        "units": [(one.id, one.name) for one in units if one.parent_id is not None],
        "waiting": consequences.count(current.session, Wanted(state="open")),
        "any": bool(rows) or current.session.scalar(select(Proposal.id).limit(1)) is not None,
        "state_word": state_word,
        "title_of": periods.title_of,
        "actor": current.actor,
        "page_title": _("结果运用"),
    }


def _effects() -> list[str]:
    return sorted(current.session.scalars(select(Proposal.effect).distinct()))


def _periods() -> list[Period]:
    called = select(Proposal.period_id).distinct()
    query = select(Period).where(Period.id.in_(called)).order_by(Period.starts_on.desc()).limit(MOST_PERIODS)
    return list(current.session.scalars(query))


def sheet() -> Sheet:
    """Everything that the list finds, as a spreadsheet."""
    asked = wanted(read())
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("周期")),
        Column(_("依据")),
        Column(_("结果运用")),
        Column(_("金额"), "money"),
        Column(_("状态")),
        Column(_("决定人")),
        Column(_("决定时间"), "instant"),
        Column(_("理由")),
    ]
    return Sheet(
        _("结果运用"), columns, _cells(asked), titles=[current.tenant.name if current.tenant else ""]
    )


def _cells(asked: Wanted, at_once: int = 500) -> Iterator[list[Any]]:
    return (_cell(one) for one in consequences.everything(current.session, asked, at_once=at_once))


def _cell(one: Proposed) -> list[Any]:
    said = current.language
    why = one.decision.reason if one.decision else ""
    if one.withdrawal is not None:
        why = one.withdrawal.zh if said == "zh" else one.withdrawal.en
    return [
        one.number,
        one.name,
        one.unit,
        periods.title_of(one.period).say(said),
        one.clause.say(said),
        one.says.say(said),
        one.proposal.amount_fen,
        state_word(one.state),
        one.decided_by or one.withdrawn_by,
        one.decision.at if one.decision else one.withdrawal.at if one.withdrawal else None,
        why,
    ]


def watch_page() -> dict[str, Any]:
    """The variables of the watch list: the last period of each scheme that looks back."""
    found = [
        {
            "period": period,
            "title": periods.title_of(period),
            "rows": consequences.watch(current.session, period),
        }
        for period in consequences.last_periods(current.session)
    ]
    return {"groups": found, "page_title": _("临界名单")}


def watch_sheet() -> Sheet:
    """The watch list as a spreadsheet."""
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("周期")),
        Column(_("接近的后果")),
        Column(_("已有几期"), "whole"),
        Column(_("满几期"), "whole"),
        Column(_("还差几期"), "whole"),
    ]
    said = current.language
    rows = [
        [one.number, one.name, one.unit, group["title"].say(said), one.consequence.say(said), one.matched, one.needed, one.left]
        for group in watch_page()["groups"]
        for one in group["rows"]
    ]  # fmt: skip
    return Sheet(_("临界名单"), columns, rows)


def wage_periods() -> list[Period]:
    """The periods with adjustments, the newest first."""
    from kaohe.consequences.wages import ON_PAYROLL

    called = select(Proposal.period_id).where(Proposal.effect.in_(ON_PAYROLL)).distinct()
    query = select(Period).where(Period.id.in_(called)).order_by(Period.starts_on.desc()).limit(MOST_PERIODS)
    return list(current.session.scalars(query))


def wage_page() -> dict[str, Any]:
    """The variables of the wage list of a period: the one asked for, else the newest."""
    there = wage_periods()
    asked = read_id(request.args.get("period"))
    period = next((one for one in there if one.id == asked), there[0] if there else None)
    waiting = 0
    if period is not None:
        waiting = consequences.count(
            current.session, Wanted(state="open", effect="wage", period_id=period.id)
        )
    return {
        "there": [(one.id, periods.title_of(one)) for one in there],
        "here": period,
        "title": periods.title_of(period) if period else None,
        "rows": consequences.wages(current.session, period) if period else [],
        "waiting": waiting,
        "page_title": _("工资调整表"),
    }


def wage_sheet() -> Sheet:
    """The wage list for payroll."""
    found = wage_page()
    said = current.language
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("得分"), "number"),
        Column(_("工资增减 %"), "number"),
        Column(_("金额"), "money"),
        Column(_("依据")),
        Column(_("决定人")),
    ]
    rows = [
        [
            row.one.number,
            row.one.name,
            row.one.unit,
            row.score,
            row.percent,
            row.amount_fen,
            row.one.clause.say(said),
            row.one.decided_by,
        ]
        for row in found["rows"]
    ]
    titles = [_("工资调整表"), found["title"].say(said)] if found["title"] else [_("工资调整表")]
    return Sheet(_("工资调整表"), columns, rows, titles=titles)

"""The list of entries as a spreadsheet: its columns, and a row for each entry."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from kaohe.entries import (
    origins,
    scene,
)
from kaohe.entries.shown import EntryView
from kaohe.pages.current import current
from kaohe.reports.spreadsheet import Column
from kaohe.scheme import Escalating, Scheme, Text
from kaohe.scheme.validate import effects_of


def columns(shown: scene.Scene) -> list[Column]:
    """The columns, by what the list is about."""
    of_units = shown.of_units
    return [
        Column(_("日期"), "date"),
        Column(_("编号") if of_units else _("工号")),
        Column(shown.who.say(current.language) if of_units else _("姓名")),
        Column(_("上级单位") if of_units else _("部门")),
        Column(_("考核项目")),
        Column(_("考核细则")),
        Column(_("数值"), "number"),
        Column(_("本条分值"), "number"),
        *([Column(_("金额（元）"), "number")] if has_amounts(shown.scheme) else []),
        Column(_("理由"), width=40),
        Column(_("状态")),
        Column(_("补记")),
        Column(_("撤回理由")),
        Column(_("来源")),
        Column(_("录入人")),
        Column(_("录入时间"), "instant"),
        Column(_("佐证数"), "whole"),
    ]


def has_amounts(scheme: Scheme) -> bool:
    """Whether an entry under some clause calls for money."""
    return any(
        one.low_fen is not None
        for clause in scheme.clauses()
        if not clause.items
        for number in range(1, _steps(clause.rule) + 1)
        for one in effects_of(scheme, clause.id, number)
    )


def _steps(rule: Any) -> int:
    return len(rule.steps) if isinstance(rule, Escalating) else 1


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def cells(shown: scene.Scene, views: list[EntryView]) -> Iterator[list[Any]]:
    """A row for each entry, as the list shows it."""
    states = {"valid": _("有效"), "corrected": _("已更正"), "withdrawn": _("已撤回")}
    language = current.language
    amounts = has_amounts(shown.scheme)
    for view in views:
        entry, found = view.entry, shown.scheme.find(view.entry.clause_id)
        yield [
            entry.happened_on,
            view.staff_number,
            view.name,
            view.unit,
            found.part.title.say(language) if found and found.part else "",
            found.title.say(language) if found else "",
            entry.quantity,
            entry.points if view.moved is None else view.moved,
            *([_yuan(entry.amount_fen)] if amounts else []),
            view.reason or "",
            states[view.state],
            _("补记") if entry.found_late else "",
            view.withdrawn_because,
            (origins.title_of(entry.origin) or Text("", "")).say(language),
            view.recorder or _("系统"),
            entry.recorded_at,
            len(view.files),
        ]

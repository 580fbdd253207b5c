"""The league as a spreadsheet, with the columns that its readers know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from kaohe.entries import wording
from kaohe.pages import current
from kaohe.periods import service as periods
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.results.classes import class_of
from kaohe.results.explained import WORDS
from kaohe.results.grouping import group_said, ranking_fact, where_said
from kaohe.results.league_lines import Line
from kaohe.results.listing import Shown
from kaohe.scheme import Grade


def sheet(asked: Shown) -> Sheet:
    """The same lines as a spreadsheet, all pages."""
    columns = [
        Column(_("名次"), "whole"),
        Column(_("并列"), "whole"),
        *_who_columns(asked),
        Column(_("得分"), "number"),
        *(_more_columns(asked) if asked.full else []),
        Column(_("说明")),
    ]
    title = periods.title_of(asked.period).say(current.language)
    state = (
        _("暂计，未公示")
        if asked.league.live
        else periods.STATE_WORDS[asked.period.state].say(current.language)
    )
    many = wording.counted(len(asked.lines), asked.league.scheme, asked.period)
    whole = _("共 %(many)s", many=many)
    heads = (f"{_('考核榜单')} · {title}", f"{state} · {whole}")
    return Sheet(_("榜单"), columns, _cells(asked), titles=heads)


def _more_columns(asked: Shown) -> list[Column]:
    """What only those see who read everybody's result."""
    shared = [Column(_("强制分布"))] if asked.league.scheme.distribution is not None else []
    return [Column(_("等次")), *shared, Column(_("较上期"), "number")]


def _who_columns(asked: Shown) -> list[Column]:
    """The columns that say who a line is, in the words for people or for units."""
    scheme = asked.league.scheme
    fact = ranking_fact(scheme)
    within = [Column(_("%(where)s名次", where=where_said(scheme)), "whole")]
    within += [Column(fact.title.say(current.language))] if fact is not None else []
    if scheme.subject == "person":
        number = [Column(_("工号"))] if asked.full else []
        return [*within, Column(_("姓名")), *number, Column(_("部门"))]
    named = wording.word("unit", asked.period).say(current.language)
    number = [Column(_("编号"))] if asked.full else []
    return [*within, Column(named), *number, Column(_("上级单位"))]


def _cells(asked: Shown) -> Iterator[Sequence[Any]]:
    language = current.language
    grouped = ranking_fact(asked.league.scheme) is not None
    for line in asked.lines:
        opened = asked.opened(line)
        grade = asked.league.scheme.grade(line.grade or "") if opened else None
        tied = line.tied_all if (line.tied_all or 0) > 1 else None
        yield [
            line.rank_all,
            tied,
            line.rank_unit,
            *([group_said(asked.league.scheme, line)] if grouped else []),
            line.name,
            *([line.number if opened else None] if asked.full else []),
            line.unit,
            line.points,
            *(_more_cells(asked, line, grade) if asked.full else []),
            WORDS[line.word].say(language) if line.word else None,
        ]


def _more_cells(asked: Shown, line: Line, grade: Grade | None) -> list[Any]:
    opened = asked.opened(line)
    shared = [class_of(asked.league, line) if opened else None]
    return [
        grade.title.say(current.language) if grade else None,
        *(shared if asked.league.scheme.distribution is not None else []),
        line.change if opened else None,
    ]

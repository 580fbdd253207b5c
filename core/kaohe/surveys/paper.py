"""What leaves the browser: the codes of links as drawings, and the spreadsheets of the list and of results."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno
from flask_babel import gettext as _
from markupsafe import Markup

from kaohe.pages import current
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.surveys import results_shown, service
from kaohe.surveys.closing import rounded
from kaohe.surveys.models import HeldSurvey


def code(address: str) -> Markup:
    """The QR code of an address as an SVG drawing; modules are black on white, whatever the page's colours."""
    target = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    made.save(
        target,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=4,
        light="#fff",
        omitsize=True,
        svgclass="k-qr",
        lineclass=None,
    )
    return Markup(target.getvalue().decode())  # noqa: S704  # drawn here from an address of ours, escaped by its maker


def words() -> dict[str, dict[str, str]]:
    """Kinds and states of surveys in words."""
    return {
        "kind": {"questionnaire": _("问卷"), "ballot": _("投票"), "opinion": _("评议")},
        "state": {"draft": _("草稿"), "open": _("作答中"), "closed": _("已结束")},
    }


def list_sheet(rows: Sequence[Any]) -> Sheet:
    """The list of surveys."""
    said = words()
    return Sheet(
        _("问卷与投票"),
        [
            Column(_("题目")),
            Column(_("种类")),
            Column(_("状态")),
            Column(_("开始日"), "date"),
            Column(_("截止日"), "date"),
            Column(_("已答"), "whole"),
        ],
        [
            (
                row.title.say(current.language),
                said["kind"][row.survey.kind],
                said["state"][row.survey.state],
                row.survey.opens_on,
                row.survey.closes_on,
                row.sheets,
            )
            for row in rows
        ],
        titles=[_("问卷与投票")],
    )


def result_sheets(survey: HeldSurvey) -> list[Sheet]:
    """What may be shown of a survey's results: votes, or answers by subject, question and group, and the texts."""
    names = service.subject_names(current.session, survey)
    title = service.title_of(survey).say(current.language)
    election = service.election(current.session, survey)
    if survey.kind == "ballot":
        return [_votes(title, names, election)]
    blocks = results_shown.blocks(survey, names)
    notes = [_("不足 %(n)s 份的不显示", n=survey.minimum)]
    return [
        Sheet(_("结果"), _columns(), list(_rows(blocks)), titles=[title], notes=notes),
        Sheet(
            _("分组"),
            [
                Column(_("对象")),
                Column(_("问题")),
                Column(_("分组")),
                Column(_("份数"), "whole"),
                Column(_("平均"), "number"),
            ],
            list(_group_rows(blocks)),
            titles=[title],
            notes=notes,
        ),
        Sheet(
            _("意见和建议"),
            [Column(_("对象")), Column(_("问题")), Column(_("意见"), width=60)],
            [
                (_name(block), item.question.title.say(current.language), text)
                for block in blocks
                for item in block.items
                for text in item.texts
            ],
            titles=[title],
            notes=[_("次序是随机的")],
        ),
    ]


def _name(block: results_shown.ShownBlock) -> str:
    return block.name or _("整个单位")


def _columns() -> list[Column]:
    return [
        Column(_("对象")),
        Column(_("问题")),
        Column(_("回答")),
        Column(_("人数"), "whole"),
        Column(_("份数"), "whole"),
        Column(_("占比 %"), "number", decimals=1),
        Column(_("平均"), "number"),
        Column(_("满意率 %"), "number", decimals=1),
    ]


def _rows(blocks: list[results_shown.ShownBlock]) -> Any:
    for block in blocks:
        for item in block.items:
            mean = None if item.mean is None else rounded(item.mean, 2)
            satisfied = None if item.satisfied is None else rounded(item.satisfied * 100, 1)
            title = item.question.title.say(current.language)
            for share in item.shares:
                part = rounded(results_shown.Fraction(share.count, share.of) * 100, 1) if share.of else None
                yield (
                    _name(block), title, share.title.say(current.language), share.count, share.of, part, mean, satisfied,
                )  # fmt: skip


def _group_rows(blocks: list[results_shown.ShownBlock]) -> Any:
    for block in blocks:
        for item in block.items:
            for title, mean, n in item.groups:
                if mean is not None:
                    yield (
                        _name(block),
                        item.question.title.say(current.language),
                        title.say(current.language),
                        n,
                        rounded(mean, 2),
                    )


def _votes(title: str, names: dict[int, str], election: Any) -> Sheet:
    rows = []
    for one in election.candidates if election and election.shown else []:
        word = _("当选") if one.elected else _("并列待定") if one.tied and election.open_places else ""
        rows.append((one.place, names.get(one.subject_id, ""), one.votes, word))
    columns = [Column(_("名次"), "whole"), Column(_("姓名")), Column(_("票数"), "whole"), Column(_("结果"))]
    return Sheet(_("结果"), columns, rows, titles=[title])

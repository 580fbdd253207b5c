"""The result sheet and the league on paper: what their pages show to this viewer, as PDF.

Decides nothing about visibility: both take what `showing` and `listing` selected for the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from kaohe import papers
from kaohe.pages import current
from kaohe.pages.panels import panels
from kaohe.papers import Column, Facts, Heading, Paper, Paragraph, Place, Signatures, Table
from kaohe.papers.sheets import table_of
from kaohe.periods import service as periods
from kaohe.results import league_sheet, listing
from kaohe.results.explained import OneResult


def sheet_paper(found: dict[str, Any]) -> Paper:
    """The result sheet of one subject, to be signed; `found` are the variables of its page."""
    one: OneResult = found["one"]
    return _paper(
        _("%(scheme)s · 结果单", scheme=one.scheme.title.say(current.language)),
        found["period_title"],
        f"{found['state']['title']} · {found['state']['text']}",
        list(_sheet_blocks(found, one)),
    )


def _paper(title: str, period: Any, note: str, blocks: Sequence[papers.Block], **more: Any) -> Paper:
    tenant = current.tenant
    assert tenant is not None
    return Paper(
        title,
        tenant.name,
        current.now,
        period=period,
        note=note,
        blocks=blocks,
        zone=tenant.zone,
        **more,
    )


def _sheet_blocks(found: dict[str, Any], one: OneResult) -> Iterator[papers.Block]:
    facts = [*_who(one), *_score(found, one)]
    yield Facts(facts, across=5 if len(facts) > 8 else 4)
    if one.missing:
        yield Paragraph(_("缺：") + _("、").join(each.say(current.language) for each in one.missing), "warn")
    elif one.left_out:
        yield Paragraph(
            _("缺，不计入：") + _("、").join(each.say(current.language) for each in one.left_out), "warn"
        )
    if one.dimensions:
        yield Heading(_("各项得分"))
        yield _dimensions(one)
    if found["chart"]:
        yield papers.Chart("line", found["chart"]["data"], title=_("近 %(n)s 期", n=len(one.line)), height=92)
    records = list(_records(one))
    if records:
        yield Heading(_("加减分记录"))
        yield _entries(records)
    if one.score is not None and one.told:
        yield Heading(_("计算说明"))
        for told in one.told:
            words = (told.title.say(current.language), told.text.say(current.language))
            yield Paragraph(_("：").join(words), "quiet")
    for each in panels("results.sheet", period=one.period, subject=found["person"]):
        yield Paragraph(each.striptags())
    signer = _("负责人签字") if found["of_unit"] else _("本人签字")
    yield Signatures([Place(signer), Place(_("考核人")), Place(_("单位盖章"), stamp=True)])


def _who(one: OneResult) -> list[tuple[Any, ...]]:
    who = one.who
    span = f"{one.period.starts_on} — {one.period.ends_on}"
    pairs: list[tuple[Any, ...]] = [
        (_("姓名") if who.unit and who.unit.id != one.subject_id else _("考核对象"), who.name, "strong")
    ]
    if who.number:
        pairs.append((_("工号"), who.number))
    if who.unit and who.unit.id != one.subject_id:
        pairs.append((_("部门"), who.unit.name))
    if who.position:
        pairs.append((_("职务"), who.position))
    pairs += [(title, value) for title, value in who.facts]
    return [*pairs, (_("考核期间"), span)]


def _score(found: dict[str, Any], one: OneResult) -> list[tuple[Any, ...]]:
    rank = found["ranks"].said() if found["ranks"] else "—"
    score = (one.score, "score") if one.score is not None else (one.why or None, "score")
    return [
        (_("暂计总分") if one.live else _("总分"), *score),
        (_("等次"), one.grade.title if one.grade else "—"),
        (_("名次"), rank),
        (_("方案版本"), _("第 %(n)s 版", n=one.revision)),
    ]


def _dimensions(one: OneResult) -> Table:
    return Table(
        [Column(_("考核项目")), Column(_("满分"), "score"), Column(_("得分"), "score")],
        [[row["title"], _("加分") if row["outside"] else row["of"], row["score"]] for row in one.dimensions],
    )


def _records(one: OneResult) -> Iterator[tuple[Any, Any]]:
    for section in one.sections:
        for clause in section.clauses:
            for line in clause.entries:
                if line.view.state == "valid":
                    yield clause, line


def _entries(records: Sequence[tuple[Any, Any]]) -> Table:
    language = current.language
    rows = []
    for clause, line in records:
        cite = f" {clause.cite.say(language)}" if clause.cite else ""
        reason = " ".join(
            text for text in (line.view.reason, line.word.say(language) if line.word else "") if text
        )
        rows.append(
            [
                line.view.entry.happened_on,
                clause.title.say(language) + cite,
                reason,
                line.view.recorder or _("系统"),
                "" if line.moved is None else line.moved,
            ]
        )
    return Table(
        [
            Column(_("日期"), "date"),
            Column(_("细则")),
            Column(_("理由")),
            Column(_("记录人")),
            Column(_("分"), "points"),
        ],
        rows,
    )


def league_paper(asked: listing.Shown) -> Paper:
    """The league as the page selects and orders it: all its lines, their distribution, and places to sign."""
    sheet = league_sheet.sheet(asked)
    title = _("考核榜单")
    if asked.unit is not None:
        title = f"{title} · {asked.unit.name}"
    blocks: list[papers.Block] = []
    if asked.numbers.scored:
        blocks.append(Facts(_numbers(asked), across=4))
        spread = listing.distribution(asked.numbers)
        if spread:
            words = _("得分分布，每柱 %(n)s 分", n=spread["step"])
            blocks.append(papers.Chart("bars", spread["data"], title=words, height=120))
    blocks.append(table_of(sheet, {_("得分"): "score", _("较上期"): "points"}))
    blocks.append(Signatures([Place(_("制表")), Place(_("审核")), Place(_("单位盖章"), stamp=True)]))
    return _paper(title, periods.title_of(asked.period), sheet.titles[1], blocks, orientation="auto")


def _numbers(asked: listing.Shown) -> list[tuple[Any, ...]]:
    numbers = asked.numbers
    return [
        (_("有得分"), f"{numbers.scored} / {numbers.people}"),
        (_("平均"), numbers.mean, "score"),
        (_("中位"), numbers.median, "score"),
        (_("最低"), numbers.lowest, "score"),
    ]

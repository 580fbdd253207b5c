"""Money on paper: the receipt or form of a movement, and somebody's statement, as PDF.

Decides nothing about visibility: both take what their pages show to this viewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from kaohe import papers, written
from kaohe.ledger import purposes
from kaohe.ledger import service as ledger
from kaohe.ledger.capitals import capitals
from kaohe.ledger.papers import Paper as Moved
from kaohe.pages import current
from kaohe.papers import Column, Facts, Heading, Paper, Paragraph, Place, Signatures, Table
from kaohe.people.models import Person, Unit


def movement_paper(found: Moved) -> Paper:
    """A receipt, a refund form, a settlement …: the amount in figures and in words, and places to sign."""
    return _paper(found.title, _("编号 %(n)s", n=found.serial), list(_movement_blocks(found)))


def _movement_blocks(found: Moved) -> Iterator[papers.Block]:
    language, cash = current.language, found.cash_fen
    amount = _("退还金额") if cash < 0 else (_("收取金额") if cash > 0 else _("金额"))
    yield Facts(
        [
            (_("日期"), found.movement.happened_on, "date"),
            (_("持有单位"), found.holder),
            (_("姓名"), found.who, "strong"),
            (_("工号"), found.number or "—"),
            (_("款项"), found.account.say(language) if found.account else "—"),
            *([(_("实际费用"), cost, "money")] if (cost := found.movement.cost_fen) is not None else []),
            (amount, found.figure_fen, "money"),
            (_("人民币大写"), capitals(found.figure_fen), "strong"),
        ],
        across=2,
    )
    if found.reason:
        yield Paragraph(_("说明") + _("：") + found.reason)
    yield Heading(_("分录"))
    yield Table(
        [Column(_("借方")), Column(_("贷方")), Column(_("金额"), "money")],
        [
            [
                f"{line.debit.say(language)} {line.debit_of}",
                f"{line.credit.say(language)} {line.credit_of}",
                line.amount_fen,
            ]
            for line in found.lines
        ],
    )
    when = written.moment(found.movement.posted_at, language=language, zone=str(current.session.zone))
    yield Paragraph(_("由 %(who)s 于 %(when)s 入账", who=found.by or _("系统"), when=when), "quiet")
    yield Signatures([Place(_("本人签字")), Place(_("经手人")), Place(_("单位盖章"), stamp=True)])


def statement_paper(
    subject: Person | Unit, found: Sequence[ledger.AccountStatement], first: date | None, last: date | None
) -> Paper:
    """Somebody's statement over a stretch of days, account by account."""
    kinds = {one.code: one.title for one in ledger.book_of(current.session).kinds}
    blocks: list[papers.Block] = []
    for one in found:
        title = kinds.get(one.account.kind)
        blocks.append(Heading(title.say(current.language) if title else one.account.kind))
        blocks.append(
            Facts(
                [
                    (_("持有单位"), one.holder),
                    (_("承前余额"), one.before_fen, "money"),
                    (_("余额"), one.after_fen, "money"),
                ]
            )
        )
        blocks.append(_changes(one))
    blocks.append(Signatures([Place(_("本人签字")), Place(_("经手人")), Place(_("单位盖章"), stamp=True)]))
    name = f"{subject.name} {subject.number}" if isinstance(subject, Person) else subject.name
    title = _("%(name)s 的账户", name=subject.name)
    return _paper(title, name, blocks, period=_span(first, last))


def _span(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return ""
    language = current.language
    start = written.date(first, language) if first else ""
    return f"{start} — {written.date(last or current.today, language)}".strip()


def _changes(one: ledger.AccountStatement) -> Table:
    language = current.language
    rows: list[list[Any]] = []
    for line in one.lines:
        said = purposes.purpose_said(line.movement.purpose).say(language)
        if line.reversed_by:
            said += _("（已冲正）")
        rows.append(
            [
                line.movement.happened_on,
                _("：").join(text for text in (said, line.reason) if text),
                line.change_fen if line.change_fen > 0 else "",
                -line.change_fen if line.change_fen < 0 else "",
                line.after_fen,
                line.by or _("系统"),
            ]
        )
    return Table(
        [
            Column(_("日期"), "date"),
            Column(_("事项"), share=2.0),
            Column(_("增加"), "money"),
            Column(_("减少"), "money"),
            Column(_("余额"), "money"),
            Column(_("经手")),
        ],
        rows,
        totals=["", _("合计"), one.in_fen, one.out_fen, one.after_fen, ""],
        empty=_("这段时间没有收支。"),
    )


def _paper(title: Any, note: str, blocks: Sequence[papers.Block], period: Any = "") -> Paper:
    tenant = current.tenant
    assert tenant is not None
    return Paper(title, tenant.name, current.now, period=period, note=note, blocks=blocks, zone=tenant.zone)

"""A filing on paper: the version that stands, field by field, with places to sign; what its page shows, as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from kaohe import papers, written
from kaohe.filings.models import Due
from kaohe.pages import current


def form_paper(about: dict[str, Any]) -> papers.Paper:
    """The form of a due; `about` are the variables of its page."""
    due: Due = about["due"]
    tenant = current.tenant
    assert tenant is not None
    note = ""
    if about["versions"]:
        one, _who, _shown = about["versions"][0]
        when = written.moment(one.at, language=current.language, zone=tenant.zone)
        note = _("第 %(n)s 版，%(at)s 报送", n=one.number, at=when)
    return papers.Paper(
        about["title"],
        tenant.name,
        current.now,
        period=f"{due.starts_on.isoformat()} — {due.ends_on.isoformat()}",
        note=note,
        blocks=list(_blocks(about, due)),
        zone=tenant.zone,
        orientation="auto",
    )


def _blocks(about: dict[str, Any], due: Due) -> Iterator[papers.Block]:
    yield papers.Facts(
        [
            (_("谁报"), about["name"], "strong"),
            (_("截止"), due.due_at, "moment"),
            (_("首次报送"), due.filed_at or _("还没有"), "moment"),
        ]
    )
    if not about["versions"]:
        yield papers.Paragraph(_("还没有报送"), "quiet")
        return
    _one, who, shown = about["versions"][0]
    plain = [field for field in shown if not field.heads]
    if plain:
        rows = [[field.title.say(current.language), field.text] for field in plain]
        yield papers.Table([papers.Column(_("项目")), papers.Column(_("内容"), share=3.0)], rows)
    for field in shown:
        if field.heads:
            yield papers.Heading(field.title)
            yield _lines(field)
    yield papers.Signatures(
        [
            papers.Place(_("填报人"), name=who),
            papers.Place(_("负责人签字")),
            papers.Place(_("单位盖章"), stamp=True),
        ]
    )


def _lines(field: Any) -> papers.Table:
    """The lines of a field that has several, as its page writes them."""
    columns = [papers.Column("#"), *(papers.Column(title, share=2.0) for title, _kind in field.heads)]
    rows = [[str(number), *map(str, line)] for number, line in enumerate(field.lines, start=1)]
    totals = [_("合计"), *map(str, field.totals)] if field.totals else None
    return papers.Table(columns, rows, totals)

"""Why a paper is not made, in both languages."""

from __future__ import annotations

from kaohe.errors import Refusal


class PaperTooLong(Refusal):
    """More pages than one PDF is made with."""

    zh = "这份文件约有 {pages} 页，超过 PDF 的上限 {limit} 页。请先筛选（例如按部门），或导出 Excel。"
    en = "This paper would have about {pages} pages; a PDF has {limit} at most. Narrow it down, for instance by unit, or export it as a spreadsheet."
    status = 413


class PaperTooSlow(Refusal):
    """The renderer did not end within its time or memory."""

    zh = "PDF 在限定的时间内没有排好。请先筛选再试，或导出 Excel。"
    en = "The PDF was not laid out within the time allowed. Narrow it down and try again, or export a spreadsheet."
    status = 503


class PaperBusy(Refusal):
    """Others' papers are being laid out; the turn did not come in time."""

    zh = "正在生成的 PDF 较多，请稍后再试。"
    en = "Many PDFs are being made at the moment. Try again in a little while."
    status = 503


class PaperGone(Refusal):
    """A paper that was made in the background is kept for some days only."""

    zh = "这份 PDF 已过保存期（{days} 天）被清除，请重新生成。"
    en = "This PDF was kept for {days} days and is gone. Make it again."
    status = 410

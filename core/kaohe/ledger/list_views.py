"""The lists of money: everybody's balances, and what is withheld from wages in a month; both as spreadsheets too."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, render_template

from kaohe.ledger import listing
from kaohe.ledger.routes import pages
from kaohe.pages import current
from kaohe.reports.spreadsheet import MEDIA_XLSX, Sheet, write_workbook


@pages.get("/", allow="money.list")
def index() -> Any:
    """Everybody's balances."""
    return render_template("ledger/index.html", **listing.index_page())


@pages.get("/export", allow="money.list")
def export() -> Any:
    """The list as a spreadsheet."""
    return _workbook(listing.sheet(), "balances.xlsx")


@pages.get("/payroll", allow="money.list")
def payroll() -> Any:
    """What is withheld from wages in a month."""
    return render_template("ledger/payroll.html", **listing.payroll_page())


@pages.get("/payroll/export", allow="money.list")
def payroll_export() -> Any:
    """The month's list for payroll."""
    return _workbook(listing.payroll_sheet(), "payroll.xlsx")


def _workbook(sheet: Sheet, name: str) -> Response:
    target = BytesIO()
    zone = ZoneInfo(current.tenant.zone if current.tenant else "Asia/Shanghai")
    write_workbook(target, [sheet], now=current.now, zone=zone)
    answer = Response(target.getvalue(), mimetype=MEDIA_XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer

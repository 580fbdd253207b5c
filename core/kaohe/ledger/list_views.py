"""The lists of money: everybody's balances, and what is withheld from wages in a month; both as spreadsheets too."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from kaohe.ledger import listing
from kaohe.ledger.routes import pages
from kaohe.pages import current
from kaohe.pages.workbooks import workbook


@pages.get("/", allow="money.list")
def index() -> Any:
    """Everybody's balances."""
    return render_template("ledger/index.html", **listing.index_page())


@pages.get("/export", allow="money.list")
def export() -> Any:
    """The list as a spreadsheet."""
    return workbook(f"{_('保证金与罚款')} {current.today}", listing.sheet())


@pages.get("/payroll", allow="money.list")
def payroll() -> Any:
    """What is withheld from wages in a month."""
    return render_template("ledger/payroll.html", **listing.payroll_page())


@pages.get("/payroll/export", allow="money.list")
def payroll_export() -> Any:
    """The month's list for payroll."""
    return workbook(f"{_('工资代扣表')} {listing.month_asked()[0]:%Y-%m}", listing.payroll_sheet())

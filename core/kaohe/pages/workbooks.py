"""What is shown as a table, as a file to be kept."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from kaohe.pages.current import current
from kaohe.reports.spreadsheet import MEDIA_XLSX, Sheet, write_workbook


def workbook(name: str, *sheets: Sheet) -> Response:
    """The sheets as `name`.xlsx, with moments in the organisation's time."""
    target = BytesIO()
    write_workbook(target, sheets, now=current.now, zone=current.session.zone)
    target.seek(0)
    return send_file(target, mimetype=MEDIA_XLSX, as_attachment=True, download_name=f"{name}.xlsx")

"""What the start page says of cases: how many one's unit holds, and how many of them are overdue."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kaohe.cases import kinds, reading
from kaohe.cases.routes import registry, sight
from kaohe.pages.current import current
from kaohe.people import service as people


def items() -> list[dict[str, Any]]:
    """One line where there is something overdue, or something open with one's own unit; none without kinds of cases."""
    if not kinds.offered(current.session, registry()):
        return []
    opened, late = reading.counts(current.session, sight(), people.units(current.session), current.now)
    if late:
        return [
            {
                "icon": "alarm",
                "title": _("工单超时 %(n)s 件", n=late),
                "text": _("在办 %(n)s 件", n=opened),
                "url": url_for("cases.index", standing="overdue"),
                "action": _("去办"),
                "due": ("minus", _("已超时")),
            }
        ]
    if not opened:
        return []
    return [
        {
            "icon": "headset",
            "title": _("在办工单 %(n)s 件", n=opened),
            "text": "",
            "url": url_for("cases.index"),
            "action": _("去看"),
        }
    ]

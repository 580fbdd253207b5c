"""What the start page says of filings: what one has to file, the soonest first, and how many missed ones are locked.

Nothing where no sector declares any.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from kaohe.filings import listing, service
from kaohe.filings.models import Due
from kaohe.pages.current import current
from kaohe.plugins import Registry
from kaohe.tenants import service as tenants

MOST = 5


def items() -> list[dict[str, Any]]:
    """The filings that can be filed now, those that are late say so; after them one line for all that cannot any more."""
    known = current_app.extensions["kaohe"].registry
    on = tenants.sectors_on(current.session)
    if not any(known.sectors[code].filings for code in on if code in known.sectors):
        return []
    whose = listing.Mine(current.actor, known, current.now)
    found = [
        _item(known, due, name) for due, name in listing.mine(current.session, whose, "open", limit=MOST)
    ]
    locked = listing.how_many(current.session, whose, "locked")
    return [*found, _locked(locked)] if locked else found


def _item(known: Registry, due: Due, name: str) -> dict[str, Any]:
    filing = known.filing(due.filing)
    assert filing is not None  # what no sector declares is not open
    until = due.due_at.astimezone(current.session.zone).date().isoformat()
    late = service.state_of(due, current.now) == "missing"
    return {
        "icon": "send",
        "title": filing.title,
        "text": f"{name} · {due.starts_on.isoformat()} — {due.ends_on.isoformat()}",
        "url": url_for("filings.file", due=due.id),
        "action": _("去填"),
        "due": ("minus", _("已到期")) if late else ("warn", _("截止 %(day)s", day=until)),
    }


def _locked(count: int) -> dict[str, Any]:
    return {
        "icon": "lock",
        "title": _("%(n)s 项漏报已锁定", n=count),
        "text": _("截止日已过，已锁定。确有原因的，请管理员解锁。"),
        "url": url_for("filings.index", show="locked"),
    }

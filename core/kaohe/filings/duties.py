"""What the start page says of filings: what one has to file, the soonest first; nothing where no sector declares any."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from kaohe.filings import listing, service
from kaohe.pages.current import current
from kaohe.tenants import service as tenants

MOST = 5


def items() -> list[dict[str, Any]]:
    """The filings that can be filed now; those that are late say so."""
    known = current_app.extensions["kaohe"].registry
    on = tenants.sectors_on(current.session)
    if not any(known.sectors[code].filings for code in on if code in known.sectors):
        return []
    found: list[dict[str, Any]] = []
    for due, name in listing.mine(current.session, current.actor, done=False, limit=4 * MOST, offset=0):
        filing = known.filing(due.filing)
        if filing is None or service.is_locked(due, filing, current.now) or len(found) >= MOST:
            continue
        late = service.state_of(due, current.now) == "missing"
        found.append(
            {
                "icon": "send",
                "title": filing.title,
                "text": f"{name} · {due.starts_on.isoformat()} — {due.ends_on.isoformat()}",
                "url": url_for("filings.file", due=due.id),
                "action": _("去填"),
                "due": ("minus", _("已到期"))
                if late
                else (
                    "warn",
                    _("截止 %(day)s", day=due.due_at.astimezone(current.session.zone).date().isoformat()),
                ),
            }
        )
    return found

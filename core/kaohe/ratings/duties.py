"""What the start page says of ratings: the sheets that one has not finished; nothing where no sector declares raters."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from kaohe.pages.current import current
from kaohe.periods.service import title_of
from kaohe.ratings import listing
from kaohe.tenants import service as tenants

LATEST = 6


def items() -> list[dict[str, Any]]:
    """The open sheets with values still to give."""
    known = current_app.extensions["kaohe"].registry
    on = tenants.sectors_on(current.session)
    if not any(known.sectors[code].raters for code in on if code in known.sectors):
        return []
    rounds = listing.my_rounds(current.session, known, current.actor.person_id, limit=LATEST)
    return [
        {
            "icon": "star",
            "title": _("评分表"),
            "text": f"{title_of(here.period).say(current.language)} · {here.title.say(current.language)} {given} / {wanted}",
            "url": url_for("ratings.sheet", rating_round=here.round.id),
            "action": _("去评分"),
            "due": (
                "warn",
                _("截止 %(day)s", day=here.round.due_at.astimezone(current.session.zone).date().isoformat()),
            ),
        }
        for here, wanted, given in rounds
        if here.state(current.now) == "open" and given < wanted
    ]

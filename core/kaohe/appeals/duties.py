"""What the start page lists of signing and appealing: a result to sign, appeals to decide, decisions to carry out."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select

from kaohe.appeals import service
from kaohe.appeals.models import Signature
from kaohe.pages import current
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run

MOST_TO_SIGN = 12


def items() -> list[dict[str, Any]]:
    """Everything that this person has to do here."""
    found = [_to_sign(*one) for one in _unsigned()]
    if current.actor.is_admin:
        found += _to_decide()
    return found


def _unsigned() -> list[tuple[Period, int, str | None]]:
    """The standing results of published periods that this person has not signed: the own ones, and those of the units
    that the person heads; (period, subject, the unit's name)."""
    signed = exists().where(Signature.run_id == Run.id, Signature.subject_id == Result.subject_id)
    query = (
        select(Period, Result.subject_id, Unit.name)
        .join(Run, (Run.period_id == Period.id) & Run.standing.is_(True))
        .join(Result, Result.run_id == Run.id)
        .outerjoin(Unit, Unit.id == Result.subject_id)
        .where(
            Result.subject_id.in_(service.speaks_for(current.session, current.actor)),
            Period.state == "published",
            Result.inputs != "",
            ~signed,
        )
        .order_by(Period.starts_on, Unit.path)
        .limit(MOST_TO_SIGN)
    )
    return [(row[0], row[1], row[2]) for row in current.session.execute(query)]


def _to_sign(period: Period, subject_id: int, unit: str | None) -> dict[str, Any]:
    title = periods.title_of(period).say(current.language)
    over = current.today > period.published_until
    return {
        "icon": "signature",
        "title": _("签字确认考核结果"),
        "text": _(
            "%(period)s · 公示至 %(day)s",
            period=title if unit is None else f"{unit} · {title}",
            day=period.published_until.isoformat(),
        ),
        "url": url_for("results.show", period=period.id, subject=subject_id),
        "action": _("去签字"),
        "due": ("minus", _("已到期")) if over else ("warn", _("未签字")),
    }


def _to_decide() -> list[dict[str, Any]]:
    counts = dict.fromkeys(service.UNSETTLED, 0) | service.waiting(current.session, current.actor)
    waiting = counts["filed"] + counts["taken_up"]
    found = []
    if waiting:
        found.append(
            {
                "icon": "message-report",
                "title": _("申诉待决定 %(n)s 件", n=waiting),
                "text": _("其中待受理 %(n)s 件", n=counts["filed"]) if counts["filed"] else "",
                "url": url_for("appeals.index", state="filed" if counts["filed"] else "taken_up"),
                "action": _("决定"),
            }
        )
    if counts["upheld"]:
        found.append(
            {
                "icon": "player-play",
                "title": _("成立的申诉待执行 %(n)s 件", n=counts["upheld"]),
                "text": "",
                "url": url_for("appeals.index", state="upheld"),
                "action": _("去执行"),
            }
        )
    return found

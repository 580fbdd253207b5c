"""What somebody has to do about surveys, as the start page lists it: to answer, to start, a tie to decide."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kaohe.pages import current
from kaohe.surveys import service
from kaohe.surveys.declarations import sectors

MOST = 5


def items() -> list[dict[str, Any]]:
    """The surveys to answer; for an administrator ties to decide, and those that the sectors in use owe now."""
    session, actor = current.session, current.actor
    found = []
    if service.any_asked(session):
        asked = service.open_for(session, actor.person_id, current.today)
        found += [_to_answer(one) for one in asked[:MOST]]
        found += [_to_decide(one) for one in service.waiting_decisions(session)] if actor.is_admin else []
    in_use = sectors() if actor.is_admin else []
    if service.sector_declares(in_use):
        turns = service.owed(session, in_use, year=current.today.year, today=current.today)
        found += [_owed(turn) for turn in turns if turn.state == "due"]
    return found


def _to_answer(survey: Any) -> dict[str, Any]:
    ballot = survey.kind == "ballot"
    return {
        "icon": "checklist",
        "title": service.title_of(survey),
        "text": _("%(day)s 截止，不记名", day=survey.closes_on.isoformat()),
        "url": url_for("surveys.answer", survey=survey.id),
        "action": _("去投票") if ballot else _("去作答"),
    }


def _to_decide(survey: Any) -> dict[str, Any]:
    return {
        "icon": "scale",
        "title": _("票数相同，请决定"),
        "text": service.title_of(survey).say(current.language),
        "url": url_for("surveys.show", survey=survey.id, _anchor="decide"),
        "action": _("决定"),
    }


def _owed(turn: service.Turn) -> dict[str, Any]:
    return {
        "icon": "checklist",
        "title": turn.declared.title,
        "text": _("今年第 %(n)s 次，%(day)s 前开展", n=turn.number, day=turn.ends_on.isoformat()),
        "url": url_for("surveys.start", declared=f"{turn.sector}.{turn.declared.code}"),
        "action": _("发起"),
    }

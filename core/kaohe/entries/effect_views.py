"""What the form of one entry asks while it is filled: who can be meant, and what the entry would do."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from kaohe.entries import picking, prior, scene, score, subjects, typed, typed_refusals
from kaohe.entries.filled import figures_asked, standing_of, units_of
from kaohe.entries.new_views import day_or_today
from kaohe.entries.routes import pages
from kaohe.errors import Refusal
from kaohe.pages.current import current
from kaohe.pages.picked import is_unseen
from kaohe.people import service as people
from kaohe.scheme import Escalating, ordinal, say_effect, signed
from kaohe.scheme.validate import effects_of, moves_of


@pages.get("/people", allow="entries.start")
def pick() -> Any:
    """People (or units) for the picker: those whom the actor assesses on the day of the entry."""
    day = day_or_today(request.args.get("day"))
    words = typed.plain(request.args.get("q"))
    shown = _scene_or_none()
    if shown is not None and shown.of_units:
        units = picking.matching(units_of(shown, day), words)[:12]
        above = picking.above_names(current.session, units)
        rows = [(unit.id, unit.name, unit.code or "", above[unit.id]) for unit in units]
        return scene.fragment("_people.html", people=rows, of_units=True)
    found = people.search(current.session, current.actor, words, today=day, action="entries.record", limit=12)
    rows = [(one.person.id, one.person.name, one.person.number, _where(one)) for one in found]
    return scene.fragment("_people.html", people=rows)


@pages.get("/effect", allow="entries.start")
def effect() -> Any:
    """What the entry would do now: which step applies, the score before and after."""
    try:
        shown = scene.scene()
        said = _effect(shown)
    except Refusal:
        said = None
    return scene.fragment("_effect.html", said=said)


def _scene_or_none() -> scene.Scene | None:
    try:
        return scene.scene()
    except typed_refusals.NoPeriod:
        return None


def _where(one: Any) -> str:
    unit = one.unit.name if one.unit else ""
    return f"{unit} {one.position}".strip()


def _effect(shown: scene.Scene) -> dict[str, Any] | None:
    day = day_or_today(request.args.get("happened_on"))
    subject, clause = typed.ident(request.args.get("person")), typed.ident(request.args.get("clause_id"))
    if is_unseen(request.args, "person"):
        subject = None
    pick = scene.pick_of(shown.scheme, clause) if clause else None
    if clause is None or pick is None:
        return None
    said: dict[str, Any] = {"pick": pick, "step": "", "now": None, "then": None, "amount": pick.amount}
    said["effects"] = _calls(shown, clause, 1)
    standing = standing_of(shown, subject, day) if subject else None
    if standing is None:
        return said
    refusal = subjects.why_not(current.actor, standing, day)
    if refusal is not None:
        return said | {"why_not": refusal.say(current.language)}
    return said | _difference(shown, standing.subject_id, clause, day, pick)


def _difference(shown: scene.Scene, subject: int, clause: int, day: Any, pick: scene.Pick) -> dict[str, Any]:
    quantity, points = figures_asked(shown, clause, request.args)
    found = _step(shown, subject, clause, day)
    known = not pick.asks or (quantity if pick.asks == "quantity" else points) is not None
    if known:
        now, then = score.score_with(
            current.session,
            shown.period,
            subject,
            clause_id=clause,
            day=day,
            quantity=quantity,
            points=points,
        )
        moves = moves_of(shown.scheme, clause, quantity=quantity, points=points)
        found |= {"now": now.points, "then": then.points, "moves_none": moves == 0}
    else:
        found["now"] = score.score_now(current.session, shown.period, subject).points
    return found


def _step(shown: scene.Scene, subject: int, clause: int, day: Any) -> dict[str, Any]:
    """Which step of a ladder the entry would be, what that step calls for, and the amount that it leaves open."""
    now, number = prior.asked_now(current.session, shown.period, shown.scheme, clause, subject, day=day)
    said: dict[str, Any] = {"amount": now.amount_fen, "effects": _calls(shown, clause, number), "step": ""}
    found = shown.scheme.find(clause)
    rule = found.clause.rule if found and found.clause else None
    if isinstance(rule, Escalating):
        points = signed(rule.steps[min(number, len(rule.steps)) - 1].points)
        which = ordinal(number, current.language)
        said["step"] = _("%(which)s，按 %(points)s 计", which=which, points=points)
    return said


def _calls(shown: scene.Scene, clause: int, number: int) -> list[str]:
    """What occurrence `number` calls for besides points, in words."""
    return [say_effect(one, current.language) for one in effects_of(shown.scheme, clause, number)]

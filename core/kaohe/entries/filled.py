"""What a form of entries says, read whole: all that is missing or cannot be read is refused at once, each at its field.

Decides which field of the form speaks (one that it hides for a clause says nothing) and whom the picker means.
Whether the fact may be kept is decided in `entries.checks`. One refusal is raised as it is, several as `SeveralRefused`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _

from kaohe.entries import checks, picking, prior, refusals, scene, subjects, typed, typed_refusals
from kaohe.errors import NotFound, Refusal
from kaohe.pages.current import current
from kaohe.pages.picked import is_unseen
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.people.refusals import PersonNotFound, SeveralFound
from kaohe.scheme import Escalating

T = TypeVar("T")
FIGURES = {"clause_id", "quantity", "points", "amount"}


@dataclass(frozen=True)
class Filled:
    """Whom the form names, and the fact."""

    subject_ids: Sequence[int]
    fact: checks.Fact


@dataclass
class _Gathered:
    """The refusals of fields that were read one after another."""

    refusals: list[Refusal] = field(default_factory=list)

    def read(self, act: Callable[..., T], *args: Any, **more: Any) -> T | None:
        """What `act` gives; None where it refuses a field."""
        try:
            return act(*args, **more)
        except Refusal as refusal:
            if refusal.field is None:
                raise
            self.refusals.append(refusal)
            return None

    def at(self, fields: set[str]) -> bool:
        """Whether one of these was refused."""
        return any(one.field in fields for one in self.refusals)

    def refuse(self) -> None:
        """Raise what was gathered, if anything was."""
        if len(self.refusals) > 1:
            raise typed_refusals.SeveralRefused(self.refusals)
        if self.refusals:
            raise self.refusals[0]


def read(shown: scene.Scene, values: Mapping[str, str], whom: Callable[[date], Sequence[int]]) -> Filled:
    """The whole form; `whom` gives the subjects, as they are on the day that the form names."""
    checks.require_open(shown.period)
    found = _Gathered()
    day = found.read(typed.day, values["happened_on"], shown.usual_day)
    ids = found.read(whom, day or shown.usual_day)
    clause = found.read(_clause, values["clause_id"])
    fact = _fact(found, shown, values, clause, ids, day or shown.usual_day)
    if day is not None:
        found.read(checks.require_date, shown.period, fact, current.today)
    if clause is not None and not found.at(FIGURES) and _is_settled(shown, clause, ids):
        one = ids[0] if ids else None
        found.read(checks.figures_of, current.session, shown.period, shown.scheme, fact, one)
    found.refuse()
    return Filled(ids or (), fact)


def read_one(
    shown: scene.Scene, values: Mapping[str, str], sent: Mapping[str, str]
) -> tuple[subjects.Standing, checks.Fact]:
    """The form about one subject: where it stands on the day that the form names, and the fact."""
    standings: list[subjects.Standing] = []

    def whom(day: date) -> list[int]:
        standings.append(subject_of(shown, sent, day))
        return [standings[0].subject_id]

    form = read(shown, values, whom)
    return standings[0], form.fact


def _fact(
    found: _Gathered,
    shown: scene.Scene,
    values: Mapping[str, str],
    clause: int | None,
    ids: Sequence[int] | None,
    day: date,
) -> checks.Fact:
    quantity = points = amount = None
    if clause is not None:
        quantity, points = found.read(figures_asked, shown, clause, values) or (None, None)
        amount = found.read(amount_asked, shown, clause, ids or (), values["amount"], day)
    reason = found.read(_reason, shown, clause, values["reason"])
    late = values["found_late"] == "1"
    return checks.Fact(clause or 0, day, quantity, points, reason, late, amount)


def _clause(text: str) -> int:
    clause = typed.ident(text)
    if clause is None:
        raise typed_refusals.ClauseNeeded
    return clause


def _reason(shown: scene.Scene, clause: int | None, text: str) -> str | None:
    """The words; while no clause is chosen the form asks for them, as most clauses do."""
    words = checks.clean_words(text)
    if words is None and (clause is None or scene.needs_reason(shown.scheme, clause)):
        raise refusals.ReasonNeeded
    return words


def _is_settled(shown: scene.Scene, clause: int, ids: Sequence[int] | None) -> bool:
    """Whether it is known what figures are asked: the amount of a fine may depend on whose entry it is."""
    pick = scene.pick_of(shown.scheme, clause)
    return pick is None or pick.amount is None or len(ids or ()) == 1


def figures_asked(
    shown: scene.Scene, clause: int, values: Mapping[str, str]
) -> tuple[Decimal | None, Decimal | None]:
    """Quantity and points where the clause asks for them: a field that the form hides for it says nothing."""
    pick = scene.pick_of(shown.scheme, clause)
    asks = pick.asks if pick else ""
    return (
        typed.figure(values.get("quantity")) if asks == "quantity" else None,
        typed.figure(values.get("points"), "points") if asks == "points" else None,
    )


def amount_asked(
    shown: scene.Scene,
    clause: int,
    subject_ids: Sequence[int],
    text: str,
    day: Any,
    without: int | None = None,
) -> int | None:
    """The amount that was typed, where the step that applies to one of them asks for it; the form hides it otherwise."""
    pick = scene.pick_of(shown.scheme, clause)
    if pick is None or pick.amount is None:
        return None
    found = shown.scheme.find(clause)
    ladder = found is not None and found.clause is not None and isinstance(found.clause.rule, Escalating)
    if ladder and len(subject_ids) == 1:
        now, _number = prior.asked_now(
            current.session, shown.period, shown.scheme, clause, subject_ids[0], day=day, without=without
        )
        if now.amount_fen is None:
            return None
    return typed.yuan(text)


def units_of(shown: scene.Scene, day: Any) -> list[Unit]:
    """The units on which the actor may record."""
    return picking.assessable(current.session, current.actor, shown.period, shown.scheme, day)


def standing_of(shown: scene.Scene, subject_id: int, day: Any) -> subjects.Standing | None:
    """Where the subject stood on the day; None for an id that is nobody's."""
    try:
        return checks.subject_standing(current.session, shown.scheme, subject_id, day)
    except NotFound:
        return None


def subject_of(shown: scene.Scene, sent: Mapping[str, str], day: date) -> subjects.Standing:
    """The subject that the picker sent: by its id while its name is seen, or, without script, by words that name one.

    An id on which the actor may not record is refused as such, whatever is seen.
    """
    if sent.get("person"):
        chosen = typed.ident(sent["person"])
        if chosen is None:
            raise NotFound(field="person")
        standing = checks.subject_standing(current.session, shown.scheme, chosen, day)
        checks.require_standing(current.session, shown.period, day, standing, current.actor)
        if is_unseen(sent, "person"):
            raise _nobody(shown)
        return standing
    words = typed.plain(sent.get("person_text"))
    if not words:
        raise _nobody(shown)
    named = (
        picking.one_by_text(units_of(shown, day), words).id if shown.of_units else _person_by_text(words, day)
    )
    return checks.subject_standing(current.session, shown.scheme, named, day)


def _nobody(shown: scene.Scene) -> Refusal:
    return typed_refusals.UnitNeeded(word=shown.who) if shown.of_units else typed_refusals.PersonNeeded()


def _person_by_text(words: str, day: date) -> int:
    try:
        return people.one_by_text(
            current.session, current.actor, words, today=day, action="entries.record"
        ).person.id
    except SeveralFound as several:
        raise typed_refusals.PersonAmbiguous(
            typed=words[:40], count=several.values["n"], names=_namesakes(words, day)
        ) from None
    except PersonNotFound:
        raise typed_refusals.PersonUnknown(typed=words[:40]) from None


def _namesakes(words: str, day: date) -> str:
    found = people.search(current.session, current.actor, words, today=day, action="entries.record", limit=6)
    return _("、").join(f"{one.person.name} {one.person.number}" for one in found)

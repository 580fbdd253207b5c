"""One entry held against its clause before it is kept: the figures that follow, or a named refusal.

Decided here: which step of a ladder applies, which figure the assessor may choose and within what range. Not
decided here: who may record it, and in which period it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.scheme import refusals, rules
from kaohe.scheme.effects import Effect
from kaohe.scheme.figures import money, plain, to_points, to_quantity
from kaohe.scheme.model import Found, Scheme
from kaohe.scheme.text import Text


@dataclass(frozen=True, slots=True)
class Figures:
    """What an entry amounts to.

    `number`: which occurrence it is on its ladder (1 where there is none). `moves`: the points it moves by
    itself, before caps and floors (None where they follow from a whole, as with a rating or an indicator).
    `quantity` in millionths and `points` in hundredths are what is kept with the entry (None: nothing).
    `effects`: what it calls for; `amount_fen`: the amount of the fine, chosen or fixed.
    """

    found: Found
    number: int
    moves: Decimal | None
    quantity: int | None
    points: int | None
    effects: tuple[Effect, ...]
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form has to ask for an entry: each None where it is not asked, else (lowest, highest)."""

    quantity: tuple[Decimal | None, Decimal | None] | None
    points: tuple[Decimal, Decimal] | None
    amount_fen: tuple[int, int] | None
    reason: bool


def asked(scheme: Scheme, clause_id: int, prior: int = 0) -> Asked:
    """What the assessor has to give for an entry under the clause, when `prior` came before on its ladder."""
    found = _find(scheme, clause_id)
    rule = None if found.clause is None else found.clause.rule
    points = (rule.low, rule.high) if isinstance(rule, rules.Chosen) else None
    fine = _fine(_effects(rule, prior + 1))
    amount = None
    if fine is not None and fine.is_range:
        amount = (fine.low_fen or 0, fine.high_fen or 0)
    return Asked(_scale(found), points, amount, found.clause is not None and found.clause.reason)


def validate_entry(
    scheme: Scheme,
    clause_id: int,
    *,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    amount_fen: int | None = None,
    reason: str | None = None,
    prior: int = 0,
    reason_checked: bool = False,
) -> Figures:
    """The figures of an entry under `clause_id`, a clause, checklist item or measure of the scheme.

    `prior`: entries on the same ladder before this one (in the period, or in the whole engagement).
    `reason_checked`: the reason is asked too. Refused with a `SchemeRefusal`: an unknown clause, a figure that
    is missing, not asked for, outside its range, or with too many decimals.
    """
    found = _find(scheme, clause_id)
    rule: Any = None if found.clause is None else found.clause.rule
    if reason_checked and found.clause is not None and found.clause.reason and not (reason or "").strip():
        raise refusals.ReasonNeeded(title=found.title)
    kept_quantity = _quantity(found, quantity)
    kept_points = _points(found, rule, points)
    effects = _effects(rule, prior + 1)
    amount = _amount(found, _fine(effects), amount_fen)
    moves = _moves(found, rule, prior + 1, quantity, points)
    return Figures(found, prior + 1, moves, kept_quantity, kept_points, effects, amount)


def moves_of(
    scheme: Scheme,
    clause_id: int,
    *,
    quantity: Decimal | int | None = None,
    points: Decimal | int | None = None,
    number: int = 1,
) -> Decimal | None:
    """The points that a kept entry moves by itself as occurrence `number` of its ladder; its figures were checked then."""
    found = _find(scheme, clause_id)
    return _moves(found, found.clause.rule if found.clause else None, number, quantity, points)


def effects_of(scheme: Scheme, clause_id: int, number: int = 1) -> tuple[Effect, ...]:
    """What occurrence `number` under the clause calls for: the effects of its step, then those of every time."""
    found = _find(scheme, clause_id)
    return _effects(found.clause.rule if found.clause else None, number)


def _find(scheme: Scheme, clause_id: int) -> Found:
    found = scheme.find(clause_id)
    if found is None or (found.clause is not None and found.clause.items and found.item is None):
        raise refusals.UnknownClause(clause_id=clause_id)
    return found


def _scale(found: Found) -> tuple[Decimal | None, Decimal | None] | None:
    """Lowest and highest quantity, where the clause or measure takes one."""
    if found.measure is not None:
        return found.measure.low, found.measure.high
    rule = found.clause.rule if found.clause else None
    if isinstance(rule, rules.Examination):
        return Decimal(0), rule.highest
    if isinstance(rule, rules.Mark | rules.Rating):
        return rule.low, rule.high
    if isinstance(rule, rules.Indicator) and isinstance(rule.value, rules.Measured) and rule.value.id is None:
        return None, None
    if isinstance(rule, rules.PerOccurrence) and rule.least is not None:
        return rule.least, None
    if getattr(rule, "by_quantity", False):
        return Decimal(0), None
    return (None, None) if isinstance(rule, rules.Registered) else None


def _quantity(found: Found, quantity: Decimal | int | None) -> int | None:
    scale = _scale(found)
    rule = found.clause.rule if found.clause else None
    if scale is None:
        if quantity is not None:
            raise refusals.QuantityUnexpected(title=found.title)
        return None
    if quantity is None:
        if isinstance(rule, rules.Registered):
            return None
        raise refusals.QuantityNeeded(title=found.title)
    decimals = 6 if found.measure is None else found.measure.decimals
    try:
        kept = to_quantity(quantity)
        if decimals < 6 and kept % 10 ** (6 - decimals):
            raise ValueError
    except ValueError:
        raise refusals.TooManyDecimals(
            field="quantity", title=found.title, decimals=decimals, value=plain(Decimal(quantity))
        ) from None
    low, high = scale
    if (low is not None and quantity < low) or (high is not None and quantity > high):
        raise refusals.ValueOutside(
            title=found.title,
            low=_end(low, "不限", "any"),
            high=_end(high, "不限", "any"),
            value=plain(Decimal(quantity)),
        )
    return kept


def _end(value: Decimal | None, zh: str, en: str) -> Text:
    return Text(zh, en) if value is None else Text(plain(value), plain(value))


def _points(found: Found, rule: Any, points: Decimal | int | None) -> int | None:
    if not isinstance(rule, rules.Chosen):
        if points is not None:
            raise refusals.PointsFixed(title=found.title)
        return None
    low, high = plain(rule.low), plain(rule.high)
    if points is None:
        raise refusals.PointsNeeded(title=found.title, low=low, high=high)
    if not rule.low <= points <= rule.high:
        raise refusals.PointsOutside(title=found.title, low=low, high=high, value=plain(Decimal(points)))
    try:
        return to_points(points)
    except ValueError:
        raise refusals.TooManyDecimals(
            field="points", title=found.title, decimals=2, value=plain(Decimal(points))
        ) from None


def _effects(rule: Any, number: int) -> tuple[Effect, ...]:
    always: tuple[Effect, ...] = getattr(rule, "effects", ())
    if isinstance(rule, rules.Escalating):
        return (*rule.steps[min(number, len(rule.steps)) - 1].effects, *always)
    return always


def _fine(effects: tuple[Effect, ...]) -> Effect | None:
    return next((effect for effect in effects if effect.low_fen is not None), None)


def _amount(found: Found, fine: Effect | None, amount_fen: int | None) -> int | None:
    if fine is None:
        if amount_fen is not None:
            raise refusals.AmountUnexpected(title=found.title)
        return None
    low, high = fine.low_fen or 0, fine.high_fen or 0
    if amount_fen is None:
        if fine.is_range:
            raise refusals.AmountNeeded(title=found.title, low=money(low), high=money(high))
        return low
    if not low <= amount_fen <= high:
        raise refusals.AmountOutside(
            title=found.title, low=money(low), high=money(high), value=money(amount_fen)
        )
    return amount_fen


def _moves(found: Found, rule: Any, number: int, quantity: Any, points: Any) -> Decimal | None:
    """The points that this entry moves by itself."""
    if found.item is not None and isinstance(rule, rules.Checklist):
        return rule.points if found.item.points is None else found.item.points
    if isinstance(rule, rules.Escalating):
        return rule.steps[min(number, len(rule.steps)) - 1].points
    if isinstance(rule, rules.Chosen):
        return Decimal(points)
    if isinstance(rule, rules.Examination):
        return rule.points if quantity < rule.threshold else Decimal(0)
    if isinstance(rule, rules.PerOccurrence | rules.ClockBreach | rules.FilingMissed):
        return rule.points * Decimal(quantity) if getattr(rule, "by_quantity", False) else rule.points
    return Decimal(0) if isinstance(rule, rules.Veto | rules.Evidence) or rule is None else None


def validate_evidence(
    scheme: Scheme,
    clause_id: int,
    *,
    since: date | None = None,
    until: date | None = None,
    address: str | None = None,
) -> None:
    """Refuse a piece of evidence that its item cannot take: an agreement too short, an address that is none.

    An agreement of n months from a day runs to the day before the same day n months later, both included.
    """
    found = _find(scheme, clause_id)
    rule = found.clause.rule if found.clause else None
    if not isinstance(rule, rules.Evidence):
        raise refusals.UnknownClause(clause_id=clause_id)
    if rule.minimum_months is not None:
        given = 0 if since is None or until is None else months_between(since, until)
        if given < rule.minimum_months:
            raise refusals.AgreementTooShort(title=found.title, months=rule.minimum_months, given=given)
    if rule.address and not (address or "").startswith(("http://", "https://")):
        raise refusals.NotAnAddress(title=found.title)


def months_between(since: date, until: date) -> int:
    """Whole months of an agreement from `since` to `until`, both days included."""
    end = date.fromordinal(until.toordinal() + 1)
    months = (end.year - since.year) * 12 + end.month - since.month
    return max(months - (end.day < since.day), 0)

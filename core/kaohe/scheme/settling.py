"""Settling doubts: the admin's answers put into the scheme, each kept beside it.

Nothing else changes. A doubt settled again starts from the scheme before: settle the scheme as the sector
declares it, with all answers at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal

from kaohe.scheme.adapting import within_limits
from kaohe.scheme.check import require_valid
from kaohe.scheme.doubts import Doubt, Replace, Settlement
from kaohe.scheme.model import Scheme
from kaohe.scheme.paths import put
from kaohe.scheme.refusals import NoOwnFigures, UnknownDoubt, UnknownOption

OWN = "own"
Answer = str | Mapping[str, Decimal | None]


def settle(scheme: Scheme, answers: Mapping[str, Answer]) -> Scheme:
    """The scheme with the doubts answered: an option's code, or figures of one's own by path.

    Refused: a doubt or option that does not exist; figures where the doubt takes none, or outside the limits;
    answers that together make an unsound scheme (weights that do not add up, say).
    Answers are put in in the order of the scheme's doubts.
    """
    known = {doubt.code for doubt in scheme.doubts}
    for code in answers:
        if code not in known:
            raise UnknownDoubt(field=code, doubt=code)
    settled = {each.doubt: each for each in scheme.settled}
    for doubt in scheme.doubts:
        if doubt.code not in answers:
            continue
        answer = answers[doubt.code]
        if isinstance(answer, str):
            replacements = _option(doubt, answer)
            settled[doubt.code] = Settlement(doubt.code, answer)
        else:
            replacements = _own(scheme, doubt, answer)
            settled[doubt.code] = Settlement(doubt.code, OWN, replacements)
            replacements = (*doubt.own, *replacements)
        for each in replacements:
            scheme = put(scheme, each.path, each.value)
    order = [settled[doubt.code] for doubt in scheme.doubts if doubt.code in settled]
    scheme = dataclasses.replace(scheme, settled=tuple(order))
    require_valid(scheme)
    return scheme


def usual_answers(scheme: Scheme) -> dict[str, str]:
    """The options that we take by default, for doubts that have one."""
    return {doubt.code: option.code for doubt in scheme.doubts for option in doubt.options if option.usual}


def _option(doubt: Doubt, code: str) -> tuple[Replace, ...]:
    for option in doubt.options:
        if option.code == code:
            return option.replace
    raise UnknownOption(field=doubt.code, title=doubt.title, option=code)


def _own(scheme: Scheme, doubt: Doubt, figures: Mapping[str, Decimal | None]) -> tuple[Replace, ...]:
    if not figures:
        raise NoOwnFigures(field=doubt.code, title=doubt.title, path="")
    for path, value in figures.items():
        if path not in doubt.figures:
            raise NoOwnFigures(field=doubt.code, title=doubt.title, path=path)
        within_limits(scheme, path, value)
    return tuple(Replace(path, figures[path]) for path in doubt.figures if path in figures)

"""The words of the sector whose scheme a page is about, in the place of the neutral ones.

Decides that a sector's word stands where the sector gave one, and the core's neutral word elsewhere. Nothing refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app
from flask_babel import gettext as _

from kaohe.adoption.models import Adoption
from kaohe.entries.origins import title_of
from kaohe.pages.current import current
from kaohe.periods.models import Period
from kaohe.scheme import Scheme, Text

NEUTRAL: Mapping[str, Text] = {
    "unit": Text("部门", "Unit"),
    "units": Text("部门", "Units"),
    "person": Text("人员", "Person"),
    "people": Text("人员", "People"),
    "sheet": Text("检查表", "Inspection sheet"),
    "all": Text("全部", "All"),
}


def word(key: str, period: Period | None = None) -> Text:
    """The word of the sector whose scheme the period follows, else the neutral one."""
    return _words_of(period).get(key) or NEUTRAL[key]


def subject_word(scheme: Scheme, period: Period | None, *, many: bool = False) -> Text:
    """What the scheme assesses: the word for a person or for a unit."""
    one, several = ("person", "people") if scheme.subject == "person" else ("unit", "units")
    return word(several if many else one, period)


def counted(n: Any, scheme: Scheme, period: Period | None = None) -> str:
    """So many people, or so many units in the sector's word."""
    if scheme.subject == "person":
        return _("%(n)s 人", n=n)
    named = subject_word(scheme, period, many=n != 1).say(current.language)
    return _("%(n)s 个%(word)s", n=n, word=named.lower() if current.language == "en" else named)


def offer(blueprint: Blueprint) -> None:
    """Give every template `word`, `subject_word` and `counted`, and `origin_title(origin)` of an entry."""

    def tell(state: Any) -> None:
        state.app.jinja_env.globals.update(
            word=word, subject_word=subject_word, counted=counted, origin_title=title_of
        )

    blueprint.record_once(tell)


def _words_of(period: Period | None) -> Mapping[str, Text]:
    if period is None:
        return {}
    adoption = current.session.get(Adoption, period.adoption_id)
    sectors = current_app.extensions["kaohe"].registry.sectors
    sector = sectors.get(adoption.sector) if adoption is not None else None
    return sector.words if sector is not None else {}

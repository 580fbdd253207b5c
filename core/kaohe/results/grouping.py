"""The group within which a rank counts, in words: a unit, the units below one, or those of whom a fact says the same."""

from __future__ import annotations

from flask_babel import gettext as _

from kaohe.pages import current
from kaohe.people.models import Unit
from kaohe.results.league_lines import Line
from kaohe.scheme import Fact, Scheme


def ranking_fact(scheme: Scheme) -> Fact | None:
    """The fact whose values are ranked apart, where the scheme says so."""
    return scheme.fact(scheme.ranked_within)


def where_said(scheme: Scheme) -> str:
    """Where a rank within the group counts: in the unit, among units of one level, in one position …"""
    fact = ranking_fact(scheme)
    if fact is not None:
        said = fact.title.say(current.language)
        return _("同%(fact)s", fact=said.lower() if current.language == "en" else said)
    return _("部门内") if scheme.subject == "person" else _("同级")


def group_said(scheme: Scheme, line: Line) -> str:
    """The name of the group of a line; empty where it has none."""
    fact = ranking_fact(scheme)
    if fact is not None:
        found = next((one.title for one in fact.values if one.code == line.group), None)
        return found.say(current.language) if found is not None else line.group
    return current.session.need(Unit, int(line.group)).name

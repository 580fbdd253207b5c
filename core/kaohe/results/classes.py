"""The forced distribution of a league in words: the head-counts of its classes, each line's class, who is undecided."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from kaohe.pages import current
from kaohe.results.league_lines import League, Line
from kaohe.results.sharing import Distributed, shared_out
from kaohe.scheme import plain


def shared_of(league: League) -> Distributed | None:
    """Who stands in which class, where the scheme distributes; worked out once for a league."""
    declared = league.scheme.distribution
    if declared is None:
        return None
    found: Distributed = league.remembered("shared", lambda: shared_out(declared, league.lines))
    return found


def class_of(league: League, line: Line) -> str:
    """The class of a line in words; empty for whoever has none."""
    found, declared = shared_of(league), league.scheme.distribution
    if found is None or declared is None:
        return ""
    if line.subject_id in found.undecided:
        return _("待定")
    code = found.classes.get(line.subject_id)
    return next((one.title.say(current.language) for one in declared.shares if one.code == code), "")


def class_rows(league: League) -> list[dict[str, Any]]:
    """Each class with its percentage and head-count, for bars."""
    found, declared = shared_of(league), league.scheme.distribution
    if found is None or declared is None:
        return []
    return [
        {
            "title": one.title,
            "count": found.seats.counts[one.code],
            "of": league.ranked,
            "note": f"{plain(one.percent)}%",
        }
        for one in declared.shares
    ]


def undecided(league: League) -> list[Line]:
    """Those whom the office has to put into a class: a tie straddles a border, or equal remainders leave a seat open."""
    found = shared_of(league)
    return [league.by_subject[one] for one in found.undecided] if found is not None else []

"""The league as a page and as a spreadsheet: one selection of lines for both, by what the address asks.

Decides what a viewer gets to see: an admin everything; an assessor the own units in full and, of others, what is
published: name, unit, score and rank; a member the same of what is published, and nothing before that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Actor
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.classes import class_of, class_rows, undecided
from kaohe.results.explained import WORDS, band_of
from kaohe.results.grouping import group_said, ranking_fact, where_said
from kaohe.results.league_lines import League, Line, by_rank
from kaohe.results.lines import PUBLIC, STORED, Point
from kaohe.results.refusals import NotPublished
from kaohe.results.statistics import Statistics
from kaohe.scheme import POINT_SCALE, Text

SORTS = ("rank", "name", "unit", "score", "delta")
COLUMNS = ("grade", "delta", "moves", "line")


@dataclass(frozen=True)
class Shown:
    """What the address asks of a period's league: the lines in order, and figures over them."""

    period: Period
    league: League
    list: ListState
    lines: Sequence[Line]
    numbers: Statistics
    unit: Unit | None
    full: bool

    @property
    def group(self) -> str:
        """The group whose ranks are shown, where the address chooses one."""
        return self.list.filters.get("group") or self.list.filters.get("unit", "")

    def opened(self, line: Line) -> bool:
        """Whether the viewer sees more of a line than name, unit, score and rank."""
        return results.opened_by(current.actor, line)


def shown(period: Period) -> Shown:
    """Read the address and select; refused for members while nothing is published (`NotPublished`)."""
    actor = current.actor
    if not (results.is_public(period) or actor.is_admin or actor.is_assessor):
        raise NotPublished(title=periods.title_of(period))
    league = results.league(current.session, period)
    full = actor.is_admin or actor.is_assessor
    units = {str(unit.id): unit for unit in people.units(current.session)}
    fact = ranking_fact(league.scheme)
    state = ListState.read(
        request.args,
        url_for("results.league", period=period.id),
        sorts=SORTS if full else SORTS[:4],
        sort="rank",
        falling=("score", "delta"),
        filters={
            "unit": units,
            "group": [value.code for value in fact.values] if fact is not None else (),
            "grade": [grade.code for grade in league.scheme.grades] if full else (),
            "tied": ("1",),
        },
        columns=COLUMNS,
        per=50,
    )
    unit = units.get(state.filters.get("unit", ""))
    everybody = results.is_public(period) or actor.is_admin
    viewer = (actor.is_admin, actor.assesses, None if everybody and actor.is_admin else actor.person_id)
    asked = (viewer, everybody, state.q, tuple(sorted(state.filters.items())))
    lines, numbers = league.remembered(asked, lambda: _selected(league, period, actor, state, unit))
    ordered = league.remembered((*asked, state.sort, state.dir), lambda: _ordered(lines, actor, state))
    return Shown(period, league, state, ordered, numbers, unit, full)


def _selected(
    league: League, period: Period, actor: Actor, state: ListState, unit: Unit | None
) -> tuple[list[Line], Statistics]:
    lines = [line for line in league.lines if results.seen_by(actor, period, line)]
    if unit is not None:
        lines = [line for line in lines if line.unit_path.startswith(unit.path)]
    if state.filters.get("group"):
        lines = [line for line in lines if line.group == state.filters["group"]]
    counted = lines
    if state.filters.get("grade"):
        code = state.filters["grade"]
        lines = [line for line in lines if line.grade == code and results.opened_by(actor, line)]
    if state.filters.get("tied"):
        lines = [line for line in lines if (line.tied_all or 0) > 1]
    if state.q:
        fits = _searcher(state.q)
        lines = [line for line in lines if fits(line, results.opened_by(actor, line))]
    return lines, results.statistics(league, counted)


def _searcher(text: str) -> Callable[[Line, bool], bool]:
    key = "".join(text.split())
    low, up = key.lower(), key.upper()

    def fits(line: Line, opened: bool) -> bool:
        if key in line.name or (opened and up in line.number):
            return True
        return key.isascii() and any(one.startswith(low) for one in line.initials.split(" "))

    return fits


def _ordered(lines: Sequence[Line], actor: Actor, state: ListState) -> list[Line]:
    if state.sort == "rank":
        one_group = state.filters.keys() & {"group", "unit"} and len({line.group for line in lines}) == 1
        ranked = sorted(lines, key=_rank_within if one_group else by_rank)
        return _turned(ranked, state.falling, lambda line: line.rank_all is None)
    keys: dict[str, Callable[[Line], Any]] = {
        "name": lambda line: (line.initials.split(" ")[0] or line.name, line.name, line.number),
        "unit": lambda line: (line.unit_place, line.rank_unit or 1 << 60, line.number),
        "score": lambda line: line.score if line.score is not None else 0,
        "delta": lambda line: line.delta if line.delta is not None else 0,
    }
    absent: dict[str, Callable[[Line], bool]] = {
        "score": lambda line: line.score is None,
        "delta": lambda line: line.delta is None or not results.opened_by(actor, line),
    }
    return _turned(
        sorted(lines, key=keys[state.sort]), state.falling, absent.get(state.sort, lambda line: False)
    )


def _rank_within(line: Line) -> tuple[Any, ...]:
    return (line.rank_unit is None, line.rank_unit or 0, line.number)


def _turned(lines: list[Line], falling: bool, absent: Callable[[Line], bool]) -> list[Line]:
    """Those without a figure stay at the end, whichever way the others are ordered."""
    held = [line for line in lines if not absent(line)]
    return (held[::-1] if falling else held) + [line for line in lines if absent(line)]


def league_page(asked: Shown) -> dict[str, Any]:
    """The variables of the league's page: one page of lines with what is shown beside each."""
    slot = asked.list.paged(len(asked.lines))
    lines = asked.lines[slot.offset : slot.offset + slot.per]
    period, numbers = asked.period, asked.numbers
    return {
        "here": period,
        "period_title": periods.title_of(period),
        "asked": asked,
        "list": asked.list,
        "page": slot,
        "rows": _rows(asked, lines),
        "numbers": numbers,
        "units": _unit_choices(),
        "groups": _group_choices(asked),
        "grades": [(grade.code, grade.title) for grade in asked.league.scheme.grades],
        "grade_rows": grade_rows(asked.league, numbers),
        "class_rows": class_rows(asked.league) if asked.full else [],
        "undecided": _undecided(asked) if asked.full else [],
        "chart": distribution(numbers),
        "rank_title": _rank_title(asked),
        "fact": ranking_fact(asked.league.scheme),
        "of_units": asked.league.scheme.subject != "person",
        "above_shown": len({line.unit for line in asked.league.lines}) > 1,
        "waits": not results.is_public(period),
        "closing": results.is_closing(current.session, period),
        "before": asked.league.before,
        "columns": _columns(asked),
        "page_title": _("考核榜单"),
    }


def _rank_title(asked: Shown) -> str:
    """The heading of the ranks: those within a group where only its lines are shown."""
    if {line.group for line in asked.lines} == {asked.group}:
        return _("%(where)s名次", where=where_said(asked.league.scheme))
    return _("名次")


def _columns(asked: Shown) -> list[tuple[str, str]]:
    """The columns that may be hidden."""
    if not asked.full:
        return []
    return [("grade", _("等次")), ("delta", _("较上期")), ("moves", _("加减分")), ("line", _("近 12 期"))]


def _unit_choices() -> list[tuple[str, str]]:
    return [
        (str(unit.id), "　" * max(people.depth(unit) - 1, 0) + unit.name)
        for unit in people.units(current.session)
        if people.depth(unit) > 0
    ]


def _group_choices(asked: Shown) -> list[tuple[str, Text]]:
    fact = ranking_fact(asked.league.scheme)
    return [(value.code, value.title) for value in fact.values] if fact is not None else []


def grade_rows(league: League, numbers: Statistics) -> list[dict[str, Any]]:
    """How many people have each grade, for bars."""
    scheme, counts = league.scheme, dict(numbers.grades)
    return [
        {
            "title": grade.title,
            "count": counts.get(grade.code, 0),
            "of": numbers.scored,
            "note": _from(scheme, grade),
        }
        for grade in scheme.grades
    ]


def _from(scheme: Any, grade: Any) -> str:
    words: Text = band_of(scheme, grade)
    return words.say(current.language).split("，")[0].split(";")[0]


def _undecided(asked: Shown) -> list[dict[str, Any]]:
    """Those without a class yet, each as far as the reader may open the line."""
    return [_row(asked, line, None, None) for line in undecided(asked.league)]


def distribution(numbers: Statistics) -> dict[str, Any] | None:
    """How many people have how much, for a chart."""
    if not numbers.bins:
        return None
    names = [name for name, _n in numbers.bins]
    counts = [n for _name, n in numbers.bins]
    return {"data": {"x": names, "y": counts}, "rows": list(numbers.bins), "step": numbers.step}


def _rows(asked: Shown, lines: Sequence[Line]) -> list[dict[str, Any]]:
    opened = [line for line in lines if asked.opened(line)]
    moves = _moves(asked, opened) if asked.full and asked.list.shows("moves") else {}
    spark = _sparks(asked, opened) if asked.full and asked.list.shows("line") else {}
    return [_row(asked, line, moves.get(line.subject_id), spark.get(line.subject_id)) for line in lines]


def _row(asked: Shown, line: Line, moves: list[Any] | None, spark: list[Point] | None) -> dict[str, Any]:
    opened = asked.opened(line)
    within = line.group == asked.group
    grade = asked.league.scheme.grade(line.grade or "") if opened else None
    address = url_for("results.show", period=asked.period.id, subject=line.subject_id) if opened else ""
    return {
        "rank": line.rank_unit if within else line.rank_all,
        "tied": line.tied_unit if within else line.tied_all,
        "name": line.name,
        "number": line.number if opened else "",
        "unit": line.unit,
        "group": group_said(asked.league.scheme, line) if ranking_fact(asked.league.scheme) else "",
        "url": address,
        "score": line.points,
        "why": WORDS[line.word] if line.word else None,
        "grade": grade.title if grade else None,
        "class": class_of(asked.league, line) if opened else "",
        "change": line.change if opened else None,
        "opened": opened,
        "moves": moves,
        "spark": [point.score for point in spark] if spark else None,
        "own": line.subject_id == current.actor.person_id
        or (line.subject_id == line.unit_id and line.unit_path in current.actor.assesses),
    }


def _moves(asked: Shown, lines: Sequence[Line]) -> dict[int, list[tuple[Text, Fraction]]]:
    """The parts that moved each line most, the strongest first."""
    held = results.details(current.session, asked.period, asked.league, [line.subject_id for line in lines])
    parts = {part.code: part.title for part in asked.league.scheme.root.walk() if not part.parts}
    found = {}
    for subject, assessment in held.items():
        moved = [
            (parts[code], Fraction(value) / POINT_SCALE - Fraction(base) / POINT_SCALE)
            for code, value, base, *_rest in assessment.parts
            if value is not None and value != base and code in parts
        ]
        found[subject] = sorted(moved, key=lambda pair: -abs(pair[1]))
    return found


def _sparks(asked: Shown, lines: Sequence[Line]) -> dict[int, list[Point]]:
    states = STORED if asked.full else PUBLIC
    now = {line.subject_id: line.points for line in lines}
    return results.lines_of(current.session, asked.period, now, states=states) if now else {}

"""The pages of the desk put together: a list in lanes, the form of a new case."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import request

from kaohe.accounts.policy import allowed
from kaohe.cases import kinds, reading, rights
from kaohe.cases.models import CaseClockRow
from kaohe.cases.reading import Line, Wanted
from kaohe.cases.receiving import fitting_units
from kaohe.cases.routes import registry, sight
from kaohe.pages.current import current
from kaohe.pages.lists import ListState
from kaohe.pages.objects import choose
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.plugins import CaseKind, CaseStep
from kaohe.scheme import Text

STANDINGS = ("overdue", "closed", "all")
MOST_QUICK = 2
LANES = ("late", "soon", "running", "none", "closed")


@dataclass(frozen=True)
class Row:
    """A line of the desk: its kind, its lane, and the steps that one click takes."""

    line: Line
    kind: CaseKind | None
    lane: str
    used: int
    quick: tuple[CaseStep, ...]
    more: bool

    @property
    def title(self) -> Text:
        return self.kind.title if self.kind is not None else Text("已停用的类别", "Kind no longer in use")

    @property
    def state(self) -> Text:
        found = self.kind.state(self.line.case.state) if self.kind is not None else None
        return found.title if found is not None else Text("—", "—")

    @property
    def circumstance(self) -> Text | None:
        found = self.kind.circumstance(self.line.case.circumstance) if self.kind is not None else None
        return found.title if found is not None else None

    @property
    def clock(self) -> Text | None:
        return clock_title(self.kind, self.line.clock) if self.line.clock is not None else None


@dataclass(frozen=True)
class Group:
    """Rows of one lane, one below the other."""

    lane: str
    rows: list[Row]


def clock_title(kind: CaseKind | None, row: CaseClockRow) -> Text:
    """What a clock is called."""
    found = kind.clock(row.clock) if kind is not None else None
    return found.title if found is not None else Text("—", "—")


def state_of_list(base: str, offered: dict[str, CaseKind], units: list[Unit]) -> ListState:
    """What the address of the list asks for."""
    chosen = offered.get(request.args.get("kind", ""))
    return ListState.read(
        request.args,
        base,
        sorts=tuple(reading.SORTS),
        sort="due",
        filters={
            "standing": STANDINGS,
            "kind": tuple(offered),
            "at": tuple(state.code for state in chosen.states) if chosen else (),
            "unit": tuple(str(unit.id) for unit in units),
            "mine": ("1",),
        },
        per=50,
    )


def wanted_of(state: ListState, units: list[Unit]) -> Wanted:
    """The same for the query."""
    asked = state.filters
    unit = next((one for one in units if str(one.id) == asked.get("unit")), None)
    below = tuple(one.id for one in units if one.path.startswith(unit.path)) if unit is not None else None
    return Wanted(
        words=state.q,
        standing=asked.get("standing", ""),
        kind=asked.get("kind", ""),
        at=asked.get("at", ""),
        holder_ids=below,
        mine="mine" in asked,
    )


def index_page() -> dict[str, Any]:
    """The list with its filters."""
    session = current.session
    offered = kinds.offered(session, registry())
    units = people.units(session)
    sees = sight()
    state = state_of_list(request.path, offered, units)
    wanted = wanted_of(state, units)
    page = state.paged(reading.how_many(session, sees, units, wanted, current.now))
    lines = reading.listing(
        session, sees, units, wanted, current.now, sort=state.sort, falling=state.falling, limit=page.per,
        offset=page.offset,
    )  # fmt: skip
    opened, late = reading.counts(session, sees, units, current.now)
    chosen = offered.get(wanted.kind)
    rows = rows_of(lines, sees)
    return {
        "list": state,
        "page": page,
        "rows": rows,
        "groups": groups_of(rows, lanes=state.sort == "due" and not state.falling),
        "now": current.now,
        "today": current.today,
        "kind_choices": [(key, kind.title) for key, kind in offered.items()],
        "state_choices": [(one.code, one.title) for one in chosen.states] if chosen else [],
        "lanes": state.sort == "due" and not state.falling,
        "offered": offered,
        "chosen": chosen,
        "units": [(unit.id, unit.name) for unit in units],
        "opened": opened,
        "late": late,
        "mine": sees.home is not None,
        "may_log": allowed(current.actor, "cases.log"),
        "token": new_token(),
    }


def groups_of(rows: list[Row], *, lanes: bool) -> list[Group]:
    """The rows by lane in their order; one group where the list is ordered otherwise."""
    if not lanes:
        return [Group(rows[0].lane, rows)] if rows else []
    found = [Group(lane, [row for row in rows if row.lane == lane]) for lane in LANES]
    return [group for group in found if group.rows]


def rows_of(lines: list[Line], sees: rights.Sight) -> list[Row]:
    """The lines as the desk shows them."""
    found = []
    known = registry()
    for line in lines:
        kind = kinds.kind_of(known, line.case.kind)
        hands = sees.hands(line.desk.path, line.holder.path)
        steps = rights.possible(kind, line.case.state, hands) if kind is not None else []
        plain = [step for step in steps if step.is_plain and not step.is_note]
        found.append(
            Row(
                line,
                kind,
                line.lane(current.now, current.today),
                line.used(current.now),
                tuple(plain[:MOST_QUICK]),
                any(not step.is_plain for step in steps),
            )
        )
    return found


def new_token() -> str:
    """The mark by which a form sent twice is known."""
    return secrets.token_urlsafe(16)


def own_desks() -> list[Unit]:
    """The units at whose desk one may log a case: one's own first, where one assesses it."""
    units = people.units(current.session, open_on=current.today)
    mine = [unit for unit in units if current.actor.is_admin or current.actor.covers(unit.path)]
    home = people.unit_on(current.session, current.actor.person_id, current.today)
    return sorted(mine, key=lambda unit: home is None or unit.id != home.id)


def receivers(kind: CaseKind | None) -> list[tuple[int, str]]:
    """The open units, by which a case of the kind can be held, indented by depth."""
    units = people.units(current.session, open_on=current.today)
    units = fitting_units(kind, units) if kind is not None else units
    return [(unit.id, "　" * people.depth(unit) + unit.name) for unit in units]


def chosen_desk(desks: list[Unit]) -> Unit | None:
    """The desk that the form names, through the one door for ids; where it names none, the first."""
    ident = request.form.get("desk")
    if ident:
        chosen: Unit = choose(current.session, current.actor, "cases.log", "unit", ident)
        return chosen
    return desks[0] if desks else None

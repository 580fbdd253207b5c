"""A staff list compared with what is known: what is new, what changes, what has to be asked.

Decides that a blank cell changes nothing, that a row is one person by number, that a different name under a known
number is asked, and that a changed unit, position or fact holds from the file's day. Nothing doubtful is guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kaohe.db import TenantSession, read_id
from kaohe.files.cells import fold
from kaohe.files.columns import Row
from kaohe.people.intake import asking, leaving
from kaohe.people.intake.drafts import day_of, sheets_of, understood_of
from kaohe.people.intake.fields import FACT, roster_fields
from kaohe.people.intake.known import Known, Somebody, load_known
from kaohe.people.intake.preview import (
    NEW,
    SAME,
    SKIP,
    SKIPPED,
    UPDATED,
    Change,
    Line,
    Preview,
    UnitName,
    entered,
    row_key,
)
from kaohe.people.models import ImportDraft, Unit
from kaohe.people.persons import clean_number
from kaohe.scheme.model import Fact
from kaohe.scheme.text import Text

NEW_UNIT = "new"


@dataclass
class Work:
    """What a line would write. `unit` is an id, or the folded name of a unit that is made with it."""

    number: str
    name: str
    unit: int | str | None = None
    position: str | None = None
    joined_on: date | None = None
    phone: str | None = None
    note: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    left_on: date | None = None
    leave: tuple[str, date, date | None] | None = None
    rejoin: bool = False
    known: Somebody | None = None
    sets: dict[str, Any] = field(default_factory=dict)


def preview_roster(
    session: TenantSession, draft: ImportDraft, *, facts: Sequence[Fact], words: Mapping[str, Any]
) -> Preview:
    """What importing the draft would do today; reads, writes nothing."""
    fields = roster_fields(facts, words)
    sheet, understood = understood_of(draft, fields)
    known = load_known(session, day_of(draft))
    comparing = _Comparing(known, day_of(draft), draft.choices, {FACT + fact.code: fact for fact in facts})
    lines = comparing.lines(understood.rows)
    preview = Preview(
        understood,
        sheets_of(draft),
        sheet,
        lines,
        unit_names=list(comparing.unit_names.values()),
        notices=[Text(one.zh, one.en) for one in understood.notices],
        repeated=bool(draft.choices.get("again")),
    )
    named = {line.work.number for line in lines if line.work is not None}
    preview.absent = sum(one.left_on is None and number not in named for number, one in known.people.items())
    return preview


class _Comparing:
    """One comparison of rows with what is known."""

    def __init__(
        self, known: Known, day: date, choices: Mapping[str, Any], facts: Mapping[str, Fact]
    ) -> None:
        self.known, self.day, self.facts = known, day, facts
        self.answers: Mapping[str, Mapping[str, str]] = choices.get("rows", {})
        self.unit_choices: Mapping[str, str] = choices.get("units", {})
        self.unit_names: dict[str, UnitName] = {}
        self.first_list = len(known.unit_by_id) == 1

    def lines(self, rows: Sequence[Row]) -> list[Line]:
        """Each row as a line, its outcome decided."""
        seen: Counter[str] = Counter()
        found: list[tuple[Line, Row]] = []
        holders: dict[str, list[Line]] = defaultdict(list)
        for row in rows:
            line = Line(
                row.line_no, row_key(row.raw.get("number", ""), row.raw.get("name", ""), seen), row.raw
            )
            line.answered = self.answers.get(line.key, {})
            found.append((line, row))
            if line.answered.get(SKIP):
                line.kind, line.note = SKIPPED, Text("不导入这一行", "not imported")
                continue
            line.work = self._work(line, row)
            if line.work.number:
                holders[line.work.number].append(line)
        for line, row in found:
            if line.work is not None:
                self._decide(line, row, holders)
        return [line for line, _ in found]

    def _work(self, line: Line, row: Row) -> Work:
        number = entered(line.answered.get("number"))
        values = row.values
        return Work(
            number=clean_number(number) if number else (values.get("number") or ""),
            name=entered(line.answered.get("name")) or values.get("name") or "",
            position=values.get("position"),
            joined_on=values.get("joined_on"),
            phone=values.get("phone"),
            note=values.get("note"),
            facts={
                code[len(FACT) :]: value
                for code, value in values.items()
                if code in self.facts and value is not None
            },
        )

    def _decide(self, line: Line, row: Row, holders: Mapping[str, list[Line]]) -> None:
        work: Work = line.work
        work.known = self.known.people.get(work.number)
        asking.ask_identity(line, row, holders.get(work.number, []), self.known)
        self._unit(line, row)
        asking.ask_values(line, row, self.facts)
        leaving.ask_hints(line, row, self.day)
        leaving.ask_standing(line, self.day)
        if line.kind == SKIPPED or line.asks:
            return
        if work.known is None:
            line.kind = NEW
        else:
            line.changes = self._changes(work, work.known)
            line.kind = UPDATED if line.changes else SAME

    def _unit(self, line: Line, row: Row) -> None:
        work: Work = line.work
        name = row.values.get("unit")
        answer = line.answered.get("unit")
        if read_id(answer) in self.known.unit_by_id:
            work.unit = read_id(answer)
        elif name:
            self._named_unit(line, name)
        elif work.known is None:
            asking.ask_unit(line, self.open_units())

    def _named_unit(self, line: Line, name: str) -> None:
        named, key = self.known.unit_named(name), fold(name)
        chosen = self.unit_choices.get(key, "")
        if read_id(chosen) in self.known.unit_by_id:
            line.work.unit = read_id(chosen)
        elif len(named) == 1:
            line.work.unit = named[0].id
            return
        elif len(named) > 1:
            held = line.work.known.held if line.work.known else None
            if held is not None and held.unit_id in {unit.id for unit in named}:
                line.work.unit = held.unit_id
                return
            asking.ask_which_unit(line, name, named, self.known)
            return
        choice = chosen or (NEW_UNIT if self.first_list else "")
        told = self.unit_names.setdefault(key, UnitName(key, name, 0, choice, not chosen and self.first_list))
        told.people += 1
        if choice == NEW_UNIT:
            line.work.unit = key
        elif choice == SKIP:
            line.kind, line.note, line.asks = (
                SKIPPED,
                Text(f"“{name}”不导入", f"“{name}” is not imported"),
                [],
            )
        elif not line.work.unit:
            asking.ask_unknown_unit(line, name)

    def open_units(self) -> list[Unit]:
        """The units that somebody may be put into."""
        return [
            unit
            for unit in self.known.unit_by_id.values()
            if unit.closed_on is None or unit.closed_on >= self.day
        ]

    def _changes(self, work: Work, known: Somebody) -> list[Change]:
        changes: list[Change] = []
        for name, title in asking.PLAIN:
            old, new = getattr(known, name), getattr(work, name)
            if new is not None and new != "" and new != old:
                work.sets[name] = new
                changes.append(Change(title, old, new))
        changes += self._moves(work, known)
        for code, value in work.facts.items():
            if known.facts.get(code) != value:
                changes.append(Change(self.facts[FACT + code].title, known.facts.get(code), value))
        work.facts = {code: value for code, value in work.facts.items() if known.facts.get(code) != value}
        if work.left_on is not None:
            changes.append(Change(Text("最后一天", "Last day"), known.left_on, work.left_on))
        if work.leave is not None:
            kind, starts_on, ends_on = work.leave
            changes.append(Change(Text(kind, kind), None, f"{starts_on} — {ends_on or '…'}"))
        return changes

    def _moves(self, work: Work, known: Somebody) -> list[Change]:
        held = known.held
        if held is None and not work.rejoin:
            work.unit = None
            return []
        old_unit = held.unit_id if held else None
        old_position = held.position if held else ""
        unit = work.unit if work.unit is not None else old_unit
        position = old_position if work.position is None else work.position
        changes = []
        if unit != old_unit or work.rejoin:
            changes.append(Change(Text("部门", "Unit"), self._unit_name(old_unit), self._unit_name(unit)))
        if position != old_position:
            changes.append(Change(Text("职务", "Position"), old_position or None, position or None))
        work.unit, work.position = (unit, position) if changes else (None, None)
        return changes

    def _unit_name(self, unit: int | str | None) -> str | None:
        if isinstance(unit, int):
            return self.known.unit_by_id[unit].name
        return self.unit_names[unit].name if unit else None

"""A list of examination marks read from a spreadsheet or a paste: whose each mark is, and what is doubtful about it.

Decides that a mark belongs to whom number and name agree on. Nothing is guessed: another name under the number, a
number that nobody has, namesakes, somebody twice, a word, a unit, a figure out of range, a blank: each is named, with
what could be meant as an offer, and waits for somebody's decision. Nothing is written here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, or_, select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.entries import refusals
from kaohe.entries.mark_lists import (
    BLANK,
    SKIP,
    USE,
    RawRow,
    RawSheet,
    fields_for,
)
from kaohe.entries.subjects import Standing, chunks, member_on, stood, why_not
from kaohe.files.doubts import Doubtful
from kaohe.files.texts import fold
from kaohe.people.models import Membership, Person, Unit
from kaohe.people.persons import clean_name, clean_number
from kaohe.scheme import Clause, Examination, Mark, Scheme, Text


class Unsettled(refusals.EntryRefusal):
    """Doubtful rows are left."""

    zh, en = "还有 {count} 行要处理，没有写入。", "{count} rows still need a decision; nothing was written."
    field = "table"


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a doubtful line: `who` a person's id, `mark` "skip", "absent", "use" or a figure."""

    who: int | None = None
    mark: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Judged:
    """A line with whose it is and what of it can be written; `problems` are what waits for a decision."""

    raw: RawRow
    person: Standing | None = None
    candidates: tuple[Standing, ...] = ()
    mark: Decimal | None = None
    retest: Decimal | None = None
    offer: Decimal | None = None
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    decision: Decision = field(default=Decision())
    out: bool = False

    @property
    def doubtful(self) -> bool:
        return bool(self.problems) and not self.out


def examinations(scheme: Scheme) -> list[Clause]:
    """The clauses that take one mark for each subject, those of a form of marks first."""
    forms = {form.code for form in scheme.forms if form.kind == "marks"}
    found = [clause for clause in scheme.clauses() if isinstance(clause.rule, Examination | Mark)]
    return sorted(found, key=lambda clause: not forms.intersection(clause.forms))


def guess(sheet: RawSheet, clauses: Sequence[Clause]) -> int | None:
    """The examination that a sheet's name points at; None where two fit as well, or none does."""
    pairs = _pairs(sheet.name)
    scores = sorted(
        ((len(pairs & _pairs(f"{clause.title.zh} {clause.title.en}")), clause.id) for clause in clauses),
        reverse=True,
    )
    if not scores or scores[0][0] == 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]


def _pairs(text: str) -> set[str]:
    """What a title is recognised by: pairs of Chinese characters, and longer words in Latin letters."""
    kept = re.sub(r"[^\u4e00-\u9fff]+", "", text)
    words = set(re.findall(r"[a-z]{4,}", text.lower())) - {"sheet", "table", "marks"}
    return ({kept[n : n + 2] for n in range(len(kept) - 1)} - {"成绩", "月考", "年月", "考核"}) | words


def judge(
    session: TenantSession,
    actor: Actor,
    sheet: RawSheet,
    *,
    day: date,
    highest: Decimal,
    decisions: Mapping[int, Decision],
) -> list[Judged]:
    """Whose each line is and what can be written of it, with the decisions made so far."""
    known = _Known.of(session, sheet.rows, day)
    rows = [
        _judge(known, actor, row, day, highest, decisions.get(row.line, Decision())) for row in sheet.rows
    ]
    return _twice(rows)


@dataclass
class _Known:
    """The people whom the lines name, by number and by name, where they stand on the day."""

    by_number: dict[str, Standing]
    by_name: dict[str, list[Standing]]

    @classmethod
    def of(cls, session: TenantSession, rows: Sequence[RawRow], day: date) -> _Known:
        numbers = {clean_number(row.number) for row in rows if row.number.strip()}
        names = {clean_name(row.name) for row in rows if row.name.strip()}
        found: dict[int, Standing] = {}
        for column, wanted in ((Person.number, numbers), (Person.name, names)):
            for some in chunks(sorted(wanted)):  # type: ignore[arg-type]
                found.update(_standings(session, column.in_(some), day))
        by_name: dict[str, list[Standing]] = defaultdict(list)
        for standing in found.values():
            by_name[standing.name].append(standing)
        return cls({one.number: one for one in found.values()}, by_name)

    def named(self, row: RawRow) -> tuple[Standing | None, tuple[Standing, ...], Text | None]:
        """The one person that the line names, else who could be meant and what is unclear."""
        number, name = clean_number(row.number), clean_name(row.name)
        mine, same = (
            self.by_number.get(number) if number else None,
            self.by_name.get(name, []) if name else [],
        )
        if mine is not None and (not name or mine.name == name):
            return mine, (), None
        if mine is not None:
            others = [one for one in same if one != mine]
            return (
                None,
                (mine, *others),
                Text(
                    f"工号 {number} 在名册上是{mine.name}，表中写的是{name}",
                    f"{number} is {mine.name} on the staff list; the table says {name}",
                ),
            )
        if number:
            who = "、".join(f"{one.name} {one.number}" for one in same)
            return (
                None,
                tuple(same),
                Text(
                    f"名册上没有工号 {number}" + (f"；同名的有 {who}" if same else ""),
                    f"Nobody has the number {number}" + (f"; of that name: {who}" if same else ""),
                ),
            )
        return self._by_name_alone(row, name, same)

    @staticmethod
    def _by_name_alone(
        row: RawRow, name: str, same: list[Standing]
    ) -> tuple[Standing | None, tuple[Standing, ...], Text | None]:
        if not name:
            return None, (), Text("没有工号也没有姓名", "Neither number nor name")
        if not same:
            return None, (), Text(f"名册上没有{name}", f"Nobody is called {name}")
        here = [one for one in same if not row.unit.strip() or fold(one.unit_name or "") == fold(row.unit)]
        if len(same) == 1 and here:
            return same[0], (), None
        if len(same) == 1:
            return (
                None,
                tuple(same),
                Text(
                    f"{name}在名册上属于{same[0].unit_name}，表中写的是{row.unit}",
                    f"{name} is in {same[0].unit_name}; the table says {row.unit}",
                ),
            )
        return (
            None,
            tuple(same),
            Text(
                f"{name}有 {len(same)} 人同名，请选一人", f"{len(same)} people are called {name}; choose one"
            ),
        )


def _standings(session: TenantSession, condition: object, day: date) -> dict[int, Standing]:
    query = (
        select(
            Person.id, Person.name, Person.number, Person.id, Person.joined_on, Person.left_on,
            Unit.id, Unit.path, Unit.name, Membership.position,
        )
        .outerjoin(Membership, and_(Membership.person_id == Person.id, member_on(day)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(or_(condition))  # type: ignore[arg-type]
        .order_by(Person.number)
    )  # fmt: skip
    return {row[0]: stood(row) for row in session.execute(query)}


def _judge(
    known: _Known, actor: Actor, row: RawRow, day: date, highest: Decimal, decision: Decision
) -> Judged:
    person, candidates, unclear = known.named(row)
    chosen = next((one for one in candidates if one.subject_id == decision.who), None)
    person, unclear = (chosen, None) if chosen is not None else (person, unclear)
    problems = [unclear] if unclear else []
    if person is not None:
        problems += _not_mine(actor, person, day)
    judged = Judged(row, person, candidates, decision=decision)
    if decision.mark == SKIP:
        said = Text("跳过，不写入", "Skipped")
        return replace(judged, problems=tuple(problems), notes=(said,), out=True)
    judged = _with_marks(judged, highest, decision)
    return replace(judged, problems=(*problems, *judged.problems))


def _not_mine(actor: Actor, person: Standing, day: date) -> list[Text]:
    if person.left_on is not None and person.left_on < day:
        said = person.left_on.isoformat()
        return [Text(f"{person.name}已于 {said} 离职", f"{person.name} left on {said}")]
    if person.unit_id is None:
        said = day.isoformat()
        return [Text(f"{person.name}在 {said} 不属于任何部门", f"{person.name} was in no unit on {said}")]
    refusal = why_not(actor, person, day)
    return [] if refusal is None else [Text(refusal.say("zh"), refusal.say("en"))]


def _with_marks(judged: Judged, highest: Decimal, decision: Decision) -> Judged:
    row = judged.raw
    mark, offer, doubt = _read(decision.typed or row.mark, "mark", highest)
    retest, _offer, retest_doubt = _read(row.retest, "retest", highest)
    absent = Text("缺考：不记成绩，列入未考名单", "Absent: no mark, listed as not examined")
    if decision.mark == BLANK and not decision.typed:
        return replace(judged, mark=None, retest=None, notes=(absent,), out=True)
    if decision.mark == USE and offer is not None and not decision.typed:
        mark, doubt = offer, None
    problems = [each for each in (doubt, retest_doubt) if each is not None]
    if mark is None and not problems:
        if retest is not None:
            problems = [
                Text(
                    f"首考成绩空白，只有补考 {row.retest}",
                    f"The first mark is blank; there is only a retest, {row.retest}",
                )
            ]
        else:
            problems = [Text("成绩空白", "The mark is blank")]
    return replace(judged, mark=mark, retest=retest, offer=offer, problems=tuple(problems))


def _read(text: str, code: str, highest: Decimal) -> tuple[Decimal | None, Decimal | None, Text | None]:
    """The figure in a cell; what is doubtful about it, and what could be meant."""
    wanted = next(one for one in fields_for(highest) if one.code == code)
    try:
        return wanted.read(text.strip() or None), None, None
    except Doubtful as doubtful:
        offer, label = doubtful.suggestion, wanted.title
        said = Text(f"{label.zh}：{doubtful.zh}", f"{label.en}: {doubtful.en}")
        return None, offer if isinstance(offer, Decimal) else None, said


def _twice(rows: list[Judged]) -> list[Judged]:
    """Somebody who stands in two lines that would be written is doubtful in both."""
    lines: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.person is not None and not row.out:
            lines[row.person.subject_id].append(row.raw.line)
    found = []
    for row in rows:
        mine = lines.get(row.person.subject_id, []) if row.person is not None and not row.out else []
        if len(mine) > 1:
            said = "、".join(str(line) for line in mine)
            more = Text(
                f"同一人出现 {len(mine)} 次（第 {said} 行），请跳过多余的",
                f"The same person in {len(mine)} lines ({said}); skip the others",
            )
            row = replace(row, problems=(*row.problems, more))
        found.append(row)
    return found

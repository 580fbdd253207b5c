"""Earlier results taken over: one row a result, or one row a person with a column for each month.

Decides which stretch a heading or cell names, that a result belongs to a known person by number, and that a score
that cannot be read is asked. The same result twice changes nothing; another score for the same stretch replaces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.files import cells
from kaohe.files.cells import Doubtful
from kaohe.files.columns import Field, Row, Understood, Words
from kaohe.people.intake.drafts import day_of, sheets_of, understood_of
from kaohe.people.intake.fields import NAME, NUMBER, UNIT, with_words
from kaohe.people.intake.preview import (
    NEW,
    SAME,
    SKIP,
    SKIPPED,
    UPDATED,
    Ask,
    Change,
    Line,
    Preview,
    entered,
    row_key,
)
from kaohe.people.intake.stretches import Stretch, stretch_of, year_in
from kaohe.people.models import EarlierResult, ImportDraft, Person
from kaohe.people.persons import clean_number
from kaohe.scheme.text import Text

PERIOD = Field("period", Words("周期", "Period"), ("考核周期", "月份", "考核月份", "时间", "年月", "month"))
SCORE = Field(
    "score",
    Words("得分", "Score"),
    ("总分", "成绩", "分数", "考核得分", "考核分", "综合得分", "total", "points"),
    kind="number",
    decimals=2,
    low=-9999,
    high=99999,
)
GRADE = Field("grade", Words("等次", "Grade"), ("等级", "考核等次", "考核等级", "评定"))


@dataclass(frozen=True)
class Earlier:
    """One result that a line holds."""

    stretch: Stretch
    score: Decimal | None
    grade: str | None


@dataclass
class Work:
    """The person that a line is about, and the results to write; `ids` are those that are replaced."""

    person_id: int
    found: list[Earlier]
    ids: dict[Stretch, int]


def scheme_of(draft: ImportDraft, schemes: Sequence[Any]) -> Any:
    """The scheme whose results these are: the chosen one, else the first that assesses people; None without any."""
    chosen = [one for one in schemes if one.code == draft.choices.get("scheme")]
    return next(iter(chosen or [one for one in schemes if one.subject == "person"] or schemes), None)


def preview_results(
    session: TenantSession, draft: ImportDraft, *, schemes: Sequence[Any], words: Mapping[str, Any]
) -> Preview:
    """What importing the draft would do today; reads, writes nothing."""
    fields = (*(with_words(field, words) for field in (NUMBER, NAME, UNIT)), PERIOD, SCORE, GRADE)
    sheet, understood = understood_of(draft, fields)
    scheme = scheme_of(draft, schemes)
    notices = [Text(one.zh, one.en) for one in understood.notices if one.code != "column_ambiguous"]
    if scheme is None:
        notices.append(
            Text("还没有启用任何行业的方案，不知道这些结果属于哪个方案。", "No scheme is in use yet.")
        )
    reading = _Reading(session, draft, understood, scheme)
    if not reading.wide and "period" not in understood.mapping:
        notices.append(
            Text(
                "没有找到周期：需要“周期”一列，或者每月一列。",
                "No period was found: give a column for it, or one column a month.",
            )
        )
    lines = reading.lines() if scheme is not None else []
    return Preview(
        understood, sheets_of(draft), sheet, lines, notices=notices, repeated=bool(draft.choices.get("again"))
    )


class _Reading:
    """One reading of the rows against the people and earlier results that are known."""

    def __init__(
        self, session: TenantSession, draft: ImportDraft, understood: Understood, scheme: Any
    ) -> None:
        self.understood, self.scheme = understood, scheme
        self.answers: Mapping[str, Mapping[str, str]] = draft.choices.get("rows", {})
        year = str(draft.choices.get("year", ""))
        self.year = (
            int(year)
            if year.isascii() and year.isdigit() and len(year) < 5
            else year_in(understood.title, day_of(draft).year)
        )
        self.people = {
            number: (ident, name)
            for ident, number, name in session.execute(select(Person.id, Person.number, Person.name))
        }
        self.known: dict[tuple[int, date], tuple[int, Decimal | None, str | None, date]] = {}
        if scheme is not None:
            query = select(
                EarlierResult.person_id,
                EarlierResult.starts_on,
                EarlierResult.id,
                EarlierResult.score,
                EarlierResult.grade,
                EarlierResult.ends_on,
            ).where(EarlierResult.scheme_code == scheme.code)
            for person_id, starts_on, ident, score, grade, ends_on in session.execute(query):
                self.known[person_id, starts_on] = (ident, score, grade, ends_on)
        self.wide = {} if "period" in understood.mapping else self._wide()
        self.taken: dict[tuple[int, date], int] = {}

    def _wide(self) -> dict[int, Stretch]:
        used = {column for code, column in self.understood.mapping.items() if code not in ("score", "grade")}
        found = {}
        for column, heading in enumerate(self.understood.headings):
            stretch = stretch_of(heading, self.year)
            if column not in used and stretch is not None:
                found[column] = stretch
        return found

    def lines(self) -> list[Line]:
        """Each row as a line, its outcome decided."""
        seen: Counter[str] = Counter()
        return [self._line(row, seen) for row in self.understood.rows]

    def _line(self, row: Row, seen: Counter[str]) -> Line:
        period = row.raw.get("period", "")
        line = Line(
            row.line_no, row_key(row.raw.get("number", "") + period, row.raw.get("name", ""), seen), row.raw
        )
        line.answered = self.answers.get(line.key, {})
        if line.answered.get(SKIP):
            line.kind, line.note = SKIPPED, Text("不导入这一行", "not imported")
            return line
        person_id = self._person(line, row)
        found = self._of_columns(line, row) if self.wide else self._of_row(line, row)
        if person_id is not None and not line.asks:
            self._compare(line, person_id, found)
        return line

    def _person(self, line: Line, row: Row) -> int | None:
        number = clean_number(entered(line.answered.get("number")) or row.values.get("number") or "")
        name = row.values.get("name") or ""
        known = self.people.get(number)
        if known is None:
            namesakes = [(code, one) for code, one in self.people.items() if name and one[1] == name][:5]
            offered = tuple(
                (f"={code}", Text(f"{one[1]} {code}", f"{one[1]} {code}")) for code, one in namesakes
            )
            says = (
                Text(f"名单里没有工号 {number}", f"There is no number {number}")
                if number
                else Text("没有工号", "no number")
            )
            other = ("other", Text("填写工号", "Give the number"))
            line.ask(Ask("number", says, (*offered, other), "text", "other", word=Text("工号", "Number")))
            return None
        if name and known[1] != name and line.answered.get("name_differs") != "same":
            says = Text(
                f"工号 {number} 是{known[1]}，文件里是{name}",
                f"Number {number} belongs to {known[1]}; the file says {name}",
            )
            same = ("same", Text(f"记给{known[1]}", f"It is {known[1]}’s"))
            other = ("other", Text("改用另一个工号", "Use another number"))
            line.ask(Ask("name_differs", says, (same, other), "text", "other", word=Text("工号", "Number")))
        return known[0]

    def _of_row(self, line: Line, row: Row) -> list[Earlier]:
        text = entered(line.answered.get("period")) or row.values.get("period") or ""
        stretch = stretch_of(str(text), self.year)
        if stretch is None:
            says = (
                Text(f"看不懂周期“{text}”", f"“{text}” is no period")
                if text
                else Text("没有周期", "no period")
            )
            word = Text("如 2026-01", "e.g. 2026-01")
            line.ask(Ask("period", says, entry="text", enters="given", word=word))
        doubt = next((one for one in row.doubts if one.field == "score"), None)
        score = self._answered(line, "score", doubt) if doubt is not None else row.values.get("score")
        grade = self._grade(row.values.get("grade"))
        return (
            [Earlier(stretch, score, grade)] if stretch is not None and (score is not None or grade) else []
        )

    def _of_columns(self, line: Line, row: Row) -> list[Earlier]:
        found = []
        body = self.understood.table.rows[row.line_no - 1]
        for column, stretch in self.wide.items():
            cell = body[column] if column < len(body) else None
            if cells.is_nothing(cell):
                continue
            try:
                score = SCORE.read(cell)
            except Doubtful as doubt:
                heading = self.understood.headings[column]
                told = doubt.at(f"score:{column}", Words(heading, heading), cells.shown(cell))
                score = self._answered(line, f"score:{column}", told)
            if score is not None:
                found.append(Earlier(stretch, score, None))
        return found

    def _answered(self, line: Line, code: str, doubt: Any) -> Decimal | None:
        answer = line.answered.get(code)
        try:
            score = SCORE.read(entered(answer)) if entered(answer) else None
        except Doubtful:
            score = None
        if score is not None:
            return Decimal(score)
        if answer != "empty":
            offered: tuple[tuple[str, Text], ...] = ()
            if doubt.suggestion is not None:
                offered = (
                    (
                        f"={doubt.suggestion:f}",
                        Text(f"记作 {doubt.suggestion:f}", f"Take {doubt.suggestion:f}"),
                    ),
                )
            empty = ("empty", Text("不记这一项", "Leave it out"))
            given = ("given", Text("填写分数", "Give the score"))
            line.ask(
                Ask(
                    code,
                    Text(doubt.zh, doubt.en),
                    (*offered, given, empty),
                    "text",
                    "given",
                    word=Text("分数", "Score"),
                )
            )
        return None

    def _grade(self, text: Any) -> str | None:
        for grade in self.scheme.grades if text else ():
            if str(text) in (grade.code, grade.title.zh, grade.title.en):
                return str(grade.code)
        return str(text) if text else None

    def _compare(self, line: Line, person_id: int, found: list[Earlier]) -> None:
        work = Work(person_id, [], {})
        for one in found:
            key = (person_id, one.stretch.starts_on)
            if key in self.taken:
                says = Text(
                    f"{one.stretch.title} 与第 {self.taken[key]} 行重复",
                    f"{one.stretch.title} stands in line {self.taken[key]} too",
                )
                line.ask(Ask("twice", says))
                return
            self.taken[key] = line.no
            known = self.known.get(key)
            title = Text(one.stretch.title, one.stretch.title)
            if known is None:
                work.found.append(one)
                line.changes.append(Change(title, None, _shown(one.score, one.grade)))
            elif (known[1], known[2], known[3]) != (one.score, one.grade, one.stretch.ends_on):
                work.found.append(one)
                work.ids[one.stretch] = known[0]
                line.changes.append(Change(title, _shown(known[1], known[2]), _shown(one.score, one.grade)))
        line.work = work
        if not found:
            line.kind, line.note = SKIPPED, Text("没有分数", "no score")
        elif work.found:
            line.kind = UPDATED if work.ids else NEW
        else:
            line.kind = SAME


def _shown(score: Decimal | None, grade: str | None) -> str:
    text = "" if score is None else f"{score.normalize():f}"
    return f"{text} {grade or ''}".strip()

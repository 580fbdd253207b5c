"""The questions that a row of a staff list asks, and what their answers do to the row.

Each function looks at one kind of doubt: either the row's answer settles it, or the line is given the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kaohe.errors import Refusal
from kaohe.files.cells import Doubt
from kaohe.files.columns import Row
from kaohe.people.facts import checked, choices
from kaohe.people.intake.fields import FACT
from kaohe.people.intake.known import Known
from kaohe.people.intake.preview import SKIPPED, Ask, Line, entered
from kaohe.people.models import Unit
from kaohe.scheme.model import Fact
from kaohe.scheme.text import Text

PLAIN = (
    ("name", Text("姓名", "Name")),
    ("phone", Text("手机", "Phone")),
    ("joined_on", Text("入职时间", "Joined on")),
    ("note", Text("备注", "Note")),
)
IGNORE = ("ignore", Text("不处理这条说明", "Ignore this remark"))
LEAVE_EMPTY = ("empty", Text("留空", "Leave empty"))
ANOTHER = ("other", Text("改用另一个工号", "Use another number"))


def ask_identity(line: Line, row: Row, same_number: Sequence[Line], known: Known) -> None:
    """Number and name: missing, used twice in the file, or somebody else's."""
    work = line.work
    for code, title, en in (("number", "工号", "number"), ("name", "姓名", "name")):
        if not getattr(work, code):
            says = next((Text(one.zh, one.en) for one in row.doubts if one.field == code), None)
            line.ask(
                Ask(
                    code,
                    says or Text(f"没有{title}", f"no {en}"),
                    entry="text",
                    enters="given",
                    word=Text(title, en.capitalize()),
                )
            )
    if not work.number or not work.name:
        return
    if len(same_number) > 1 and not _holds(line, same_number, known):
        _ask_number(line, same_number)
        return
    if (
        work.known is not None
        and work.known.name != work.name
        and line.answered.get("name_differs") != "same"
    ):
        line.ask(
            Ask(
                "name_differs",
                Text(
                    f"工号 {work.number} 现在是{work.known.name}，文件里是{work.name}",
                    f"Number {work.number} belongs to {work.known.name}; the file says {work.name}",
                ),
                (("same", Text("同一人，改姓名", "The same person: change the name")), ANOTHER),
                entry="text",
                enters="other",
                word=Text("新工号", "New number"),
            )
        )


def _holds(line: Line, same_number: Sequence[Line], known: Known) -> bool:
    """Whether this line is the one that keeps the number: known by it, or chosen, and nobody else is."""
    holder = known.people.get(line.work.number)
    if holder is not None:
        twins = [one for one in same_number if one.work.name == holder.name]
        if twins:
            return twins == [line]
    keepers = [one for one in same_number if one.answered.get("number") == "keep"]
    return keepers == [line]


def _ask_number(line: Line, same_number: Sequence[Line]) -> None:
    work = line.work
    others = [one for one in same_number if one is not line]
    kept = [
        one
        for one in others
        if one.answered.get("number") == "keep" or (one.work.known and one.work.known.name == one.work.name)
    ]
    names_zh = "、".join(f"第 {one.no} 行{one.work.name}" for one in others[:5])
    names_en = ", ".join(f"{one.work.name} in line {one.no}" for one in others[:5])
    if kept:
        says = Text(
            f"工号 {work.number} 归{kept[0].work.name}，请给{work.name}另填一个工号，或跳过这一行",
            f"Number {work.number} stays with {kept[0].work.name}; give {work.name} another one, or skip this row",
        )
    else:
        says = Text(
            f"工号 {work.number} 有 {len(same_number)} 行在用，另有{names_zh}；请选谁保留",
            f"Number {work.number} stands in {len(same_number)} rows, also for {names_en}; choose who keeps it",
        )
    keep = ("keep", Text(f"{work.name}保留 {work.number}", f"{work.name} keeps {work.number}"))
    line.ask(
        Ask(
            "number",
            says,
            (ANOTHER,) if kept else (keep, ANOTHER),
            entry="text",
            enters="other",
            word=Text("新工号", "New number"),
        )
    )


def ask_unit(line: Line, units: Sequence[Unit]) -> None:
    """A new person without a unit."""
    if line.kind == SKIPPED:
        return
    line.ask(
        Ask(
            "unit",
            Text("没有部门", "no unit"),
            tuple((str(unit.id), Text(unit.name, unit.name)) for unit in units),
        )
    )


def ask_which_unit(line: Line, name: str, named: Sequence[Unit], known: Known) -> None:
    """Several units have that name: the unit above tells them apart."""

    def words(unit: Unit) -> Text:
        above = known.unit_by_id[unit.parent_id].name if unit.parent_id in known.unit_by_id else ""
        return Text(f"{above} / {unit.name}", f"{above} / {unit.name}")

    line.ask(
        Ask(
            "unit",
            Text(f"有 {len(named)} 个部门都叫“{name}”", f"{len(named)} units are called “{name}”"),
            tuple((str(unit.id), words(unit)) for unit in named),
        )
    )


def ask_unknown_unit(line: Line, name: str) -> None:
    """A unit that is decided above the rows, once for all of them."""
    line.ask(
        Ask(
            "unit_name",
            Text(f"没有叫“{name}”的部门，请在上面选择", f"There is no unit “{name}”; decide above the list"),
        )
    )


def ask_values(line: Line, row: Row, facts: Mapping[str, Fact]) -> None:
    """Cells that could not be read: a date, a level."""
    for doubt in row.doubts:
        if doubt.field == "joined_on":
            _ask_date(line, doubt)
        elif doubt.field in facts:
            _ask_fact(line, doubt, facts[doubt.field])


def _ask_date(line: Line, doubt: Doubt) -> None:
    answer = line.answered.get("joined_on")
    given = day_in(entered(answer))
    if given is not None:
        line.work.joined_on = given
    elif answer != "empty":
        given_option = ("given", Text("填写日期", "Give the date"))
        line.ask(
            Ask(
                "joined_on",
                Text(doubt.zh, doubt.en),
                (given_option, LEAVE_EMPTY),
                entry="date",
                enters="given",
                word=Text("日期", "Date"),
            )
        )


def _ask_fact(line: Line, doubt: Doubt, fact: Fact) -> None:
    answer = line.answered.get(doubt.field)
    if answer == "empty":
        return
    try:
        value = checked(fact, answer)
    except Refusal:
        value = None
    if value is not None:
        line.work.facts[doubt.field[len(FACT) :]] = value
        return
    offered = tuple(
        (value, Text(str(title), getattr(title, "en", str(title)))) for value, title in choices(fact)
    )
    line.ask(Ask(doubt.field, Text(doubt.zh, doubt.en), (*offered, LEAVE_EMPTY)))


def day_in(text: str | None) -> date | None:
    """The day that was entered, None when it is none."""
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None

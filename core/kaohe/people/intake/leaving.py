"""The questions about somebody who left, is away, or whose later move is recorded already."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from kaohe.files.cells import Hint
from kaohe.files.columns import Row
from kaohe.people.intake.asking import IGNORE, day_in
from kaohe.people.intake.fields import absence_word
from kaohe.people.intake.preview import SKIPPED, Ask, Line, entered
from kaohe.scheme.text import Text


def ask_hints(line: Line, row: Row, day: date) -> None:
    """What a remark says beside the data: somebody left, somebody is away."""
    for hint in row.hints:
        if hint.code == "left":
            _ask_left(line, hint)
        elif hint.code == "leave" and not any(one.code == "left" for one in row.hints):
            _ask_leave(line, hint, day)


def _ask_left(line: Line, hint: Hint) -> None:
    known, answer = line.work.known, line.answered.get("left")
    if known is not None and known.left_on is not None:
        return
    on = day_in(entered(answer))
    first = known.held.starts_on if known is not None and known.held is not None else line.work.joined_on
    if on is not None and (first is None or on >= first):
        line.work.left_on = on
        return
    if answer == "ignore":
        return
    offer = month_end(hint)
    line.ask(
        Ask(
            "left",
            Text(f"备注写“{hint.raw}”", f"The remark says “{hint.raw}”"),
            (("left", Text("登记离职，最后一天", "Record the last day")), IGNORE),
            entry="date",
            enters="left",
            offer=offer.isoformat() if offer else "",
            word=Text("最后一天", "Last day"),
        )
    )


def _ask_leave(line: Line, hint: Hint, day: date) -> None:
    known, answer = line.work.known, line.answered.get("leave")
    if answer == "ignore":
        return
    ends = month_end(hint)
    if known is not None and any(
        first <= day and (last is None or last >= day) for first, last in known.leaves
    ):
        return
    first, last = (day_in(part) for part in ((entered(answer) or "") + "/").split("/")[:2])
    if first is not None and (last is None or last >= first):
        overlapping = known is not None and any(
            start <= (last or date.max) and (end is None or end >= first) for start, end in known.leaves
        )
        if not overlapping:
            line.work.leave = (absence_word(hint.raw), first, last)
        return
    line.ask(
        Ask(
            "leave",
            Text(f"备注写“{hint.raw}”", f"The remark says “{hint.raw}”"),
            (("leave", Text("登记请假，起止日期", "Record the absence, from and to")), IGNORE),
            entry="dates",
            enters="leave",
            offer=f"{day.isoformat()}/{ends.isoformat() if ends else ''}",
            word=Text("起止日期", "From and to"),
        )
    )


def ask_standing(line: Line, day: date) -> None:
    """Somebody who left, or whose later move is recorded already."""
    known = line.work.known
    if known is None or line.kind == SKIPPED:
        return
    if known.left_on is not None and known.left_on < day and line.work.left_on is None:
        answer = line.answered.get("returned")
        if answer == "rejoin":
            line.work.rejoin = True
        elif answer != "ignore" and not _says_left(line):
            line.ask(
                Ask(
                    "returned",
                    Text(
                        f"已于 {known.left_on} 离职，文件里又有",
                        f"Left on {known.left_on}, yet stands in the file",
                    ),
                    (
                        ("rejoin", Text(f"{day} 起重新入职", f"Came back on {day}")),
                        ("ignore", Text("仍是离职", "Still gone")),
                    ),
                )
            )
    elif known.later is not None and line.answered.get("later") != "keep":
        unit, held = line.work.unit, known.held
        if held is None or (unit is not None and unit != held.unit_id):
            line.ask(
                Ask(
                    "later",
                    Text(f"{known.later} 已有更晚的调动", f"A later move on {known.later} is recorded"),
                    (("keep", Text("以系统为准", "Keep what is recorded")),),
                )
            )
    if line.answered.get("later") == "keep" and known.later is not None:
        line.work.unit = line.work.position = None


def _says_left(line: Line) -> bool:
    return any(
        word in line.raw.get("note", "")
        for word in ("离职", "辞职", "离岗", "调出", "调离", "解聘", "辞退", "退休")
    )


def month_end(hint: Hint) -> date | None:
    """The day that a remark names; the last of the month when it names only the month."""
    if hint.year is None or hint.month is None:
        return None
    try:
        return date(hint.year, hint.month, hint.day or monthrange(hint.year, hint.month)[1])
    except ValueError:
        return None

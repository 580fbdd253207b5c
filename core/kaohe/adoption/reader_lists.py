"""Who has read a revision: the page for administrators and its spreadsheet."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.adoption.headings import heading
from kaohe.adoption.models import Acknowledgement, Revision
from kaohe.pages.current import current
from kaohe.pages.lists import ListState
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.reports.spreadsheet import Column, Sheet


def readers_page(revision: Revision) -> dict[str, Any]:
    """Who takes part now, whether and when each has acknowledged, by unit, the least complete first."""
    day = max(current.today, revision.starts_on or current.today)
    due = adoption.readers(current.session, revision, starts_on=day, ends_on=day)
    when = {
        row.person_id: row.at
        for row in current.session.execute(
            select(Acknowledgement.person_id, Acknowledgement.at).where(
                Acknowledgement.revision_id == revision.id
            )
        )
    }
    units = {unit.id: unit for unit in people.units(current.session)}
    listed = ListState.read(
        request.args, request.path, filters={"unit": [str(one) for one in units], "read": ("yes", "no")}
    )
    everybody = current.session.scalars(select(Person).where(Person.id.in_(due))).all()
    rows = [
        {"person": person, "unit": units[due[person.id]], "at": when.get(person.id)}
        for person in sorted(everybody, key=lambda one: (one.id in when, one.number))
    ]
    found = [row for row in rows if _reads(row, listed)]
    page = listed.paged(len(found))
    by_unit: list[dict[str, Any]] = [
        {
            "name": unit.name,
            "url": listed.link(unit=unit.id),
            "done": sum(1 for row in rows if row["unit"] is unit and row["at"]),
            "part": 0,
            "none": sum(1 for row in rows if row["unit"] is unit and not row["at"]),
        }
        for unit in units.values()
        if unit.id in set(due.values())
    ]
    by_unit.sort(key=lambda one: Fraction(one["done"], one["done"] + one["none"]))
    return {
        **heading(revision),
        "list": listed,
        "page": page,
        "rows": found[page.offset : page.offset + page.per],
        "found": found,
        "units": [(unit.id, unit.name) for unit in units.values() if unit.id in set(due.values())],
        "by_unit": by_unit,
        "due": len(rows),
        "done": sum(1 for row in rows if row["at"]),
    }


def readers_sheet(revision: Revision) -> Sheet:
    """The list of readers that the address asks for, all pages, as a sheet of a workbook."""
    found = readers_page(revision)
    columns = [
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("确认")),
        Column(_("确认时间"), "instant"),
    ]
    rows = (
        [
            row["person"].number,
            row["person"].name,
            row["unit"].name,
            _("已确认") if row["at"] else _("未确认"),
            row["at"],
        ]
        for row in found["found"]
    )
    title = adoption.scheme_of(current.session, revision.id).title.say(current.language)
    head = _("%(title)s 第 %(n)s 版 · 学习确认", title=title, n=revision.number)
    return Sheet(_("学习确认"), columns, rows, titles=(head,))


def _reads(row: dict[str, Any], listed: ListState) -> bool:
    chosen = listed.filters
    if (
        listed.q
        and listed.q.lower()
        not in f"{row['person'].name} {row['person'].number} {row['person'].initials}".lower()
    ):
        return False
    if chosen.get("unit") and str(row["unit"].id) != chosen["unit"]:
        return False
    return not chosen.get("read") or (chosen["read"] == "yes") == bool(row["at"])

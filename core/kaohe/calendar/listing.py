"""What the page of the working calendar shows: twelve months of a year, its days, and what was changed."""

from __future__ import annotations

from calendar import Calendar as Weeks
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.calendar import service
from kaohe.calendar.models import CalendarDay
from kaohe.calendar.official import FIRST_YEAR, LAST_ANNOUNCED, LAST_POSSIBLE, MADE_UP
from kaohe.pages import current
from kaohe.pages.lists import whole
from kaohe.people.models import Person
from kaohe.scheme import Text

MONTHS = Weeks(firstweekday=0)


def year_asked(text: str | None) -> int:
    """The year to show: the one asked for, else this year."""
    return whole(text, current.today.year, FIRST_YEAR, LAST_POSSIBLE)


def day_asked(text: str | None) -> date | None:
    """The day that was tapped, if it is one."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_POSSIBLE else None


def page(year: int) -> dict[str, Any]:
    """Everything on a year's page but its form."""
    session = current.session
    through = service.through(session)
    own = {row.day: row for row in service.own_days(session, date(year, 1, 1), date(year, 12, 31))}
    months = [_month(year, number, own) for number in range(1, 13)]
    days = [cell for month in months for week in month["weeks"] for cell in week if cell]
    changes = service.changes_of(session, year)
    confirmed = service.confirmation_of(session, year) if LAST_ANNOUNCED < year <= through else None
    names = _names([*(row.by for row in changes), confirmed.by if confirmed else None])
    return {
        "year": year,
        "years": range(max(FIRST_YEAR, year - 2), min(LAST_POSSIBLE, year + 2) + 1),
        "months": months,
        "through": through,
        "standing": "official" if year <= LAST_ANNOUNCED else "confirmed" if year <= through else "open",
        "confirmed": confirmed,
        "confirmed_by": names.get(confirmed.by or 0, "") if confirmed else "",
        "next": through + 1,
        "last_announced": LAST_ANNOUNCED,
        "counts": {
            "worked": sum(cell["works"] for cell in days),
            "off": sum(not cell["works"] for cell in days),
            "made_up": sum(cell["works"] and cell["day"].weekday() > 4 for cell in days),
            "own": sum(cell["own"] for cell in days),
        },
        "events": [_event(row, names) for row in changes],
        "hours": service.hours_of(session),
        "may_change": current.actor.is_admin,
    }


def _month(year: int, number: int, own: dict[date, CalendarDay]) -> dict[str, Any]:
    weeks = [
        [_cell(day, own.get(day)) if day.month == number else None for day in week]
        for week in MONTHS.monthdatescalendar(year, number)
    ]
    worked = sum(cell["works"] for week in weeks for cell in week if cell)
    return {"number": number, "weeks": weeks, "worked": worked}


def _cell(day: date, own: CalendarDay | None) -> dict[str, Any]:
    official = service.official_year(day.year)
    mine = own is not None and own.works is not None
    works = bool(own.works) if own is not None and own.works is not None else official.works(day)
    weekend = day.weekday() > 4
    name = official.off.get(day) or (MADE_UP if day in official.made_up else None)
    return {
        "day": day,
        "works": works,
        "own": mine,
        "weekend": weekend,
        "name": Text(own.reason, own.reason) if mine and own is not None else name,
        "mark": ("班" if works else "休") if mine or works == weekend or name else "",
        "today": day == current.today,
        "url": url_for("calendar.index", year=day.year, day=day.isoformat(), _anchor="change"),
    }


def _names(ids: list[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one}
    rows = current.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _event(row: CalendarDay, names: dict[int, str]) -> dict[str, Any]:
    words = {True: _("改为上班"), False: _("改为休息"), None: _("改回国家安排")}
    who = names.get(row.by or 0, "")
    said = _("理由：%(reason)s", reason=row.reason)
    return {
        "time": row.at,
        "title": f"{row.day.isoformat()} {words[row.works]}",
        "text": f"{who} · {said}" if who else said,
        "kind": "done" if row.replaced_by is None else "",
    }

"""Reminders of what is owed: some days before, on the day, and once when it is late; nobody is told twice of one.

Decides who is told: the person who owes it, or who heads the unit that does. After downtime only the occasion that
holds now is told of, not those that went by.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kaohe.accounts.heads import heads_of
from kaohe.calendar.service import calendar_of
from kaohe.db import TenantSession
from kaohe.filings.models import Due
from kaohe.jobs.rows import one_by_one
from kaohe.messages.service import Link, send
from kaohe.plugins import Filing, Registry
from kaohe.scheme import Text

_log = logging.getLogger(__name__)
LATE_FOR = timedelta(days=40)
Key = tuple[str, date, date, datetime]


def remind(session: TenantSession, registry: Registry, *, now: datetime) -> int:
    """Tell whoever has not filed; how many messages were new."""
    calendar = calendar_of(session)
    today = calendar.day_of(now)
    query = select(Due.filing, Due.starts_on, Due.ends_on, Due.due_at, Due.subject_id, Due.unit_id).where(
        Due.filed_at.is_(None), Due.due_at > now - LATE_FOR
    )
    owing: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for code, starts_on, ends_on, due, subject, unit in session.execute(query):
        owing[code, starts_on, ends_on, due].append((subject, unit))
    found = [
        (key, filing, occasion)
        for key in sorted(owing)
        if (filing := registry.filing(key[0])) is not None
        and (occasion := _occasion(filing, calendar.day_of(key[3]), today))
    ]
    if not found:
        return 0
    heads = heads_of(session, [unit for rows in owing.values() for s, unit in rows if s == unit], today)
    sent: list[int] = []

    def work(one: tuple[Key, Filing, str]) -> None:
        key, filing, occasion = one
        to = [
            person
            for subject, unit in owing[key]
            for person in (heads.get(unit, []) if subject == unit else [subject])
        ]
        days = (key[1], key[2], calendar.day_of(key[3]))
        sent.append(_tell(session, filing, days, occasion, to, now))

    one_by_one(session, found, work, log=_log, what="the reminder of")
    return sum(sent)


def _occasion(filing: Filing | None, due: date, today: date) -> str:
    """Which reminder holds today: the nearest before the date, that of the day, the one when it is late; "" for none."""
    if filing is None:
        return ""
    if today > due:
        return "late"
    if today == due:
        return "day"
    reached = [days for days in filing.remind if due - timedelta(days=days) <= today]
    return f"before{min(reached)}" if reached else ""


def _tell(
    session: TenantSession,
    filing: Filing,
    days: tuple[date, date, date],
    occasion: str,
    to: list[int],
    now: datetime,
) -> int:
    starts_on, ends_on, due = days
    span = f"{starts_on.isoformat()} — {ends_on.isoformat()}"
    if occasion == "late":
        title = Text(f"逾期未报：{filing.title.zh}", f"Overdue: {filing.title.en}")
        text = Text(
            f"{span}，应于 {due.isoformat()} 前报送，现在还没有报。",
            f"{span}; it was due by {due.isoformat()} and is not filed.",
        )
    else:
        title = Text(f"请上报：{filing.title.zh}", f"To file: {filing.title.en}")
        text = Text(
            f"{span}，请在 {due.isoformat()} 前（含当天）报送。",
            f"{span}; due by {due.isoformat()}, that day included.",
        )
    return send(
        session,
        to=to,
        kind="overdue" if occasion == "late" else "due",
        title=title,
        text=text,
        link=Link("filings.index", {}),
        about=f"filing:{filing.code}:{starts_on.isoformat()}:{due.isoformat()}:{occasion}",
        now=now,
    )

"""Who heads a unit on a day: the persons with the assessor's role on exactly that unit, and the administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, or_, select

from kaohe.accounts.models import Account, Grant
from kaohe.accounts.roles import in_force
from kaohe.db import TenantSession
from kaohe.people.models import Person


def heads_of(
    session: TenantSession, unit_ids: Iterable[int], day: date, *, deputies: bool = True
) -> dict[int, list[int]]:
    """The persons who assess exactly these units on the day, by unit; with or without those who stand in."""
    found: dict[int, list[int]] = {}
    listed = sorted(set(unit_ids))
    for start in range(0, len(listed), 500):
        query = _holders(day).where(Grant.role == "assessor", Grant.unit_id.in_(listed[start : start + 500]))
        if not deputies:
            query = query.where(Grant.deputy_of.is_(None))
        for unit_id, person_id in session.execute(query):
            if person_id not in found.setdefault(unit_id, []):
                found[unit_id].append(person_id)
    return found


def admins_on(session: TenantSession, day: date) -> list[int]:
    """The persons who are administrators on the day."""
    rows = session.execute(_holders(day).where(Grant.role == "admin"))
    return list(dict.fromkeys(person_id for _, person_id in rows))


def _holders(day: date) -> Select[int | None, int]:
    return (
        select(Grant.unit_id, Account.person_id)
        .join(Account, Account.id == Grant.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(*in_force(day), Account.state != "locked")
        .where(or_(Person.left_on.is_(None), Person.left_on >= day))
        .order_by(Grant.unit_id, Person.number)
    )

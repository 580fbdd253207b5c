"""Who is told of a case: the unit that holds it when it comes or runs out, the desk when it runs out or comes back.

Told are those who assess exactly that unit, and its members while they are few.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from kaohe.accounts.heads import heads_of
from kaohe.adoption import service as adoption
from kaohe.cases.clocks import URGED
from kaohe.cases.models import Case, CaseClockRow, CaseStepRow
from kaohe.db import TenantSession
from kaohe.messages.service import Link, send
from kaohe.people import service as people
from kaohe.people.models import Membership
from kaohe.scheme import Text

FEW = 30


def passed_on(session: TenantSession, case: Case, step: CaseStepRow, title: Text, *, now: datetime) -> None:
    """Tell the unit that has just been given the case."""
    back = step.unit_id == case.unit_id
    send(
        session,
        to=_people_of(session, case.holder_id, now, without=step.taken_by),
        kind="returned" if back else "due",
        title=Text(f"{title.zh}：工单 {case.number}", f"{title.en}: case {case.number}"),
        text=Text(case.headline, case.headline),
        link=_link(case),
        about=f"case:{case.id}:step:{step.id}",
        now=now,
    )


def ran_out(session: TenantSession, case: Case, row: CaseClockRow, *, now: datetime) -> None:
    """Urge the holder, or say that the case is overdue; the desk is told too."""
    found = adoption.scheme_of(session, case.revision_id).find(row.clause_id)
    what = found.title if found is not None else Text(row.clock, row.clock)
    due = row.due_at.astimezone(session.zone).strftime("%m-%d %H:%M")
    word = Text("催办", "Urged") if row.state == URGED else Text("已超时", "Overdue")
    send(
        session,
        to=[*_people_of(session, row.holder_id, now), case.logged_by],
        kind="urge" if row.state == URGED else "overdue",
        title=Text(f"{word.zh}：工单 {case.number}", f"{word.en}: case {case.number}"),
        text=Text(
            f"{case.headline}。{what.zh}，时限 {due}。", f"{case.headline}. {what.en}; the limit was {due}."
        ),
        link=_link(case),
        about=f"case:{case.id}:due:{row.id}",
        now=now,
    )


def _link(case: Case) -> Link:
    return Link("cases.show", {"case": case.id})


def _people_of(session: TenantSession, unit_id: int, now: datetime, without: int | None = None) -> list[int]:
    day: date = now.astimezone(session.zone).date()
    members = session.scalars(
        select(Membership.person_id).where(Membership.unit_id == unit_id, people.in_force(day)).limit(FEW + 1)
    ).all()
    heads = heads_of(session, [unit_id], day).get(unit_id, [])
    told = dict.fromkeys([*heads, *(members if len(members) <= FEW else ())])
    return [person for person in told if person != without]

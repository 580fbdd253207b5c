"""Those whose results were just published are told: each person, and who assesses an assessed unit."""

from __future__ import annotations

from datetime import date
from itertools import chain

from sqlalchemy import select

from kaohe.accounts.heads import heads_of
from kaohe.db import TenantSession
from kaohe.messages import service as messages
from kaohe.people.models import Subject
from kaohe.results.listening import Turned, when_turned
from kaohe.results.models import Result, Run
from kaohe.scheme import Text


@when_turned
def tell_of_publication(turned: Turned) -> None:
    """Tell everybody who has a result in the run, by three statements however many they are."""
    if turned.step != "published" or turned.run is None:
        return
    session, period = turned.session, turned.period
    until = period.published_until.isoformat()
    messages.send(
        session,
        to=_concerned(session, turned.run, turned.now.astimezone(session.zone).date()),
        kind="published",
        title=Text(f"{period.title_zh}考核结果已公示", f"The results of {period.title_en} are published"),
        text=Text(
            f"请核对您的结果；公示到 {until}，有异议请在此之前提出。",
            f"Please check your result; it is open to objections until {until}.",
        ),
        link=messages.Link("results.mine", {"period": period.id}),
        about=f"run:{turned.run.id}:published",
        now=turned.now,
    )


def _concerned(session: TenantSession, run: Run, today: date) -> list[int]:
    rows = session.execute(
        select(Subject.person_id, Subject.unit_id)
        .join(Result, Result.subject_id == Subject.id)
        .where(Result.run_id == run.id)
    ).all()
    people = [row.person_id for row in rows if row.person_id is not None]
    units = [row.unit_id for row in rows if row.unit_id is not None]
    return [*people, *chain.from_iterable(heads_of(session, units, today).values())]

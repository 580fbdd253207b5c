"""Messages about appeals: to the appellant, to who recorded the entry, and to those who may decide.

Nobody is told of what they did themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaohe.accounts.heads import admins_on
from kaohe.adoption import service as adoption
from kaohe.appeals.models import Appeal, AppealStep
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.messages.service import Link, send
from kaohe.people.models import Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import Text

RESULT = Text("考核结果", "Result")


def thing_of(session: TenantSession, period: Period, entry: Entry | None) -> Text:
    """What is appealed, in words: the clause of the entry, or the result."""
    if entry is None:
        return RESULT
    found = adoption.scheme_of(session, period.revision_id).find(entry.clause_id)
    return found.title if found is not None else RESULT


def name_of(session: TenantSession, subject_id: int) -> str:
    """The name of a person or a unit."""
    person = session.get(Person, subject_id)
    if person is not None:
        return person.name
    unit = session.get(Unit, subject_id)
    return unit.name if unit is not None else ""


def _admins(session: TenantSession, now: datetime) -> set[int]:
    day = now.astimezone(session.zone).date()
    return set(admins_on(session, day))


def appellants(session: TenantSession, appeal: Appeal) -> set[int]:
    """Who hears of an appeal as its appellant: the person, or for a unit whoever filed it."""
    is_person = session.get(Person, appeal.subject_id) is not None
    return {appeal.subject_id, appeal.filed_by} if is_person else {appeal.filed_by}


def _recorders(session: TenantSession, appeal: Appeal) -> set[int]:
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    return {entry.recorded_by} if entry is not None and entry.recorded_by is not None else set()


def tell_filed(
    session: TenantSession, appeal: Appeal, period: Period, entry: Entry | None, now: datetime
) -> None:
    """Tell the recorder and the administrators that an appeal came in."""
    name, thing, title = (
        name_of(session, appeal.subject_id),
        thing_of(session, period, entry),
        periods.title_of(period),
    )
    _send(
        session,
        appeal,
        (_recorders(session, appeal) | _admins(session, now)) - {appeal.subject_id, appeal.filed_by},
        "appeal",
        "filed",
        Text("收到一件申诉", "An appeal came in"),
        Text(f"{name} · {title.zh}：{thing.zh}", f"{name} · {title.en}: {thing.en}"),
        now,
    )


def tell_decided(session: TenantSession, appeal: Appeal, step: AppealStep, words: str, now: datetime) -> None:
    """Tell the appellant and the recorder how it was decided, and why."""
    period = session.need(Period, appeal.period_id)
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    thing = thing_of(session, period, entry)
    upheld = step.step == "upheld"
    people = (appellants(session, appeal) | _recorders(session, appeal)) - {step.done_by}
    _send(
        session,
        appeal,
        {one for one in people if one is not None},
        "decided",
        "decided",
        Text("申诉成立" if upheld else "申诉不成立", "Appeal upheld" if upheld else "Appeal rejected"),
        Text(f"{thing.zh}：{words}", f"{thing.en}: {words}"),
        now,
    )


def tell_carried_out(session: TenantSession, appeal: Appeal, now: datetime) -> None:
    """Tell the appellant that the decision was carried out and a new result stands to be signed."""
    title = periods.title_of(session.need(Period, appeal.period_id))
    _send(
        session,
        appeal,
        appellants(session, appeal),
        "to_sign",
        "carried-out",
        Text("申诉决定已执行", "The decision on your appeal was carried out"),
        Text(
            f"{title.zh}的结果已重新公示，请查看并签字",
            f"The results of {title.en} are published again; look and sign",
        ),
        now,
        Link("results.show", {"period": appeal.period_id, "subject": appeal.subject_id}),
    )


def tell_hindered(session: TenantSession, appeal: Appeal, refusal: Refusal, now: datetime) -> None:
    """Tell the administrators that a decision could not be carried out, and why; nothing is closed by that."""
    name = name_of(session, appeal.subject_id)
    _send(
        session,
        appeal,
        _admins(session, now) - {appeal.subject_id},
        "appeal",
        f"hindered-{now:%Y%m%d}",
        Text("申诉决定未能执行", "A decision on an appeal could not be carried out"),
        Text(f"{name}：{refusal.say('zh')}", f"{name}: {refusal.say('en')}"),
        now,
    )


def _send(
    session: TenantSession,
    appeal: Appeal,
    to: Iterable[int],
    kind: str,
    occasion: str,
    title: Text,
    text: Text,
    now: datetime,
    link: Link | None = None,
) -> None:
    send(
        session,
        to=to,
        kind=kind,
        title=title,
        text=text,
        link=link or Link("appeals.show", {"appeal": appeal.id}),
        about=f"appeal:{appeal.id}:{occasion}",
        now=now,
    )

"""Reading appeals: the list with its filters, one appeal with its steps, what it changed, what is not settled.

Decides that one sees the own appeals, an assessor those that lie in the own units, an administrator all; the limit is
part of the query, for page and export alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from kaohe.accounts.policy import Actor
from kaohe.adoption import service as adoption
from kaohe.appeals.deciding import ENDS
from kaohe.appeals.models import Appeal, AppealFile, AppealReason, AppealStep, AppealStepReason
from kaohe.appeals.telling import RESULT
from kaohe.db import TenantSession
from kaohe.entries.models import Entry
from kaohe.files.models import StoredFile
from kaohe.people.models import Person, Unit
from kaohe.periods.models import Period
from kaohe.results.models import Result, Run
from kaohe.scheme import Text

STATES = {
    "filed": Text("待受理", "Filed"),
    "taken_up": Text("处理中", "Taken up"),
    "upheld": Text("成立，待执行", "Upheld, to be carried out"),
    "done": Text("成立，已执行", "Upheld and carried out"),
    "rejected": Text("不成立", "Rejected"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
"""What an appeal's state is called, in the order of its life."""
UNSETTLED = ("filed", "taken_up", "upheld")
"""The states in which something is still to be done."""

_END = aliased(AppealStep)
_TAKEN = aliased(AppealStep)
_DONE = aliased(AppealStep)
_OWN_UNIT = aliased(Unit)
STATE: Any = case(
    (and_(_END.step == "upheld", or_(_DONE.id.is_not(None), _END.remedy == "none")), "done"),
    (_END.step.is_not(None), _END.step),
    (_TAKEN.id.is_not(None), "taken_up"),
    else_="filed",
)
NAME: Any = func.coalesce(Person.name, _OWN_UNIT.name)
NUMBER: Any = func.coalesce(Person.number, _OWN_UNIT.code, "")
SORTS = {"filed": Appeal.filed_at, "name": NAME, "unit": Unit.name, "period": Period.starts_on}


@dataclass(frozen=True)
class Wanted:
    """What a list asks for."""

    words: str = ""
    state: str = ""
    period_id: int | None = None
    unit_path: str | None = None
    subject_id: int | None = None
    entry_id: int | None = None
    about: str = ""  # entry | result
    late: bool = False


@dataclass(frozen=True)
class View:
    """One appeal as it is shown."""

    appeal: Appeal
    period: Period
    state: str
    name: str
    number: str
    unit: str
    words: str | None
    late: str | None
    thing: Text
    end: AppealStep | None
    done: AppealStep | None

    @property
    def said(self) -> Text:
        """The state in words."""
        return STATES[self.state]

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in ("filed", "taken_up")


@dataclass(frozen=True)
class Step:
    """One step with who took it and the words said."""

    step: AppealStep
    by: str
    words: str | None


@dataclass(frozen=True)
class Ranked:
    """A result in one computation."""

    run_id: int
    number: int
    score: Decimal | None
    grade: str | None
    rank_unit: int | None
    rank_all: int | None


def _selected() -> Select[Any]:
    return (
        select(
            Appeal,
            Period,
            STATE,
            NAME,
            NUMBER,
            Unit.name,
            AppealReason.words,
            AppealReason.late,
            Entry,
            _END,
            _DONE,
        )
        .join(Period, Period.id == Appeal.period_id)
        .join(Unit, Unit.id == Appeal.unit_id)
        .outerjoin(Person, Person.id == Appeal.subject_id)
        .outerjoin(_OWN_UNIT, _OWN_UNIT.id == Appeal.subject_id)
        .outerjoin(Entry, Entry.id == Appeal.entry_id)
        .outerjoin(AppealReason, AppealReason.id == Appeal.id)
        .outerjoin(_END, and_(_END.appeal_id == Appeal.id, _END.step.in_(ENDS)))
        .outerjoin(_TAKEN, and_(_TAKEN.appeal_id == Appeal.id, _TAKEN.step == "taken_up"))
        .outerjoin(_DONE, and_(_DONE.appeal_id == Appeal.id, _DONE.step == "carried_out"))
    )


def _narrowed(query: Select[Any], actor: Actor | None, wanted: Wanted) -> Select[Any]:
    if actor is not None and not actor.is_admin:
        seen = [Unit.path.startswith(path) for path in actor.assesses]
        own = [Appeal.subject_id == actor.person_id, Appeal.filed_by == actor.person_id]
        query = query.where(or_(*own, *seen))
    for condition, value in (
        (Appeal.period_id == wanted.period_id, wanted.period_id),
        (Appeal.subject_id == wanted.subject_id, wanted.subject_id),
        (Appeal.entry_id == wanted.entry_id, wanted.entry_id),
        (wanted.state == STATE, wanted.state),
        (Appeal.late.is_(True), wanted.late),
        (Appeal.entry_id.is_not(None), wanted.about == "entry"),
        (Appeal.entry_id.is_(None), wanted.about == "result"),
    ):
        if value:
            query = query.where(condition)
    if wanted.unit_path:
        query = query.where(Unit.path.startswith(wanted.unit_path))
    if wanted.words:
        key = wanted.words
        query = query.where(
            or_(
                NAME.contains(key, autoescape=True),
                NUMBER.contains(key.upper(), autoescape=True),
                AppealReason.words.contains(key, autoescape=True),
            )
        )
    return query


def listing(
    session: TenantSession,
    actor: Actor | None,
    wanted: Wanted,
    *,
    sort: str = "filed",
    falling: bool = True,
    limit: int | None = None,
    offset: int = 0,
) -> list[View]:
    """The appeals that fit, as far as the actor may see them (None: all); one query."""
    column = SORTS[sort]
    order = column.desc() if falling else column.asc()
    query = _narrowed(_selected(), actor, wanted).order_by(order, Appeal.id.desc())
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return [_view(session, row) for row in session.execute(query)]


def _view(session: TenantSession, row: Any) -> View:
    appeal, period, state, name, number, unit, words, late, entry, end, done = row
    thing = RESULT
    if entry is not None:
        found = adoption.scheme_of(session, period.revision_id).find(entry.clause_id)
        thing = found.title if found is not None else RESULT
    return View(appeal, period, state, name or "", number or "", unit, words, late, thing, end, done)


def how_many(session: TenantSession, actor: Actor | None, wanted: Wanted) -> int:
    """How many appeals fit."""
    query = _narrowed(_selected(), actor, wanted).with_only_columns(func.count(Appeal.id))
    return session.scalar(query) or 0


def waiting(session: TenantSession, actor: Actor | None) -> dict[str, int]:
    """How many appeals wait for their next step, by state; a sealed period has none of them."""
    query = (
        _narrowed(_selected(), actor, Wanted())
        .with_only_columns(STATE.label("appeal_state"), func.count(Appeal.id))
        .where(Period.state != "final", STATE.in_(UNSETTLED))
        .group_by("appeal_state")
    )
    return dict(session.execute(query).all())


def view_of(session: TenantSession, appeal: Appeal) -> View:
    """One appeal."""
    return _view(session, session.execute(_selected().where(Appeal.id == appeal.id)).one())


def about_subject(session: TenantSession, period: Period, subject_id: int) -> list[View]:
    """A subject's appeals of a period, the newest first; most have none, which a short question tells."""
    some = select(Appeal.id).where(Appeal.period_id == period.id, Appeal.subject_id == subject_id).limit(1)
    if session.scalar(some) is None:
        return []
    return listing(session, None, Wanted(period_id=period.id, subject_id=subject_id))


def about_entry(session: TenantSession, entry: Entry) -> list[View]:
    """The appeals against an entry, the newest first."""
    return listing(session, None, Wanted(entry_id=entry.id))


def unsettled(session: TenantSession, period: Period) -> list[View]:
    """What keeps a period from being sealed: appeals without a decision, and decisions not carried out."""
    query = _selected().where(Appeal.period_id == period.id, STATE.in_(UNSETTLED))
    return [_view(session, row) for row in session.execute(query.order_by(Appeal.filed_at, Appeal.id))]


def steps_of(session: TenantSession, appeal: Appeal) -> list[Step]:
    """The steps of an appeal, the first one first."""
    query = (
        select(AppealStep, Person.name, AppealStepReason.words)
        .outerjoin(Person, Person.id == AppealStep.done_by)
        .outerjoin(AppealStepReason, AppealStepReason.id == AppealStep.id)
        .where(AppealStep.appeal_id == appeal.id)
        .order_by(AppealStep.done_at, AppealStep.id)
    )
    return [Step(step, by or "", words) for step, by, words in session.execute(query)]


def files_of(session: TenantSession, appeal: Appeal) -> list[StoredFile]:
    """The evidence that came with an appeal."""
    query = (
        select(StoredFile)
        .join(AppealFile, AppealFile.file_id == StoredFile.id)
        .where(AppealFile.appeal_id == appeal.id)
        .order_by(AppealFile.id)
    )
    return list(session.scalars(query))


def before_and_after(
    session: TenantSession, appeal: Appeal, done_at: datetime | None
) -> tuple[Ranked | None, Ranked | None]:
    """The appellant's result when the appeal was filed, and in the first computation after it was carried out."""
    first = _ranked(session, appeal.subject_id, Run.id == appeal.run_id)
    if done_at is None:
        return first, None
    later = and_(Run.period_id == appeal.period_id, Run.at >= done_at, Run.id != appeal.run_id)
    return first, _ranked(session, appeal.subject_id, later)


def _ranked(session: TenantSession, subject_id: int, condition: Any) -> Ranked | None:
    query = (
        select(Run.id, Run.number, Result.score, Result.grade, Result.rank_unit, Result.rank_all)
        .join(Result, and_(Result.run_id == Run.id, Result.subject_id == subject_id))
        .where(condition)
        .order_by(Run.number)
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else Ranked(*row)


def moved(session: TenantSession, before: int, after: int) -> int:
    """How many subjects have another rank in the second of two computations."""
    old, new = aliased(Result), aliased(Result)
    query = (
        select(func.count(old.id))
        .join(new, and_(new.subject_id == old.subject_id, new.run_id == after))
        .where(old.run_id == before, old.rank_all.is_distinct_from(new.rank_all))
    )
    return session.scalar(query) or 0


def named(views: Sequence[View]) -> list[Text]:
    """Appeals by name and thing, for a sentence."""
    return [Text(f"{one.name}（{one.thing.zh}）", f"{one.name} ({one.thing.en})") for one in views]

"""What else hangs on a record that goes, and how it is carried over: filings owed, cases, exemptions, votes, messages.

Decides that what is open becomes the kept record's. Where both owe the same filing, the one that was filed holds (before
one that was filed late), and the other is settled without a miss: what it had counted is taken back. Who voted under one record has voted. `living.fates` has a line for each reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from kaohe.accounts.policy import Actor
from kaohe.cases.models import Case, CaseClockRow
from kaohe.db import TenantSession
from kaohe.entries import made
from kaohe.entries.models import Entry, Sheet
from kaohe.exemptions import service as exemptions
from kaohe.exemptions.models import Exemption, ExemptionReason
from kaohe.filings.missing import ORIGIN as FILING
from kaohe.filings.models import Due
from kaohe.messages.models import Contact, Message
from kaohe.people.models import ImportDraft, Person
from kaohe.periods.models import Period
from kaohe.surveys.models import HeldSurvey, SurveySubject, SurveyVoter

OPEN = ("planned", "open")


@dataclass
class Hanging:
    """What would be carried over; `both`: filings that each record owes, the one that holds first.

    `counted`: the entries of open periods by which a filing that does not hold was missed.
    """

    dues: list[Due] = field(default_factory=list)
    both: list[tuple[Due, Due]] = field(default_factory=list)
    counted: list[Entry] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    clocks: list[CaseClockRow] = field(default_factory=list)
    exemptions: list[tuple[Exemption, Period]] = field(default_factory=list)
    drafts: list[SurveySubject] = field(default_factory=list)
    votes: list[int] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


def find(session: TenantSession, kept: Person, gone: Person) -> Hanging:
    """What hangs on the record that goes; nothing is written."""
    found = Hanging()
    _find_dues(session, kept, gone, found)
    found.counted = _find_counted(session, [other.id for _holds, other in found.both])
    cases = select(Case).where(Case.person_id == gone.id, Case.closed.is_(False))
    found.cases = list(session.scalars(cases.order_by(Case.id)))
    clocks = (
        select(CaseClockRow)
        .join(Case, Case.id == CaseClockRow.case_id)
        .where(
            CaseClockRow.person_id == gone.id,
            or_(Case.closed.is_(False), CaseClockRow.look_at.is_not(None)),
        )
    )
    found.clocks = list(session.scalars(clocks))
    _find_exemptions(session, kept, gone, found)
    drafts = (
        select(SurveySubject)
        .join(HeldSurvey, HeldSurvey.id == SurveySubject.survey_id)
        .where(SurveySubject.subject_id == gone.id, HeldSurvey.state == "draft")
    )
    found.drafts = list(session.scalars(drafts))
    voted = select(SurveyVoter.survey_id).where(SurveyVoter.person_id == kept.id)
    votes = (
        select(SurveyVoter.survey_id)
        .join(HeldSurvey, HeldSurvey.id == SurveyVoter.survey_id)
        .where(
            SurveyVoter.person_id == gone.id, HeldSurvey.state == "open", SurveyVoter.survey_id.not_in(voted)
        )
    )
    found.votes = list(session.scalars(votes))
    sheets = (
        select(Sheet)
        .join(Period, Period.id == Sheet.period_id)
        .where(Sheet.subject_id == gone.id, Period.state == "open")
    )
    found.sheets = list(session.scalars(sheets.order_by(Sheet.id)))
    return found


def _find_dues(session: TenantSession, kept: Person, gone: Person, found: Hanging) -> None:
    query = (
        select(Due)
        .join(Period, Period.id == Due.period_id)
        .where(Due.subject_id == gone.id, or_(Period.state.in_(OPEN), Due.settled_at.is_(None)))
        .order_by(Due.due_at, Due.id)
    )
    mine = {
        (one.period_id, one.filing, one.starts_on): one
        for one in session.scalars(select(Due).where(Due.subject_id == kept.id))
    }
    for one in session.scalars(query):
        same = mine.get((one.period_id, one.filing, one.starts_on))
        if same is None:
            found.dues.append(one)
        else:
            found.both.append((one, same) if _worth(one) > _worth(same) else (same, one))


def _worth(due: Due) -> int:
    """Of two that are owed for the same, the one that is worth more holds: in time, then late, then not filed."""
    if due.filed_at is None:
        return 0
    return 1 if due.filed_at > due.due_at else 2


def _find_counted(session: TenantSession, dues: Sequence[int]) -> list[Entry]:
    query = (
        select(Entry)
        .join(Period, Period.id == Entry.period_id)
        .where(
            Entry.origin == FILING,
            Entry.origin_id.in_(dues),
            Entry.replaced_by.is_(None),
            Period.state == "open",
        )
    )
    return list(session.scalars(query.order_by(Entry.id))) if dues else []


def take_back(session: TenantSession, found: Hanging, now: datetime) -> list[str]:
    """Take back what the filings that do not hold had counted; before entries are carried over. Gives the entries' ids."""
    for entry in found.counted:
        made.unmake(session, entry, reason="两份档案合并，同一份材料只算一次", now=now)
    for _holds, other in found.both:
        if not made.made_from(session, FILING, other.id):
            other.missed_at = None
    session.flush()
    return [str(one.id) for one in found.counted]


def _find_exemptions(session: TenantSession, kept: Person, gone: Person, found: Hanging) -> None:
    standing = (
        select(Exemption, Period)
        .join(Period, Period.id == Exemption.period_id)
        .where(Exemption.replaced_by.is_(None), Exemption.exempt.is_(True), Period.state.in_(OPEN))
    )
    own = {row.period_id for row, _period in session.execute(standing.where(Exemption.subject_id == kept.id))}
    rows = session.execute(standing.where(Exemption.subject_id == gone.id))
    found.exemptions = [(row, period) for row, period in rows if row.period_id not in own]


def carry(
    session: TenantSession,
    found: Hanging,
    kept: Person,
    gone: Person,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Carry it over in this transaction; gives the ids of what was moved, by table."""
    moved: dict[str, Any] = {"dues": _carry_dues(session, found, kept, gone, now)}
    rows: list[Case | CaseClockRow] = [*found.cases, *found.clocks]
    for row in rows:
        row.person_id = kept.id
    moved["cases"] = [str(one.id) for one in found.cases]
    for exemption, period in found.exemptions:
        words = session.get(ExemptionReason, exemption.id)
        exemptions.exempt(
            session, period, kept.id, reason=words.words if words else reason, actor=actor, now=now
        )
    moved["exemptions"] = [str(row.id) for row, _period in found.exemptions]
    _carry_surveys(session, found, kept)
    moved["votes"] = [str(one) for one in found.votes]
    moved["sheets"] = _carry_sheets(session, found.sheets, kept)
    moved["messages"] = _carry_messages(session, kept, gone)
    session.flush()
    return moved


def _carry_dues(
    session: TenantSession, found: Hanging, kept: Person, gone: Person, now: datetime
) -> list[str]:
    for one in found.dues:
        one.subject_id = kept.id
    session.flush()
    moved = [str(one.id) for one in found.dues]
    for holds, other in found.both:
        if holds.subject_id == gone.id:
            _exchange(session, other, holds, kept, gone)
            moved.append(str(holds.id))
        other.settled_at = other.settled_at or now
    session.flush()
    return moved


def _exchange(session: TenantSession, mine: Due, theirs: Due, kept: Person, gone: Person) -> None:
    """Each becomes the other's; a filing is owed once for a stretch, so one steps aside first."""
    code = mine.filing
    mine.filing = f"{code}\u2192"
    session.flush()
    theirs.subject_id = kept.id
    session.flush()
    mine.subject_id, mine.filing = gone.id, code
    session.flush()


def _carry_surveys(session: TenantSession, found: Hanging, kept: Person) -> None:
    surveys = [one.survey_id for one in found.drafts]
    there = set(
        session.scalars(
            select(SurveySubject.survey_id).where(
                SurveySubject.survey_id.in_(surveys), SurveySubject.subject_id == kept.id
            )
        )
    )
    for one in found.drafts:
        survey = one.survey_id
        session.delete(one)
        session.flush()
        if survey not in there:
            session.add(SurveySubject(survey_id=survey, subject_id=kept.id))
    session.add_all(SurveyVoter(survey_id=survey, person_id=kept.id) for survey in found.votes)
    session.flush()


def same_sheet(session: TenantSession, sheet: Sheet, kept_id: int) -> Sheet | None:
    """The kept record's sheet of the same day, form and recorder."""
    recorder: Any = (
        Sheet.recorded_by.is_(None) if sheet.recorded_by is None else Sheet.recorded_by == sheet.recorded_by
    )
    query = select(Sheet).where(
        Sheet.period_id == sheet.period_id, Sheet.subject_id == kept_id, Sheet.form == sheet.form, recorder
    )
    if sheet.recorded_by is not None:
        query = query.where(Sheet.happened_on == sheet.happened_on)
    return session.scalar(query.order_by(Sheet.id).limit(1))


def _carry_sheets(session: TenantSession, sheets: Sequence[Sheet], kept: Person) -> list[str]:
    """Sheets that no carried entry has taken along: what was inspected without findings, or is still empty."""
    moved = []
    for sheet in sheets:
        if sheet.subject_id == kept.id or sheet.recorded_by == kept.id:
            continue
        if same_sheet(session, sheet, kept.id) is None:
            sheet.subject_id = kept.id
            session.flush()
            moved.append(str(sheet.id))
    return moved


def _carry_messages(session: TenantSession, kept: Person, gone: Person) -> list[str]:
    """What was not read yet, and where the mail goes; what somebody was about to import."""
    told = set(session.scalars(select(Message.about).where(Message.person_id == kept.id)))
    moved = []
    for one in session.scalars(
        select(Message).where(Message.person_id == gone.id, Message.read_at.is_(None)).order_by(Message.id)
    ):
        if one.about not in told:
            one.person_id = kept.id
            moved.append(str(one.id))
    own = session.scalar(select(Contact.id).where(Contact.person_id == kept.id))
    contact = session.scalar(select(Contact).where(Contact.person_id == gone.id))
    if own is None and contact is not None:
        contact.person_id = kept.id
    waiting = select(ImportDraft).where(ImportDraft.created_by == gone.id, ImportDraft.written_at.is_(None))
    for draft in session.scalars(waiting):
        draft.created_by = kept.id
    session.flush()
    return moved

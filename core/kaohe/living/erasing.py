"""Erasing a leaver's names and words where the law asks; figures, ids and seals stay.

Decides that the name and number become "已删除人员" with a running number, that words in side rows, notes, messages,
contacts, sign-ins and evidence go, that the name is taken out of what was written elsewhere (`living.words`), and that results, entries and the chain of the log stay as they are: replay gives
identical bytes, and the log verifies, since it seals salted digests. Refused for somebody who still works here, while
a period of theirs is not final (the periods are named), by themselves, and a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Text as SqlText
from sqlalchemy import cast, delete, func, or_, select, update

from kaohe.accounts.models import Account
from kaohe.accounts.policy import Actor
from kaohe.audit.models import AuditDetail, AuditRow
from kaohe.db import TenantSession
from kaohe.db.base import Kept
from kaohe.db.walls import STAND_IN
from kaohe.entries.models import Entry
from kaohe.files.models import StoredFile
from kaohe.jobs.models import Job
from kaohe.living import refusals, words
from kaohe.living.exporting import records_of
from kaohe.living.kin import Kin, files_named, kin
from kaohe.living.models import Erasure
from kaohe.living.money import require_settled
from kaohe.living.remains import left_lying
from kaohe.messages.models import Delivery, Message
from kaohe.people.merged import survivors
from kaohe.people.models import Attribute, ImportDraft, Leave, Membership, Person
from kaohe.people.pinyin import initials
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.models import Result
from kaohe.scheme import Text

BASES = {
    "request": Text("本人要求", "the person asked for it"),
    "period_over": Text("保存期限已满", "the time of keeping is over"),
}
GONE_TYPE = "application/x-erased"
SENT_AWAY = ("sign_ins", "activation_slips", "contacts", "filing_drafts")
"""Tables whose rows go whole: they serve nobody who has left."""


def unsettled(session: TenantSession, ids: Sequence[int]) -> list[Period]:
    """The periods of these records that have begun and are not final, the oldest first."""
    results = select(Result.period_id).where(Result.subject_id.in_(ids))
    recorded = select(Entry.period_id).where(Entry.subject_id.in_(ids))
    there = select(Membership.id).where(
        Membership.person_id.in_(ids),
        Membership.starts_on <= Period.ends_on,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= Period.starts_on),
    )
    query = (
        select(Period)
        .where(
            Period.state.in_(("open", "closed", "published")),
            or_(Period.id.in_(results), Period.id.in_(recorded), there.exists()),
        )
        .order_by(Period.starts_on)
    )
    return list(session.scalars(query))


def require_erasable(session: TenantSession, person: Person, actor: Actor, today: date) -> None:
    """Refuse unless the person has left, all is final, and somebody else asks."""
    kept = survivors(session).get(person.id)
    if kept is not None:
        other = session.need(Person, kept)
        raise refusals.MergedAway(name=other.name, number=other.number)
    if actor.person_id in records_of(session, person.id):
        raise refusals.OwnData
    if erasure_of(session, person.id) is not None:
        raise refusals.AlreadyErased
    if person.left_on is None or person.left_on >= today:
        raise refusals.NotGone(name=person.name)
    for ident in records_of(session, person.id):
        require_settled(session, session.need(Person, ident))
    waiting = unsettled(session, records_of(session, person.id))
    if waiting:
        titles = [periods.title_of(one) for one in waiting]
        named = Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
        raise refusals.NotFinal(name=person.name, periods=named)


def erase(
    session: TenantSession,
    person: Person,
    *,
    basis: str,
    actor: Actor,
    now: datetime,
    today: date,
    folder: Path,
) -> Erasure:
    """Erase it all in this transaction; bytes, archives and papers go after its commit (`remove_bytes`)."""
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update()).all()
    require_erasable(session, person, actor, today)
    return carry_out(session, person, basis=basis, actor=actor, now=now, folder=folder)


def carry_out(
    session: TenantSession, person: Person, *, basis: str, actor: Actor, now: datetime, folder: Path
) -> Erasure:
    """What erasing does once nothing speaks against it: to the person, and to the records that went into this one."""
    ids = records_of(session, person.id)
    known = _known_by(session, ids)
    tables = kin(ids)
    counts = {"audit_details": _erase_log(session, ids, tables, known)}
    counts["messages"] = _erase_messages(session, ids, tables)
    counts |= {one.table: _delete_words(session, one) for one in tables if one.table not in counts}
    hashes = _erase_files(session, ids)
    counts["files"] = len(hashes)
    lying = left_lying(session, ids, folder)
    counts["import_drafts"] = _erase_drafts(session, known)
    counts["jobs"] = _erase_jobs(session, known)
    for done in (words.empty(session, tables), words.take_out(session, ids)):
        for table, count in done.items():
            counts[table] = counts.get(table, 0) + count
    _close_accounts(session, ids)
    number = (session.scalar(select(func.max(Erasure.number))) or 0) + 1
    for ident in ids:
        _rename(session, session.need(Person, ident), number)
        number += 1
    session.flush()
    erasure = Erasure(
        person_id=person.id,
        number=number - 1,
        done_by=actor.person_id,
        done_at=now,
        basis=basis if basis in BASES else "request",
        counts={"rows": {name: n for name, n in counts.items() if n}, "hashes": hashes, **lying},
    )
    session.add(erasure)
    session.flush()
    return erasure


def _known_by(session: TenantSession, ids: Sequence[int]) -> list[str]:
    """The texts by which a document would be about these persons: name, number, phone.

    Number and phone, and a name that stands in another person's too, count only as a whole value of the document.
    """
    found: set[str] = set()
    for one in session.scalars(select(Person).where(Person.id.in_(ids))):
        found |= {f'"{value}"' for value in (one.name, one.number, one.phone) if value}
        others = select(Person.id).where(
            Person.name.contains(one.name, autoescape=True), Person.id.not_in(ids)
        )
        if session.scalar(others.limit(1)) is None:
            found.add(one.name)
    return sorted(found)


def _delete_words(session: TenantSession, one: Kin) -> int:
    """Delete the side rows of a table with words, and rows that serve nobody any more; how many."""
    beside = one.words and "id" in one.model.__refs__
    free_words = one.model.__kept__ is Kept.FREE and "words" in one.model.__table__.columns
    if not (beside or free_words or one.table in SENT_AWAY):
        return 0
    ids = list(session.scalars(one.ids()))
    for some in _pieces(ids):
        session.execute(
            delete(one.model).where(one.model.id.in_(some)).execution_options(synchronize_session="fetch")
        )
    return len(ids)


def _erase_files(session: TenantSession, ids: Sequence[int]) -> list[str]:
    """Take name, kind and hash from the rows of evidence; gives the hashes whose bytes nobody else needs."""
    found: set[int] = set()
    for query in files_named(ids):
        found |= set(session.scalars(query))
    rows = list(session.scalars(select(StoredFile).where(StoredFile.id.in_(found))))
    hashes = {row.sha256 for row in rows}
    for row in rows:
        row.sha256, row.name, row.media_type, row.size = "erased", STAND_IN, GONE_TYPE, 0
    session.flush()
    needed = set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    return sorted(hashes - needed)


def _erase_log(
    session: TenantSession, ids: Sequence[int], tables: Sequence[Kin], known: Sequence[str]
) -> int:
    """Erase the details of acts on these persons and on what hangs on them, and those that name them; the chain stays."""
    about = set(session.scalars(select(AuditRow.id).where(AuditRow.object_id.in_(ids))))
    for one in tables:
        about |= set(session.scalars(select(AuditRow.id).where(AuditRow.object_id.in_(one.ids()))))
    text = cast(AuditDetail.detail, SqlText)
    naming = [text.contains(one, autoescape=True) for one in known]
    about |= set(session.scalars(select(AuditDetail.id).where(or_(False, *naming))))
    count = 0
    for some in _pieces(sorted(about)):
        count += session.execute(delete(AuditDetail).where(AuditDetail.id.in_(some))).rowcount
    return count


def _erase_messages(session: TenantSession, ids: Sequence[int], tables: Sequence[Kin]) -> int:
    """Messages to the person, those that name the person, and those that lead to something about the person."""
    texts = (Message.title_zh, Message.title_en, Message.text_zh, Message.text_en)
    said = words.said_of(session, ids, sure=False)
    naming = [column.contains(one, autoescape=True) for column in texts for one in said]
    found = set(session.scalars(select(Message.id).where(or_(Message.person_id.in_(ids), *naming))))
    things = {str(one) for each in tables for one in session.scalars(each.ids())}
    linked = select(Message.id, Message.link_values).where(Message.link_values.is_not(None))
    for ident, values in session.execute(linked.execution_options(yield_per=5_000)):
        if things & {str(value) for value in values.values()}:
            found.add(ident)
    for some in _pieces(sorted(found)):
        session.execute(delete(Delivery).where(Delivery.message_id.in_(some)))
        session.execute(delete(Message).where(Message.id.in_(some)))
    return len(found)


def _erase_drafts(session: TenantSession, known: Sequence[str]) -> int:
    """Files on their way in that name the person go whole: what they brought in stands in its own tables."""
    text = cast(ImportDraft.content, SqlText)
    naming = or_(*(text.contains(one, autoescape=True) for one in known))
    found = list(session.scalars(select(ImportDraft.id).where(naming)))
    for some in _pieces(found):
        session.execute(delete(ImportDraft).where(ImportDraft.id.in_(some)))
    return len(found)


def _erase_jobs(session: TenantSession, known: Sequence[str]) -> int:
    """What finished jobs found and said about the person."""
    texts = (cast(Job.result, SqlText), cast(Job.args, SqlText), cast(Job.note, SqlText))
    naming = or_(*(text.contains(one, autoescape=True) for text in texts for one in known))
    query = select(Job).where(naming, Job.state.in_(("done", "failed")))
    count = 0
    for job in session.scalars(query):
        job.result = None
        job.note = None
        job.args = {name: value for name, value in job.args.items() if name != "about"}
        count += 1
    return count


def _close_accounts(session: TenantSession, ids: Sequence[int]) -> None:
    for account in session.scalars(select(Account).where(Account.person_id.in_(ids))):
        account.password_hash, account.state, account.epoch = None, "locked", account.epoch + 1
    session.execute(update(Attribute).where(Attribute.person_id.in_(ids)).values(reason=None))
    session.execute(update(Leave).where(Leave.person_id.in_(ids)).values(kind="请假", note=None))


def _rename(session: TenantSession, person: Person, number: int) -> None:
    person.name = f"{STAND_IN}{number}"
    person.number = f"DEL{number:05d}"
    person.initials = initials(person.name)
    person.phone = person.note = None
    session.flush()


def _pieces(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def erasure_of(session: TenantSession, person_id: int) -> Any:
    """The erasure of a person, once there was one: of the record that is kept, for one that went into it."""
    ids = (person_id, survivors(session).get(person_id, person_id))
    return session.scalar(select(Erasure).where(Erasure.person_id.in_(ids)).order_by(Erasure.id).limit(1))
